"""Compares what the search for findings brought up with what was planted: found, missed, and told without a cause.

Not expected of the search: truths about single agents (it never looks at those), improvements, and the second approval
(its topic takes long anyway: the process map tells it). A value below a set target is a fact about the target and no
detection: it is left out. What the company is like by its nature is told rightly and is no false alarm (``by_nature``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from bihuan.engine.demo.arrivals import SUMMER
from bihuan.engine.demo.hours import in_sale
from bihuan.engine.demo.truths import Truth, Truths
from bihuan.engine.findings.contracts import Spotted
from bihuan.engine.findings.search import search
from bihuan.engine.home import Home
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import open_session
from bihuan.engine.indicators.passports import load
from bihuan.engine.indicators.targets import load_targets

DETECTED = ("band_drop", "out_of_control", "spike", "worse_cell")
# A truth shows in cells of these dimensions by these indicators; of an hour any of the evening's.
SHOWN: dict[str, tuple[tuple[str, str], ...]] = {
    "evening_short": (("pickup", "hour"), ("abandonment", "hour")),
    "region_logistics": (("resolution_cycle", "region"), ("fcr", "region")),
    "product_spike": (("complaint_volume", "product"), ("contact_volume", "product"), ("complaint_rate", "product"),
                      ("fcr", "product")),
    "policy_fee": (("csat_mean", "topic"), ("complaint_rate", "topic"), ("contact_volume", "topic"),
                   ("complaint_volume", "topic")),
    "bot_handover": (("human_answer_rate", "channel"),),
    "vendor_hurries": (("handle_time", "vendor"), ("fcr", "team")),
}
EVENING = {"18", "19", "20"}
VENDOR_OF = {"V11": "V01"}
# Topics differ in how they are worked on (company.toml), whatever is planted.
TOPICS_DIFFER = frozenset({"resolution_cycle", "transfer_rate", "reopen_rate", "fcr", "csat_mean", "complaint_rate"})
SALE_TOPICS = frozenset({"物流配送", "价格保护", "退换货"})
BESIDE_THE_MEASURE = "V12"              # the other online team: worse than the rest once the measure works at T13
LOADED = frozenset({"call", "speed"})     # families that suffer when more people ask
Told = tuple[str, str, tuple[tuple[str, str], ...]]


def searched(home: Home, names: Iterable[str] = ()) -> list[Spotted]:
    """Return what the search brings up on the last day of the data, by these indicators or by all."""
    with open_session(home, Query()) as session:
        assert session.as_of is not None
        today = session.as_of.astimezone(session.zone).date()
        passports = load(home)
        chosen = {name: passports[name] for name in names or passports}
        return [one for stage in search(session, chosen, load_targets(home), today=today) for one in stage.found]


def told_of(found: Iterable[Spotted]) -> set[Told]:
    """Return each problem once, however many periods it was seen in."""
    return {_told(one) for one in found if one.kind in DETECTED}


def seen_and_missed(truths: Truths, found: Sequence[Spotted]) -> tuple[list[str], list[str]]:
    """Return the ids of expected truths that were told, and those that were not."""
    expected = [truth for truth in truths.all if truth.id in SHOWN]
    seen = [truth.id for truth in expected if any(_shows(truth, one) for one in found)]
    return seen, [truth.id for truth in expected if truth.id not in seen]


def unexplained(truths: Truths, found: Sequence[Spotted], families: Mapping[str, str]) -> list[Told]:
    """Return the problems without a cause: in no cell that a truth touches, and not by the company's nature.

    With truths, drops and months beyond the limits of a whole workspace, team or channel are left out: truths lower
    those as well. A problem that was seen in several periods has a cause where one of them has.
    """
    judged = [one for one in found if one.kind in DETECTED
              and (not truths.all or one.kind in ("spike", "worse_cell"))]
    caused = {_told(one) for one in judged
              if by_nature(one, families) or any(_touches(truth, one.group) for truth in truths.all)}
    return sorted({_told(one) for one in judged} - caused)


def by_nature(one: Spotted, families: Mapping[str, str]) -> bool:
    """Say whether it is true of every company: topics that differ, the sales and the summer's air conditioners."""
    assert one.start and one.end
    days = [one.start + timedelta(days=number) for number in range((one.end - one.start).days + 1)]
    sale = any(in_sale(day) for day in days)
    if one.kind == "worse_cell":
        return "topic" in one.group and one.indicator in TOPICS_DIFFER
    if one.kind == "spike":
        cooling = one.group.get("product") == "空调 K5" and any(day.month in SUMMER for day in days)
        return cooling or (sale and (one.group.get("topic") in SALE_TOPICS))
    return sale and families.get(one.indicator, "") in LOADED


def _told(one: Spotted) -> Told:
    return one.kind, one.indicator, tuple(sorted(one.place.items()))


def _shows(truth: Truth, one: Spotted) -> bool:
    if truth.since and one.end and one.end < truth.since:
        return False
    return any(one.indicator == indicator and _holds(truth, by, one.place.get(by, ""))
               for indicator, by in SHOWN[truth.id])


def _touches(truth: Truth, cell: Mapping[str, str]) -> bool:
    if truth.id == "measure_worked" and cell.get("team") == BESIDE_THE_MEASURE:
        return True
    return any(_holds(truth, by, value) for by, value in cell.items())


def _holds(truth: Truth, by: str, value: str) -> bool:
    """Say whether a cell is one that a truth acts on."""
    where = truth.where
    if by == "hour":
        return "hour" in where and value in EVENING
    if by == "team":
        return where.get("unit") == value
    if by == "vendor":
        return VENDOR_OF.get(where.get("unit", "")) == value
    return by in where and where[by] == value
