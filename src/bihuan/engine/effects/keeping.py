"""Evidence and verdicts as JSON: what a verdict was computed from can be kept, and gives the same verdict again."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from .contracts import Guard, Need, Series, Verdict, Yardstick
from .reading import Evidence
from .yardstick import yardstick_from, yardstick_words


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    """Return the evidence in plain values; numbers keep all their digits."""
    told: dict[str, Any] = {
        "grain": evidence.grain, "unit": evidence.unit, "series": _told(evidence.series),
        "against": None if evidence.against is None else _told(evidence.against),
        "guards": {name: [_told(own), None if other is None else _told(other), better,
                          *(() if worthwhile is None else (worthwhile,))]
                   for name, (own, other, better, worthwhile) in evidence.guards.items()},
    }
    if evidence.donors:
        told["donors"] = {name: _told(one) for name, one in evidence.donors.items()}
    if evidence.levels is not None:
        told["levels"] = list(evidence.levels)
    return told


def evidence_from_json(told: dict[str, Any]) -> Evidence:
    """Return what ``evidence_to_json`` kept."""
    return Evidence(
        told["grain"], told["unit"], _read(told["series"]), None if told["against"] is None else _read(told["against"]),
        {name: (_read(own), None if other is None else _read(other), better, rest[0] if rest else None)
         for name, (own, other, better, *rest) in told["guards"].items()},
        {name: _read(one) for name, one in told["donors"].items()} if told.get("donors") else None,
        (told["levels"][0], told["levels"][1]) if told.get("levels") else None)


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict in plain values."""
    told = dict(json.loads(json.dumps(asdict(verdict))))
    if not verdict.weights:     # what was kept before there were any says the same as what is computed now
        del told["weights"]
    if not verdict.ramp:
        del told["ramp"]
    for guard in told["guards"]:
        for name in ("worthwhile", "other_odds", "other_weeks"):
            if guard[name] is None:
                del guard[name]
    return told


def verdict_from_json(told: dict[str, Any]) -> Verdict:
    """Return what ``verdict_to_json`` kept."""
    need = told.get("need")
    return Verdict(**told | {
        "need": Need(**need) if need else None, "guards": tuple(Guard(**one) for one in told["guards"]),
        "why_method": tuple(told["why_method"]), "assumptions": tuple(told["assumptions"])})


def yardstick_to_json(yardstick: Yardstick) -> dict[str, Any]:
    """Return the yardstick in the words that its hash is made of."""
    return yardstick_words(yardstick)


def yardstick_from_json(told: dict[str, Any]) -> Yardstick:
    """Return the yardstick of kept words; ValueError for words that are none of it."""
    return yardstick_from(told)


def _told(series: Series) -> dict[str, Any]:
    return {"starts": [start.isoformat() for start in series.starts],
            "values": [None if np.isnan(value) else float(value) for value in series.values],
            "n": [float(count) for count in series.n]}


def _read(told: dict[str, Any]) -> Series:
    values = [float("nan") if value is None else value for value in told["values"]]
    return Series(tuple(date.fromisoformat(start) for start in told["starts"]), np.array(values, float),
                  np.array(told["n"], float))
