"""What the linter says: where a rule was hit, why it matters, what would be better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .rules import Rule, rules


@dataclass(frozen=True)
class Hit:
    """``item`` is empty for the whole questionnaire. ``start`` and ``end`` mark the ``quote`` in the item's title.

    ``rewrite`` is the title as it could read, None where no machine can say.
    """

    rule_id: str
    item: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0
    rewrite: str | None = None
    found: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> Rule:
        return rules()[self.rule_id]

    @property
    def severity(self) -> str:
        return self.rule.severity

    def name(self, language: str = "zh") -> str:
        return self.rule.name(language)

    def hint(self, language: str = "zh") -> str:
        return self.rule.hint(language, **self.found)
