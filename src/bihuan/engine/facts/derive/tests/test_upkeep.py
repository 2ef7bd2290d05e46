"""Facts kept in step: any split of the data into batches gives the facts of one full computation."""

import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.engine.clock.policy import publish_policy
from bihuan.engine.facts import freshness, journal, lake
from bihuan.engine.facts.derive import refresh, timeline, upkeep
from bihuan.engine.facts.derive.state import mark_begun, read_state
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.home import open_home

from .cases import append, at, case, events, facts

KINDS = ("assigned", "responded", "pending", "resumed", "resolved", "reopened", "queued", "answered", "ended", "closed")


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


def everything(home) -> dict[str, list]:
    return {grain: facts(home, grain) for grain in GRAINS}


def test_touched_case_changes_its_neighbours_and_nobody_else(home):
    """The contact after the next one keeps its gaps, so that its row is not written again."""
    append(home, cases=[case("a", 0), case("b", 100), case("later", 500),
                        *(case(f"x{n}", n, customer=f"o{n}") for n in range(9))])
    assert refresh(home).everything
    append(home, cases=[case("m", 50)])
    done = refresh(home, touched=pa.array(["m"]))
    assert (done.everything, done.cases) == (False, 3)
    by_case = {row["case"]: row for row in facts(home)}
    assert (by_case["a"]["next_contact_s"], by_case["b"]["prev_contact_s"], len(by_case)) == (3000, 3000, 13)


def test_case_that_moves_to_another_customer_changes_both_sides(home):
    append(home, cases=[case("a", 0), case("b", 100), case("c", 50, customer="k2"),
                        *(case(f"x{n}", n, customer=f"o{n}") for n in range(9))])
    refresh(home)
    append(home, cases=[case("b", 100, customer="k2")])
    assert not refresh(home, touched=pa.array(["b"])).everything
    by_case = {row["case"]: row for row in facts(home)}
    assert (by_case["a"]["next_contact_s"], by_case["c"]["next_contact_s"]) == (None, 3000)


def test_late_end_and_reopening_change_the_gap_of_the_contact_after(home):
    append(home, cases=[case("a", 0), case("b", 100), *(case(f"x{n}", n, customer=f"o{n}") for n in range(9))],
           events=events("a", "10 resolved agent:ann"))
    refresh(home)
    (batch,) = append(home, events=events("a", "10 resolved agent:ann", "20 reopened", "60 resolved agent:ann")[1:])
    assert refresh(home, touched=pa.array(["a"])).cases == 2
    assert gap(home) == 40 * 60
    journal.undone(home, batch, actor="test")
    assert refresh(home, touched=pa.array(["a"])).cases == 2
    assert gap(home) == 90 * 60


def gap(home) -> int:
    by_case = {row["case"]: row for row in facts(home)}
    assert by_case["a"]["next_contact_s"] == by_case["b"]["prev_contact_s"]
    return by_case["a"]["next_contact_s"]


def test_changed_policy_recomputes_everything_once(home):
    append(home, cases=[case(f"c{n}", n, customer=f"k{n}", resolved_at=n + 60) for n in range(9)])
    refresh(home)
    assert not refresh(home, touched=pa.array(["c0"])).everything
    publish_policy(home, {"rule": [{"name": "all", "resolution_target_s": 5}]})
    assert refresh(home, touched=pa.array(["c0"])).everything
    assert {row["resolution_target_s"] for row in facts(home)} == {5}
    assert not refresh(home, touched=pa.array(["c0"])).everything


def test_refresh_that_died_half_way_is_made_good_by_the_next(home):
    append(home, cases=[case(f"c{n}", n, customer=f"k{n}") for n in range(9)])
    refresh(home)
    mark_begun(home)
    assert not read_state(home).complete
    assert refresh(home, touched=pa.array(["c0"])).everything
    assert read_state(home).complete


def test_answers_without_a_case_are_taken_in(home):
    append(home, cases=[case(f"c{n}", n, customer=f"k{n}") for n in range(9)])
    refresh(home)
    append(home, answers=[{"id": "a", "metric": "nps", "value": 9.0, "at": at(0)}])
    refresh(home, touched=pa.array([], pa.string()))
    assert [row["value"] for row in facts(home, "answer")] == [9.0]


def test_nothing_touched_and_nothing_imported_is_no_error(home):
    assert refresh(home).cases == 0
    assert refresh(home, touched=pa.array([], pa.string())).cases == 0
    assert facts(home) == []


def test_people_and_units_alone_make_no_facts(home):
    """Their import says nothing of any case: what is kept stays, and an empty workspace has nothing to keep."""
    append(home, units=[{"id": "u", "name": "一组", "kind": "team"}])
    assert refresh(home).cases == 0 and not (home.facts / "case").exists()
    append(home, cases=[case("c")])
    assert refresh(home, touched=pa.array(["c"])).cases == 1
    before = sorted((home.facts / "case").glob("*.parquet"))
    append(home, agents=[{"id": "ann", "name": "安"}])
    assert refresh(home, touched=pa.array([], pa.string())).cases == 0
    assert sorted((home.facts / "case").glob("*.parquet")) == before and len(facts(home)) == 1


def test_progress_is_told_step_by_step(home):
    told = []
    append(home, cases=[case("c")])
    refresh(home, progress=lambda done, total, text: told.append((done, total)))
    assert told == [(step, 6) for step in range(7)]


def test_year_without_holidays_warns_when_the_office_calendar_is_used(home):
    publish_policy(home, {"rule": [{"name": "all", "calendar": "cn_office"}]})
    append(home, cases=[case("c") | {"opened": datetime(2031, 5, 5, tzinfo=UTC)}])
    assert [warning.code for warning in refresh(home).warnings] == ["holidays_unknown"]


ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", "e"]), st.integers(0, 400), st.sampled_from(KINDS),
                          st.sampled_from(["agent:ann", "agent:bob", "customer:k1", "bot:b"])), max_size=12)
CASES = st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", "e"]), st.integers(0, 300),
                           st.sampled_from(["k1", "k2", None]), st.sampled_from(["contact", "complaint"])),
                 min_size=1, max_size=8)


# A case that changes customer, one that becomes a complaint, a reopening, a transfer and a wait.
SOME_CASES = [("a", 0, "k1", "contact"), ("b", 90, "k1", "contact"), ("b", 90, "k2", "contact"),
              ("c", 200, "k2", "contact"), ("c", 200, "k2", "complaint")]
SOME_ROWS = [("a", 5, "queued", "bot:b"), ("a", 20, "resolved", "agent:ann"), ("a", 95, "reopened", "customer:k1"),
             ("b", 120, "assigned", "agent:bob"), ("b", 150, "pending", "agent:ann"), ("c", 250, "closed", "agent:bob")]


@pytest.mark.parametrize(("known", "seed"), [(True, 1), (False, 2)])
def test_a_split_into_batches_gives_the_facts_of_one_computation(known, seed):
    check_split(random.Random(seed), SOME_CASES, SOME_ROWS, known=known)


@pytest.mark.long
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), CASES, ROWS)
def test_any_split_into_batches_gives_the_facts_of_one_computation(dice, drawn_cases, drawn_events):
    check_split(dice, drawn_cases, drawn_events)


@pytest.mark.long
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), CASES, ROWS)
def test_any_split_gives_the_same_even_if_a_batch_changes_what_the_source_can_say(dice, drawn_cases, drawn_events):
    check_split(dice, drawn_cases, drawn_events, known=False)


def check_split(dice, drawn_cases, drawn_events, *, known=True) -> None:
    """Import in a drawn order and split; later rows of the same case are updates; one batch is undone at the end.

    ``known``: other cases of the source show every kind of event, so that no batch changes what it can say.
    """
    steps = [("cases", case(name, minute, customer=customer, kind=kind, channel="online" if name == "a" else "ticket"))
             for name, minute, customer, kind in drawn_cases]
    steps += [("events", events(name, f"{minute} {kind} {actor} cause=customer")[0] | {"id": f"e{number}"})
              for number, (name, minute, kind, actor) in enumerate(drawn_events)]
    dice.shuffle(steps)
    cuts = sorted({dice.randint(1, max(1, len(steps) - 1)) for _ in range(dice.randint(0, 2))})
    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder))
        kinds = ["complaint" if known and n == 0 else "contact" for n in range(20)]
        append(home, cases=[case(f"x{n}", n, customer=f"o{n}", kind=kind) for n, kind in enumerate(kinds)],
               events=events("x0", *(f"{n} {kind} {who}" for n, kind in enumerate(KINDS)
                                     for who in ("agent:zoe", "bot:z"))) if known else [],
               links=[{"id": "l", "case": "a", "other": "b", "kind": "merged", "at": at(0)}])
        refresh(home)
        batches = [put_in(home, steps[start:end]) for start, end in zip([0, *cuts], [*cuts, len(steps)])]
        batch, names = dice.choice([batch for made in batches for batch in made])
        journal.undone(home, batch, actor="test")
        assert not (refresh(home, touched=pa.array(names)).everything and known)
        step_by_step = everything(home)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timeline, "MANY", 0)  # as of many cases: with codes
            refresh(home)
        assert step_by_step == everything(home)


def put_in(home, steps) -> list[tuple[str, list[str]]]:
    """Append one batch per table, refresh what it touched, and return the batches with the cases they touched."""
    made = []
    for table in ("cases", "events"):
        latest = {row["id"]: row for kind, row in steps if kind == table}
        names = [row.get("case") or row["id"] for row in latest.values()]
        made += [(batch, names) for batch in append(home, **{table: list(latest.values())})]
    refresh(home, touched=pa.array([name for _, names in made for name in names], pa.string()))
    return made


def test_a_case_without_a_tier_has_the_one_its_customer_had_when_it_was_opened(home):
    day = 24 * 60
    append(home, cases=[case("a", 0), case("b", 10 * day), case("c", 10 * day, tier="own"),
                        *(case(f"x{n}", n, customer=f"o{n}") for n in range(9))])
    freshness.refresh(home)
    tier = {"customer": "k1", "attribute": "tier"}
    append(home, customer_history=[{**tier, "value": "plain", "valid_from": at(-day), "valid_to": at(5 * day)},
                                   {**tier, "value": "gold", "valid_from": at(5 * day)}])
    assert freshness.refresh(home) == 3
    assert {row["case"]: row["tier"] for row in facts(home) if row["customer"] == "k1"} == {
        "a": "plain", "b": "gold", "c": "own"}
    before = everything(home)
    (home.facts / "fresh.json").unlink()
    freshness.refresh(home)
    assert everything(home) == before


def test_facts_of_many_cases_are_those_that_are_written_at_once(home, monkeypatch):
    append(home, cases=[case(name, place) for place, name in enumerate("abcde")],
           events=[one for name in "abcde" for one in events(name, "1 assigned agent:ann", "9 resolved agent:ann")])
    refresh(home)
    told = everything(home)
    monkeypatch.setattr(upkeep, "AT_ONCE", 2)
    mark_begun(home)
    refresh(home)
    assert everything(home) == told and len(told["case"]) == 5 < len(told["segment"])
    assert len(lake.files(home.facts / "case")) == 3
