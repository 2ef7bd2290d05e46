"""Compares what was found with what was planted: found, missed, and false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.engine.demo.truths import Truth, Truths

from .detect import Finding

CHANGED = 2.58                         # z of a change that is told (two-sided 1 %)
WORTH = 0.04                           # smallest change of a rate that is told
Changes = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Judged:
    """The outcome for one company: ids of truths found and missed, and findings that nothing planted explains."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    false: tuple[Finding, ...]


def judge(truths: Truths, findings: Sequence[Finding], changes: Changes, season: float | None) -> Judged:
    """``changes`` are the tested changes by truth id; ``season`` the yearly change of the sale weeks, if known.

    What the mix explains is no alarm: the product says so beside the number.
    """
    known = [truth for truth in truths.all if truth.id != "season" or season is not None]
    seen = {truth.id: _seen(truth, findings, changes, season) for truth in known}
    explained = {cell for truth in truths.all for cell in _explains(truth, findings)}
    false = [finding for finding in findings if not finding.mix and _cell(finding) not in explained]
    if truths.get("measure_worked") is None:
        false += [Finding("change", "unit", name, effect, 0) for name, (effect, z) in changes.items()
                  if _told(effect, z)]
    return Judged(tuple(name for name, ok in seen.items() if ok), tuple(name for name, ok in seen.items() if not ok),
                  tuple(false))


def _cell(finding: Finding) -> tuple[str, str, str]:
    return finding.indicator, finding.by, finding.cell


def _told(effect: float, z: float) -> bool:
    return abs(z) > CHANGED and abs(effect) >= WORTH


def _explains(truth: Truth, findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """The cells in which a truth shows, knock-on effects included."""
    where = truth.where
    if truth.id == "evening_short":
        return [(name, "hour", str(hour)) for name in ("pickup", "abandonment") for hour in (18, 19, 20)]
    if truth.id == "double_approval":
        return [_cell(finding) for finding in findings if "区域复核" in finding.cell]
    told = {
        "region_logistics": [("resolution_cycle", "region"), ("fcr", "region")],
        "product_spike": [("complaint_rate_order", "product"), ("fcr", "product")],
        "policy_fee": [("csat_mean", "topic"), ("complaint_rate", "topic")],
        "wronged_agent": [("fcr", "agent")],
        "bot_handover": [("human_answer_rate", "channel")],
        "parking_agent": [("resolution_cycle", "agent")],
        "vendor_hurries": [("handle_time", "unit"), ("fcr", "unit")],
    }
    return [(name, by, where[by]) for name, by in told.get(truth.id, [])]


def _seen(truth: Truth, findings: Sequence[Finding], changes: Changes, season: float | None) -> bool:
    if truth.id == "measure_worked":
        effect, z = changes[truth.id]
        return effect > 0 and _told(effect, z)
    if truth.id == "measure_failed":
        return not _told(*changes[truth.id])
    if truth.id == "season":
        return season is not None and abs(season) < 0.25
    shown = [finding for finding in findings if _cell(finding) in _explains(truth, findings)]
    if truth.id == "evening_short":
        return sum(finding.indicator == "pickup" for finding in shown) >= 2
    if truth.id == "wronged_agent":
        return any(finding.mix for finding in shown)
    return bool(shown)
