"""What the linter says: where a rule was hit, why it matters, what would be better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .rules import Rule, rules

LIKE = ("像是：{}", "Reads like: {}")
UNSURE = ("这是按相似的题目推断的，不一定对，请先看看是否如此。",
          "This is inferred from questions like it and may be wrong, so judge first. ")


@dataclass(frozen=True)
class Hit:
    """``item`` is empty for the whole questionnaire. ``start`` and ``end`` mark the ``quote`` in the item's title.

    ``rewrite`` is the title as it could read, None where no machine can say. ``like`` is the rule that the question
    most likely breaks where no pattern was hit, empty where none is likely.
    """

    rule_id: str
    item: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0
    rewrite: str | None = None
    found: Mapping[str, Any] = field(default_factory=dict)
    like: str = ""

    @property
    def rule(self) -> Rule:
        return rules()[self.rule_id]

    @property
    def severity(self) -> str:
        return self.rule.severity

    def name(self, language: str = "zh") -> str:
        if self.like:
            return LIKE[0 if language.startswith("zh") else 1].format(rules()[self.like].name(language))
        return self.rule.name(language)

    def hint(self, language: str = "zh") -> str:
        if self.like:
            return UNSURE[0 if language.startswith("zh") else 1] + rules()[self.like].hint(language)
        return self.rule.hint(language, **self.found)
