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

    def name(self, language: str = "zh") -> str:
        return self.names[0 if language.startswith("zh") else 1]

    def hint(self, language: str = "zh", **found: Any) -> str:
        return self.hints[0 if language.startswith("zh") else 1].format(**found)


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its id, in the order of the file."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    lexicon = {name: "|".join(sorted(words, key=len, reverse=True)) for name, words in told["lexicon"].items()}
    return {one["id"]: _rule(one, lexicon) for one in told["rule"]}


def _rule(told: Mapping[str, Any], lexicon: Mapping[str, str]) -> Rule:
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
        limits=told.get("limits", {}), words={name: tuple(words) for name, words in told.get("words", {}).items()})
