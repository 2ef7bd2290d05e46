"""Contracts and sheets for pages and files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import xlsxwriter
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.queries import unit_names
from bihuan.core.rights import can, reaches, scope_of
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.report.excel import SAFE
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.evaluate.progress.queries.questions import rows_address
from bihuan.loop.plan.goals.contracts import filters_of
from bihuan.ui import formats
from bihuan.ui.formats import signed

from ..contracts import LEAST_PEERS, MARKS, Item, Terms, terms_from
from ..models import MANAGE, Contract, Sheet


def contracts_for(user: User) -> QuerySet[Contract]:
    """Return the contracts a person sees, with how many sheets were made."""
    found: QuerySet[Contract] = Contract.objects.for_user(user).select_related("owner").annotate(
        made=Count("sheets")).order_by("title")
    return found


def sheets_for(user: User) -> QuerySet[Sheet]:
    """Return the sheets a person sees, the newest month first."""
    found: QuerySet[Sheet] = Sheet.objects.for_user(user).select_related("contract").order_by("-month", "pk")
    return found


def mark_labels() -> dict[str, str]:
    """Return what the marks of a row mean."""
    return {"": "", **{mark: str(label) for mark, label in MARKS.items()}}


@dataclass(frozen=True)
class Row:
    """One item of a sheet in words."""

    title: str
    weight: float
    result: Result | None
    points: float | None
    worst: float | None
    best: float | None
    mark: str
    difference: str
    interval: str
    expected: str
    adjusted: dict[str, Any] | None
    withheld: bool
    rows_url: str


def rows_of_sheet(sheet: Sheet, user: User) -> list[Row]:
    """Return the items of a sheet as its page shows them."""
    known, labels, opens = engine.passports(), mark_labels(), can(user, "evaluate.view_rows")
    leads = reaches(scope_of(user, MANAGE), unit=sheet.contract.unit_code)
    span = Span(sheet.month, (sheet.month + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    filters = filters_of({"unit": [sheet.contract.unit_code]})
    found = []
    for one in sheet.rows:
        name, adjusted = one["indicator"], one["adjusted"]
        withheld = bool(adjusted) and not leads and adjusted.get("peers", 0) < LEAST_PEERS
        adjusted = None if withheld else adjusted
        passport = known.get(name)
        unit = passport.unit if passport else ""
        result = None if one["result"] is None else Result(**{
            **one["result"], "group": {}, "bands_possible": tuple(one["result"]["bands_possible"])})
        told = (signed(adjusted["difference"], unit), f"{signed(adjusted['low'], unit)} – "
                f"{signed(adjusted['high'], unit)}", formats.figure(adjusted["expected"], unit)) if adjusted else (
                    "", "", "")
        found.append(Row(title_of(name), one["weight"], result, one["points"],
                         one["worst"], one["best"], labels[one["mark"]], *told, adjusted, withheld,
                         rows_address(name, filters, span) if opens and result else ""))
    return found


@dataclass(frozen=True)
class Rule:
    """One item of a rule table in words: its steps as (limit, points), the best first."""

    title: str
    weight: float
    steps: list[tuple[str, float]]


def words_of(terms: Terms) -> tuple[list[Rule], list[tuple[float, float]]]:
    """Return a rule table in words: indicators by name, limits in their units."""
    return [_rule(one) for one in terms.items], list(terms.coefficients)


def _rule(item: Item) -> Rule:
    passport = engine.passports().get(item.indicator)
    said = _("不低于 %(limit)s") if passport is None or passport.direction == "up" else _("不高于 %(limit)s")
    unit = passport.unit if passport else ""
    return Rule(title_of(item.indicator), item.weight,
                [(said % {"limit": formats.figure(limit, unit)}, points) for limit, points in item.steps])


def title_of(indicator: str) -> str:
    """Return an indicator's name; one that the catalogue no longer has is called so, and never by its code."""
    passport = engine.passports().get(indicator)
    return in_language(passport.title) if passport else _("不在目录里的指标")


def terms_of(told: dict[str, Any]) -> Terms:
    return terms_from(told)


def vendor_name(code: str) -> str:
    return unit_names().get(code, code)


def sheet_name(sheet: Sheet) -> str:
    return f"{sheet.contract.title} {sheet.month:%Y-%m}"


def about_sheet(sheet: Sheet) -> About:
    return About("vendors.sheet", str(sheet.pk), f"/evaluate/vendors/sheets/{sheet.pk}/", sheet.contract.unit_code)


def sheet_file(sheet: Sheet, user: User, head: str) -> bytes:
    """Return a sheet as Excel: every number with n, interval, points and mark, the coefficient, and the log's head."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {**SAFE, "in_memory": True}) as book:
        bold, page = book.add_format({"bold": True}), book.add_worksheet(_("考核单"))
        page.set_column(0, 0, 26)
        page.set_column(1, 11, 15)
        facts = [(_("合同"), sheet.contract.title), (_("外包商"), vendor_name(sheet.contract.unit_code)),
                 (_("月份"), f"{sheet.month:%Y-%m}"), (_("状态"), sheet.state_words),
                 (_("确认期限"), str(sheet.answer_by) if sheet.answer_by else None),
                 (_("考核得分"), sheet.score), (_("结算系数"), sheet.coefficient), (_("申诉后的系数"), sheet.settled),
                 (_("规则版本"), sheet.version.number), (_("校验值"), sheet.rows_hash), (_("审计日志"), head)]
        for line, (name, value) in enumerate(facts):
            page.write(line, 0, name, bold)
            page.write(line, 1, "—" if value is None else value)
        headings = [_("指标"), _("权重"), _("数值"), "n", _("区间下限"), _("区间上限"), _("得分"), _("不利一端得分"),
                    _("有利一端得分"), _("同等构成下与其他单位之差"), _("差的区间"), _("标记")]
        first = len(facts) + 1
        page.write_row(first, 0, headings, bold)
        for line, row in enumerate(rows_of_sheet(sheet, user), first + 1):
            told = row.result
            values = [row.title, row.weight, *((told.value, told.n, told.low, told.high) if told else (None,) * 4),
                      row.points, row.worst, row.best, row.difference, row.interval, row.mark]
            page.write_row(line, 0, ["—" if one is None else one for one in values])
    return buffer.getvalue()
