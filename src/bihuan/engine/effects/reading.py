"""The series that a yardstick speaks of, out of the workspace's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ..home import Home
from ..indicators.checking import fields_of
from ..indicators.contracts import EVERYTHING, Passport, Query, Scope
from ..indicators.evaluate import Session, evaluate_on, open_session
from ..indicators.grammar import Both, Node, parse
from ..indicators.passports import find, versions
from ..indicators.periods import bounds, is_over, parse_label
from ..indicators.units import LEVELS
from .contracts import POINTS_AFTER, POINTS_BEFORE, RULES, GuardData, Series, Verdict, Yardstick
from .decide import judge
from .errors import EffectError
from .onset import EVENLY, MOST_WEEKS

GRAINS = ("week", "day")
# What others may be told apart by; never single people, whose weeks a verdict would then show.
UNIT_FIELDS = ("unit", *LEVELS)
DONOR_FIELDS = (*UNIT_FIELDS, "channel", "product", "region", "topic", "tier")


@dataclass(frozen=True)
class Evidence:
    """All that a verdict is computed from: kept, it gives the same verdict again without the workspace.

    ``levels``: the indicator over all the periods before the change taken together, and over those after it: no mean of
    weekly medians is the median. No part of the verdict; None in evidence that was kept before they were read.
    """

    grain: str
    unit: str
    series: Series
    against: Series | None
    guards: Mapping[str, GuardData]
    donors: Mapping[str, Series] | None = None
    levels: tuple[float | None, float | None] | None = None


def complete(home: Home, yardstick: Yardstick) -> Yardstick:
    """Return the yardstick with what the indicator's definition adds; raises EffectError where something is missing."""
    passport = agreed_passport(home, yardstick)
    if passport.direction not in ("up", "down"):
        raise EffectError("no_direction", name=passport.name)
    if yardstick.definition_hash and yardstick.definition_hash != passport.definition_hash:
        raise EffectError("definition_changed", name=passport.name, told=yardstick.definition_hash[:12],
                          found=passport.definition_hash[:12])
    worthwhile = yardstick.worthwhile or passport.worthwhile
    if not worthwhile:
        raise EffectError("no_worthwhile", name=passport.name)
    if worthwhile < 0:
        raise EffectError("worthwhile_positive", value=worthwhile)
    if yardstick.until and yardstick.until < yardstick.change:
        raise EffectError("until_before_change", until=yardstick.until, change=yardstick.change)
    if yardstick.donors and yardstick.donors not in DONOR_FIELDS:
        raise EffectError("no_donor_field", name=yardstick.donors, known=", ".join(DONOR_FIELDS))
    if yardstick.donors and not yardstick.against:
        raise EffectError("donors_without_others")
    if not 0 <= yardstick.ramp <= MOST_WEEKS:
        raise EffectError("ramp_weeks", weeks=yardstick.ramp, most=MOST_WEEKS)
    # One that was agreed before keeps the rules of then: it holds the hash of its definition.
    rules = yardstick.rules if yardstick.definition_hash else RULES
    return replace(yardstick, worthwhile=worthwhile, direction=passport.direction, version=passport.version,
                   definition_hash=passport.definition_hash, shape=EVENLY if yardstick.ramp else "", rules=rules)


def agreed_passport(home: Home, yardstick: Yardstick) -> Passport:
    """Return the definition that was agreed upon, also when another is in force by now; the present one otherwise."""
    passport = find(home, yardstick.indicator)
    if yardstick.definition_hash in ("", passport.definition_hash):
        return passport
    kept = versions(home, passport.name).values()
    return next((one for one in kept if one.definition_hash == yardstick.definition_hash), passport)


def verdict(home: Home, yardstick: Yardstick, scope: Scope = EVERYTHING) -> Verdict:
    """Return the verdict on a measure by its yardstick and the facts there are."""
    agreed = complete(home, yardstick)
    return judge_evidence(agreed, gather(home, agreed, scope))


def judge_evidence(yardstick: Yardstick, evidence: Evidence) -> Verdict:
    """Return the verdict on evidence that was gathered before."""
    return judge(yardstick, evidence.series, against=evidence.against, grain=evidence.grain, unit=evidence.unit,
                 guards=evidence.guards, donors=evidence.donors)


def gather(home: Home, yardstick: Yardstick, scope: Scope = EVERYTHING) -> Evidence:
    """Read the series of the indicator, of the others and of the guards, by weeks where there are enough of them."""
    passport = agreed_passport(home, yardstick)
    others = other_places(yardstick.where, yardstick.against)
    with open_session(home, Query()) as session:
        grain = yardstick.grain or _grain(session, passport, yardstick, scope)
        read = _Reader(session, yardstick, grain, scope)
        guards: dict[str, GuardData] = {}
        for name in yardstick.guards:
            guard = find(home, name)
            if guard.direction not in ("up", "down"):
                raise EffectError("no_direction", name=name)
            guards[name] = (read.series(guard, yardstick.where), read.others(guard, others),
                            1 if guard.direction == "up" else -1, guard.worthwhile or 0.0)
        series = read.series(passport, yardstick.where)
        return Evidence(grain, passport.unit, series, read.others(passport, others), guards,
                        read.apart(passport, others), read.levels(passport, series))


def has_others(home: Home, yardstick: Yardstick, scope: Scope = EVERYTHING) -> bool:
    """Return whether those not touched have any row of the indicator, however old."""
    passport = agreed_passport(home, yardstick)
    asked = Query((passport.name,), where=other_places(yardstick.where, yardstick.against))
    with open_session(home, asked) as session:
        return any(result.n for result in evaluate_on(session, [passport], asked, scope))


def _grain(session: Session, passport: Passport, yardstick: Yardstick, scope: Scope) -> str:
    weeks = _Reader(session, yardstick, "week", scope).series(passport, yardstick.where)
    before = sum(start < yardstick.change for start in weeks.starts)
    return "week" if before >= POINTS_BEFORE and len(weeks) - before >= POINTS_AFTER else "day"


_Period = tuple[date, float, float]


def _series(found: list[_Period]) -> Series:
    rows = sorted(found)
    return Series(tuple(one[0] for one in rows), np.array([one[1] for one in rows], float),
                  np.array([one[2] for one in rows], float))


@dataclass(frozen=True)
class _Reader:
    session: Session
    yardstick: Yardstick
    grain: str
    scope: Scope

    def others(self, passport: Passport, where: str | None) -> Series | None:
        return None if where is None else self.series(passport, where)

    def apart(self, passport: Passport, where: str | None) -> dict[str, Series] | None:
        """Return the others one by one, by the field that the yardstick names."""
        field = self.yardstick.donors
        if not field or where is None:
            return None
        found = self._found(passport, where, (field,))
        return {name: _series(rows) for name, rows in sorted(found.items()) if name}

    def levels(self, passport: Passport, series: Series) -> tuple[float | None, float | None]:
        """Return the indicator's value over all periods before the change, and over all after it."""
        change = self.yardstick.change
        return (self._level(passport, [start for start in series.starts if start < change]),
                self._level(passport, [start for start in series.starts if start >= change]))

    def _level(self, passport: Passport, starts: list[date]) -> float | None:
        if not starts:
            return None
        end = starts[-1] + timedelta(days=6 if self.grain == "week" else 0)
        asked = Query((passport.name,), (), "all", starts[0], end, self.yardstick.where)
        return next((one.value for one in evaluate_on(self.session, [passport], asked, self.scope)), None)

    def series(self, passport: Passport, where: str | None) -> Series:
        return _series(self._found(passport, where, ()).get("", []))

    def _found(self, passport: Passport, where: str | None, by: tuple[str, ...]) -> dict[str, list[_Period]]:
        """Whole periods only: none in which the change falls, none that is not over or whose rows are too young."""
        asked = Query((passport.name,), by, self.grain, self.yardstick.since, self.yardstick.until, where)
        found: dict[str, list[_Period]] = {}
        for result in evaluate_on(self.session, [passport], asked, self.scope):
            first, last = bounds(*parse_label(result.period))
            if result.value is not None and not result.immature and self._counts(passport, first, last):
                group = str(result.group[by[0]] or "") if by else ""
                found.setdefault(group, []).append((first, result.value, result.n))
        return found

    def _counts(self, passport: Passport, first: date, last: date) -> bool:
        told, reached = self.yardstick, self.session.reached(passport)
        over = reached is not None and is_over(last, reached.astimezone(self.session.zone).date())
        inside = (told.since is None or first >= told.since) and (told.until is None or last <= told.until)
        chosen = told.selected_until is not None and first <= told.selected_until
        return over and inside and not first < told.change <= last and not chosen


def other_places(where: str | None, against: str | None) -> str | None:
    """Return the filter of those who were not touched: what ``against`` speaks of takes the place of the same fields.

    Units of all kinds are one field: nobody is of one team and of another vendor at once.

    >>> other_places("unit = a and channel = phone", "unit = b")
    '(channel = phone) and (unit = b)'
    >>> other_places("team = a and channel = phone", "vendor = b")
    '(channel = phone) and (vendor = b)'
    """
    if not against:
        return None
    replaced = set(fields_of(parse(against)))
    replaced |= set(UNIT_FIELDS) if replaced & set(UNIT_FIELDS) else set()
    kept = [part for part in _conjuncts(where, parse(where), 0, len(where)) if not fields_of(parse(part)) & replaced] \
        if where else []
    return " and ".join(f"({part})" for part in [*kept, against]) if kept else against


def _conjuncts(text: str, tree: Node, start: int, end: int) -> list[str]:
    if isinstance(tree, Both) and tree.op == "and":
        return [*_conjuncts(text, tree.left, start, tree.at - 1), *_conjuncts(text, tree.right, tree.at + 2, end)]
    return [text[start:end].strip()]

