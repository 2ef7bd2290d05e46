"""One decision about how a file is read: what was decided, how sure, why, and what else it could have been."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..mapping import Mapping
from ..mapping.values import writing_of

# Codes of decisions that hold for the whole file, and the mapping's key that says them.
OF_FILE = {
    "encoding": "encoding",
    "delimiter": "delimiter",
    "sheet": "sheet",
    "header_row": "header_row",
    "header_lines": "header_lines",
    "hidden_rows": "hidden_rows",
    "hidden_columns": "hidden_columns",
    "merged_cells": "merged_cells",
    "totals": "totals",
    "zone": "zone",
}
# Codes of decisions about a column, and the key under [columns."..."].
OF_COLUMN = {
    "date_order": "dates",
    "decimal": "decimal",
    "duration_unit": "unit",
    "duration_clock": "clock",
    "percent_scale": "scale",
    "yes_no": "",
    "coded_word": "map",
    "when_word": "map",
    "missing_words": "present",
}
WHOLE = ("header_row", "header_lines")
SURE, LIKELY, OPEN = "sure", "likely", "open"


@dataclass(frozen=True)
class Option:
    """One way to read it: the value that ``change`` takes, and what it means (zh, en)."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Evidence:
    """A cell that told: its row as a spreadsheet counts, and what it says."""

    row: int
    value: str
    sheet: str | None = None


@dataclass(frozen=True)
class Decision:
    """``value`` is what the import will do ("" where it will not guess); ``options`` begin with the likeliest.

    ``state``: sure | likely | open; an open one is asked before the import runs. ``about`` is the word in question
    where a column has several, ``field`` the one that takes it where a column fills several. ``why`` and the options
    are told in Chinese and English.
    """

    code: str
    column: str | None
    value: str
    state: str
    title: tuple[str, str]
    why: tuple[str, str]
    options: tuple[Option, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    about: str = ""
    field: str = ""

    @property
    def key(self) -> str:
        """What tells this decision from the others of the file."""
        return "|".join(part for part in (self.code, self.column, self.field, self.about) if part)

    @property
    def is_note(self) -> bool:
        """Whether it only says what is done, because nothing else could be."""
        return not self.options

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.value == self.value), None)

    def text(self, lang: str = "zh") -> str:
        """One line: what, what was decided, why."""
        place = 0 if lang.startswith("zh") else 1
        said = self.chosen
        told = (said.zh, said.en)[place] if said else ""
        return f"{self.title[place]}{': ' if place else '：'}{told}{' — ' if told else ''}{self.why[place]}"


def change(
    mapping: Mapping, code: str, value: str, *, column: str | None = None, about: str = "", field: str = ""
) -> Mapping:
    """The mapping with one decision taken otherwise; raises KeyError for a decision that no mapping can say."""
    if code in OF_FILE:
        told: Any = int(value) if code in WHOLE else value
        return replace(mapping, told={**mapping.told, OF_FILE[code]: told}, **{OF_FILE[code]: told})
    if code not in OF_COLUMN or column is None:
        raise KeyError(code)
    columns = dict(mapping.told.get("columns", {}))
    entry = dict(columns.get(column, {}))
    if code == "yes_no":
        kept = {key: [word for word in entry.get(key, ()) if word != about] for key in ("yes", "no", "missing")}
        kept[value] = [*kept[value], about]
        entry |= kept
    elif code == "missing_words":
        others = [word for word in entry.get("present", ()) if word != about]
        entry["present"] = [*others, about] if value == "value" else others
    elif code == "when_word":
        entry["map"] = {**entry.get("map", {}), about: "" if value == "missing" else value}
    elif code == "coded_word":
        meant = dict(entry.get("map", {}))
        meant[field] = {**meant.get(field, {}), about: "" if value == "missing" else value}
        entry["map"] = meant
    else:
        entry[OF_COLUMN[code]] = [value] if code == "date_order" else value
    columns[column] = entry
    return replace(
        mapping,
        told={**mapping.told, "columns": columns},
        columns={**mapping.columns, column: writing_of(entry, f"columns.{column}")},
    )
