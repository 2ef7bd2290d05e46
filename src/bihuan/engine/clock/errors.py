"""What the clock says when it cannot work, or works with less than it should: a code, the facts, both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClockWarning:
    """Something a person should see beside a number that was computed all the same."""

    code: str
    zh: str
    en: str
    where: str = ""

    def text(self, lang: str = "zh") -> str:
        return self.en if lang.startswith("en") else self.zh


class ClockError(ValueError):
    """A calendar, zone or policy that cannot be used; ``zh`` and ``en`` say where and what to do."""

    def __init__(self, code: str, *, zh: str, en: str, **params: object) -> None:
        super().__init__(zh)
        self.code, self.zh, self.en, self.params = code, zh, en, params

    def text(self, lang: str = "zh") -> str:
        return self.en if lang.startswith("en") else self.zh
