"""``bihuan indicators``, ``evaluate``, ``rows`` and ``diff``: functions of the parsed arguments, without Django."""

from __future__ import annotations

import argparse
import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

from ..terminal import say
from .contracts import Query, Result
from .errors import IndicatorError
from .shown import show

Answer = tuple[int, Any]
FINE, NOTHING_USABLE, WRONG_USE = 0, 1, 2


def _told(command: Callable[[argparse.Namespace], Answer]) -> Callable[[argparse.Namespace], Answer]:
    """Say a wrong question on stderr and answer with exit code 2."""
    @functools.wraps(command)
    def answer(arguments: argparse.Namespace) -> Answer:
        try:
            return command(arguments)
        except IndicatorError as error:
            say(error.text("zh"), error.text("en"))
            return WRONG_USE, None
    return answer


@_told
def indicators(arguments: argparse.Namespace) -> Answer:
    """List the passports in force: name, version, sentence, unit, title, definition and its words."""
    from .passports import load
    from .words import formula

    return FINE, [{
        "name": passport.name, "version": passport.version, "sentence": passport.sentence["zh"], "unit": passport.unit,
        "title": passport.title["zh"], "title_en": passport.title["en"], "sentence_en": passport.sentence["en"],
        "direction": passport.direction, "aggregation": passport.aggregation, "grain": passport.grain,
        "anchor": passport.anchor, "value": passport.value, "numerator": passport.numerator,
        "denominator": passport.denominator, "exclusions": passport.exclusions, "window_s": passport.window,
        "formula": formula(passport), "interval": passport.interval, "cluster": passport.cluster,
        "minimum_n": passport.minimum_n, "target": passport.target,
        "bands": {str(band.score): band.limit for band in passport.bands}, "bands_closed": passport.bands_closed,
        "aliases": list(passport.aliases), "owner": passport.owner, "source": passport.source,
        "definition_hash": passport.definition_hash,
    } for passport in load(arguments.home).values()]


@_told
def evaluate(arguments: argparse.Namespace) -> Answer:
    """Compute indicators; exit code 1 when the workspace has no row for any of them.

    Reads ``home``, ``by``, ``period``, ``start``, ``end``, ``indicators``, ``where``, ``known_at``, ``engine``.
    """
    from .evaluate import evaluate as compute

    query = _query(arguments, indicators=_names(arguments.indicators), by=_names(arguments.by))
    results = compute(arguments.home, query, engine=_option(arguments, "engine") or "duckdb")
    if not any(result.n or result.immature or result.open_count for result in results):
        _nothing()
        return NOTHING_USABLE, [_as_json(result) for result in results]
    return FINE, [_as_json(result) for result in results]


@_told
def rows(arguments: argparse.Namespace) -> Answer:
    """List the rows behind a value; reads ``indicator``, ``group`` (K=V ...), ``limit`` and the parts of a query."""
    from .rows import rows as list_rows

    limit = _option(arguments, "limit")
    if limit is not None and limit < 1:
        raise IndicatorError("bad_limit", limit=limit)
    query = _query(arguments, indicators=(arguments.indicator,))
    table = list_rows(arguments.home, query, group=_group(_option(arguments, "group") or ()),
                      limit=limit, engine=_option(arguments, "engine") or "duckdb")
    if not table.num_rows:
        _nothing()
    return (FINE if table.num_rows else NOTHING_USABLE), table.to_pylist()


@_told
def diff(arguments: argparse.Namespace) -> Answer:
    """Compare two definitions: both results, how many rows they differ on, and these rows."""
    from .diff import definition_diff

    found = definition_diff(arguments.home, arguments.indicator, arguments.other, _query(arguments),
                            engine=_option(arguments, "engine") or "duckdb")
    return FINE, {"a": _as_json(found.a), "b": _as_json(found.b), "cases": found.cases, "rows": found.rows.to_pylist()}


def _nothing() -> None:
    say("没有可以计算的记录。请先导入数据，或放宽期间、条件与分组。",
        "There is nothing to compute this from. Import records, or widen the period, the filter and the group.")


def _as_json(result: Result) -> dict[str, Any]:
    """The contract's keys first, then everything else that makes the number honest."""
    whole = dataclasses.asdict(result)
    first = ("indicator", "version", "period", "group", "value", "n", "low", "high", "band", "band_certain")
    return {**{name: whole.pop(name) for name in first}, **whole, "shown": show(result.value, result.unit, "en")}


def _query(arguments: argparse.Namespace, **parts: Any) -> Query:
    return Query(period=_option(arguments, "period") or "all", start=_option(arguments, "start"),
                 end=_option(arguments, "end"), where=_option(arguments, "where"),
                 known_at=_option(arguments, "known_at"), **parts)


def _option(arguments: argparse.Namespace, name: str) -> Any:
    return getattr(arguments, name, None)


def _names(text: str | None) -> tuple[str, ...]:
    """The words between commas, each once: asking twice is no other question."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip())) if text else ()


def _group(parts: Sequence[str]) -> dict[str, str | None]:
    """{"channel": "phone"} of channel=phone; an empty value is the group without one."""
    found: dict[str, str | None] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise IndicatorError("bad_group", text=part)
        found[name.strip()] = value.strip() or None
    return found
