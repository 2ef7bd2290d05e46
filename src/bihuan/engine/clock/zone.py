"""The workspace's time zone: the one place that decides where a day begins."""

from __future__ import annotations

import os
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bihuan.engine.clock.errors import ClockError
from bihuan.engine.home import Home, read_definition

DEFAULT_ZONE = "Asia/Shanghai"


def workspace_zone(home: Home) -> ZoneInfo:
    """Return the published zone (part ``workspace``), else ``$BIHUAN_ZONE``, else Asia/Shanghai."""
    published = read_definition(home, "workspace") or {}
    return zone_named(published.get("zone") or os.environ.get("BIHUAN_ZONE") or DEFAULT_ZONE)


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    >>> zone_named("Asia/Shanghai").key
    'Asia/Shanghai'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ClockError(
            "zone_unknown", name=name,
            zh=f"时区“{name}”不存在。请使用 IANA 名称，例如 Asia/Shanghai。",
            en=f'There is no time zone "{name}". Use an IANA name such as Asia/Shanghai.',
        ) from error
