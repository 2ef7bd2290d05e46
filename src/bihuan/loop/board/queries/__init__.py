"""The loop on one screen: of the whole workspace, or of one review."""

from .of_cycle import behind, cycle_choices, cycle_stages
from .opening import Behind, behind_finding
from .own import MOST_MINE, mine
from .whole import closing, stages, today

__all__ = ["MOST_MINE", "Behind", "behind", "behind_finding", "closing", "cycle_choices", "cycle_stages", "mine",
           "stages", "today"]
