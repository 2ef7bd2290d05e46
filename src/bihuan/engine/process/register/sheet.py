"""Steps as an Excel sheet: one a row, headings in Chinese or English, columns in any order."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from .steps import LETTERS, RegisterError, Step, checked, from_data, names_in

HEADINGS = {
    "name": ("步骤", "step", "环节"), "activities": ("流水中的活动", "activities"),
    "started_by": ("开始活动", "started by"), "input": ("输入", "input"), "output": ("输出", "output"),
    "performer": ("执行者", "performer"), "minutes": ("所需时间（分钟）", "minutes"), "mode": ("线上/线下", "mode"),
    "optional": ("可以跳过", "optional"), "repeatable": ("可以重复", "repeatable"),
    **{letter: ({"R": "负责执行 R", "A": "最终负责 A", "C": "被咨询 C", "I": "被告知 I"}[letter], letter)
       for letter in LETTERS},
}
MODES = {"线上": "online", "线下": "offline", "线上线下": "both", "online": "online", "offline": "offline",
         "both": "both", "": ""}
MODE_NAMES = {"online": "线上", "offline": "线下", "both": "线上线下", "": ""}
YES = {"是", "yes", "true", "1", "y", "√"}
LIMIT = 20 * 1024 * 1024


def write_sheet(steps: list[Step]) -> bytes:
    """Return a workbook with one row a step; nothing in it is read as a formula."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet("步骤"), book.add_format({"bold": True})
    for column, (first, *_rest) in enumerate(HEADINGS.values()):
        sheet.write(0, column, first, bold)
    for row, step in enumerate(steps, start=1):
        for column, name in enumerate(HEADINGS):
            value = _cell(step, name)
            if value is not None:
                sheet.write(row, column, value)
    sheet.set_column(0, len(HEADINGS) - 1, 18)
    sheet.freeze_panes(1, 1)
    book.close()
    return target.getvalue()


def read_sheet(data: bytes) -> list[Step]:
    """Return the steps of the first sheet. Raises RegisterError for a file or a cell that cannot be read."""
    if len(data) > LIMIT:
        raise RegisterError("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > 10 * LIMIT:
                raise RegisterError("too_large")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True, max_row=400, max_col=60)]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        if isinstance(error, RegisterError):
            raise
        raise RegisterError("not_excel") from error
    columns = _columns(rows[0] if rows else [])
    steps: list[Step] = []
    for line, row in enumerate(rows[1:], start=2):
        cells = {name: row[place] if place < len(row) else None for name, place in columns.items()}
        if any(value not in (None, "") for value in cells.values()):
            steps.append(_step(len(steps) + 1, cells, line))
    return checked(steps)


def _columns(heads: list[object]) -> dict[str, int]:
    known = {word.lower(): name for name, words in HEADINGS.items() for word in words}
    found = {known[text]: place for place, head in enumerate(heads)
             if (text := str(head or "").strip().lower()) in known}
    if "name" not in found:
        raise RegisterError("no_step_column")
    return found


def _step(number: int, cells: dict[str, object], line: int) -> Step:
    text = {name: str(value if value is not None else "").strip() for name, value in cells.items()}
    if text.get("mode", "").lower() not in MODES:
        raise RegisterError("bad_mode", str(line))
    if not text["name"]:
        raise RegisterError("no_name", str(line))
    try:
        minutes = float(text["minutes"]) if text.get("minutes") else None
    except ValueError:
        raise RegisterError("bad_minutes", str(line)) from None
    return from_data(number, text["name"], {
        **{name: text.get(name, "") for name in ("input", "output", "performer")},
        "activities": names_in_lines(text.get("activities", "")),
        "started_by": names_in_lines(text.get("started_by", "")), "minutes": minutes,
        "mode": MODES[text.get("mode", "").lower()], "optional": text.get("optional", "").lower() in YES,
        "repeatable": text.get("repeatable", "").lower() in YES,
        "duties": {letter: names_in(text.get(letter, "")) for letter in LETTERS}})


def names_in_lines(text: str) -> tuple[str, ...]:
    """Return the activities of a cell, one a line: their names may hold commas and slashes."""
    return tuple(dict.fromkeys(part.strip() for part in text.split("\n") if part.strip()))


def _cell(step: Step, name: str) -> str | float | None:
    if name in LETTERS:
        return "、".join(step.roles(name))
    value = getattr(step, name)
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, bool):
        return "是" if value else ""
    return MODE_NAMES[value] if name == "mode" else value
