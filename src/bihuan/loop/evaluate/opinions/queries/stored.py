"""A report as JSON, kept for those who open it by a link."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bihuan.engine.indicators.contracts import Result
from bihuan.engine.report.survey.contracts import (
    Bound,
    Change,
    Line,
    Margin,
    Point,
    Sample,
    Stage,
    Stratum,
    SurveyReport,
    Trend,
)


def stored(report: SurveyReport) -> dict[str, Any]:
    """Return a report as JSON; its pictures are groups and their numbers, no answer and no customer."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(report), default=str))
    return told


def revived(content: dict[str, Any]) -> SurveyReport:
    """Return the report of ``stored``; one that was kept before a part existed goes without it."""
    told = {**content, "numbers": _lines(content["numbers"]), "dimensions": _lines(content["dimensions"]),
            "themes": tuple((name, _result(raw)) for name, raw in content["themes"]),
            "charts": _pairs(content.get("charts", ())), "facts": _pairs(content["facts"]),
            "validity": _pairs(content["validity"])}
    if "stages" in content:
        told |= {
            "sample": _sample(content["sample"]),
            "stages": tuple(Stage(one["label"], one["count"], _result(one["share"])) for one in content["stages"]),
            "margins": tuple(Margin(**{**one, "rate": _result(one["rate"])}) for one in content["margins"]),
            "bounds": tuple(Bound(one["title"], *(_result(one[end]) for end in ("value", "low", "high")))
                            for one in content["bounds"]),
            "trend": tuple(_trend(one) for one in content["trend"])}
    return SurveyReport(**told)


def _result(raw: dict[str, Any] | None) -> Any:
    return None if raw is None else Result(**{**raw, "bands_possible": tuple(raw["bands_possible"])})


def _lines(raw: list[dict[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(one["title"], _result(one["result"]), _result(one["weighted"]), one.get("key", ""))
                 for one in raw)


def _pairs(raw: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple((name, value) for name, value in raw)


def _sample(raw: dict[str, Any] | None) -> Sample | None:
    if raw is None:
        return None
    return Sample(_pairs(raw["facts"]), tuple(Stratum(**one) for one in raw["strata"]),
                  tuple(Change(**one) for one in raw["changes"]))


def _trend(raw: dict[str, Any]) -> Trend:
    points = tuple(Point(one["wave"], _result(one["result"]), one["change"]) for one in raw["points"])
    return Trend(raw["title"], points, raw["note"])
