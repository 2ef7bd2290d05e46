"""What the pages of a plan show: the change in words, the figures with their intervals, charts hour by hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.charts.groups import grouped_bars
from bihuan.engine.charts.wording import (
    Labels,
    change_interval_text,
    change_text,
    interval_text,
    labels_for,
    value_text,
)
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.staffing.erlang import erlang_a, erlang_c, needed
from bihuan.engine.staffing.forecast import LEAST_DAYS, missed
from bihuan.serve.customers.queries.words import channels

from .models import WEEKDAYS, Plan

UNITS = {"service_level": "%", "asa_s": "s", "abandon": "%", "occupancy": "%"}
AROUND = 3


def figure_names(target_s: int) -> dict[str, str]:
    """Return what the figures of a queue are called."""
    return {"service_level": _("%(seconds)s 秒服务水平") % {"seconds": target_s}, "asa_s": _("平均应答速度"),
            "abandon": _("放弃率"), "occupancy": _("占用率")}


@dataclass(frozen=True)
class Line:
    """One figure of a plan in words: what was seen, the replay and its error, the effect, what is foretold and came."""

    label: str
    seen: str
    replayed: str
    error: str
    effect: str
    effect_interval: str
    predicted: str
    interval: str
    actual: str
    actual_interval: str
    missed: str                          # what came less what was foretold
    missed_interval: str
    place: str


def change_words(plan: Plan) -> str:
    """Return what a plan changes, in one sentence."""
    parts = []
    if plan.people:
        days = _("每天") if len(plan.weekdays) == 7 else _("、").join(str(WEEKDAYS[day - 1]) for day in plan.weekdays)
        told = {"days": days, "first": plan.first, "last": plan.last, "people": abs(plan.people)}
        parts.append(_("%(days)s %(first)s–%(last)s 点增加 %(people)s 人") % told if plan.people > 0
                     else _("%(days)s %(first)s–%(last)s 点减少 %(people)s 人") % told)
    if plan.handling != 1:
        parts.append(_("处理时长变为 %(share)s%%") % {"share": f"{plan.handling * 100:g}"})
    if plan.taken:
        parts.append(_("分流 %(share)s%%") % {"share": f"{plan.taken * 100:g}"})
    return _("；").join(parts)


def about(plan: Plan) -> dict[str, str]:
    """Return whose contacts were replayed, in words."""
    return {"unit": unit_names().get(plan.unit_code, plan.unit_code) or _("全组织"),
            "channel": channels().get(plan.channel, plan.channel)}


def few_days(plan: Plan) -> bool:
    """Return whether too few days were replayed to tell how far their numbers can be believed."""
    found = plan.result or {}
    known = found.get("days", (plan.end - plan.start).days + 1 - found.get("left_out", 0))
    return int(known) < LEAST_DAYS


def lines_of(plan: Plan, minimum_n: int) -> list[Line]:
    """Return the figures of a plan that was replayed; what came afterwards is withheld below ``minimum_n`` contacts."""
    found, labels = plan.result or {}, labels_for(get_language() or "zh-hans")
    came_n, lines = (plan.actual or {}).get("contacts", 0), []
    after = plan.actual["figures"] if plan.actual and came_n >= minimum_n and not in_hindsight(plan) else {}
    for name, label in figure_names(plan.target_s).items():
        unit, nothing = UNITS[name], {"value": None, "low": None, "high": None, "place": None}
        effect, predicted, came = found["effect"][name], found["predicted"][name], after.get(name, nothing)
        lines.append(Line(
            label, value_text(found["seen"][name], unit, labels),
            value_text(found["replayed"]["figures"][name]["value"], unit, labels),
            change_text(found["error"][name], unit, labels), change_text(effect["value"], unit, labels),
            _between(effect, unit, labels, change_interval_text), value_text(predicted["value"], unit, labels),
            _between(predicted, unit, labels, interval_text), value_text(came["value"], unit, labels) if after else "",
            _between(came, unit, labels, interval_text), *_missed(came, predicted, unit, labels),
            place_words().get(came["place"] or "", "")))
    return lines


def _between(figure: Mapping[str, Any], unit: str, labels: Labels, words: Callable[..., str]) -> str:
    return "" if figure["low"] is None else words(figure["low"], figure["high"], unit, labels)


def _missed(came: Mapping[str, Any], predicted: Mapping[str, Any], unit: str, labels: Labels) -> tuple[str, str]:
    found = missed(came, predicted)
    if found.value is None:
        return "", ""
    return change_text(found.value, unit, labels), _between(asdict(found), unit, labels, change_interval_text)


def in_hindsight(plan: Plan) -> date | None:
    """Return the first day of the new way where the forecast of a plan could know what came: nothing is scored."""
    began = plan.in_force or (plan.measure.change_on if plan.measure else None)
    return began if began is not None and plan.is_hindsight(began) else None


@dataclass(frozen=True)
class Scored:
    """A plan of a measure with what was foretold beside what came; ``hindsight`` the first day where it could know."""

    plan: Plan
    words: str
    lines: list[Line]
    hindsight: date | None


def plans_of_measure(measure_id: int, minimum_n: int, user: User) -> list[Scored]:
    """Return the replayed plans that a measure put into force, of the units that the reader plans for."""
    rows = Plan.objects.for_user(user).filter(measure_id=measure_id, state=Plan.State.READY).select_related("measure")
    return [Scored(one, change_words(one), lines_of(one, minimum_n), in_hindsight(one)) for one in rows
            if (one.result or {})["replayed"]["contacts"] >= minimum_n]


def place_words() -> dict[str, str]:
    """Return where what was seen lies beside what was foretold."""
    return {"inside": _("区间有重叠"), "better": _("好于预测"), "worse": _("差于预测"),
            "outside": _("在预测区间外")}


def charts_of(plan: Plan, minimum_n: int) -> dict[str, dict[str, Any]]:
    """Return service level and speed of answer hour by hour, then and with the change.

    Hours of fewer contacts than ``minimum_n`` are withheld.
    """
    found, labels = plan.result or {}, labels_for(get_language() or "zh-hans")
    names = {"then": _("当前排班（回放）"), "now": _("方案（回放）")}
    charts = {}
    for name in ("service_level", "asa_s"):
        results = []
        for key, part in (("then", "replayed"), ("now", "changed")):
            for hour, figures in sorted(found[part]["by_hour"].items(), key=lambda one: int(one[0])):
                n = found[part]["counts"][hour]
                results.append(_result(name, figures[name], n, {"hour": f"{int(hour):02d}", "plan": key},
                                       suppressed=n < minimum_n))
        charts[name] = grouped_bars(results, by="hour", split="plan", names=names, labels=labels)
    return charts


def _result(name: str, figure: Mapping[str, float | None], n: int, group: dict[str, str | None], *,
            suppressed: bool) -> Result:
    return Result(indicator=name, version="1", period="all", group=group, value=figure["value"], n=n,
                  low=figure["low"], high=figure["high"], unit=UNITS[name], suppressed=suppressed)


@dataclass(frozen=True)
class Steady:
    """A queue for each number of people around the one that is needed, and the two numbers that are."""

    at_work: int
    on_roster: int
    load: float
    rows: list[tuple[Any, Any]]


def steady(told: Mapping[str, float]) -> Steady:
    """Return what Erlang C and A say of a queue. Raises StaffingError."""
    queue = {"interval_s": told["minutes"] * 60, "handle_s": told["handle_s"], "target_s": told["target_s"]}
    at_work, on_roster = needed(told["contacts"], service_level=told["level"] / 100, occupancy=told["occupancy"] / 100,
                                shrinkage=told["shrinkage"] / 100, **queue)
    rows = []
    for agents in range(max(1, at_work - AROUND), at_work + AROUND + 1):
        rows.append((erlang_c(told["contacts"], agents=agents, **queue),
                     erlang_a(told["contacts"], agents=agents, patience_s=told["patience_s"], **queue)))
    return Steady(at_work, on_roster, rows[0][1].load, rows)


