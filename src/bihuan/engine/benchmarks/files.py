"""Benchmark files: made from counts with noise, written, read, and refused where the definitions differ."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ..indicators.contracts import Passport
from ..indicators.errors import IndicatorError
from ..indicators.passports import definition_hash, from_dict, to_dict
from ..indicators.periods import bounds, parse_label
from .contracts import (
    FORMAT,
    HIGHEST_EPSILON,
    INDUSTRIES,
    LARGEST_SHARE,
    LEAST_CASES,
    LEAST_GROUPS,
    LOWEST_EPSILON,
    VERSION,
    Benchmark,
    Cell,
    Mismatch,
    Raw,
    Withheld,
)
from .errors import BenchmarkError
from .noise import discrete_laplace

KINDS = ("rate", "nps")
LARGEST = 4 << 20
MOST_CELLS, LARGEST_COUNT = 500, 10**12
TEXTS = ("title", "sentence", "owner", "aliases", "zone", "source")


def make(
    raws: Sequence[Raw], passports: Mapping[str, Passport], *, industry: str, period: str, issuer: str, epsilon: float,
    dice: np.random.Generator, given: Mapping[tuple[str, str], Cell] | None = None,
) -> Benchmark:
    """Return a benchmark of some indicators; ``epsilon`` is shared among those that are told.

    ``given``: cells of (indicator, definition hash) that were told of this period before. They are told again as they
    were: fresh noise on the same number would let it be averaged out. What all files of a period spend together stays
    within the highest budget of one: file after file would otherwise wear the noise away.
    """
    if not LOWEST_EPSILON <= epsilon <= HIGHEST_EPSILON:
        raise BenchmarkError("epsilon", low=LOWEST_EPSILON, high=HIGHEST_EPSILON, found=epsilon)
    reasons = {raw.indicator: why_not(raw, passports[raw.indicator]) for raw in raws}
    told = [raw for raw in raws if not reasons[raw.indicator]]
    withheld = tuple(Withheld(name, reason) for name, reason in reasons.items() if reason)
    if not told:
        raise BenchmarkError("nothing", reasons=", ".join(f"{one.indicator} ({one.reason})" for one in withheld))
    before = {raw.indicator: (given or {}).get((raw.indicator, passports[raw.indicator].definition_hash))
              for raw in told}
    asked, used = epsilon / len(told) * sum(one is None for one in before.values()), spent(given or {})
    if asked and used + asked > HIGHEST_EPSILON * (1 + 1e-9):
        raise BenchmarkError("budget", period=period, spent=f"{used:.4g}", asked=f"{asked:.4g}", most=HIGHEST_EPSILON)
    cells = [before[raw.indicator] or noised(raw, passports[raw.indicator], epsilon / len(told), dice) for raw in told]
    return Benchmark(industry, period, issuer, sum(one.epsilon for one in cells), tuple(cells), withheld,
                     {one.indicator: plain_passport(passports[one.indicator]) for one in cells})


def spent(given: Mapping[tuple[str, str], Cell]) -> float:
    """Return what the cells that were told of a period spent together; the same cell in several files counts once."""
    return sum(one.epsilon for one in given.values())


def why_not(raw: Raw, passport: Passport) -> str:
    """Return why an indicator is not told, empty where it may be.

    Means and times have no bound that one record could not pass, so no noise would hide it.
    """
    if passport.aggregation not in KINDS:
        return "unbounded"
    if raw.value is None or raw.n <= 0:
        return "no_data"
    if raw.n < LEAST_CASES:
        return "cases"
    if len([one for one in raw.groups if one > 0]) < LEAST_GROUPS:
        return "groups"
    return "one_group" if max(raw.groups) > LARGEST_SHARE * sum(raw.groups) else ""


def noised(raw: Raw, passport: Passport, epsilon: float, dice: np.random.Generator) -> Cell:
    """Return the counts with noise: one record changes each by at most 1, half of ``epsilon`` hides each."""
    assert raw.value is not None
    share = raw.value / 100 if passport.aggregation == "nps" else raw.value
    up, down = (int(one) for one in discrete_laplace(epsilon / 2, dice, 2))
    return Cell(passport.name, passport.definition_hash, passport.version, passport.aggregation,
                round(share * raw.n) + up, max(raw.n + down, 1), epsilon)


def plain_passport(passport: Passport) -> dict[str, Any]:
    """Return a definition without what names the company: its owner."""
    return {key: value for key, value in to_dict(passport).items() if key != "owner"}


def to_bytes(benchmark: Benchmark) -> bytes:
    """Return the file: JSON with the checksum of the rest."""
    told = {"format": FORMAT, "format_version": VERSION, **asdict(benchmark)}
    return json.dumps(told | {"sha256": _sum(told)}, ensure_ascii=False, indent=1, sort_keys=True).encode()


def from_bytes(raw: bytes, name: str = "") -> Benchmark:
    """Return what a file says. Raises BenchmarkError for none, a changed one, or one that breaks its own rules."""
    if len(raw) > LARGEST:
        raise BenchmarkError("unreadable", file=name, reason="size")
    try:
        told = json.loads(raw.decode())         # the text is kept: no other encoding than UTF-8
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise BenchmarkError("no_benchmark", file=name)
        stated = told.pop("sha256", "")
        if stated != _sum(told):
            raise BenchmarkError("changed", file=name)
        found = Benchmark(
            str(told["industry"]), str(told["period"])[:40], str(told["issuer"])[:120], float(told["epsilon"]),
            tuple(_cell(one) for one in told["cells"]), tuple(_withheld(one) for one in told["withheld"]),
            dict(told["passports"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise BenchmarkError("unreadable", file=name, reason=type(error).__name__) from error
    if not _texts(found.issuer, found.period) or not _is_period(found.period):
        raise BenchmarkError("unreadable", file=name, reason="issuer, period")
    if found.industry not in INDUSTRIES or not 0 < len(found.cells) <= MOST_CELLS or not math.isfinite(found.epsilon):
        raise BenchmarkError("unreadable", file=name, reason="industry, cells")
    return found


def mismatches(benchmark: Benchmark, own: Mapping[str, Passport]) -> list[Mismatch]:
    """Return the indicators whose definition is not one's own, each with the fields that differ."""
    found = []
    for cell in benchmark.cells:
        told, mine = benchmark.passports.get(cell.indicator), own.get(cell.indicator)
        try:
            theirs = from_dict(told or {})
        except (IndicatorError, TypeError, ValueError, AttributeError):
            found.append(Mismatch(cell.indicator, ("unreadable",)))
            continue
        if definition_hash(theirs) != cell.definition_hash or theirs.name != cell.indicator:
            found.append(Mismatch(cell.indicator, ("hash",)))
        elif mine is None:
            found.append(Mismatch(cell.indicator, ("unknown",)))
        elif mine.definition_hash != cell.definition_hash:
            one, other = plain_passport(mine), plain_passport(theirs)
            fields = sorted(key for key in {*one, *other} - set(TEXTS) if one.get(key) != other.get(key))
            found.append(Mismatch(cell.indicator, tuple(one for one in fields if one != "version")))
    return found


def require_same(benchmark: Benchmark, own: Mapping[str, Passport], words: Callable[[Mismatch], str] = str) -> None:
    """Raise BenchmarkError naming every indicator whose definition differs; nothing of such a file is taken."""
    if found := mismatches(benchmark, own):
        raise BenchmarkError("definitions", names="; ".join(words(one) for one in found))


def _cell(told: dict[str, Any]) -> Cell:
    cell = Cell(**told)
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (cell.numerator, cell.n))
    # Counts beyond any company's would run over where they are divided.
    if not whole or not 1 <= cell.n <= LARGEST_COUNT or abs(cell.numerator) > LARGEST_COUNT:
        raise ValueError("counts")
    if not _texts(cell.indicator, cell.definition_hash, cell.version) or cell.kind not in KINDS or not (
            0 < cell.epsilon <= HIGHEST_EPSILON):
        raise ValueError("cell")
    return cell


def _withheld(told: dict[str, Any]) -> Withheld:
    one = Withheld(**told)
    if not _texts(one.indicator, one.reason):
        raise ValueError("withheld")
    return one


def _texts(*told: Any) -> bool:
    """Whether these are short texts that a database and a page can hold: no NUL, no half of a pair."""
    return all(isinstance(one, str) and len(one) <= 200 and one.isprintable() for one in told)


def _is_period(text: str) -> bool:
    try:
        bounds(*parse_label(text))
    except (IndicatorError, ValueError, OverflowError):
        return False
    return True


def _sum(told: dict[str, Any]) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
