"""Numbers as people write them: shares as percent, seconds in the unit that fits, None as nothing."""

from __future__ import annotations

NOTHING = {"zh": "无数据", "en": "no data"}


def show(value: float | None, unit: str, lang: str = "zh") -> str:
    """Return a value with its unit; shares between 0 and 1 become percent with one digit.

    >>> show(0.404, "%"), show(90, "s", "en"), show(None, "%"), show(12.26, "points")
    ('40.4%', '1.5 min', '无数据', '12.3')
    """
    zh = not lang.startswith("en")
    if value is None:
        return NOTHING["zh" if zh else "en"]
    if unit == "%":
        return f"{100 * value:.1f}%"
    if unit == "s":
        return _duration(value, zh)
    if unit == "count":
        # Means of what each row has some of are small; the ends of a count's interval are no parts of a thing.
        return f"{value:.0f}" if value == int(value) or abs(value) >= 10 else f"{value:.2f}"
    return f"{value:.2f}" if unit == "score" else f"{value:.1f}"


def _duration(seconds: float, zh: bool) -> str:
    for size, word_zh, word in ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min")):
        # From 1.5 units on: 89 s are better read as seconds, 40 h as hours.
        if abs(seconds) >= 1.5 * size:
            return f"{seconds / size:.1f} {word_zh if zh else word}"
    return f"{seconds:.1f} {'秒' if zh else 's'}"
