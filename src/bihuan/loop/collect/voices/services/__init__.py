"""Everything that changes something here, one function each."""

from .calls import Built, begin_call, build_list, end_call, keep_answers, reveal_number, save_script
from .cases import make_case, write_cases
from .erasing import erase_customer
from .feedback import (
    Said,
    answer_feedback,
    enter_feedback,
    file_feedback,
    reopen_feedback,
    save_form,
    send_feedback,
    sweep_feedback,
    tag_feedback,
    withdraw_feedback,
)
from .files import Sent
from .gathering import gather_comments
from .opening import open_file, reveal_feedback

__all__ = [
    "Built", "Said", "Sent", "answer_feedback", "begin_call", "build_list", "end_call", "enter_feedback",
    "erase_customer", "file_feedback", "gather_comments", "keep_answers", "make_case", "open_file", "reopen_feedback",
    "reveal_feedback", "reveal_number", "save_form", "save_script", "send_feedback", "sweep_feedback", "tag_feedback",
    "withdraw_feedback", "write_cases",
]
