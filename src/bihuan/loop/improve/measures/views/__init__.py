"""Pages of the measures."""

from .acts import (
    acceptance_decide,
    department_add,
    evidence_add,
    evidence_file,
    measure_approve,
    measure_done,
    measure_hand_over,
    measure_postpone,
    measure_propose,
    measure_return,
    measure_start,
    measure_withdraw,
    milestone_add,
    milestone_reach,
    outcome_edit,
    progress_add,
    use_note,
)
from .boards import late, measure_board, measure_calendar, measure_list, measure_matrix, measure_plan, weekly
from .form4 import form4_file, form4_take, form4_upload
from .measures import measure, measure_edit, measure_new, yardstick_edit, yardstick_preview

__all__ = [
    "acceptance_decide", "department_add", "evidence_add", "evidence_file", "form4_file", "form4_take",
    "form4_upload", "late", "measure", "measure_approve", "measure_board", "measure_calendar", "measure_done",
    "measure_edit", "measure_hand_over", "measure_list", "measure_matrix", "measure_new", "measure_plan",
    "measure_postpone", "measure_propose", "measure_return", "measure_start", "measure_withdraw", "milestone_add",
    "milestone_reach", "outcome_edit", "progress_add", "use_note", "weekly", "yardstick_edit", "yardstick_preview",
]
