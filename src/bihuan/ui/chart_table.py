"""The table beside a chart: what the picture shows, for those who do not see it and those who want the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Twin:
    """``head`` names the columns; each row begins with its category."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def twin(option: dict[str, Any]) -> Twin | None:
    """Return the table of a chart over categories (bars, lines), of a radar or of named parts; None for others."""
    series = _as_list(option.get("series"))
    if option.get("radar"):
        return _radar(option, series)
    categories = _categories(option)
    if categories is None:
        return _parts(series)
    columns = [one for one in series if one.get("type") in ("bar", "line", "scatter") and _plain(one)]
    if not columns:
        return None
    rows = tuple((str(category), *(_at(one.get("data"), place) for one in columns))
                 for place, category in enumerate(categories))
    return Twin(("", *(str(one.get("name", "")) for one in columns)), rows)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _categories(option: dict[str, Any]) -> list[Any] | None:
    for axis in ("xAxis", "yAxis"):
        for one in _as_list(option.get(axis)):
            if one.get("type") == "category" and isinstance(one.get("data"), list):
                return [item.get("value", "") if isinstance(item, dict) else item for item in one["data"]]
    return None


def _plain(series: dict[str, Any]) -> bool:
    """Return whether a series has one figure per category (not pairs of co-ordinates)."""
    return all(not isinstance(_value(item), (list, tuple)) for item in series.get("data") or [])


def _radar(option: dict[str, Any], series: Iterable[dict[str, Any]]) -> Twin | None:
    radar = _as_list(option["radar"])[0]
    axes = [str(one.get("name", "")) for one in radar.get("indicator", [])]
    shapes = [item for one in series for item in one.get("data") or [] if isinstance(item, dict)]
    if not axes or not shapes:
        return None
    rows = tuple((axis, *(_at(shape.get("value"), place) for shape in shapes)) for place, axis in enumerate(axes))
    return Twin(("", *(str(shape.get("name", "")) for shape in shapes)), rows)


def _parts(series: list[dict[str, Any]]) -> Twin | None:
    parts = [item for one in series if one.get("type") in ("pie", "funnel") for item in one.get("data") or []]
    if not parts or not all(isinstance(item, dict) and "name" in item for item in parts):
        return None
    return Twin(("", str(series[0].get("name", ""))), tuple((str(item["name"]), _text(item)) for item in parts))


def _at(data: Any, place: int) -> str:
    return _text(data[place]) if isinstance(data, list) and place < len(data) else "—"


def _value(item: Any) -> Any:
    return item.get("value") if isinstance(item, dict) else item


def _text(item: Any) -> str:
    value = _value(item)
    if value is None or value == "-":
        return "—"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
