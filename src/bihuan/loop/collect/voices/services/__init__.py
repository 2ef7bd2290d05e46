"""Everything that changes something here, one function each."""

from .agencies import (
    accept_terms,
    deliver,
    end_access,
    give_access,
    has_accepted,
    record_return,
    refuse_delivery,
    save_agency,
    take_delivery,
)
from .calls import Built, begin_call, build_list, end_call, keep_answers, reveal_number, save_script
from .cases import make_case, write_cases
from .erasing import erase_customer
from .exporting import export_codings, export_visits
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
from .followups import (
    close_follow_up,
    give_back_follow_up,
    note_call,
    reveal_contact,
    take_follow_up,
    write_to_customer,
)
from .gathering import gather_comments
from .interviews import (
    add_interview_files,
    begin_interview,
    code_passage,
    remove_passage,
    save_guide,
    save_notes,
    withdraw_interview,
)
from .lowscores import gather_low_scores, save_low_score_rule, sweep_follow_ups, watch_follow_ups
from .opening import open_file, reveal_feedback
from .visits import check_visit, keep_apart, plan_visit, report_visit, save_scenario

__all__ = [
    "Built", "Said", "Sent", "accept_terms", "add_interview_files", "answer_feedback", "begin_call", "begin_interview",
    "build_list", "check_visit", "close_follow_up", "code_passage", "deliver", "end_access", "end_call",
    "enter_feedback", "erase_customer", "export_codings", "export_visits", "file_feedback", "gather_comments",
    "gather_low_scores", "give_access", "give_back_follow_up", "has_accepted", "keep_answers", "keep_apart",
    "make_case", "note_call", "open_file", "plan_visit", "record_return", "refuse_delivery", "remove_passage",
    "reopen_feedback", "report_visit", "reveal_contact", "reveal_feedback", "reveal_number", "save_agency",
    "save_form", "save_guide", "save_low_score_rule", "save_notes", "save_scenario", "save_script", "send_feedback",
    "sweep_feedback", "sweep_follow_ups", "tag_feedback", "take_delivery", "take_follow_up", "watch_follow_ups",
    "withdraw_feedback", "withdraw_interview", "write_cases", "write_to_customer",
]
