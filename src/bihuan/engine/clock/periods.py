"""Working periods of one day, written as people write them: 09:00-12:00, 13:30-24:00."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bihuan.engine.clock.errors import ClockError

DAY = 86_400
Period = tuple[int, int]  # seconds after local midnight, end excluded; 86400 is 24:00
PATTERN = re.compile(r"^\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*[-–—~至]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*$")


def parse_periods(texts: Iterable[str], *, where: str) -> tuple[Period, ...]:
    """Return the periods in order; touching ones are joined.

    ``where`` names the calendar and day in the error. A period may end at 24:00 but not pass midnight.

    >>> parse_periods(["13:30-18:00", "09:00-12:00"], where="office, mon")
    ((32400, 43200), (48600, 64800))
    >>> parse_periods(["00:00-12:00", "12:00-24:00"], where="always, mon")
    ((0, 86400),)
    """
    joined: list[Period] = []
    for start, end in sorted(parse_period(text, where=where) for text in texts):
        if joined and start < joined[-1][1]:
            raise _error(f"{_clock(start)}-{_clock(end)}", where, "与前一时段重叠", "it overlaps the period before it")
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def parse_period(text: str, *, where: str) -> Period:
    """Return (start, end) in seconds after midnight, end excluded; ClockError ``period_unreadable`` otherwise."""
    match = PATTERN.match(text)
    if not match:
        raise _error(text, where, "请写成 09:00-12:00", "write it as 09:00-12:00")
    numbers = [int(part or 0) for part in match.groups()]
    if any(minute > 59 for minute in (*numbers[1:3], *numbers[4:6])):
        raise _error(text, where, "分和秒不能超过 59", "minutes and seconds end at 59")
    start = numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    end = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    if end > DAY:
        raise _error(text, where, "一天到 24:00 为止", "a day ends at 24:00")
    if end <= start:
        raise _error(text, where, "跨夜班次请拆成 22:00-24:00 与次日 00:00-06:00",
                     "write a shift over midnight as 22:00-24:00 and 00:00-06:00 on the next day")
    return start, end


def show_periods(periods: Iterable[Period]) -> list[str]:
    """Return the periods as text, as ``parse_periods`` reads them.

    >>> show_periods(((32400, 43200), (48600, 86400)))
    ['09:00-12:00', '13:30-24:00']
    """
    return [f"{_clock(start)}-{_clock(end)}" for start, end in periods]


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{rest:02}" if rest else "")


def _error(text: str, where: str, zh: str, en: str) -> ClockError:
    return ClockError("period_unreadable", text=text, where=where,
                      zh=f"{where}：时段“{text}”不可用，{zh}。", en=f'{where}: period "{text}" cannot be used, {en}.')
