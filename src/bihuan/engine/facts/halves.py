"""A day and a time of day in two columns, each of which may carry the other half empty: 2021/1/1 0:00:00 | 09:12:58."""

from __future__ import annotations

from .lake import literal

# How databases write a column of days, and spreadsheets one of times.
MIDNIGHT = r"[ T]0?0:00(:00(\.0+)?)?$|[ T]12:00(:00)? ?[Aa][Mm]$"
NO_DAY = r"^(1899[-/]12[-/]3[01]|1900[-/]0?1[-/]0?[01]|1970[-/]0?1[-/]0?1)[ T]"


def halves(day: str, time: str) -> list[str]:
    """SQL of both without what they carry of the other."""
    return [day_alone(day, time), time_alone(time)]


def day_alone(day: str, time: str) -> str:
    """SQL: the day without its midnight, where a time of day stands beside it."""
    return f"CASE WHEN {time} IS NOT NULL AND contains({day}, ':') THEN {_cut(day, MIDNIGHT)} ELSE {day} END"


def time_alone(time: str) -> str:
    """SQL: the time of day without the day that stands for none."""
    return f"CASE WHEN {time} > '1' AND {time} < '2' THEN {_cut(time, NO_DAY)} ELSE {time} END"


def _cut(text: str, pattern: str) -> str:
    return f"regexp_replace({text}, {literal(pattern)}, '')"
