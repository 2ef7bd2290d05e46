"""SQL for cells that hold one of a few words, or a list of them."""

from __future__ import annotations

from .binding import Cell
from .lake import literal
from .mapping import Value


def is_code(cell: Cell) -> bool:
    """Whether the cell's value is one of a few words; with a constant for empty cells the words are judged after it."""
    return bool(cell.allowed and cell.columns) and cell.value.constant is None


def code_type(cell: Cell) -> str:
    """The type of a field of a few words: a byte a row in memory, and written to Parquet in a third of the time."""
    return f"ENUM({', '.join(literal(word) for word in cell.allowed)})"


def one_of(cell: Cell, text: str) -> str:
    """The text as a code of its field, NULL when it is none; the cast alone would be slow at refusing."""
    if not is_code(cell):
        return text
    words = ", ".join(literal(word) for word in cell.allowed)
    return f"CASE WHEN {text} IN ({words}) THEN ({text})::{code_type(cell)} END"


def says_codes(cell: Cell, frequent: tuple[str, ...]) -> bool:
    """Whether the words that a file's first records use are the very codes of the field, and each means itself.

    Then a cast of most cells takes a third of the time of looking for them among words; it is slow at refusing only.
    """
    meanings, otherwise = dict(cell.value.mapped), cell.value.default
    return (is_code(cell) and not cell.value.only and bool(frequent) and set(frequent) <= set(cell.allowed)
            and all(meanings.get(word, word if otherwise is None else otherwise) == word for word in cell.allowed))


def is_listed(value: Value, text: str) -> str:
    """1 when the list in the cell holds ``among``, else 0; NULL when it holds what nobody knows."""
    known = ", ".join(f"{literal(told)}: {literal(meant)}" for told, meant in value.mapped)
    parts = (f"list_filter(list_transform(string_split(regexp_replace(lower({text}), '〖[^〗]*〗', '', 'g'), "
             f"{literal(value.separator or '┋')}), lambda p: trim(p)), lambda p: p <> '')")
    meant = f"list_transform({parts}, lambda p: MAP {{{known}}}[p])"
    return (f"CASE WHEN {text} IS NULL OR len(list_filter({meant}, lambda m: m IS NULL)) > 0 THEN NULL "
            f"WHEN list_contains({meant}, {literal(value.among)}) THEN '1' ELSE '0' END")
