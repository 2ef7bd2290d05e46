"""A problem statement: step + action + metric + threshold (SPEC 116). What is vague is refused with a hint."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.loop.evaluate.indicators.queries.words import in_language

FILE = Path(__file__).resolve().parent.parent / "presets" / "statement.toml"
FIELDS = ("step", "action", "metric", "threshold")
# What joins words and names nothing itself.
JOINTS = re.compile(r"[\s的了着过很太更最不较和与及、，。,.；;：:！!“”\"'（）()]")
SHORTEST = 2


@dataclass(frozen=True)
class Statement:
    step: str = ""
    action: str = ""
    metric: str = ""
    threshold: str = ""

    def sentence(self) -> str:
        """Return the statement as one line."""
        return _("{step}：{action}，{metric}{threshold}").format(
            step=self.step.strip(), action=self.action.strip(), metric=self.metric.strip(),
            threshold=self.threshold.strip())


@dataclass(frozen=True)
class Fault:
    """What one field lacks, and how to mend it."""

    field: str
    text: str


@cache
def rules() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def faults_of(statement: Statement) -> list[Fault]:
    """Return the fields that are empty or vague, in order; none for a statement that says what is wrong."""
    return [Fault(name, in_language(rules()[name]["hint"])) for name in FIELDS
            if not is_precise(name, getattr(statement, name))]


def is_precise(name: str, text: str) -> bool:
    """Say whether a field names something: what its rule needs is there, and more than words that name nothing.

    >>> is_precise("action", "区域复核重复审批"), is_precise("action", "服务不到位")
    (True, False)
    """
    rule = rules()[name]
    if rule.get("needs") and not re.search(rule["needs"], text):
        return False
    left = text
    for word in sorted(rule["empty"], key=len, reverse=True):
        left = left.replace(word, "")
    left = JOINTS.sub("", left)
    return len(left) >= (1 if rule.get("needs") else SHORTEST) and bool(left)
