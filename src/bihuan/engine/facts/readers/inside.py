"""What a worksheet (xlsx) does not show at first sight: hidden rows and columns, formulas, filters, cells in error."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ..errors import FactsError

BLOCK = 1 << 20
# Without one of these there is nothing to find, and reading the sheet's XML element by element is saved.
MARKS = re.compile(rb'hidden|zeroHeight|<(?:\w+:)?f[ >/]|t="e"|autoFilter')
EXAMPLES = 5


@dataclass
class Inside:
    """What one sheet holds beside its values; rows count from 1, columns from 0.

    ``unread``: (row, column) -> what stands in a cell that has no usable value: "=A1+1", a formula whose result was
    not stored, or "#REF!". ``examples``: the first formulas with their stored results.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    formulas: int = 0
    unread: dict[tuple[int, int], str] = field(default_factory=dict)
    examples: list[tuple[str, str, str]] = field(default_factory=list)


def look_inside(path: Path, sheet: str) -> Inside:
    """Look into one sheet of an xlsx file that ``check_archive`` has let pass; other formats tell nothing."""
    if not zipfile.is_zipfile(path):
        return Inside()
    try:
        with zipfile.ZipFile(path) as archive:
            return _look(archive, sheet)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError) as error:
        raise FactsError("broken_sheet", file=path.name, problem=str(error)) from None


def _look(archive: zipfile.ZipFile, sheet: str) -> Inside:
    member = _member_of(archive, sheet)
    if member is None or not any(MARKS.search(block) for block in _overlapping(archive, member)):
        return Inside()
    found = _Found()
    _parse(archive, member, found.start, found.end, found.text)
    return found.inside


def _member_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's file that holds the sheet; None where the workbook is not of this kind."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, about: dict[str, str]) -> None:
        if _bare(name) == "Relationship":
            targets[about.get("Id", "")] = about.get("Target", "")

    def listed(name: str, about: dict[str, str]) -> None:
        if _bare(name) == "sheet":
            identity = next((value for key, value in about.items() if _bare(key) == "id"), "")
            sheets[about.get("name", "")] = identity

    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    _parse(archive, "xl/workbook.xml", listed)
    target = targets.get(sheets.get(sheet, ""), "")
    member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
    return member if member in names else None


def _blocks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    with archive.open(member) as file:
        while block := file.read(BLOCK):
            yield block


def _overlapping(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The blocks, each with the end of the one before it, so that no mark is cut in two."""
    before = b""
    for block in _blocks(archive, member):
        yield before + block
        before = block[-32:]


def _parse(archive: zipfile.ZipFile, member: str, start: Callable[[str, dict[str, str]], None],
           end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None) -> None:
    """Go through the XML of a member; a document type, which an attacker's entities need, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse
    for block in _blocks(archive, member):
        parser.Parse(block, False)
    parser.Parse(b"", True)


def _refuse(*_declaration: object) -> None:
    raise ValueError("document type")


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


class _Found:
    """Follows one sheet's elements."""

    def __init__(self) -> None:
        self.inside = Inside()
        self._row, self._place = 0, (0, 0)
        self._column, self._all_hidden = 0, False
        self._kind, self._value, self._into = "", "", ""
        self._formula: str | None = None

    def start(self, name: str, about: dict[str, str]) -> None:
        match _bare(name):
            case "row":
                self._row = int(about["r"]) if about.get("r", "").isdecimal() else self._row + 1
                self._column = 0
                if _true(about.get("hidden", "1" if self._all_hidden and not about.get("ht") else "")):
                    self.inside.hidden_rows.add(self._row)
            case "c":
                self._column = _column_of(about.get("r", "")) or self._column + 1
                self._kind, self._formula, self._value = about.get("t", ""), None, ""
            case "f":
                self._formula, self._into = "", "f"
            case "v" | "t":
                self._into = "v"
            case "col":
                self._hide_columns(about)
            case "sheetFormatPr":
                self._all_hidden = _true(about.get("zeroHeight", ""))
            case "autoFilter":
                self.inside.filtered = True

    def text(self, text: str) -> None:
        if self._into == "f":
            self._formula = (self._formula or "") + text
        elif self._into == "v":
            self._value += text

    def end(self, name: str) -> None:
        bare = _bare(name)
        if bare == "c":
            self._close_cell()
        elif bare in ("f", "v", "t"):
            self._into = ""

    def _close_cell(self) -> None:
        place = (self._row, self._column - 1)
        if self._formula is not None:
            self.inside.formulas += 1
            if len(self.inside.examples) < EXAMPLES:
                self.inside.examples.append((f"{self._row}", f"={self._formula}", self._value))
        if self._kind == "e":
            self.inside.unread[place] = self._value
        elif self._formula is not None and not self._value and self._kind != "str":
            self.inside.unread[place] = f"={self._formula}"

    def _hide_columns(self, about: dict[str, str]) -> None:
        if _true(about.get("hidden", "")) and about.get("min", "").isdecimal() and about.get("max", "").isdecimal():
            first, last = int(about["min"]), min(int(about["max"]), 1 << 14)
            self.inside.hidden_columns.update(range(first - 1, last))


def _true(told: str) -> bool:
    return told in ("1", "true")


def _column_of(place: str) -> int:
    """"B5" -> 2; 0 when the place is not told."""
    number = 0
    for letter in place:
        if not letter.isalpha() or not letter.isascii():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number
