"""Measures and what is kept of carrying them out."""

from .followup import Acceptance, Evidence, Milestone, Progress
from .measures import Measure, Numbering, WithinReach

__all__ = ["Acceptance", "Evidence", "Measure", "Milestone", "Numbering", "Progress", "WithinReach"]
