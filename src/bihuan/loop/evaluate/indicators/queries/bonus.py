"""The step table of an indicator's bonus in words, and which of its steps a result stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.indicators.bands import target_for
from bihuan.engine.indicators.bonus import Step, share_at, share_of, steps
from bihuan.engine.indicators.contracts import Bonus, Passport, Result, Target
from bihuan.engine.indicators.targets import load_targets
from bihuan.ui import formats

MOST_DIGITS = 4


@dataclass(frozen=True)
class BonusStep:
    """One line of the table. ``is_possible``: the interval of the value reaches into it."""

    text: str
    share: str
    is_here: bool
    is_possible: bool


@dataclass(frozen=True)
class BonusTable:
    """The table that holds for a result, and what of the bonus it keeps; ``kept`` is empty where nothing is decided.

    ``value`` has as many decimals as it takes to see on which side of a step it lies.
    """

    target: str
    value: str
    steps: tuple[BonusStep, ...]
    kept: str


class Bonuses:
    """The step tables of one indicator on the last day of a period, read once for a page."""

    def __init__(self, passport: Passport, day: date) -> None:
        self.passport, self.day, self.targets = passport, day, load_targets(workspace.home())

    def table(self, result: Result | None) -> BonusTable | None:
        """Return the table for a result's group; None where none is set."""
        aim = self.aim(result)
        if aim is None or result is None or aim.bonus is None or aim.target is None:
            return None
        digits = _digits(aim.target)
        lines = tuple(_step(step, result, self.passport, digits) for step in steps(
            aim.target, aim.bonus, self.passport.direction))
        return BonusTable(formats.percent(aim.target, digits), self._value(result, aim.target, aim.bonus), lines,
                          self.kept(result))

    def _value(self, result: Result, target: float, bonus: Bonus) -> str:
        if result.value is None or result.suppressed:
            return formats.percent(None)
        kept = [share_at(value, target, bonus, self.passport.direction) for value in (
            result.value, *(round(result.value, places + 2) for places in range(_digits(target), MOST_DIGITS)))]
        extra = next((place for place, share in enumerate(kept[1:]) if share == kept[0]), MOST_DIGITS)
        return formats.percent(result.value, min(_digits(target) + extra, MOST_DIGITS))

    def kept(self, result: Result | None) -> str:
        """Return the share a result keeps with what its interval allows; empty without a table."""
        aim = self.aim(result)
        if aim is None or result is None or aim.bonus is None or aim.target is None:
            return ""
        found = share_of(result, aim.target, aim.bonus, self.passport.direction)
        if found is None:
            return _("样本不足，不计")
        value, least, most = (formats.percent(part) for part in found)
        text = value if least == most else _("{value}（区间 {least} – {most}）").format(
            value=value, least=least, most=most)
        return _("{text}，暂定").format(text=text) if result.provisional else text

    def aim(self, result: Result | None) -> Target | None:
        """Return the target that holds for a result's group."""
        return target_for(self.passport, self.targets, result.group, self.day) if result else None


def _digits(target: float) -> int:
    """Return how many decimals a target has in percent, one at least: 95.25 % is neither 95.2 nor 95.3."""
    return next((places for places in range(1, MOST_DIGITS) if abs(round(target, places + 2) - target) < 1e-9),
                MOST_DIGITS)


def _step(step: Step, result: Result, passport: Passport, digits: int) -> BonusStep:
    worse, better = (None if end is None else formats.percent(end, digits) for end in (step.worse, step.better))
    if better is None:
        text = _("达到 {limit}").format(limit=worse)
    elif worse is None:
        text = _("差于 {limit}").format(limit=better)
    else:
        text = _("{worse} 到 {better}（不含）").format(worse=worse, better=better)
    if result.value is None or result.suppressed or result.low is None or result.high is None:
        return BonusStep(text, formats.percent(step.share), False, False)
    return BonusStep(
        text, formats.percent(step.share), _meets(step, result.value, result.value, passport),
        _meets(step, result.low, result.high, passport))


def _meets(step: Step, low: float, high: float, passport: Passport) -> bool:
    """Return whether something between two values stands on a step."""
    sign = -1 if passport.direction == "down" else 1
    worst, best = sorted((round(sign * low, 9), round(sign * high, 9)))
    return (step.worse is None or best >= sign * step.worse) and (step.better is None or worst < sign * step.better)
