"""Coverage and sheets of technical support as an Excel file."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.engine.report.excel import SAFE
from bihuan.engine.support.coverage import Line, Share

from ..contracts import Remit, Sheet, Standing
from .words import level_labels, line_mark, unfilled


def workbook(found: Standing, head: str) -> bytes:
    """Return the file: the table of problem types and systems, then one sheet a team. Empty cells are no data."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {**SAFE, "in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        _coverage(book.add_worksheet(_("覆盖")), bold, found, head)
        for number, sheet in enumerate(found.sheets, 1):
            # A sheet's name takes no brackets and 31 characters; its own heading has the unit's whole name.
            _team(book.add_worksheet(f"{number} {_named(sheet.unit)}"), bold, sheet, found)
    return buffer.getvalue()


def _named(code: str) -> str:
    return "".join("-" if mark in "[]:*?/\\'" else mark for mark in code)[:27]


def _coverage(page: Any, bold: Any, found: Standing, head: str) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 60, 14)
    table, span = found.coverage, found.span
    facts = [(_("周期"), f"{span.start or ''} – {span.end or ''}"), (_("支持团队"), len(found.sheets)),
             (_("已办理的问题类型"), table.problems), (_("涉及系统"), table.systems_handled),
             (_("未覆盖的问题类型"), len(table.uncovered)), (_("审计日志"), head)]
    row = _facts(page, bold, facts)
    for label, share in ((_("由技术支持办理"), table.share), (_("样本覆盖率"), table.familiar)):
        page.write_row(row, 0, [label, *_share(share)])
        row += 1
    systems = [name for name, _n, _handled in table.systems]
    headings = [_("问题类型"), _("工单"), _("由技术支持办理"), "n", _("区间下限"), _("区间上限"), _("胜任人数"),
                _("说明")]
    page.write_row(row + 1, 0, [*headings, *(unfilled(name) for name in systems)], bold)
    for place, line in enumerate(table.lines, row + 2):
        page.write_row(place, 0, [unfilled(line.problem), line.n, *_share(line.share), line.masters, line_mark(line)])
        _cells(page, place, len(headings), line, systems)


def _cells(page: Any, row: int, first: int, line: Line, systems: list[str | None]) -> None:
    for place, system in enumerate(systems, first):
        if system in line.cells:
            n, handled = line.cells[system]
            page.write(row, place, f"{handled}/{n}")


def _team(page: Any, bold: Any, sheet: Sheet, found: Standing) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 60, 14)
    team = sheet.team
    row = _facts(page, bold, [
        (_("团队"), sheet.name), (_("在岗人数"), team.headcount), (_("周期内加入"), team.joined),
        (_("周期内离开"), team.left), (_("已评定技能的人数"), team.assessed)])
    page.write_row(row, 0, [_("优先级"), *(
        text for title in found.speed_titles for text in (title, "n", _("区间下限"), _("区间上限")))], bold)
    for speed in sheet.speeds:
        row += 1
        told: list[Any] = [_("合计") if speed.total else unfilled(speed.priority)]
        for result, _address in speed.results:
            told += ([result.value, result.n, result.low, result.high] if result and not result.suppressed
                     else [None] * 4)
        page.write_row(row, 0, told)
    _skills(page, bold, row + 2, sheet, found.remit)


def _skills(page: Any, bold: Any, row: int, sheet: Sheet, remit: Remit) -> None:
    labels = level_labels()
    page.write_row(row, 0, [_("技能"), *(labels[level] for level in sorted(labels)), _("已评定"),
                            _("胜任（{level} 级及以上）").format(level=remit.least_level)], bold)
    for skill in sheet.team.skills:
        row += 1
        page.write_row(row, 0, [skill.name, *skill.counts, skill.assessed, skill.masters])
    page.write_row(row + 2, 0, [_("人员"), *(skill.name for skill in sheet.team.skills)], bold)
    for place, (person, levels) in enumerate(sheet.matrix, row + 3):
        page.write_row(place, 0, [person, *levels])


def _facts(page: Any, bold: Any, facts: list[tuple[str, Any]]) -> int:
    for row, (name, value) in enumerate(facts):
        page.write(row, 0, name, bold)
        page.write(row, 1, value)
    return len(facts) + 1


def _share(share: Share) -> list[Any]:
    return [share.value, share.n, share.low, share.high]
