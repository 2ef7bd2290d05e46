"""Everything that changes something here, one function each; other rooms enter by these names."""

from .belonging import match_by_rules, merge_cases, merge_customers, recompute, split_customer, undo_change
from .corrections import correct_customer
from .definitions import apply_tiers, preview_tiers, save_matching, save_tiers, save_types
from .notes import add_note, erase_notes, remove_note

__all__ = [
    "add_note", "apply_tiers", "correct_customer", "erase_notes", "match_by_rules", "merge_cases", "merge_customers",
    "preview_tiers", "recompute", "remove_note", "save_matching", "save_tiers", "save_types", "split_customer",
    "undo_change",
]
