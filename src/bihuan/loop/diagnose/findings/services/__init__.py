"""Writing findings."""

from .bundling import put_together, take_apart
from .decide import (
    accept,
    answer_issue,
    ask_department,
    assign,
    dismiss,
    mark_diagnosed,
    raise_finding,
    state_problem,
)
from .errors import FindingError
from .raising import raise_sign, see_stated
from .record import see
from .rounds import act_on, reopen, settle

__all__ = ["FindingError", "accept", "act_on", "answer_issue", "ask_department", "assign", "dismiss", "mark_diagnosed",
           "put_together", "raise_finding", "raise_sign", "reopen", "see", "see_stated", "settle", "state_problem",
           "take_apart"]
