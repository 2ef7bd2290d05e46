"""The score of a visit: how much of the weight of what applied was earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .contracts import VERDICTS


def score_of(checklist: Sequence[Mapping[str, Any]], results: Mapping[str, str]) -> float | None:
    """Return 0 to 100: weights earned over weights that applied; None when nothing applied.

    >>> items = [{"key": "a", "weight": 3}, {"key": "b", "weight": 2}, {"key": "c", "weight": 5}]
    >>> score_of(items, {"a": "met", "b": "partly", "c": "na"})
    80.0
    >>> score_of(items, {"a": "na", "b": "na", "c": "na"}) is None
    True
    """
    earned = [(float(item["weight"]), credit) for item in checklist
              if (credit := VERDICTS[results.get(item["key"], "na")][1]) is not None]
    total = sum(weight for weight, _credit in earned)
    return 100 * sum(weight * credit for weight, credit in earned) / total if total else None


def failed(checklist: Sequence[Mapping[str, Any]], results: Mapping[str, str]) -> bool:
    """Return whether a critical item was not met: the score alone would hide it."""
    return any(item.get("critical") and results.get(item["key"]) == "unmet" for item in checklist)
