"""When a source is asked: five rhythms that people choose, kept as a cron line in the workspace's zone."""

from __future__ import annotations

import re
from datetime import time

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAILY = "day"
RHYTHMS: dict[str, tuple[Promise, str, int]] = {
    "15": (gettext_lazy("每 15 分钟"), "*/15 * * * *", 15),
    "30": (gettext_lazy("每 30 分钟"), "*/30 * * * *", 30),
    "60": (gettext_lazy("每小时"), "0 * * * *", 60),
    "240": (gettext_lazy("每 4 小时"), "0 */4 * * *", 240),
    DAILY: (gettext_lazy("每天"), "", 1440),
}


def cron_of(rhythm: str, at: time | None = None) -> str:
    """Return the cron line of a rhythm; ``at`` is the time of a daily one.

    >>> cron_of("15"), cron_of("day", time(2, 30))
    ('*/15 * * * *', '30 2 * * *')
    """
    if rhythm == DAILY:
        moment = at or time(2, 0)
        return f"{moment.minute} {moment.hour} * * *"
    return RHYTHMS[rhythm][1]


def rhythm_of(cron: str) -> tuple[str, time | None]:
    """Return the rhythm that a cron line stands for, and its time if it is daily.

    >>> rhythm_of("30 2 * * *"), rhythm_of("0 * * * *")
    (('day', datetime.time(2, 30)), ('60', None))
    """
    daily = re.fullmatch(r"(\d{1,2}) (\d{1,2}) \* \* \*", cron)
    if daily:
        return DAILY, time(int(daily[2]), int(daily[1]))
    return next(name for name, (_label, line, _minutes) in RHYTHMS.items() if line == cron), None


def words_of(cron: str) -> str:
    """Return a cron line in words."""
    rhythm, at = rhythm_of(cron)
    if at is not None:
        return _("每天 %(time)s") % {"time": at.strftime("%H:%M")}
    return str(RHYTHMS[rhythm][0])


def minutes_of(cron: str) -> int:
    """Return how many minutes lie between two turns."""
    return RHYTHMS[rhythm_of(cron)[0]][2]
