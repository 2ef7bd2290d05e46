"""Plans in lists, on their page and in files: phases with their measures, how far, how late, one drawing over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.report.parts import Document, Heading, Paragraph, Table
from bihuan.engine.report.words import words_for
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.queries.lists import MeasureLine
from bihuan.loop.improve.measures.queries.lists import lines_of as measure_lines
from bihuan.loop.improve.measures.queries.timeline import Gantt, Row, drawn, measure_rows, share_of

from .models import Phase, Plan


@dataclass(frozen=True)
class PhaseLine:
    """A phase: its measures that the person sees and how many more there are; ``share`` None when nothing is said.

    ``over`` are measures whose own day lies after the phase's.
    """

    phase: Phase
    lines: tuple[MeasureLine, ...]
    hidden: int
    share: float | None
    late_days: int
    over: tuple[MeasureLine, ...]

    @property
    def look(self) -> str:
        if self.phase.done_on:
            return "done"
        return "late" if self.late_days else "running" if self.share else "planned"


@dataclass(frozen=True)
class PlanLine:
    """A plan with its phases; ``share`` is the mean over the phases that say something, by their length in days."""

    plan: Plan
    unit: str
    phases: tuple[PhaseLine, ...]
    done: int
    share: float | None
    begin: date | None
    end: date | None

    @property
    def late(self) -> list[PhaseLine]:
        return [one for one in self.phases if one.late_days]

    @property
    def measures(self) -> list[MeasureLine]:
        """Each measure once, however many phases hold it."""
        return list({line.measure.pk: line for one in self.phases for line in one.lines}.values())

    @property
    def late_measures(self) -> int:
        return sum(line.is_late for line in self.measures)


def plans_for(user: User, *, closed: bool = False) -> QuerySet[Plan]:
    rows: QuerySet[Plan] = Plan.objects.for_user(user).select_related("owner").filter(closed_on__isnull=not closed)
    return rows.order_by("-pk")


def lines_of(plans: Iterable[Plan], user: User, today: date) -> list[PlanLine]:
    """Return plans as lists and pages show them, in a fixed number of questions."""
    plans = list(plans)
    phases = list(Phase.objects.filter(plan__in=[one.pk for one in plans]).select_related("owner", "plan"))
    links = list(Phase.measures.through.objects.filter(phase__in=[one.pk for one in phases]).values_list(
        "phase_id", "measure_id"))
    seen = Measure.objects.for_user(user).filter(pk__in={pk for _phase, pk in links}).select_related(
        "accountable").annotate(last_share=Max("progress__share"), last_week=Max("progress__week")).order_by(
            "due_on", "pk")
    known = {line.measure.pk: line for line in measure_lines(seen, today)}
    held: dict[int, list[int]] = {}
    for phase_id, measure_id in links:
        held.setdefault(phase_id, []).append(measure_id)
    order = list(known)
    by_plan: dict[int, list[PhaseLine]] = {}
    for phase in phases:
        own = held.get(phase.pk, [])
        lines = tuple(known[pk] for pk in order if pk in own)
        by_plan.setdefault(phase.plan_id, []).append(_phase_line(phase, lines, len(own) - len(lines), today))
    names = unit_names()
    return [_plan_line(one, names, tuple(by_plan.get(one.pk, ()))) for one in plans]


def _phase_line(phase: Phase, lines: tuple[MeasureLine, ...], hidden: int, today: date) -> PhaseLine:
    shares = [share_of(line) or 0.0 for line in lines if line.measure.state != Measure.State.WITHDRAWN]
    share = 100.0 if phase.done_on else sum(shares) / len(shares) if shares else None
    late = 0 if phase.done_on or phase.plan.closed_on else max((today - phase.due_on).days, 0)
    over = tuple(line for line in lines if line.days_left is not None and line.measure.due_on > phase.due_on)
    return PhaseLine(phase, lines, hidden, share, late, over)


def _plan_line(plan: Plan, names: dict[str, str], phases: tuple[PhaseLine, ...]) -> PlanLine:
    said = [(one.share, (one.phase.due_on - one.phase.starts_on).days + 1) for one in phases if one.share is not None]
    share = sum(share * days for share, days in said) / sum(days for _share, days in said) if said else None
    return PlanLine(
        plan, names.get(plan.unit_code, plan.unit_code), phases, sum(bool(one.phase.done_on) for one in phases), share,
        min((one.phase.starts_on for one in phases), default=None),
        max((one.phase.due_on for one in phases), default=None))


def rows_of(line: PlanLine, today: date) -> list[Row]:
    """Return a plan's lines over time: each phase, below it its measures."""
    rows = []
    for one in line.phases:
        phase = one.phase
        end = phase.done_on or phase.due_on
        rows.append(Row(phase.title, f"{phase.title} {phase.starts_on} – {end}", min(phase.starts_on, end), end,
                        one.look, one.share))
        rows += measure_rows(one.lines, today, inner=True)
    return rows


def gantt_of(line: PlanLine, today: date) -> Gantt | None:
    return drawn(rows_of(line, today), today)


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0f}%"


def document_of(line: PlanLine) -> Document:
    """Return a plan for printing: goal, phases, measures."""
    lang, plan = get_language() or "zh-hans", line.plan
    head = (_("阶段／措施"), _("交付物"), _("责任人"), _("起止"), _("进展"), _("状态"))
    rows = tuple((text[0], text[1], text[2], f"{text[3]}\n{text[4]}", text[6], text[7]) for text in table_of(line))
    parts: list[Any] = [Heading(_("目标")), Paragraph(plan.goal), Heading(_("阶段与措施")),
                        Table(head, rows, (5, 4, 2, 3, 2, 3)) if rows else Paragraph(_("还没有阶段。"))]
    if plan.closing:
        parts += [Heading(_("结束说明")), Paragraph(plan.closing)]
    facts = ((_("责任部门"), line.unit or _("整个工作区")), (_("总负责人"), str(plan.owner)),
             (_("起止"), f"{line.begin or '—'} – {line.end or '—'}"),
             (_("进展"), _("阶段 {done}/{all} 已交付，{share}").format(
                 done=line.done, all=len(line.phases), share=percent(line.share))))
    return Document(str(plan), lang, facts, tuple(parts), "",
                    words_for(lang).say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))


def table_of(line: PlanLine) -> list[tuple[str, ...]]:
    """Return the rows of a plan: what, deliverable, who, begin, due, done, progress, state in words."""
    rows: list[tuple[str, ...]] = []
    for one in line.phases:
        phase = one.phase
        rows.append((phase.title, phase.deliverable, str(phase.owner), str(phase.starts_on), str(phase.due_on),
                     str(phase.done_on or ""), percent(one.share), state_of(one)))
        for own in one.lines:
            measure = own.measure
            late = _("逾期 {days} 天").format(days=-(own.days_left or 0)) if own.is_late else ""
            rows.append((f"　{measure.number} {measure.title}", measure.aim, str(measure.accountable),
                         str(measure.started_on or measure.starts_on or ""), str(measure.due_on or ""),
                         str(measure.done_on or ""), percent(share_of(own)), late or str(measure.get_state_display())))
        if one.hidden:
            rows.append(("　" + _("另有 {count} 项您看不到的措施").format(count=one.hidden), *[""] * 7))
    return rows


def state_of(one: PhaseLine) -> str:
    if one.phase.done_on:
        return _("已交付")
    if one.late_days:
        return _("逾期 {days} 天").format(days=one.late_days)
    return _("进行中") if one.share else _("未开始")
