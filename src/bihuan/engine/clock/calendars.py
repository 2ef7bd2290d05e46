"""Business calendars: when a team works. Shipped ones lie in ``presets``, a workspace may publish its own.

A day's periods are found in this order: the calendar's own entry for the day, a day the workspace added, the
holidays and make-up days of the calendar's country, the weekly pattern.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from bihuan.engine.clock import china
from bihuan.engine.clock.errors import ClockError, ClockWarning
from bihuan.engine.clock.periods import DAY, Period, parse_periods, show_periods
from bihuan.engine.clock.zone import workspace_zone, zone_named
from bihuan.engine.home import Home, publish, read_definition

PRESETS = Path(__file__).parent / "presets"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY_SETS = ("none", "china")


@dataclass(frozen=True)
class DayPlan:
    """One day of a calendar: its periods, what kind of day it is, and the holiday's or entry's name."""

    periods: tuple[Period, ...]
    kind: str  # workday | off | holiday | makeup | override
    name: str = ""


@dataclass(frozen=True)
class SpecialDays:
    """Holidays and make-up days that the workspace added, and the years it declares complete."""

    days: tuple[tuple[date, str, str], ...] = ()  # (day, holiday | makeup, name)
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """Working time of a team. ``weekly`` holds seven tuples of periods, Monday first, in local time of ``zone``."""

    name: str
    zone: str
    weekly: tuple[tuple[Period, ...], ...]
    holidays: str = "none"
    makeup_like: int = 0                     # a make-up day has the periods of this weekday
    days: tuple[tuple[date, tuple[Period, ...], str], ...] = ()
    added: SpecialDays = SpecialDays()
    title_zh: str = ""
    title_en: str = ""

    @cached_property
    def _own(self) -> dict[date, DayPlan]:
        return {day: DayPlan(periods, "override", name) for day, periods, name in self.days}

    @cached_property
    def _added(self) -> dict[date, tuple[str, str]]:
        return {day: (kind, name) for day, kind, name in self.added.days}

    @property
    def never_closes(self) -> bool:
        """True for a 24/7 calendar: elapsed time is then working time, to the second."""
        full = all(periods == ((0, DAY),) for periods in self.weekly)
        return full and self.holidays == "none" and not self.days

    def plan(self, day: date) -> DayPlan:
        """Return the periods and kind of one local day."""
        if own := self._own.get(day):
            return own
        special = None
        if self.holidays == "china":
            special = self._added.get(day) or china.special_day(day)
        if special and special[0] == china.HOLIDAY:
            return DayPlan((), "holiday", special[1])
        if special:
            return DayPlan(self.weekly[self.makeup_like], "makeup", special[1])
        periods = self.weekly[day.weekday()]
        return DayPlan(periods, "workday" if periods else "off")

    def warnings(self, years: Iterable[int]) -> list[ClockWarning]:
        """Return one warning per year whose holidays are not known to this calendar."""
        if self.holidays != "china":
            return []
        return [
            ClockWarning(
                "holidays_unknown", where=f"{self.name} {year}",
                zh=f"日历“{self.title_zh or self.name}”：{year} 年没有节假日与补班数据，该年按每周班次计算。"
                   "请在日历设置中补充该年的节假日。",
                en=f'Calendar "{self.title_en or self.name}": the holidays of {year} are not known; that year follows '
                   "the weekly pattern. Add its holidays in the calendar settings.",
            )
            for year in sorted(set(years)) if not china.has_year(year) and year not in self.added.years
        ]


def load_calendars(home: Home) -> dict[str, Calendar]:
    """Return the calendars in force by name: the shipped ones, replaced or joined by the published ones."""
    raw = {item["name"]: item for item in shipped_calendars()}
    raw |= {item["name"]: item for item in read_definition(home, "calendars") or []}
    added = parse_special_days(read_definition(home, "holidays") or {})
    zone = workspace_zone(home).key
    return {name: parse_calendar(item, zone=zone, added=added) for name, item in raw.items()}


def publish_calendars(home: Home, calendars: list[dict[str, Any]]) -> None:
    """Publish the workspace's own calendars (the form of the preset files); each is checked before any is written."""
    zone = workspace_zone(home).key
    for item in calendars:
        parse_calendar(item, zone=zone)
    publish(home, calendars=calendars)


def publish_holidays(home: Home, holidays: dict[str, Any]) -> None:
    """Publish days the workspace adds: {"years": [2027], "days": [{"date", "kind": "holiday"|"makeup", "name"}]}."""
    parse_special_days(holidays)
    publish(home, holidays=holidays)


@lru_cache(maxsize=1)
def shipped_calendars() -> tuple[dict[str, Any], ...]:
    """Return the preset calendars as raw mappings."""
    files = sorted(PRESETS.glob("calendar_*.toml"))
    return tuple(tomllib.loads(file.read_text(encoding="utf-8")) for file in files)


def parse_calendar(raw: dict[str, Any], *, zone: str, added: SpecialDays = SpecialDays()) -> Calendar:
    """Return the calendar of one raw mapping; ``zone`` is used where it names none. ClockError says what is wrong."""
    name = str(raw.get("name") or "")
    weekly = raw.get("weekly") or {}
    if not name or set(weekly) - set(WEEKDAYS):
        raise _unreadable(name, "缺少名称，或 weekly 中有 mon…sun 以外的键",
                          "no name, or a weekly key other than mon..sun")
    if raw.get("holidays", "none") not in HOLIDAY_SETS or raw.get("makeup_like", "mon") not in WEEKDAYS:
        raise _unreadable(name, "holidays 只能是 none 或 china，makeup_like 只能是 mon…sun",
                          "holidays must be none or china, makeup_like one of mon..sun")
    title = raw.get("title") or {}
    return Calendar(
        name=name, zone=zone_named(raw.get("zone") or zone).key,
        weekly=tuple(parse_periods(weekly.get(day, ()), where=f"{name}, {day}") for day in WEEKDAYS),
        holidays=raw.get("holidays", "none"), makeup_like=WEEKDAYS.index(raw.get("makeup_like", "mon")),
        days=tuple(_parse_day(item, name) for item in raw.get("days", ())), added=added,
        title_zh=title.get("zh", name), title_en=title.get("en", name),
    )


def raw_calendar(calendar: Calendar) -> dict[str, Any]:
    """Return the mapping that ``parse_calendar`` reads back, for the settings page to change and publish."""
    return {
        "name": calendar.name, "title": {"zh": calendar.title_zh, "en": calendar.title_en}, "zone": calendar.zone,
        "holidays": calendar.holidays, "makeup_like": WEEKDAYS[calendar.makeup_like],
        "weekly": {day: show_periods(periods) for day, periods in zip(WEEKDAYS, calendar.weekly)},
        "days": [{"date": day.isoformat(), "periods": show_periods(periods), "name": name}
                 for day, periods, name in calendar.days],
    }


def parse_special_days(raw: dict[str, Any]) -> SpecialDays:
    """Return the workspace's added days; ClockError ``calendar_unreadable`` names the entry that is wrong."""
    days = []
    for item in raw.get("days", ()):
        if item.get("kind") not in (china.HOLIDAY, china.MAKEUP):
            raise _unreadable(str(item.get("date")), "kind 只能是 holiday 或 makeup", "kind must be holiday or makeup")
        days.append((_parse_date(item.get("date"), "holidays"), item["kind"], item.get("name", "")))
    return SpecialDays(tuple(days), tuple(int(year) for year in raw.get("years", ())))


def _parse_day(item: dict[str, Any], name: str) -> tuple[date, tuple[Period, ...], str]:
    day = _parse_date(item.get("date"), name)
    return day, parse_periods(item.get("periods", ()), where=f"{name}, {day}"), item.get("name", "")


def _parse_date(value: Any, name: str) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise _unreadable(name, f"日期“{value}”请写成 2026-05-04", f'write the date "{value}" as 2026-05-04') from error


def _unreadable(name: str, zh: str, en: str) -> ClockError:
    return ClockError("calendar_unreadable", name=name, zh=f"日历“{name}”：{zh}。", en=f'Calendar "{name}": {en}.')
