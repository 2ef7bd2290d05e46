"""Compares what was found with what was planted: found, missed, and false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.engine.demo.truths import Truth, Truths

from .detect import Finding

# The direction in which a scan's effect is bad news; only bad news can be a false alarm.
BAD = {"wait": 1, "abandonment": 1, "resolution": 1, "repeat": 1, "repeat_within_topic": 1, "handle": -1,
       "reached_human": -1, "customer_pause": 1, "complaints": 1, "csat": -1, "idle": 1}
CHANGED = 2.58                         # z of a change that is told (two-sided 1 %)
WORTH = 0.04                           # smallest change of a repeat rate that is told


@dataclass(frozen=True)
class Judged:
    """The outcome for one company: ids of truths found and missed, and findings that nothing planted explains."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    false: tuple[Finding, ...]


def judge(truths: Truths, findings: Sequence[Finding], changes: dict[str, tuple[float, float]],
          season: float | None) -> Judged:
    """``changes`` are the tested changes by truth id; ``season`` the yearly change of the sale months, if known."""
    bad = [finding for finding in findings if BAD[finding.scan] * finding.effect > 0]
    known = [truth for truth in truths.all if truth.id != "season" or season is not None]
    seen = {truth.id: _seen(truth, bad, changes, season) for truth in known}
    explained = {(scan, by, cell) for truth in truths.all for scan, by, cell in _explains(truth, bad)}
    false = [finding for finding in bad if (finding.scan, finding.by, finding.cell) not in explained]
    if truths.get("measure_worked") is None:
        false += [Finding("change", "unit", name, effect, 0, z) for name, (effect, z) in changes.items()
                  if _told(effect, z)]
    return Judged(tuple(name for name, ok in seen.items() if ok), tuple(name for name, ok in seen.items() if not ok),
                  tuple(false))


def _told(effect: float, z: float) -> bool:
    return abs(z) > CHANGED and abs(effect) >= WORTH


def _explains(truth: Truth, bad: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """The cells in which a truth shows, knock-on effects included."""
    where = truth.where
    if truth.id == "evening_short":
        return [(scan, "hour", str(hour)) for scan in ("wait", "abandonment") for hour in (18, 19, 20)]
    if truth.id == "double_approval":
        return [("idle", "step", finding.cell) for finding in bad if "区域复核" in finding.cell]
    told = {
        "region_logistics": [("resolution", "region"), ("repeat", "region")],
        "product_spike": [("complaints", "product"), ("repeat", "product")],
        "policy_fee": [("csat", "topic"), ("complaints", "topic")],
        "wronged_agent": [("repeat", "agent")],
        "bot_handover": [("reached_human", "channel")],
        "parking_agent": [("customer_pause", "agent")],
        "vendor_hurries": [("handle", "unit"), ("repeat", "unit")],
    }
    return [(scan, by, where[by]) for scan, by in told.get(truth.id, [])]


def _seen(truth: Truth, bad: Sequence[Finding], changes: dict[str, tuple[float, float]], season: float | None) -> bool:
    cells = {(finding.scan, finding.by, finding.cell) for finding in bad}
    if truth.id == "measure_worked":
        effect, z = changes[truth.id]
        return effect < 0 and _told(effect, z)
    if truth.id == "measure_failed":
        return not _told(*changes[truth.id])
    if truth.id == "season":
        return season is not None and abs(season) < 0.25
    shown = [cell for cell in _explains(truth, bad) if cell in cells]
    if truth.id == "evening_short":
        return sum(scan == "wait" for scan, _, _ in shown) >= 2
    if truth.id == "wronged_agent":
        return bool(shown) and ("repeat_within_topic", "agent", truth.where["agent"]) not in cells
    return bool(shown)
