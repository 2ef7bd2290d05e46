"""Everything that changes something here, one function each; other rooms enter by these names."""

from .belonging import match_by_rules, merge_cases, merge_customers, recompute, split_customer, undo_change
from .definitions import save_matching, save_types
from .notes import add_note, erase_notes, remove_note

__all__ = [
    "add_note", "erase_notes", "match_by_rules", "merge_cases", "merge_customers", "recompute", "remove_note",
    "save_matching", "save_types", "split_customer", "undo_change",
]
