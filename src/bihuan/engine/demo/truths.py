"""Planted truths: what was built into the demonstration company on purpose, where, since when and how large."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("truths.toml")


@dataclass(frozen=True)
class Sign:
    """Where a truth can be seen: ``indicator`` moves ``direction`` (up, down, none) when grouped ``by``."""

    indicator: str
    direction: str
    by: str


@dataclass(frozen=True)
class Truth:
    """One planted effect. ``since``/``until`` are the first and the last day it acts, None for the whole period."""

    id: str
    where: Mapping[str, str]
    size: float
    since: date | None
    until: date | None
    shows: tuple[Sign, ...]
    title: Mapping[str, str]
    sentence: Mapping[str, str]
    size_means: Mapping[str, str]
    look: Mapping[str, str]

    def acts_on(self, day: date) -> bool:
        """Return whether the effect is in force on ``day``."""
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Truths:
    """All truths of one generated company; ``Truths()`` is a company with nothing planted."""

    all: tuple[Truth, ...] = ()

    def get(self, truth_id: str) -> Truth | None:
        """Return the truth of that id, None when it is not planted."""
        return next((truth for truth in self.all if truth.id == truth_id), None)

    def without(self, *ids: str) -> Truths:
        """Return the same truths less those named."""
        return Truths(tuple(truth for truth in self.all if truth.id not in ids))


@cache
def _raw() -> list[dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["truth"]


def _resolve(raw: Mapping[str, Any], start: date, days: int) -> Truth:
    def at(key: str) -> date | None:
        return start + timedelta(days=round(raw[key] * days)) if key in raw else None

    return Truth(
        id=raw["id"], where=raw["where"], size=float(raw["size"]), since=at("from"), until=at("until"),
        shows=tuple(Sign(**sign) for sign in raw["shows"]), title=raw["title"], sentence=raw["sentence"],
        size_means=raw["size_means"], look=raw["look"],
    )


def shipped_truths(start: date, days: int) -> Truths:
    """Return the truths of ``truths.toml`` with their shares of the period turned into dates."""
    return Truths(tuple(_resolve(raw, start, days) for raw in _raw()))


def varied_truths(seed: int, start: date, days: int) -> Truths:
    """Return the same kinds of truth with other places, sizes and dates, drawn from each truth's ``vary``."""
    rng = np.random.default_rng(seed)
    return Truths(tuple(_resolve(_vary(raw, rng), start, days) for raw in _raw()))


def _vary(raw: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    varied = dict(raw, where=dict(raw["where"]))
    for key, choices in raw["vary"].items():
        if key == "size":
            varied["size"] = float(rng.uniform(*choices))
        elif key == "from":
            shift = float(rng.uniform(*choices)) - raw["from"]
            varied["from"] = raw["from"] + shift
            if "until" in raw:
                varied["until"] = raw["until"] + shift
        else:
            varied["where"][key] = str(rng.choice(choices))
    return varied


def move(truths: Truths, truth_id: str, **changes: Any) -> Truths:
    """Return ``truths`` with fields of one truth replaced; KeyError when it is not among them."""
    if truths.get(truth_id) is None:
        raise KeyError(f"no truth named {truth_id!r}; known: {', '.join(truth.id for truth in truths.all)}")
    return Truths(tuple(replace(truth, **changes) if truth.id == truth_id else truth for truth in truths.all))


def describe_truths(lang: str = "zh", truths: Truths | None = None) -> str:
    """Return the truths as a Markdown table (``zh`` or ``en``): id, what, where, period, size, where to look."""
    head = {"zh": "| 编号 | 埋设的事实 | 何处 | 起止 | 大小 | 到哪里看 |",
            "en": "| id | planted | where | from – until | size | where to look |"}[lang]
    given = truths or shipped_truths(DEFAULT_START, DEFAULT_DAYS)
    lines = [head, "|---|---|---|---|---|---|"]
    for truth in given.all:
        where = ", ".join(f"{key}={value}" for key, value in truth.where.items()) or "–"
        period = f"{truth.since or '…'} – {truth.until or '…'}" if truth.since or truth.until else "–"
        lines.append(f"| `{truth.id}` | {truth.sentence[lang]} | {where} | {period} "
                     f"| {truth.size:g} {truth.size_means[lang]} | {truth.look[lang]} |")
    return "\n".join(lines)


DEFAULT_END = date(2026, 9, 30)
DEFAULT_DAYS = 731
DEFAULT_START = DEFAULT_END - timedelta(days=DEFAULT_DAYS - 1)
