"""Discovery is checked against a slow oracle written in plain Python, on any log hypothesis can think of."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.process.graph import describe, find_edges, wall_seconds
from bihuan.engine.process.log import Events, Numbers, build_index, read_events
from bihuan.engine.process.tests.logs import database, discover_slowly, event
from bihuan.engine.process.variants import find_variants


def index_of(rows):
    return build_index(read_events(database(rows)))


def as_oracle(found):
    return found | {
        "edges": {(e["from"], e["to"]): (e["count"], e["median_s"], e["mean_s"]) for e in found["edges"]},
        "variants": {tuple(v["path"]): v["count"] for v in found["variants"]},
    }


ROWS = st.lists(
    st.builds(
        event, st.sampled_from("甲乙丙丁"), st.integers(0, 5), st.sampled_from(["受理", "处理", "等待", "办结"]),
        origin=st.sampled_from(["log", "stamp"]), source=st.sampled_from(["desk", "phone"]), seq=st.integers(0, 3),
    ),
    max_size=30,
)


@settings(max_examples=15)
@given(ROWS)
def test_any_log_gives_what_the_slow_oracle_gives(rows):
    agrees_with_the_oracle(rows)


@pytest.mark.long
@settings(max_examples=150)
@given(ROWS)
def test_many_logs_give_what_the_slow_oracle_gives(rows):
    agrees_with_the_oracle(rows)


def agrees_with_the_oracle(rows):
    found = as_oracle(describe(index_of(rows), top=None, seconds=wall_seconds))
    expected = discover_slowly(rows)
    for key in ("cases", "events", "activities", "starts", "ends", "variants"):
        assert found[key] == expected[key], key
    assert found["edges"].keys() == expected["edges"].keys()
    for pair, figures in expected["edges"].items():
        assert found["edges"][pair] == pytest.approx(figures)


def test_events_of_the_same_second_keep_the_order_of_the_file():
    rows = [event("1", 0, "受理"), event("1", 5, "退回"), event("1", 5, "补正"), event("1", 5, "办结")]
    assert find_variants(index_of(rows), top=None) == [{"path": ["受理", "退回", "补正", "办结"], "count": 1}]


def test_stamps_of_the_same_second_have_the_natural_order_of_their_kinds():
    rows = [event("1", 0, kind, kind=kind, origin="stamp", seq=None) for kind in ("abandoned", "queued", "opened")]
    assert find_variants(index_of(rows), top=None) == [{"path": ["opened", "queued", "abandoned"], "count": 1}]


def test_self_loop_is_an_edge_with_its_waits():
    rows = [event("1", 0, "派单"), event("1", 10, "派单"), event("1", 40, "派单"), event("1", 41, "办结")]
    first = find_edges(index_of(rows), seconds=wall_seconds)[0]
    assert first == {"from": "派单", "to": "派单", "count": 2, "median_s": 1200.0, "mean_s": 1200.0}


def test_stamps_are_read_only_where_a_source_logged_nothing():
    rows = [
        event("1", 0, "受理"), event("1", 3, "opened", origin="stamp"), event("1", 9, "办结"),
        event("2", 0, "opened", origin="stamp", source="old"), event("2", 9, "closed", origin="stamp", source="old"),
        event("2", 8, "not_held", kind="hold", origin="stamp", source="old"),  # what did not take place is no step
    ]
    assert describe(index_of(rows), top=5, seconds=wall_seconds)["activities"] == {
        "closed": 1, "opened": 1, "办结": 1, "受理": 1,
    }


def test_variants_are_sorted_and_cut_at_top():
    rows = [event(case, 0, "受理") for case in "abc"] + [event(case, 1, "办结") for case in "ab"]
    assert find_variants(index_of(rows), top=1) == [{"path": ["受理", "办结"], "count": 2}]


def test_equally_frequent_paths_come_shorter_first_then_by_name():
    paths = {"a": ["受理", "派单"], "b": ["受理", "办结"], "c": ["受理", "派单", "办结"], "d": ["受理"]}
    rows = [event(case, step, activity) for case, path in paths.items() for step, activity in enumerate(path)]
    expected = [["受理"], ["受理", "办结"], ["受理", "派单"], ["受理", "派单", "办结"]]
    assert sorted(["派单", "办结"]) == ["办结", "派单"]
    assert [found["path"] for found in find_variants(index_of(rows), top=None)] == expected
    assert [found["path"] for found in find_variants(index_of(rows), top=2)] == expected[:2]


def test_rare_paths_are_left_out_for_a_reader_with_a_minimum():
    rows = [event(case, 0, "受理") for case in "abc"] + [event("a", 1, "投诉")]
    found = describe(index_of(rows), top=None, seconds=wall_seconds, minimum=2)
    assert found["variants"] == [{"path": ["受理"], "count": 2}]
    assert found["edges"] == [] and found["activities"] == {"受理": 3}


def test_empty_log_has_no_case_and_no_edge():
    assert describe(index_of([]), top=20, seconds=wall_seconds) == {
        "cases": 0, "events": 0, "activities": {}, "starts": {}, "ends": {}, "edges": [], "variants": [],
    }


def test_another_clock_changes_the_waits_and_not_the_counts():
    rows = [event("1", 0, "受理"), event("1", 60, "办结")]
    half = find_edges(index_of(rows), seconds=lambda index, steps: wall_seconds(index, steps) / 2)
    assert half == [{"from": "受理", "to": "办结", "count": 1, "median_s": 1800.0, "mean_s": 1800.0}]


def test_events_are_sorted_as_python_sorts_them_whatever_order_they_come_in():
    draw = np.random.default_rng(7)
    for shuffled, moments in ((True, 4), (False, 4), (True, 10**6), (False, 10**6)):
        size = 300
        case, at = np.sort(draw.integers(0, 40, size)).astype(np.int32), draw.integers(0, moments, size)
        if not shuffled:
            at = np.sort(at)
        seq, rank, activity = (draw.integers(0, 3, size).astype(kind) for kind in (np.int32, np.int8, np.int32))
        order = draw.permutation(size) if shuffled else np.arange(size)
        actor = draw.integers(-1, 2, size).astype(np.int32)
        names = ("case", "at", "seq", "rank", "activity", "actor")
        columns = dict(zip(names, (column[order] for column in (case, at, seq, rank, activity, actor))))
        index = build_index(Events(**columns, cases=pa.array([f"C{n}" for n in range(40)]),
                                   activities=("a", "b", "c"), actors=("ann", "bob")))
        wanted = sorted(zip(*(column.tolist() for column in columns.values())), key=lambda row: row[:5])
        assert index.at.tolist() == [row[1] for row in wanted]
        assert index.activity.tolist() == [row[4] for row in wanted]
        assert index.cases.to_pylist() == [f"C{n}" for n in sorted(set(case.tolist()))]
        assert np.diff(index.starts).tolist() == np.unique(case, return_counts=True)[1].tolist()


def test_numbers_that_do_not_fit_make_their_column_wide():
    numbers = Numbers(5, np.int32)
    for part in ([1, 2], [2**40]):
        numbers.add(np.array(part))
    assert numbers.all().tolist() == [1, 2, 2**40]
