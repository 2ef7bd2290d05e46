"""Working days of mainland China, in which the law's terms are counted."""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.engine.clock.china import HOLIDAY, special_day


def working_days_after(day: date, count: int) -> date:
    """Return the last day of a term of ``count`` working days that begins the day after ``day``.

    Holidays and 补班 days are those the State Council arranged; of a year not yet arranged only weekends are known.

    >>> working_days_after(date(2026, 9, 24), 5)       # 中秋 25-27 September, 国庆 1-7 October
    datetime.date(2026, 10, 9)
    """
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Return whether people work in offices on a day."""
    special = special_day(day)
    if special is not None:
        return special[0] != HOLIDAY
    return day.weekday() < 5
