"""Measures and what is kept of carrying them out."""

from .followup import Acceptance, Amendment, Evidence, Milestone, Progress
from .measures import Measure, Numbering, WithinReach

__all__ = ["Acceptance", "Amendment", "Evidence", "Measure", "Milestone", "Numbering", "Progress", "WithinReach"]
