"""Writing of reviews: opening, leading, scoring, closing, and the rhythms that open them."""

from .errors import CycleError
from .freezing import freeze_again, take_snapshot
from .leading import add_case, close_cycle, close_scoring, drop_member, link_goal, score_cycle, set_member
from .opening import open_cycle, open_due_cycles, opens_on, save_rhythm, stop_rhythm

__all__ = ["CycleError", "add_case", "close_cycle", "close_scoring", "drop_member", "freeze_again", "link_goal",
           "open_cycle", "open_due_cycles", "opens_on", "save_rhythm", "score_cycle", "set_member", "stop_rhythm",
           "take_snapshot"]
