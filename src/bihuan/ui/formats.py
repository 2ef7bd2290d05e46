"""How numbers are written: durations in words, shares in percent, sizes; no data is said, never shown as 0."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isnan

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def nothing(value: float | None) -> bool:
    """Return whether a value stands for no data.

    >>> [nothing(v) for v in (None, float("nan"), 0)]
    [True, True, False]
    """
    return value is None or (isinstance(value, float) and isnan(value))


def no_data() -> str:
    return _("暂无数据")


def duration(seconds: float | None) -> str:
    """Return a length of time in its two largest units; half minutes are lost above an hour, minutes above a day."""
    if nothing(seconds):
        return no_data()
    assert seconds is not None
    sign, size = ("-", -seconds) if seconds < 0 else ("", seconds)
    if size < MINUTE:
        if round(size, 1) < MINUTE:
            return sign + _("%(n)s 秒") % {"n": plain(size, 1)}
        size = MINUTE
    return sign + " ".join(_parts(size))


def _parts(size: float) -> list[str]:
    """Split at least a minute into words, rounded to the smaller of the two units shown."""
    size = round(size)
    if size >= HOUR:
        size = round(size / MINUTE) * MINUTE
    if size >= DAY:
        size = round(size / HOUR) * HOUR
    days, rest = divmod(size, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    named = [(days, _("%(n)s 天")), (hours, _("%(n)s 小时")), (minutes, _("%(n)s 分")), (rest, _("%(n)s 秒"))]
    return [text % {"n": count} for count, text in named if count]


def plain(value: float | None, digits: int = 2) -> str:
    """Return a number with thousands separators and without trailing zeros.

    >>> plain(1234.5), plain(3.0), plain(0)
    ('1,234.5', '3', '0')
    """
    if nothing(value):
        return no_data()
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def fixed(value: float | None, digits: int = 2) -> str:
    """Return a number with all its decimals, for those that stand one below the other or in an interval.

    >>> fixed(12.3), fixed(1234)
    ('12.30', '1,234.00')
    """
    return no_data() if nothing(value) else f"{value:,.{digits}f}"


# From here on a count has no decimals: means of things each row has some of are smaller.
WHOLE = 10


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share (0 to 1) in percent.

    >>> percent(0.404), percent(0.0)
    ('40.4%', '0.0%')
    """
    return no_data() if nothing(share) else f"{100 * share:,.{digits}f}%"  # type: ignore[operator]


def figure(value: float | None, unit: str) -> str:
    """Return a value of an indicator in its unit: % (a share), s, score, points, count."""
    if nothing(value):
        return no_data()
    if unit == "%":
        return percent(value)
    if unit == "s":
        return duration(value)
    if unit == "points":
        return plain(value, 1)
    return plain(value, 2)


def signed(change: float | None, unit: str) -> str:
    """Return a difference with its sign, of shares in percentage points, never in percent; "—" when there is none.

    What rounds to nothing has no sign.
    """
    if nothing(change):
        return "—"
    assert change is not None
    if unit == "%":
        size = _("{value} 个百分点").format(value=f"{abs(100 * change):,.1f}")
    else:
        size = figure(round(abs(change)) if unit == "count" and abs(change) >= WHOLE else abs(change), unit)
    if not any(letter in "123456789" for letter in size):
        return size
    return ("-" if change < 0 else "+") + size


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Return the two ends of an interval, "" when there is none; an open end is written as such.

    >>> interval(261.35, 329.6, "count").replace(chr(160), " "), interval(0.61, 1.2, "count").replace(chr(160), " ")
    ('261 – 330', '0.61 – 1.2')
    """
    if unit == "count" and not nothing(high) and high >= WHOLE:  # type: ignore[operator]
        low, high = whole_ends(low, high)
    if nothing(low) and nothing(high):
        return ""
    if nothing(low):
        return _("不高于 %(high)s") % {"high": figure(high, unit)}
    if nothing(high):
        return _("不低于 %(low)s") % {"low": figure(low, unit)}
    return from_to(figure(low, unit), figure(high, unit))


def whole_ends(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Return the ends of an interval of a count, outward to whole things."""
    return (None if low is None or isnan(low) else floor(low), None if high is None or isnan(high) else ceil(high))


def from_to(low: str, high: str) -> str:
    """Return "low – high" whose two ends are never torn over two lines."""
    return " – ".join(end.replace(" ", "\u00a0") for end in (low, high))


def unit_name(unit: str) -> str:
    """Return the word for an indicator's unit; a unit of the workspace's own is its own word."""
    words = {"s": _("时长"), "score": _("分"), "points": _("净值"), "count": _("件")}
    return words.get(unit, unit)


def band_labels() -> dict[int, str]:
    """Return the words of the five levels in the person's language."""
    return {1: _("远低于预期"), 2: _("低于预期"), 3: _("符合预期"), 4: _("超出预期"), 5: _("远超预期")}


def band_label(band: int) -> str:
    """Return a level with its word: "4 · 超出预期"."""
    return f"{band} · {band_labels()[band]}"


def band_name(band: int) -> str:
    return pgettext("band", "%(n)s 档") % {"n": band}


def not_distinguishable(band: int | None, possible: Sequence[int]) -> str:
    """Return what to say when the interval crosses an edge: "与 3 档不可区分"; "" when the band is certain."""
    others = [band_name(one) for one in sorted(set(possible)) if one != band]
    if band is None or not others:
        return ""
    return _("与 %(bands)s不可区分") % {"bands": _("、").join(others)}


def size(count: float | None) -> str:
    """Return a number of bytes in a unit that suits it.

    >>> size(900), size(2_500_000)
    ('900 B', '2.4 MB')
    """
    if nothing(count):
        return no_data()
    amount = float(count)  # type: ignore[arg-type]
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{plain(amount, 0 if unit == 'B' else 1)} {unit}"
        amount /= 1024
    raise AssertionError("the loop ends at GB")
