"""Invented results for the tests of this room."""

from bihuan.engine.indicators.contracts import Result


def result(value, *, n=100, half=0.05, period="2024-01", unit="%", band=None, **more):
    """Return one Result with an interval of ``value`` plus or minus ``half``."""
    group: dict[str, str | None] = {key: more.pop(key) for key in ("team", "tier", "hour", "weekday") if key in more}
    low, high = (None, None) if value is None else (value - half, value + half)
    return Result("fcr", "1", period, group, value, n, low, high, band=band, unit=unit, **more)
