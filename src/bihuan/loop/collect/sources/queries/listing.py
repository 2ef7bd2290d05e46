"""The list of sources: each with its state in a word, and what its rows in the lake tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core import workspace
from bihuan.engine.facts.ages import Age, ages_by_source

from ..models import Pull, Source
from ..timing import words_of
from .freshness import freshness_of

STATES: dict[str, tuple[Promise, str]] = {
    "paused": (gettext_lazy("已暂停"), "plain"),
    "running": (gettext_lazy("拉取中"), "note"),
    "failed": (gettext_lazy("出错"), "bad"),
    "waiting": (gettext_lazy("稍后继续"), "fair"),
    "late": (gettext_lazy("数据已过期"), "bad"),
    "new": (gettext_lazy("尚未运行"), "plain"),
    "good": (gettext_lazy("正常"), "good"),
}


@dataclass(frozen=True)
class Line:
    """One source as the list shows it. ``latest`` is the latest moment its rows speak of, None without rows;

    ``gaps`` are the fields that most of its cases lack, in words.
    """

    source: Source
    state: str
    label: str
    tone: str
    rhythm: str
    is_late: bool
    latest: datetime | None
    cases: int
    gaps: tuple[str, ...]


def lines(now: datetime) -> list[Line]:
    """Return all sources; three queries however many there are."""
    sources = list(Source.objects.all())
    open_pulls = dict(Pull.objects.filter(state__in=Pull.OPEN).values_list("source_id", "state"))
    ages = ages_by_source(workspace.home()) if sources else {}
    return [line_of(source, open_pulls.get(source.pk, ""), ages, now) for source in sources]


def line(source: Source, now: datetime) -> Line:
    """Return one source as the list shows it."""
    state = Pull.objects.filter(source=source, state__in=Pull.OPEN).values_list("state", flat=True).first()
    return line_of(source, state or "", ages_by_source(workspace.home()), now)


def line_of(source: Source, open_state: str, ages: dict[str, Age], now: datetime) -> Line:
    late = freshness_of(source, now).is_late
    state = _state_of(source, open_state, late)
    label, tone = STATES[state]
    own = [ages[name] for name in source.lake_names if name in ages]
    rhythm = _("每分钟查看") if source.is_folder else words_of(source.cron)
    latest = max((age.latest for age in own if age.latest), default=None)
    return Line(source, state, str(label), tone, rhythm, late, latest, sum(age.cases for age in own), _gaps(own))


def _state_of(source: Source, open_state: str, late: bool) -> str:
    if not source.is_active:
        return "paused"
    if open_state == Pull.State.RUNNING:
        return "running"
    if source.trouble:
        return "failed"
    if open_state == Pull.State.WAITING:
        return "waiting"
    if late:
        return "late"
    return "good" if source.fresh_at else "new"


def _gaps(ages: list[Age]) -> tuple[str, ...]:
    """Return the fields that more than one case in twenty lacks, with their share."""
    cases = sum(age.cases for age in ages)
    names = {"agent": _("坐席"), "channel": _("渠道"), "customer": _("客户"), "opened": _("受理时间")}
    told = []
    for field, name in names.items():
        missing = sum(age.missing.get(field, 0) for age in ages)
        if cases and missing * 20 > cases:
            told.append(_("%(field)s缺 %(share)d%%") % {"field": name, "share": round(100 * missing / cases)})
    return tuple(told)
