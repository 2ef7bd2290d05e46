"""The weekly review pack (SPEC 125): what is new, what came back, what waits and what is late, made from the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.report.parts import Document, Heading, Paragraph, Part, Table
from bihuan.engine.report.words import words_for
from bihuan.loop.evaluate.indicators.queries import engine

from .findings import findings_for
from .lists import Line, line_of

MOST = 200


@dataclass(frozen=True)
class Pack:
    """One week: anomalies seen in it, open findings, joint issues without an answer; ``weeks`` are those to choose."""

    week: str
    start: date
    end: date
    anomalies: tuple[Line, ...]
    waiting: tuple[Line, ...]
    issues: tuple[Line, ...]
    weeks: tuple[str, ...]


def pack_of(user: User, week: str = "") -> Pack:
    """Return the pack of a week within what a person sees; of the last whole week of the data without one."""
    weeks = last_weeks()
    chosen = week if week in weeks else weeks[0]
    year, number = (int(part) for part in chosen.split("-W"))
    start = date.fromisocalendar(year, number, 1)
    end = start + timedelta(days=6)
    zone, names = workspace.zone(), unit_names()
    span = (datetime.combine(start, time.min, zone), datetime.combine(end, time.max, zone))
    rows = findings_for(user)
    seen = rows.filter(Q(first_seen__range=span) | Q(last_seen__range=span)).order_by("kind", "-size", "pk")
    waiting = rows.exclude(state__in=("settled", "dismissed")).order_by("state", "first_seen", "pk")
    late = rows.filter(issue__isnull=False, issue__answered_at=None).order_by("issue__answer_by", "pk")
    return Pack(chosen, start, end, *(tuple(line_of(row, names) for row in part[:MOST]) for part in (
        seen, waiting, late)), weeks)


def last_weeks(count: int = 13) -> tuple[str, ...]:
    """Return the labels of the last whole weeks that the facts reach, the latest first."""
    day = engine.today()
    monday = day - timedelta(days=day.weekday())
    last = monday if day.weekday() == 6 else monday - timedelta(days=7)
    weeks = [(last - timedelta(days=7 * back)).isocalendar() for back in range(count)]
    return tuple(f"{one.year}-W{one.week:02d}" for one in weeks)


def document_of(pack: Pack, user: User) -> Document:
    """Return the pack as the parts that Word and PDF share."""
    lang = get_language() or "zh-hans"
    say = words_for(lang).say
    parts: list[Part] = [
        Heading(_("本周的异常")), _table(pack.anomalies), Heading(_("未结问题")), _table(pack.waiting),
        Heading(_("待答复的跨部门事项")), _table(pack.issues),
        Paragraph(_("数字、区间与 n 出自系统的问题清单，在系统中逐条可打开明细。"), note=True)]
    facts = ((_("期间"), f"{pack.start:%Y-%m-%d} – {pack.end:%Y-%m-%d}"), (_("制作人"), str(user)),
             (_("制作时间"), timezone.localtime().strftime("%Y-%m-%d %H:%M")))
    return Document(_("每周复盘材料 {week}").format(week=pack.week), lang, facts, tuple(parts), "",
                    say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))


def _table(lines: tuple[Line, ...]) -> Part:
    if not lines:
        return Paragraph(_("没有。"))
    rows = tuple((
        f"{line.finding.number} {line.title}", f"{line.value}\n{line.interval}\nn = {line.finding.n:,}",
        line.compared, line.size, str(line.finding.owner or line.suggested or "—"),
        str(line.finding.get_state_display())) for line in lines)
    head = (_("问题"), _("数值"), _("对比"), _("规模"), _("责任"), _("状态"))
    return Table(head, rows, (5, 3, 2, 3, 2, 2))
