"""Pages of the indicators."""

from .board import board, board_export
from .cases import case
from .catalogue import catalogue, definition_difference, indicator, worked
from .passports import passport_edit, passport_new, passport_preview
from .rows import rows, rows_export
from .targets import target_edit, targets
from .what_if import fcr_and_satisfaction

__all__ = [
    "board", "board_export", "case", "catalogue", "definition_difference", "fcr_and_satisfaction", "indicator",
    "passport_edit", "passport_new", "passport_preview", "rows", "rows_export", "target_edit", "targets", "worked",
]
