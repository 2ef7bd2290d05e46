"""Everything that changes something here, one function each; other rooms enter by these names."""

from .calling import assign_targets, begin_call, end_call, keep_feedback, record_benefit, require_caller, reveal_number
from .concluding import conclude_round
from .erasing import erase_customer
from .form5 import compare_form5, shelf, take_form5, write_form5
from .opening import Plan, Preview, open_round, preview_round, same_list
from .sampling import Sampled, add_to_sample, waves_with_samples

__all__ = [
    "Plan", "Preview", "Sampled", "add_to_sample", "assign_targets", "begin_call", "compare_form5", "conclude_round",
    "end_call", "erase_customer", "keep_feedback", "open_round", "preview_round", "record_benefit",
    "require_caller", "reveal_number", "same_list", "shelf", "take_form5", "waves_with_samples", "write_form5",
]
