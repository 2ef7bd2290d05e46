"""Replay against a procedure, checked by reading every case with plain loops."""

import random

import pytest
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.process.conformance import ModelStep, check_conformance
from bihuan.engine.process.log import build_index, read_events
from bihuan.engine.process.tests.logs import database, event

STEPS = (
    ModelStep("受理", ("受理",)), ModelStep("分派", ("分派", "改派"), repeatable=True),
    ModelStep("核实", ("核实",), optional=True), ModelStep("处理", ("处理",)), ModelStep("办结", ("办结",)))


def index_of(paths):
    rows = [event(str(case), minute, activity) for case, path in enumerate(paths) for minute, activity in
            enumerate(path)]
    return build_index(read_events(database(rows)))


def judge_slowly(path):
    """The rules of the module's docstring, read off one case event by event."""
    owner = {activity: step.name for step in STEPS for activity in step.activities}
    names = [step.name for step in STEPS]
    seen = [owner[activity] for activity in path if activity in owner]
    found = [(activity, "extra") for activity in set(path) if activity not in owner]
    for step in STEPS:
        later = names[names.index(step.name) + 1:]
        if step.name not in seen:
            if not step.optional:
                found.append((step.name, "skipped" if any(name in seen for name in later) else "unfinished"))
            continue
        if any(name in seen[:seen.index(step.name)] for name in later):
            found.append((step.name, "order"))
        if not step.repeatable and seen.count(step.name) > 1:
            found.append((step.name, "repeated"))
    return found


@pytest.fixture(scope="module")
def paths():
    dice = random.Random(7)
    names = ["受理", "分派", "改派", "核实", "处理", "办结", "催办"]
    made = [["受理", "分派", "处理", "办结"], ["受理", "核实", "处理"], ["办结"]]
    return made + [[dice.choice(names) for _ in range(dice.randint(1, 8))] for _ in range(300)]


def test_every_case_and_step_equals_reading_it_by_hand(paths):
    index = index_of(paths)
    found = check_conformance(index, STEPS)
    got = {(one.name, one.kind): {index.cases[int(case)].as_py() for case in one.cases} for one in found.results}
    wanted: dict[tuple[str, str], set[str]] = {}
    for case, path in enumerate(paths):
        for what in judge_slowly(path):
            wanted.setdefault(what, set()).add(str(case))
    assert got == wanted and len(wanted) > 12


def test_repetitions_are_counted_beyond_the_first(paths):
    index = index_of(paths)
    again = check_conformance(index, STEPS).of("处理", "repeated")
    assert again is not None
    assert {index.cases[int(case)].as_py(): int(times) for case, times in zip(again.cases, again.times)} == {
        str(case): path.count("处理") - 1 for case, path in enumerate(paths) if path.count("处理") > 1}


def test_the_share_of_conforming_cases_has_wilsons_interval(paths):
    told = [{kind for _, kind in judge_slowly(path)} for path in paths]
    finished = [kinds for kinds in told if "unfinished" not in kinds]
    good = sum(not kinds for kinds in finished)
    found = check_conformance(index_of(paths), STEPS)
    share = found.conforming
    assert (share.count, share.n) == (good, len(finished))
    assert (share.low, share.high) == pytest.approx(proportion_confint(good, len(finished), method="wilson"))
    assert (found.underway.count, found.underway.n) == (told.count({"unfinished"}), len(paths) - len(finished))


def test_a_step_can_be_skipped_only_where_a_case_came_past_it():
    """90 cases only at A, 10 at C, of which 5 left out B: 5 of 10 skipped it, by hand."""
    steps = tuple(ModelStep(name, (name,)) for name in "ABC")
    found = check_conformance(index_of([["A"]] * 90 + [["A", "B", "C"]] * 5 + [["A", "C"]] * 5), steps)
    skipped = found.of("B", "skipped")
    assert skipped is not None and (skipped.share.count, skipped.share.n) == (5, 10)
    assert (found.conforming.count, found.conforming.n, found.underway.count, found.underway.n) == (5, 10, 90, 90)


def test_what_begins_a_step_lies_within_the_procedure_and_is_not_the_step():
    steps = (ModelStep("受理", ("受理",)), ModelStep("审批", ("批准",), begun=("提交审批",)))
    paths = [["受理", "提交审批", "批准"], ["受理", "提交审批"], ["受理", "催办", "批准"]]
    found = check_conformance(index_of(paths), steps)
    assert [(one.name, one.kind, one.share.count) for one in found.results] == [
        ("催办", "extra", 1), ("审批", "unfinished", 1)]
    assert (found.conforming.count, found.conforming.n) == (1, 2)


def test_an_open_case_is_unfinished_and_no_breach():
    found = check_conformance(index_of([["受理", "分派"]]), STEPS)
    assert (found.conforming.share, found.underway.count, found.complete.count) == (None, 1, 0)
    assert {(one.name, one.kind) for one in found.results} == {("处理", "unfinished"), ("办结", "unfinished")}
    assert set(found.unreached) == {"核实", "处理", "办结"}


def test_no_case_has_no_share_and_wrong_procedures_are_refused():
    index = index_of([])
    assert check_conformance(index, STEPS).conforming.share is None
    with pytest.raises(ValueError, match="two steps"):
        check_conformance(index, (ModelStep("a", ("x",)), ModelStep("b", ("x",))))
    with pytest.raises(ValueError, match="without steps"):
        check_conformance(index, ())
