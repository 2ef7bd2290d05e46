"""Rework, hand-overs and throughput of logs small enough to count by hand."""

from bihuan.engine.process.log import build_index, read_events
from bihuan.engine.process.measures import handovers, rework, throughput
from bihuan.engine.process.tests.logs import database, event


def index_of(rows):
    return build_index(read_events(database(rows)))


def test_rework_counts_loops_and_later_repeats():
    rows = [event("1", minute, activity) for minute, activity in enumerate(["派单", "派单", "处理", "派单", "办结"])]
    rows += [event("2", minute, activity) for minute, activity in enumerate(["派单", "处理", "办结"])]
    assert rework(index_of(rows)) == [{"activity": "派单", "loops": 1, "repeats": 2, "cases": 1}]


def test_handover_passes_over_customers_and_systems():
    rows = [
        event("1", 0, "受理", actor="王"), event("1", 1, "催办", actor="客户", actor_kind="customer"),
        event("1", 2, "处理", actor="李"), event("1", 3, "提醒", actor="robot", actor_kind="bot"),
        event("1", 4, "办结", actor="李"), event("2", 0, "受理", actor="王"), event("2", 1, "办结", actor="王"),
    ]
    assert handovers(index_of(rows)) == {"cases": 1, "total": 1, "pairs": [{"from": "王", "to": "李", "count": 1}]}


def test_throughput_is_first_to_last_event():
    rows = [event(case, minute, "办结") for case, last in (("1", 10), ("2", 20), ("3", 60)) for minute in (0, last)]
    found = throughput(index_of(rows))
    assert found == {"cases": 3, "median_s": 1200.0, "mean_s": 1800.0, "p90_s": 3120.0}


def test_nothing_to_measure_is_none_and_not_zero():
    empty = index_of([])
    assert throughput(empty) == {"cases": 0, "median_s": None, "mean_s": None, "p90_s": None}
    assert handovers(empty)["total"] == 0 and rework(empty) == []
