"""The definitions of the numbers as a report prints them at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..indicators.contracts import Passport
from .contracts import Item, PassportNote
from .words import METHODS, Words

DAY = 86400


def passport_notes(items: Iterable[Item], passports: Mapping[str, Passport], words: Words) -> tuple[PassportNote, ...]:
    """Return the printed definition of each indicator in the report."""
    return tuple(_note(passports[item.result.indicator], words) for item in items)


def _note(passport: Passport, words: Words) -> PassportNote:
    window = ""
    if passport.window:
        days, rest = divmod(passport.window, DAY)
        window = words.say("{n} 天", n=days) if not rest else words.say("{n} 小时", n=round(passport.window / 3600, 1))
    return PassportNote(
        passport.name, words.of(passport.title), passport.version, words.of(passport.sentence), window,
        passport.minimum_n, words.say(METHODS.get(passport.interval, passport.interval)), passport.source,
        passport.definition_hash, passport.direction,
    )
