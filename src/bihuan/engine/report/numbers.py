"""Hands out the locked numbers of a report while its sentences are drafted."""

from __future__ import annotations

from ..charts.wording import change_interval_text, change_text, interval_text, value_text
from ..indicators.contracts import Result
from .contracts import Number
from .words import Words


class Numbers:
    """Collects numbers; every method returns the reference to put into a sentence. Equal numbers share one."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.known: dict[str, Number] = {}

    def value(self, result: Result) -> str:
        return self._add(result, "value", result.value, value_text(result.value, result.unit, self.words.labels))

    def interval(self, result: Result) -> str:
        text = interval_text(result.low, result.high, result.unit, self.words.labels)
        return self._add(result, "interval", result.low, text)

    def n(self, result: Result) -> str:
        return self._add(result, "n", float(result.n), f"{result.n:,}")

    def target(self, result: Result) -> str:
        return self._add(result, "target", result.target, value_text(result.target, result.unit, self.words.labels))

    def band(self, result: Result) -> str:
        return self._add(result, "band", result.band, str(result.band))

    def count(self, result: Result, part: str, count: int) -> str:
        return self._add(result, part, float(count), f"{count:,}")

    def difference(self, result: Result, part: str, difference: float) -> str:
        return self._add(result, part, difference, change_text(difference, result.unit, self.words.labels))

    def difference_interval(self, result: Result, part: str, low: float, high: float) -> str:
        return self._add(result, part, low, change_interval_text(low, high, result.unit, self.words.labels))

    def _add(self, result: Result, part: str, value: float | None, text: str) -> str:
        for number in self.known.values():
            about = (number.indicator, number.part, number.group, number.text, number.value)
            if about == (result.indicator, part, result.group, text, value):
                return f"[[{number.key}]]"
        key = f"n{len(self.known) + 1}"
        self.known[key] = Number(key, result.indicator, part, value, text, dict(result.group))
        return f"[[{key}]]"
