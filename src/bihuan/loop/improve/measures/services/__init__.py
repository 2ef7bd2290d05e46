"""Writing of measures: writing down, approving, carrying out, closing, reading form (四) back."""

from .alerts import step_of, told_too, watch_measures
from .amending import hand_over_measure, postpone_measure
from .carrying import (
    accept_measure,
    add_milestone,
    ask_acceptance,
    complete_measure,
    lacking_for_done,
    mark_verified,
    note_use,
    reach_milestone,
    report_progress,
    start_measure,
)
from .errors import MeasureError
from .evidence import add_evidence, erase_customer, is_unchanged, take_evidence
from .form4 import CellChange, compare_form4, shelf, sweep_uploads, take_form4, write_form4
from .writing import (
    Words,
    change_measure,
    describe_outcome,
    draft_measure,
    lacks_of,
    propose_measure,
    return_measure,
    withdraw_measure,
)
from .yardsticks import Proposal, approve_measure, look_ahead, proposal_of, propose_yardstick, seer_of

__all__ = [
    "CellChange", "MeasureError", "Proposal", "Words", "accept_measure", "add_evidence", "add_milestone",
    "approve_measure", "ask_acceptance", "change_measure", "compare_form4", "complete_measure", "describe_outcome",
    "draft_measure", "erase_customer", "hand_over_measure", "is_unchanged", "lacking_for_done", "lacks_of",
    "look_ahead", "mark_verified", "note_use", "postpone_measure", "proposal_of", "propose_measure",
    "propose_yardstick", "reach_milestone", "report_progress", "return_measure", "seer_of", "shelf", "start_measure",
    "step_of", "sweep_uploads", "take_evidence", "take_form4", "told_too", "watch_measures", "withdraw_measure",
    "write_form4",
]
