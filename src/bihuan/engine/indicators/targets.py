"""A workspace's own targets and bands, published as the definitions part ``targets``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..home import Home, read_definition
from .contracts import Band, Bonus, Target
from .errors import IndicatorError
from .passports import load


def load_targets(home: Home) -> list[Target]:
    """Return the published targets; empty when the workspace has none of its own."""
    entries = read_definition(home, "targets") or []
    directions = {name: passport.direction for name, passport in load(home).items()}
    return [target_from_dict(entry, directions.get(entry["indicator"], "up")) for entry in entries]


def target_from_dict(entry: Mapping[str, Any], direction: str) -> Target:
    """Return a target from its published form; ``bands`` are {score: limit} as in a passport."""
    up = direction == "up"
    side = "least" if up else "most"
    bands = [Band(int(score), float(limit), side) for score, limit in _pairs(entry.get("bands") or {})]
    limits = [band.limit for band in sorted(bands, key=lambda band: band.score)]
    if limits != sorted(limits, reverse=not up) or len(set(limits)) < len(limits):
        reasons = {"reason_zh": "档位界限必须随分数单调变化。", "reason": "limits must rise or fall with the score."}
        raise IndicatorError("passport_field", name=entry["indicator"], field="bands", **reasons)
    day = entry.get("valid_from")
    return Target(entry["indicator"], dict(entry.get("scope") or {}), entry.get("target"),
                  tuple(sorted(bands, key=lambda band: band.score)),
                  str(entry.get("version", "1")), date.fromisoformat(day) if isinstance(day, str) else day,
                  Bonus(**entry["bonus"]) if entry.get("bonus") else None)


def target_to_dict(target: Target) -> dict[str, Any]:
    """Return the JSON-able form that is published."""
    return {
        "indicator": target.indicator, "scope": dict(target.scope), "target": target.target,
        "bands": {str(band.score): band.limit for band in target.bands}, "version": target.version,
        "valid_from": target.valid_from.isoformat() if target.valid_from else None,
        "bonus": {"per_point": target.bonus.per_point, "most": target.bonus.most} if target.bonus else None,
    }


def _pairs(bands: Mapping[Any, Any] | Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    if isinstance(bands, Mapping):
        return list(bands.items())
    return [(band["score"], band["limit"]) for band in bands]
