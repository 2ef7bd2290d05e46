"""The seven stages for one review: the work on its units and filters between its first day and its end.

A figure is the number of the rows it opens: each part of a stage holds its rows, the page shows the first ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import beside
from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.loop.collect.surveys.queries import waves_for
from bihuan.loop.collect.surveys.rights import reads_surveys
from bihuan.loop.diagnose.findings.queries.scoping import findings_of_review
from bihuan.loop.diagnose.findings.queries.words import shown_title
from bihuan.loop.evaluate.reports.queries.newest import newest
from bihuan.loop.evaluate.reports.services import read_query
from bihuan.loop.improve.measures.queries.lists import lines_of, measures_of_review
from bihuan.loop.plan.cycles.contracts import CycleInfo
from bihuan.loop.plan.cycles.queries.cycles import Cycle, cycles_for, goals_of, info_of
from bihuan.loop.verify.verdicts.queries.lists import promotions, reviews_for

from .parts import MOST, Figure, Line, Stage, age_since, age_text, due_text
from .waiting import waits_on
from .whole import OPEN_FINDINGS, today

SHOWN = 30              # reviews that the picker offers


@dataclass(frozen=True)
class Part:
    """One figure of a stage with the rows behind it."""

    key: str
    label: str
    lines: list[Line]
    late: bool = False


@dataclass(frozen=True)
class Whole:
    """One stage with all its parts."""

    name: str
    icon: str
    parts: list[Part]
    nothing: str


def cycle_choices(user: User) -> list[Cycle]:
    """Return the newest reviews a person may choose between."""
    return list(cycles_for(user).order_by("-end", "-pk")[:SHOWN])


def cycle_stages(cycle: Cycle, user: User) -> list[Stage]:
    """Return the stages of one review that a person has a part in, in the order of the loop."""
    return [Stage(one.name, one.icon,
                  [Figure(part.label, len(part.lines), _address(cycle, part), part.late and bool(part.lines))
                   for part in one.parts],
                  [line for part in one.parts for line in part.lines][:MOST], one.nothing)
            for one in _wholes(cycle, user)]


def behind(cycle: Cycle, key: str, user: User) -> Part | None:
    """Return one figure with all its rows; None where there is none or the person has no part in it."""
    return next((part for one in _wholes(cycle, user) for part in one.parts if part.key == key), None)


def _address(cycle: Cycle, part: Part) -> str:
    return reverse("loop:behind", args=[cycle.pk, part.key])


def _wholes(cycle: Cycle, user: User) -> list[Whole]:
    info, now = info_of(cycle), today()
    findings = list(findings_of_review(user, info.window))
    measures = lines_of(measures_of_review(user, info.window, [one.pk for one in findings], now), now)
    found = [_plan(cycle, user, now)]
    if reads_surveys(user):
        found.append(_collect(info, user, now))
    if can(user, "evaluate.view_board"):
        found.append(_evaluate(cycle, info, user, now))
    if can(user, "diagnose.view_findings"):
        found.append(_diagnose(findings, now))
    if can(user, "improve.view_measures"):
        ids = [line.measure.pk for line in measures]
        found += [_improve(measures), _verify(ids, user, now), _learn(user, ids, now)]
    return found


def _plan(cycle: Cycle, user: User, now: date) -> Whole:
    goals = [one for one in goals_of(cycle, user) if one.goal.state == "active"]

    def lines(rows: Iterable[Any]) -> list[Line]:
        return [Line(one.title, reverse("progress:goal", args=[one.goal_id]), str(one.owner),
                     due_text((one.due - now).days), one.due < now) for one in rows]

    return Whole(_("计划"), "target", [
        Part("goals", _("进行中的目标"), lines(one for one in goals if one.due >= now)),
        Part("goals-over", _("已到期，待总结"), lines(one for one in goals if one.due < now), late=True)],
        _("这次复盘还没有关联目标。"))


def _collect(info: CycleInfo, user: User, now: date) -> Whole:
    zone, window = workspace.zone(), info.window
    lines = []
    for one in waves_for(user):
        if one.opens_at is None or (window.units is not None and one.unit_code not in window.units):
            continue
        opens = one.opens_at.astimezone(zone).date()
        closes = one.closes_at.astimezone(zone).date() if one.closes_at else now
        if opens <= window.until and closes >= window.start:
            when = due_text((closes - now).days) if one.closes_at and one.state == "open" else str(opens)
            lines.append(Line(f"{one.title} · {one.name}", reverse("surveys:survey", args=[one.survey_id]), "", when))
    return Whole(_("收集"), "inbox", [Part("waves", _("这一期的调查"), lines)], _("这一期没有调查。"))


def _evaluate(cycle: Cycle, info: CycleInfo, user: User, now: date) -> Whole:
    page = reverse("cycles:cycle", args=[cycle.pk])
    opened = workspace.day_of(cycle.opened_at)
    waiting = [] if cycle.scoring_closed_at else [
        Line(_("评分"), page, beside(one.user, one.get_role_display()), age_text((now - opened).days))
        for one in cycle.members.filter(scored_at=None).select_related("user")]
    reports = [Line(one.title, reverse("reports:report", args=[one.pk]), str(one.created_by),
                    age_since(one.created_at, now)) for one in newest(user) if _is_about(one, info)]
    parts = [Part("scores", _("待评分的成员"), waiting), Part("reports", _("评价报告"), reports)]
    return Whole(_("评价"), "chart-bar", parts, _("评分已齐，还没有这一期的评价报告。"))


def _is_about(report: Any, info: CycleInfo) -> bool:
    """Whether a report speaks of days and units of the review."""
    query, window = read_query(report.query), info.window
    inside = window.units is None or (report.units is not None and set(report.units) <= set(window.units))
    return inside and query.start is not None and query.end is not None and (
        query.start <= info.end and query.end >= info.start)


def _diagnose(findings: Sequence[Any], now: date) -> Whole:
    def lines(*states: str) -> list[Line]:
        return [Line(f"{one.number} {shown_title(one)}", reverse("findings:finding", args=[one.pk]),
                     str(one.owner) if one.owner else _("无人负责"), age_since(one.first_seen, now),
                     late=one.owner is None and one.state in OPEN_FINDINGS)
                for one in findings if one.state in states]

    return Whole(_("诊断"), "search", [
        Part("new", _("待处理的问题"), lines("new"), late=True), Part("accepted", _("查原因中"), lines("accepted")),
        Part("diagnosed", _("待改进"), lines("diagnosed")), Part("settled", _("已解决的问题"), lines("settled"))],
        _("没有未解决的问题。"))


def _improve(lines: Sequence[Any]) -> Whole:
    def shown(rows: Iterable[Any]) -> list[Line]:
        return [Line(f"{one.measure.number} {one.measure.title}", reverse("measures:measure", args=[one.measure.pk]),
                     waits_on(one), "" if one.days_left is None else due_text(one.days_left), one.is_late)
                for one in rows]

    running = [one for one in lines if one.measure.is_open and not one.is_late]
    return Whole(_("改进"), "settings", [
        Part("late", _("逾期"), shown(one for one in lines if one.is_late), late=True),
        Part("measures", _("未关闭的措施"), shown(running)),
        Part("closed", _("已关闭的措施"), shown(one for one in lines if not one.measure.is_open))],
        _("没有进行中的措施。"))


def _verify(measures: list[int], user: User, now: date) -> Whole:
    rows = list(reviews_for(user).filter(measure__in=measures))

    def lines(kept: Iterable[Any]) -> list[Line]:
        return [Line(f"{one.measure.number} {one.measure.title}", reverse("verdicts:measure", args=[one.measure_id]),
                     str(one.measure.accountable), due_text((one.due_on - now).days) if one.state == "waiting" else "",
                     one.state == "waiting" and one.due_on <= now) for one in kept]

    judged = [one for one in rows if one.state == "judged"]
    waits = [one for one in rows if one.state == "waiting"]
    return Whole(_("验证"), "shield", [
        Part("due", _("到期未评"), lines(one for one in waits if one.due_on <= now), late=True),
        Part("waiting", _("等待复评"), lines(one for one in waits if one.due_on > now)),
        Part("unsigned", _("有结论，待确认"), lines(one for one in judged if one.verdict.accepted_at is None)),
        Part("signed", _("已确认的结论"), lines(one for one in judged if one.verdict.accepted_at))],
        _("没有等待复评的措施。"))


def _learn(user: User, measures: list[int], now: date) -> Whole:
    kept = promotions(user).filter(verdict__measure__in=measures).order_by("-at")
    return Whole(_("沉淀"), "book", [Part("kept", _("可推广的做法"), [
        Line(one.verdict.measure.title, reverse("verdicts:promotion", args=[one.pk]), str(one.by or ""),
             age_since(one.at, now)) for one in kept])], _("还没有经数据证实、可推广的做法。"))
