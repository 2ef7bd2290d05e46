"""Public holidays and make-up working days (补班) of mainland China, from the chinesecalendar library.

The library knows the years whose arrangement the State Council has published and refuses later ones; so do we,
visibly, instead of taking an unknown year for one without holidays.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.metadata import version

import chinese_calendar

HOLIDAY, MAKEUP = "holiday", "makeup"
CHINESE_NAMES = {member.value: member.chinese for member in chinese_calendar.Holiday}


@lru_cache(maxsize=512)
def has_year(year: int) -> bool:
    """Say whether the library knows this year's arrangement."""
    try:
        chinese_calendar.is_workday(date(year, 7, 1))
    except NotImplementedError:
        return False
    return True


def special_day(day: date) -> tuple[str, str] | None:
    """Return ("holiday" | "makeup", Chinese name) of an arranged day, None for an ordinary day or an unknown year.

    >>> special_day(date(2026, 2, 14)), special_day(date(2026, 2, 16)), special_day(date(2026, 3, 2))
    (('makeup', '春节'), ('holiday', '春节'), None)
    """
    if name := chinese_calendar.holidays.get(day):
        return HOLIDAY, CHINESE_NAMES.get(name, name)
    if name := chinese_calendar.workdays.get(day):
        return MAKEUP, CHINESE_NAMES.get(name, name)
    return None


def data_version() -> str:
    """Return the version of the holiday data: facts computed with another one are computed again."""
    return version("chinesecalendar")
