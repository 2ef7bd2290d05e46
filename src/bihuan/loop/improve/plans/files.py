"""A plan as a file: Word or PDF to read, Excel with the Gantt chart as coloured weeks."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.report.excel import SAFE
from bihuan.engine.report.pdf import write_pdf
from bihuan.engine.report.word import write_word
from bihuan.loop.improve.measures.services.carrying import today

from .models import VIEW, Plan
from .queries import PlanLine, document_of, lines_of, rows_of, table_of

WRITERS = {"docx": write_word, "pdf": write_pdf}
COLOURS = {"planned": "#b8c0c8", "running": "#3b82c4", "done": "#2f9e5b", "late": "#d0433b"}
MOST_WEEKS = 160


@transaction.atomic
def export_plan(*, plan: Plan, form: str, actor: User) -> bytes:
    """Return a plan as docx, pdf or xlsx, with the measures that the person sees."""
    require(actor, VIEW)
    day = today()
    line = lines_of([plan], actor, day)[0]
    content = _sheet(line, day) if form == "xlsx" else _text(line, form)
    audit.record("improve.plan_exported", plan, actor=actor, form=audit.plain(form))
    return content


def _text(line: PlanLine, form: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan.{form}"
        WRITERS[form](document_of(line), path)
        return path.read_bytes()


def _sheet(line: PlanLine, day: date) -> bytes:
    head = (_("阶段／措施"), _("交付物"), _("责任人"), _("计划开始"), _("计划完成"), _("实际完成"), _("进展"),
            _("状态"))
    file = BytesIO()
    with xlsxwriter.Workbook(file, {**SAFE, "in_memory": True}) as book:
        sheet, bold = book.add_worksheet(str(_("实施计划"))), book.add_format({"bold": True})
        sheet.write_row(0, 0, [str(line.plan), line.plan.goal], bold)
        sheet.write_row(2, 0, [str(one) for one in head], bold)
        sheet.set_column(0, 1, 32)
        sheet.set_column(2, len(head) - 1, 12)
        for place, row in enumerate(table_of(line), 3):
            sheet.write_row(place, 0, row)
        _weeks(book, sheet, line, day, len(head))
        sheet.freeze_panes(3, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return file.getvalue()


def _weeks(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, line: PlanLine, day: date, at: int
           ) -> None:
    """Colour the weeks of each phase and measure; today's week is marked in the head."""
    rows = rows_of(line, day)
    if not rows:
        return
    first = min(one.begin for one in rows)
    first -= timedelta(days=first.weekday())
    count = min((max(one.end for one in rows) - first).days // 7 + 1, MOST_WEEKS)
    fills = {kind: book.add_format({"bg_color": colour}) for kind, colour in COLOURS.items()}
    plain = book.add_format({"rotation": 90})
    now = book.add_format({"rotation": 90, "bold": True, "bg_color": "#ffe08a"})
    for number in range(count):
        week = first + timedelta(weeks=number)
        sheet.write(2, at + number, f"{week:%m-%d}", now if week <= day < week + timedelta(days=7) else plain)
    sheet.set_column(at, at + count - 1, 2.6)
    spots = iter(rows)
    for place, told in enumerate(table_of(line), 3):
        if not (told[4] or told[5]):
            continue                    # a line that says only how many are hidden, or a measure without a day
        row = next(spots)
        for number in range((row.begin - first).days // 7, min((row.end - first).days // 7 + 1, count)):
            sheet.write_blank(place, at + number, None, fills[row.kind])
