"""What nobody asks for yet should be told: sources that fell silent, indicators that left their course."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import median

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import named
from bihuan.core.models import Unit, User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.notifications.services import notify
from bihuan.core.systems import source_name
from bihuan.engine.facts import journal
from bihuan.engine.indicators.contracts import EVERYTHING, Passport, Query, Result
from bihuan.loop.collect.sources.queries import lake_names
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cells import cell_of
from bihuan.loop.evaluate.indicators.queries.families import is_shown
from bihuan.loop.evaluate.indicators.queries.scoping import units_are
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.ui import formats

from ..models import WatchState

# A rhythm is known from so many imports; twice its usual gap, and at least an hour, is silence.
FEWEST_IMPORTS = 4
SILENT_TIMES, SHORTEST = 2, timedelta(hours=1)
LATEST_IMPORTS = 12
# Silence of months is no news: the source was given up.
LONGEST = timedelta(days=60)
MORNING_HOUR = 8
CONTROL_DAYS = 30


def watch_sources(*, now: datetime) -> int:
    """Tell those who import of every source that is silent for longer than usual, once a silence.

    Data sources have a term of their own and are told by it: asked in vain every hour, they are not silent.
    """
    done: dict[str, list[datetime]] = defaultdict(list)
    watched = lake_names()
    for batch in journal.batches(workspace.home()):
        if batch.state == "done" and batch.done_at <= now and batch.source not in watched:
            done[batch.source or batch.mapping or batch.table].append(batch.done_at)
    return sum(_tell_silence(source, sorted(moments), now) for source, moments in done.items() if source)


def usual_gap(moments: list[datetime]) -> timedelta | None:
    """Return the median gap between the last imports; None while there are too few. Parts of one evening count once."""
    days = sorted({moment.replace(minute=0, second=0, microsecond=0) for moment in moments})[-LATEST_IMPORTS:]
    if len(days) < FEWEST_IMPORTS:
        return None
    return timedelta(seconds=median((later - earlier).total_seconds() for earlier, later in zip(days, days[1:])))


def _tell_silence(source: str, moments: list[datetime], now: datetime) -> bool:
    gap, silent = usual_gap(moments), now - moments[-1]
    if gap is None or not max(SILENT_TIMES * gap, SHORTEST) < silent < LONGEST:
        return False
    last, seconds = moments[-1].astimezone(workspace.zone()).strftime("%Y-%m-%d %H:%M"), gap.total_seconds()
    return notify("source_silent", title=lambda: _("来源“%(source)s”已 %(time)s没有导入") % {
        "source": source_name(source), "time": formats.duration(silent.total_seconds())}, at=now,
        text=lambda: _("最近一次导入在 %(last)s，平常约每 %(gap)s一次。") % {
            "last": last, "gap": formats.duration(seconds)},
        right="collect.import_records", about=About("source", source, reverse("records:batch_list")),
        key=f"source_silent:{source}:{moments[-1]:%Y%m%dT%H%M%S}"[:200]) is not None


def watch_indicators(*, now: datetime) -> int:
    """Look at yesterday once, in the morning: indicators that missed their target or left their control limits.

    Told to those who set targets: the whole to those who see all, each centre's to those who reach it.
    """
    local = now.astimezone(workspace.zone())
    day, latest = local.date() - timedelta(days=1), engine.as_of()
    if local.hour < MORNING_HOUR or latest is None or latest.astimezone(local.tzinfo).date() < day:
        return 0
    _state, is_new = WatchState.objects.get_or_create(name="indicators", defaults={"day": day})
    if not is_new and not WatchState.objects.filter(name="indicators", day__lt=day).update(day=day):
        return 0
    seen_all = {person.pk: person for person in people_with("evaluate.change_targets")
                if person.assignments.filter(role__scope="all").exists()}
    told = _look(day, "", list(seen_all.values()), now)
    for centre in Unit.objects.filter(kind="centre", is_current=True):
        people = [one for one in people_with("evaluate.change_targets", centre.code) if one.pk not in seen_all]
        told += _look(day, centre.code, people, now) if people else 0
    return told


def _look(day: date, unit: str, people: list[User], now: datetime) -> int:
    if not people:
        return 0
    # The ones a first look needs: a notice for each of fifty would be read by nobody.
    known = {name: passport for name, passport in engine.passports().items() if is_shown(passport, "")}
    where = units_are((unit,)) if unit else None
    asked = Query(indicators=tuple(known), period="all", start=day, end=day, where=where)
    return sum(_tell_indicator(known[result.indicator], result, day, unit, people, now)
               for result in engine.ask(asked, EVERYTHING) if result.n and not result.small)


def _tell_indicator(passport: Passport, result: Result, day: date, unit: str, people: list[User],
                    now: datetime) -> bool:
    why = _wrong(passport, result, day, unit)
    if why is None:
        return False
    place = Unit.objects.filter(pk=unit).values_list("name", flat=True).first() or unit

    def text() -> str:
        return _("%(day)s，%(place)s：%(value)s（n = %(n)s）") % {
            "day": day.isoformat(), "place": place or _("全公司"),
            "value": formats.figure(result.value, passport.unit), "n": formats.plain(result.n)}

    address = reverse("indicators:indicator", args=[passport.name]) + f"?period=custom&from={day}&to={day}"
    return notify("indicator_off", text=text, to=people, at=now,
                  title=lambda: named(in_language(passport.title), why()),
                  about=About("indicator", passport.name, address + (f"&unit={unit}" if unit else ""), unit),
                  key=f"indicator_off:{passport.name}:{unit}:{day}") is not None


def _wrong(passport: Passport, result: Result, day: date, unit: str) -> Callable[[], str] | None:
    """Return the words for what is wrong with a day: it misses the target, or lies beyond the control limits."""
    target = cell_of(passport, result).target
    if target and target.verdict == "missed":
        return lambda: _("未达目标 %(target)s") % {"target": target.text}
    if passport.direction == "none":
        return None
    points = engine.ask_series(Query(
        indicators=(passport.name,), period="day", start=day - timedelta(days=CONTROL_DAYS - 1), end=day,
        where=units_are((unit,)) if unit else None), EVERYTHING)
    last = points[-1] if points else None
    if last is None or not last.signal or last.result.value is None or last.centre is None:
        return None
    worse = last.result.value < last.centre if passport.direction == "up" else last.result.value > last.centre
    return (lambda: _("越过控制限")) if worse else None
