"""Writes a report as Word, PDF or Excel, by the ending of the file's name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..charts.render import can_draw
from .contracts import Report
from .document import lay_out
from .errors import ReportError


@dataclass(frozen=True)
class Written:
    """What was written; ``pictures`` False when charts could not be drawn on this machine."""

    path: Path
    pictures: bool


def write(
    report: Report, path: str | os.PathLike[str], *, audit_head: str | None = None, organisation: str = ""
) -> Written:
    """Write the report to ``path`` (.docx, .pdf or .xlsx) in one step: readers see the old file or the whole new one.

    ``audit_head``: the head of the product's audit chain, printed on the first page and in the footer. Excel draws
    its own charts; Word and PDF are written without pictures, and say so, where ECharts is missing. ReportError
    ``unknown_format`` for another ending, ``cannot_write`` where the place lets nobody write.
    """
    target = Path(path)
    suffix = check_format(target)
    pictures = suffix == ".xlsx" or can_draw()
    draft = target.with_name(f".{target.stem}.{os.getpid()}{suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
    except OSError as error:
        raise ReportError("cannot_write", file=str(target), problem=error.strerror) from None
    try:
        document = lay_out(report, audit_head=audit_head, organisation=organisation, pictures=pictures)
        if suffix == ".docx":
            from .word import write_word
            write_word(document, draft)
        elif suffix == ".pdf":
            from .pdf import write_pdf
            write_pdf(document, draft)
        else:
            from .excel import write_excel
            write_excel(report, document, draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return Written(target, pictures)


def check_format(path: str | os.PathLike[str]) -> str:
    """Return the ending that says how a file is written; ReportError ``unknown_format`` for one that cannot be."""
    suffix = Path(path).suffix.lower()
    if suffix not in (".docx", ".pdf", ".xlsx"):
        raise ReportError("unknown_format", suffix=suffix or Path(path).name)
    return suffix
