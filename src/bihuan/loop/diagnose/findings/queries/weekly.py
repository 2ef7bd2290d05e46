"""The weekly review pack (SPEC 125): what is new, what came back, what waits and what is late, made from the data."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.indicators.periods import label, latest_over
from bihuan.engine.report.parts import Document, Heading, Paragraph, Part, Table
from bihuan.engine.report.words import words_for
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import Finding, WeeklyPack
from .findings import findings_for
from .lists import Line, line_of

MOST = 200
# What a pack keeps of a finding as it was: the rest of its line follows from these.
KEPT = ("state", "n", "value", "low", "high", "target", "usual", "size", "size_measure", "period", "unit")
PARTS = ("anomalies", "waiting", "issues")


@dataclass(frozen=True)
class Pack:
    """One week: anomalies seen in it, open findings, joint issues without an answer; ``weeks`` are those to choose.

    ``kept`` is the pack made when the week was over; None: nothing was kept, and the lines are those of now.
    """

    week: str
    start: date
    end: date
    anomalies: tuple[Line, ...]
    waiting: tuple[Line, ...]
    issues: tuple[Line, ...]
    weeks: tuple[str, ...]
    kept: WeeklyPack | None = None


def pack_of(user: User, week: str = "") -> Pack:
    """Return the pack of a week within what a person sees; of the last whole week of the data without one."""
    weeks = tuple(sorted({*last_weeks(), *WeeklyPack.objects.values_list("week", flat=True)}, reverse=True))
    chosen = week if week in weeks else last_weeks(1)[0]
    start, end = days_of(chosen)
    rows, names = findings_for(user), unit_names()
    kept = WeeklyPack.objects.filter(week=chosen).first()
    found = as_kept(kept, rows) if kept else as_now(rows, start, end)
    return Pack(chosen, start, end, *(tuple(line_of(row, names) for row in found[part][:MOST]) for part in PARTS),
                weeks, kept)


def days_of(week: str) -> tuple[date, date]:
    """Return the Monday and the Sunday of a week such as 2026-W04."""
    year, number = (int(part) for part in week.split("-W"))
    start = date.fromisocalendar(year, number, 1)
    return start, start + timedelta(days=6)


def as_now(rows: QuerySet[Finding], start: date, end: date) -> dict[str, list[Finding]]:
    """Return the parts of a week as the findings say them now."""
    zone = workspace.zone()
    span = (datetime.combine(start, time.min, zone), datetime.combine(end, time.max, zone))
    seen = rows.filter(Q(first_seen__range=span) | Q(last_seen__range=span)).order_by("kind", "-size", "pk")
    waiting = rows.exclude(state__in=("settled", "dismissed")).order_by("state", "first_seen", "pk")
    late = rows.filter(issue__isnull=False, issue__answered_at=None).order_by("issue__answer_by", "pk")
    return dict(zip(PARTS, (list(seen), list(waiting), list(late))))


def as_kept(pack: WeeklyPack, rows: QuerySet[Finding]) -> dict[str, list[Finding]]:
    """Return the parts of a kept pack within reach, each finding saying what it said then."""
    found = rows.in_bulk([one["id"] for part in PARTS for one in pack.parts[part]])
    return {part: [_said(found[one["id"]], one) for one in pack.parts[part] if one["id"] in found] for part in PARTS}


def _said(finding: Finding, told: dict[str, Any]) -> Finding:
    then = copy(finding)
    for name in KEPT:
        setattr(then, name, told[name])
    return then


def last_weeks(count: int = 13) -> tuple[str, ...]:
    """Return the labels of the last weeks that the facts reach beyond, the latest first."""
    last = latest_over("week", engine.today())
    return tuple(label("week", last - 7 * back) for back in range(count))


def document_of(pack: Pack, user: User) -> Document:
    """Return the pack as the parts that Word and PDF share."""
    lang = get_language() or "zh-hans"
    say = words_for(lang).say
    parts: list[Part] = [
        Heading(_("本周的异常")), _table(pack.anomalies), Heading(_("未结问题")), _table(pack.waiting),
        Heading(_("待答复的跨部门事项")), _table(pack.issues), *more_parts(user, pack),
        Paragraph(_("数字、区间与 n 出自系统的问题清单，在系统中逐条可打开明细。"), note=True)]
    facts = ((_("期间"), f"{pack.start:%Y-%m-%d} – {pack.end:%Y-%m-%d}"), (_("制作人"), str(user)),
             (_("制作时间"), timezone.localtime(pack.kept.made_at if pack.kept else None).strftime("%Y-%m-%d %H:%M")))
    return Document(_("每周复盘材料 {week}").format(week=pack.week), lang, facts, tuple(parts), "",
                    say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))


def more_parts(user: User, pack: Pack) -> list[Part]:
    """Return what higher rooms add to the pack, as the settings name them: open measures and the like."""
    stored = pack.kept.parts if pack.kept else {}
    return [part for name, path in settings.BIHUAN_WEEKLY_PARTS.items()
            for part in import_string(path)(user, stored.get(name))]


def kept_of(week: str, name: str) -> list[dict[str, Any]] | None:
    """Return what a higher room had kept in the pack of a week; None where nothing was: that room checks the rights."""
    pack = WeeklyPack.objects.filter(week=week).first()
    return pack.parts.get(name) if pack else None


def _table(lines: tuple[Line, ...]) -> Part:
    if not lines:
        return Paragraph(_("没有。"))
    rows = tuple((
        f"{line.finding.number} {line.title}", f"{line.value}\n{line.interval}\nn = {line.finding.n:,}",
        line.compared, line.size, str(line.finding.owner or line.suggested or "—"),
        str(line.finding.get_state_display())) for line in lines)
    head = (_("问题"), _("数值"), _("对比"), _("规模"), _("责任"), _("状态"))
    return Table(head, rows, (5, 3, 2, 3, 2, 2))
