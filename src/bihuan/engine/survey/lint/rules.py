"""The linter's rules as data: what is looked for, how grave it is, what it says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("rules.toml")
ENGLISH = Path(__file__).with_name("english.toml")
HAN = re.compile("[\u4e00-\u9fff]")
SEVERITIES = ("bad", "fair", "note")


@dataclass(frozen=True)
class Rule:
    """One rule; texts are (Chinese, English). Patterns are compiled once a process.

    With ``idioms`` every set phrase of four characters is a hit: they are for praise and blame, not for asking.
    """

    id: str
    kind: str
    severity: str
    names: tuple[str, str]
    hints: tuple[str, str]
    patterns: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    ignore: tuple[re.Pattern[str], ...] = ()
    types: tuple[str, ...] = ()
    idioms: bool = False
    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    english: tuple[re.Pattern[str], ...] = ()
    english_ignore: tuple[re.Pattern[str], ...] = ()

    def name(self, language: str = "zh") -> str:
        return self.names[0 if language.startswith("zh") else 1]

    def hint(self, language: str = "zh", **found: Any) -> str:
        return self.hints[0 if language.startswith("zh") else 1].format(**found)


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its id, in the order of the file."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    lexicon = {name: "|".join(sorted(words, key=len, reverse=True)) for name, words in told["lexicon"].items()}
    english = tomllib.loads(ENGLISH.read_text(encoding="utf-8"))
    return {one["id"]: _rule(one, lexicon, english.get(one["id"], {})) for one in told["rule"]}


def is_english(text: str) -> bool:
    """Whether a text has letters and no Chinese characters.

    >>> is_english("How clear was the bill?"), is_english("App好用吗？"), is_english("1-5")
    (True, False, False)
    """
    return HAN.search(text) is None and any(letter.isascii() and letter.isalpha() for letter in text)


@cache
def english_words() -> dict[str, re.Pattern[str]]:
    """Return the patterns of the rules about choices: of a scale's signs, of lists, of their last choice."""
    told = tomllib.loads(ENGLISH.read_text(encoding="utf-8"))
    lists = {"asks": "|".join(told["asks"]["patterns"]), "complete": told["asks"]["complete"],
             "met": rf"\b(?:{'|'.join(told['met']['words'])})s?\b"}
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in {**told["scale"], **lists}.items()}


def _rule(told: Mapping[str, Any], lexicon: Mapping[str, str], english: Mapping[str, Any]) -> Rule:
    def compiled(pattern: str) -> re.Pattern[str]:
        for name, words in lexicon.items():
            pattern = pattern.replace("{" + name + "}", words)
        return re.compile(pattern)

    return Rule(
        id=told["id"], kind=told["kind"], severity=told["severity"], names=tuple(told["name"]),
        hints=tuple(told["hint"]), patterns=tuple(compiled(one) for one in told.get("patterns", ())),
        unless=tuple(compiled(one) for one in told.get("unless", ())),
        ignore=tuple(compiled(one) for one in told.get("ignore", ())),
        types=tuple(told.get("types", ())), idioms=told.get("idioms", False),
        rewrites=tuple((compiled(one), other) for one, other in told.get("rewrite", ())),
        english=(*(re.compile(one, re.IGNORECASE) for one in english.get("patterns", ())),
                 *map(re.compile, english.get("exact", ()))),
        english_ignore=tuple(re.compile(one, re.IGNORECASE) for one in english.get("ignore", ())),
        limits=told.get("limits", {}), words={name: tuple(words) for name, words in told.get("words", {}).items()})
