"""What lies behind a map adds up to it; two periods are compared as statsmodels and SciPy do."""

import random

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from bihuan.engine.process.behind import Behind, cases_of_path, keep_cases, occurrences, path_key, path_of
from bihuan.engine.process.comparing import compare_edges
from bihuan.engine.process.graph import describe, wall_seconds
from bihuan.engine.process.layout import HEIGHT, WIDTH
from bihuan.engine.process.log import build_index, read_events
from bihuan.engine.process.measures import handovers, rework
from bihuan.engine.process.picture import bottlenecks, draw
from bihuan.engine.process.tests.logs import database, discover_slowly, event


def rows(seed, cases, wait):
    dice = random.Random(seed)
    made = []
    for case in range(cases):
        minute = 0.0
        for activity in ["受理", *dice.choices(["分派", "处理", "核实"], k=dice.randint(1, 4)), "办结"]:
            made.append(event(f"{seed}-{case}", minute, activity, actor=dice.choice(["a1", "a2"])))
            minute += dice.expovariate(1 / wait)
    return made


@pytest.fixture(scope="module")
def logs():
    return rows(1, 120, 30), rows(2, 90, 50)


@pytest.fixture(scope="module")
def index(logs):
    return build_index(read_events(database(logs[0])))


def test_every_count_of_the_map_opens_to_its_cases(index, logs):
    found = describe(index, top=None, seconds=wall_seconds)
    for edge in found["edges"]:
        behind = occurrences(index, Behind("edge", (edge["from"], edge["to"])), wall_seconds)
        assert behind.total == edge["count"]
        assert behind.seconds.sum() == pytest.approx(edge["mean_s"] * edge["count"])
    for kind, counts in (("activity", "activities"), ("start", "starts"), ("end", "ends")):
        for name, count in found[counts].items():
            assert occurrences(index, Behind(kind, (name,)), wall_seconds).total == count
    for variant in found["variants"]:
        key = path_key(tuple(variant["path"]))
        assert occurrences(index, Behind("variant", (key,)), wall_seconds).total == variant["count"]
    for row in rework(index):
        behind = occurrences(index, Behind("rework", (row["activity"],)), wall_seconds)
        assert (behind.total, len(behind.case)) == (row["repeats"], row["cases"])
    for pair in handovers(index)["pairs"]:
        assert occurrences(index, Behind("handover", (pair["from"], pair["to"])), wall_seconds).total == pair["count"]


def test_what_is_not_there_has_no_case_and_an_unknown_kind_is_refused(index):
    assert occurrences(index, Behind("edge", ("受理", "没有")), wall_seconds).total == 0
    with pytest.raises(ValueError, match="one of"):
        occurrences(index, Behind("planet", ("x",)), wall_seconds)


def test_cases_that_are_kept_are_the_same_log(index, logs):
    key = path_key(path_of(index, 0))
    kept = keep_cases(index, cases_of_path(index, key))
    names = set(kept.cases.to_pylist())
    slowly = discover_slowly([row for row in logs[0] if row["case"] in names])
    found = describe(kept, top=None, seconds=wall_seconds)
    assert (found["cases"], found["events"]) == (slowly["cases"], slowly["events"])
    assert [tuple(one["path"]) for one in found["variants"]] == [path_of(index, 0)]


def test_two_periods_are_compared_as_statsmodels_and_scipy_do(index, logs):
    other = build_index(read_events(database(logs[1])))
    waits: list[dict] = [{}, {}]
    for side, log in zip(waits, logs):
        by_case: dict[str, list[dict]] = {}
        for row in log:
            by_case.setdefault(row["case"], []).append(row)
        for case, events in by_case.items():
            for one, two in zip(events, events[1:]):
                gap = (two["at"] - one["at"]).total_seconds()
                side.setdefault((one["activity"], two["activity"]), {}).setdefault(case, []).append(gap)
    changes = compare_edges(index, other, wall_seconds)
    assert {(one.source, one.target) for one in changes} == set(waits[0]) | set(waits[1])
    for change in changes[:8]:
        means = [[np.mean(gaps) for gaps in side[change.source, change.target].values()] for side in waits]
        low, high = confint_proportions_2indep(
            len(means[1]), 90, len(means[0]), 120, method="newcomb", compare="diff")
        assert (change.share.low, change.share.high) == pytest.approx((low, high))
        welch = stats.ttest_ind(means[1], means[0], equal_var=False).confidence_interval()
        assert (change.wait.low, change.wait.high) == pytest.approx((welch.low, welch.high))
    assert compare_edges(index, other, wall_seconds, minimum=10_000) == []


def test_nothing_lies_on_another_and_every_arrow_is_drawn(index):
    found = describe(index, top=1, seconds=wall_seconds)
    picture = draw(index, found, arrows=40)
    boxes = picture.drawing.boxes
    for number, one in enumerate(boxes):
        for other in boxes[number + 1:]:
            assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT, (one, other)
        assert WIDTH / 2 <= one.x <= picture.drawing.width - WIDTH / 2
    drawn = {(line.source, line.target) for line in picture.drawing.lines}
    assert {(edge["from"], edge["to"]) for edge in found["edges"]} <= drawn
    fewest = draw(index, found, arrows=1).covered
    assert picture.covered == 1.0 and fewest is not None and fewest < 1


def test_bottlenecks_are_ranked_by_the_time_of_all_cases(index, logs):
    edges = discover_slowly(logs[0])["edges"]
    ranked = bottlenecks(describe(index, top=1, seconds=wall_seconds))
    hours = {pair: count * mean / 3600 for pair, (count, _median, mean) in edges.items()}
    worst = max(hours, key=lambda pair: hours[pair])
    assert (ranked[0]["from"], ranked[0]["to"]) == worst
    assert ranked[0]["hours"] == pytest.approx(hours[worst])
    assert sum(one["share"] for one in ranked) == pytest.approx(1)
