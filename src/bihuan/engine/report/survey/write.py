"""Writes a survey's report as Word, PDF or Excel, by the ending of the file's name."""

from __future__ import annotations

import os
from pathlib import Path

from ..pdf import write_pdf
from ..word import write_word
from ..write import check_format
from .contracts import SurveyReport
from .excel import write_excel
from .layout import lay_out


def write_survey(report: SurveyReport, path: str | os.PathLike[str]) -> Path:
    """Write the report to ``path`` (.docx, .pdf or .xlsx) in one step and return the path. Raises ReportError."""
    target = Path(path)
    suffix = check_format(target)
    draft = target.with_name(f".{target.stem}.{os.getpid()}{suffix}")
    try:
        if suffix == ".xlsx":
            write_excel(report, draft)
        else:
            (write_word if suffix == ".docx" else write_pdf)(lay_out(report), draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return target
