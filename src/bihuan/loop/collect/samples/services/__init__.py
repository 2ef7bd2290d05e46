"""Everything that changes something here, one function each; other rooms enter by these names."""

from .asking import may_ask, note_asks, note_held, save_ask_rule, who_may_not
from .changes import add_member, remove_member
from .draws import carry_out, check_draw, start_draw
from .erasing import erase_customer
from .frames import build_frame, start_frame
from .tasks import assign_tasks, close_task, note_reached

__all__ = [
    "add_member", "assign_tasks", "build_frame", "carry_out", "check_draw", "close_task", "erase_customer", "may_ask",
    "note_asks", "note_held", "note_reached",
    "remove_member", "save_ask_rule", "start_draw", "start_frame", "who_may_not",
]
