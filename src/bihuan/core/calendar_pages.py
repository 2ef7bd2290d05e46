"""What the calendar pages show, put together from the engine's calendars, policy and diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from bihuan.engine.clock.calendars import Calendar, load_calendars
from bihuan.engine.clock.diagnose import CalendarDay, diagnose_calendar
from bihuan.engine.clock.errors import ClockWarning
from bihuan.engine.clock.policy import raw_shipped_policy
from bihuan.engine.home import Home, read_definition

from . import languages
from .forms.clock import DAY_NAMES, DIMENSIONS, show_span, words_of


@dataclass(frozen=True)
class CalendarLine:
    """One calendar in the list; ``own`` when the workspace published it."""

    name: str
    title: str
    zone: str
    own: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class RuleLine:
    """One rule of the clock in words."""

    index: int
    name: str
    title: str
    when: tuple[tuple[str, str], ...]
    calendar: str
    first_response: str
    resolution: str


def overview(home: Home) -> dict[str, Any]:
    """Return the calendars, with warnings for this year and the next, and the rules in their order."""
    year = timezone.localtime().year
    own = {item["name"] for item in read_definition(home, "calendars") or []}
    calendars = [
        CalendarLine(name, title_of(calendar), calendar.zone, name in own,
                     tuple(_told(warning) for warning in calendar.warnings([year, year + 1])))
        for name, calendar in sorted(load_calendars(home).items())]
    titles = {one.name: one.title for one in calendars}
    return {"calendars": calendars, "rules": [_rule_line(at, raw, titles) for at, raw in enumerate(policy_rules(home))],
            "published": read_definition(home, "clock_policy") is not None}


def year_page(calendar: Calendar, year: int) -> dict[str, Any]:
    """Return one year as twelve months of days, with what each kind of day amounts to."""
    diagnosis = diagnose_calendar(calendar, year)
    months: dict[int, list[CalendarDay]] = {}
    for day in diagnosis.days:
        months.setdefault(day.day.month, []).append(day)
    special = [day for day in diagnosis.days if day.kind in ("holiday", "makeup", "override")]
    return {
        "calendar": calendar, "title": title_of(calendar), "year": year, "before": year - 1, "after": year + 1,
        "hours": diagnosis.seconds / 3600, "special": special, "day_names": list(DAY_NAMES.values()),
        "months": [(month, sum(bool(day.seconds) for day in days), sum(day.seconds for day in days) / 3600)
                   for month, days in months.items()],
        "warnings": [_told(warning) for warning in diagnosis.warnings],
        "counts": [(kind, diagnosis.count(kind)) for kind in ("workday", "makeup", "holiday", "off", "override")],
    }


def raw_policy(home: Home) -> dict[str, Any]:
    """Return the policy in force as the mapping that is published."""
    return read_definition(home, "clock_policy") or raw_shipped_policy()


def policy_rules(home: Home) -> list[dict[str, Any]]:
    return list(raw_policy(home)["rule"])


def title_of(calendar: Calendar) -> str:
    return languages.chosen({"zh": calendar.title_zh, "en": calendar.title_en})


def _rule_line(index: int, raw: dict[str, Any], titles: dict[str, str]) -> RuleLine:
    title = raw.get("title", {})
    return RuleLine(
        index=index, name=raw["name"], title=languages.chosen(title) or raw["name"],
        when=tuple((str(DIMENSIONS[name]), words_of(name, values)) for name, values in raw.get("when", {}).items()),
        calendar=titles.get(raw.get("calendar", ""), raw.get("calendar", "")),
        first_response=show_span(raw.get("first_response_target_s")),
        resolution=show_span(raw.get("resolution_target_s")))


def _told(warning: ClockWarning) -> str:
    return languages.in_script(warning.text(languages.code()))
