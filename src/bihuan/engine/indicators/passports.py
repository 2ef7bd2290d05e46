"""Loads passports: the shipped ones from ``presets/*.toml``, a workspace's own from its published definitions."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..home import Home, read_definition
from .checking import check_condition, check_number, grain_kinds
from .contracts import Band, Passport
from .errors import IndicatorError
from .grammar import Literal, parse

PRESETS = Path(__file__).parent / "presets"
FILES = ("speed", "solving", "calls", "complaints", "satisfaction")  # the order in which people see them
AGGREGATIONS = ("rate", "mean", "median", "nps", "ratio", "count")
UNITS = ("%", "s", "score", "points", "count")
# What does not change a number does not change the hash: texts, owner, grouping in lists.
_CALCULATION = (
    "grain", "anchor", "aggregation", "denominator", "numerator", "value", "exclusions", "denominator_grain",
    "denominator_anchor", "denominator_value", "denominator_condition", "window", "window_from", "window_value",
    "clock", "credit", "open_cases", "interval", "cluster", "minimum_n", "unit", "direction", "bands", "bands_closed",
    "quantile", "snapshot",
)


def load(home: Home) -> dict[str, Passport]:
    """Return {name: passport} in force: shipped ones, replaced or joined by the workspace's published ones.

    Of several published versions of a name the last one is in force.
    """
    published = read_definition(home, "passports") or []
    return {**shipped(), **{passport.name: passport for passport in map(from_dict, published)}}


@lru_cache(maxsize=1)
def _shipped() -> tuple[Passport, ...]:
    found: list[Passport] = []
    for file in (PRESETS / f"{name}.toml" for name in FILES):
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            entries = [{"owner": content.get("owner", ""), **entry} for entry in content["passport"]]
        except (tomllib.TOMLDecodeError, KeyError) as error:
            raise IndicatorError("passport_unreadable", file=file.name, reason=str(error)) from error
        found.extend(map(from_dict, entries))
    return tuple(found)


def shipped() -> dict[str, Passport]:
    """Return {name: passport} of the product's own definitions, in the order of the files."""
    return {passport.name: passport for passport in _shipped()}


def versions(home: Home, name: str) -> dict[str, Passport]:
    """Return {version: passport} of a name, oldest first: shipped, every one ever published, the one in force last."""
    found: dict[str, Passport] = {}
    if name in shipped():
        found[shipped()[name].version] = shipped()[name]
    files = sorted(home.definitions.glob("passports-*.json"), key=lambda file: file.stat().st_mtime)
    for file in files:
        for entry in json.loads(file.read_text(encoding="utf-8")):
            if entry["name"] == name:
                passport = from_dict(entry)
                found.pop(passport.version, None)
                found[passport.version] = passport
    current = load(home).get(name)
    if current:
        found.pop(current.version, None)
        found[current.version] = current
    return found


def find(home: Home, name: str) -> Passport:
    """Return the passport of ``name`` or ``name@version``; an alias is found too (首次解决率)."""
    bare, _, version = name.partition("@")
    known = load(home)
    passport = known.get(bare) or _by_alias(known, bare)
    if passport is None:
        near = difflib.get_close_matches(bare, known, n=1)
        raise IndicatorError("unknown_indicator", name=name, advice=f"Did you mean {near[0]}? " if near else "",
                             advice_zh=f"是否想用 {near[0]}？" if near else "")
    if not version or version == passport.version:
        return passport
    all_versions = versions(home, passport.name)
    if version not in all_versions:
        raise IndicatorError("unknown_version", name=bare, version=version, versions=", ".join(all_versions))
    return all_versions[version]


def _by_alias(known: Mapping[str, Passport], word: str) -> Passport | None:
    folded = word.casefold()
    for passport in known.values():
        names = (*passport.aliases, *passport.title.values())
        if any(folded == name.casefold() for name in names):
            return passport
    return None


def from_dict(entry: Mapping[str, Any]) -> Passport:
    """Return a checked passport with its hash, from a TOML entry or ``to_dict``; every mistake names its field."""
    name = str(entry.get("name", "?"))
    known = {field.name for field in dataclasses.fields(Passport)}
    for key in entry:
        if key not in known:
            raise _wrong(name, key, "没有这个字段。", "there is no such field.")
    content = {**entry, "window": _duration(name, entry.get("window")), "aliases": tuple(entry.get("aliases", ()))}
    content["bands"], content["bands_closed"] = _bands(name, entry)
    try:
        passport = Passport(**content)
    except TypeError as error:
        raise _wrong(name, "*", f"缺少必填项：{error}", f"something required is missing: {error}") from error
    check(passport)
    return dataclasses.replace(passport, definition_hash=definition_hash(passport))


def to_dict(passport: Passport) -> dict[str, Any]:
    """Return a JSON-able form that ``from_dict`` reads back."""
    content = {key: value for key, value in dataclasses.asdict(passport).items() if value is not None}
    content.pop("definition_hash")
    content["bands"] = {str(band.score): band.limit for band in passport.bands}
    content["aliases"] = list(passport.aliases)
    return content


def definition_hash(passport: Passport) -> str:
    """Return 16 hex digits over everything that can change the number."""
    content = to_dict(passport)
    text = json.dumps({key: content.get(key) for key in _CALCULATION}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check(passport: Passport) -> None:
    """Raise ``IndicatorError`` for the first thing that would not compute; nothing is run."""
    for field, allowed in (("aggregation", AGGREGATIONS), ("unit", UNITS), ("direction", ("up", "down", "none")),
                           ("clock", ("wall", "business")), ("open_cases", ("excluded", "counted", "kaplan_meier"))):
        found = getattr(passport, field)
        if found not in allowed:
            choices = ", ".join(allowed)
            raise _wrong(passport.name, field, f"“{found}”不可用，请从 {choices} 中选择。",
                         f"“{found}” cannot be used; choose from {choices}.")
    kinds = _kinds(passport)
    for field in ("denominator", "numerator", "exclusions"):
        _checked(passport, field, check_condition, kinds)
    for field in ("value", "window_value"):
        _checked(passport, field, check_number, kinds)
    _check_columns(passport, kinds)
    _check_needs(passport)


def _kinds(passport: Passport) -> dict[str, str]:
    try:
        kinds = grain_kinds(passport.grain)
    except KeyError as error:
        raise _wrong(passport.name, "grain", f"没有“{passport.grain}”这种数据行。",
                     f"there are no rows “{passport.grain}”.") from error
    return {**kinds, "age_s": "number"} if passport.snapshot else kinds


def _checked(passport: Passport, field: str, checker: Any, kinds: Mapping[str, str]) -> None:
    text = getattr(passport, field)
    if text is None:
        return
    try:
        checker(text, kinds)
    except IndicatorError as error:
        raise _wrong(passport.name, field, error.text("zh"), error.text("en")) from error


def _check_columns(passport: Passport, kinds: Mapping[str, str]) -> None:
    for field in ("anchor", "window_from"):
        column = getattr(passport, field)
        if column is not None and kinds.get(column) != "time":
            raise _wrong(passport.name, field, f"“{column}”不是时间字段。", f"“{column}” is no time of these rows.")
    for column in cluster_columns(passport):
        if column != "day" and column not in kinds:
            raise _wrong(passport.name, "cluster", f"没有字段“{column}”。", f"there is no field “{column}”.")


def _check_needs(passport: Passport) -> None:
    needs = {"rate": ("numerator",), "mean": ("value",), "median": ("value",), "nps": ("value",),
             "ratio": ("value", "denominator_value"), "count": ()}[passport.aggregation]
    if passport.window is not None or passport.window_value is not None:
        needs = (*needs, "window_from")
    if passport.denominator_grain:
        needs = (*needs, "denominator_anchor")
        kinds = grain_kinds(passport.denominator_grain)
        _checked(passport, "denominator_value", check_number, kinds)
        _checked(passport, "denominator_condition", check_condition, kinds)
    for field in needs:
        if getattr(passport, field) is None:
            raise _wrong(passport.name, field, "这样计算必须填写。", "this kind of computation needs it.")


def cluster_columns(passport: Passport) -> tuple[str, ...]:
    """Return the columns whose values together make a cluster; "day" is the local day of the anchor."""
    return tuple(part.strip() for part in passport.cluster.split(",")) if passport.cluster else ()


def _duration(name: str, window: Any) -> int | None:
    if window is None or isinstance(window, int):
        return window
    tree = parse(str(window))
    if not isinstance(tree, Literal) or tree.kind != "duration":
        raise _wrong(name, "window", "请写成 7d、24h、15m 或 30s。", "write it as 7d, 24h, 15m or 30s.")
    return int(tree.value)


def _bands(name: str, entry: Mapping[str, Any]) -> tuple[tuple[Band, ...], str]:
    """Bands from {score: limit}; which side is closed follows from the direction (SPEC: rates below, times above)."""
    up = entry.get("direction", "up") == "up"
    given = entry.get("bands", {})
    if not isinstance(given, Mapping):
        given = {band.score: band.limit for band in given}
    bands = tuple(sorted((Band(int(score), limit, "least" if up else "most") for score, limit in given.items()),
                         key=lambda band: band.score))
    limits = [band.limit for band in bands]
    if limits != sorted(limits, reverse=not up) or len(set(limits)) < len(limits):
        raise _wrong(name, "bands", "档位界限必须随分数单调变化。", "limits must rise or fall with the score.")
    return bands, "below" if up else "above"


def _wrong(name: str, field: str, reason_zh: str, reason: str) -> IndicatorError:
    return IndicatorError("passport_field", name=name, field=field, reason_zh=reason_zh, reason=reason)
