"""Rows add up to what is shown, for every passport, in groups, periods and roll-ups (R5)."""

import pytest

from bihuan.engine.indicators import compiled, kept
from bihuan.engine.indicators.contracts import EVERYTHING, Query, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import evaluate_on
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.reasons import deciding, meets, ripe_at
from bihuan.engine.indicators.rows import rows_on, total
from bihuan.engine.indicators.tests.company import AS_OF, ask, at, call, case, connection, session
from bihuan.engine.indicators.tests.population import crowd

GROUPED = ("fcr", "pickup", "csat", "nps", "occupancy", "backlog_age", "complaint_rate_order")


@pytest.fixture(scope="module")
def people():
    return crowd(200)


@pytest.fixture(scope="module")
def numbers(people):
    """The number of every passport."""
    return {result.indicator: result for result in ask(people)}


@pytest.fixture(scope="module")
def shown(people):
    """The results of those passports by month and channel, where their rows have a channel."""
    passports = [shipped()[name] for name in GROUPED]
    return evaluate_on(session(people), passports, Query(period="month", by=("channel",)), EVERYTHING)


def of_each_kind():
    """Every passport; of those that are counted alike, of the same rows, all but the first in the long tests."""
    kinds = set()
    for name, one in sorted(shipped().items()):
        kind = (one.grain, one.denominator_grain, one.aggregation, one.credit, bool(one.exclusions), one.window_from)
        yield pytest.param(name, marks=[pytest.mark.long] if kind in kinds else [])
        kinds.add(kind)


@pytest.mark.parametrize("name", list(of_each_kind()))
def test_rows_add_up_to_the_number_shown(people, numbers, name):
    passport, result = shipped()[name], numbers[name]
    here = session(people)
    query = Query((name,))
    listed = rows_on(here, passport, query, EVERYTHING)
    other = rows_on(here, passport, query, EVERYTHING, side="denominator") if passport.denominator_grain else None
    assert result.value is not None
    assert total(passport, listed, other) == pytest.approx(result.value, rel=1e-12)
    assert sum(listed["immature"].to_pylist()) == result.immature
    for row in listed.to_pylist():
        _counts_for_the_reasons_given(passport, row)


def _counts_for_the_reasons_given(passport, row):
    """A single row worked out by itself says what the engine says of it among all."""
    assert row["excluded"] == bool(passport.exclusions and meets(passport.exclusions, row))
    if passport.numerator and row["in_denominator"]:
        assert row["in_numerator"] == meets(passport.numerator, row)
        parts = deciding(passport.numerator, row)
        assert parts and (all if "or" not in passport.numerator else any)(
            part.holds == row["in_numerator"] for part in parts)
    if passport.window_from and not row["excluded"]:
        ripe = ripe_at(passport, row)
        assert row["immature"] == (row["in_denominator"] is False and (ripe is None or ripe > AS_OF))


@pytest.mark.parametrize("name", GROUPED)
def test_rows_of_one_group_and_month_add_up_too(people, shown, name):
    passport, here = shipped()[name], session(people)
    results = [result for result in shown if result.indicator == name]
    assert results
    for result in results:
        query = Query((name,), period=result.period)
        listed = rows_on(here, passport, query, EVERYTHING, group=result.group)
        other = (rows_on(here, passport, query, EVERYTHING, group=result.group, side="denominator")
                 if passport.denominator_grain else None)
        assert total(passport, listed, other) == pytest.approx(result.value, rel=1e-12)


@pytest.mark.parametrize("name", ["contact_volume", "fcr", "response_compliance", "pickup", "csat", "participation"])
def test_agents_add_up_to_teams_centres_and_vendor(people, name):
    sums, told = [], {}
    for by in ((), ("vendor",), ("centre",), ("team",), ("team", "agent")):
        results = ask(people, name, by=by)
        sums.append((sum(r.n for r in results), round(sum(r.numerator or 0 for r in results), 6)))
        told[by] = results
    assert len(set(sums)) == 1
    for team in told["team",]:
        agents = [r for r in told["team", "agent"] if r.group["team"] == team.group["team"]]
        assert sum(r.n for r in agents) == team.n


def test_an_agent_counts_for_the_team_of_that_day(people):
    months = {(r.period, r.group["team"]) for r in ask(people, "contact_volume", by=("team", "agent"), period="month",
                                                       where="agent=A0 and unit in (T1, T2)")}
    assert ("2024-01", "T1") in months and ("2024-03", "T2") in months


def test_the_rows_own_unit_goes_before_the_agents_membership():
    memberships = [{"agent": "A1", "unit": "T2"}]
    units = [{"id": "T1", "name": "T1", "kind": "team"}, {"id": "T2", "name": "T2", "kind": "team"}]
    rows = [call(1, "2024-03-04 09:00", 5, unit="T1"), call(2, "2024-03-04 09:00", 5),
            call(3, "2024-03-04 09:00", 5, unit="queue 7")]
    con = connection(units, memberships, case=rows)
    # "queue 7" is a source system's word and no unit of the tree: the agent's membership decides.
    assert {r.group["team"]: r.n for r in ask(con, "contact_volume", by=("team",))} == {"T1": 1, "T2": 2}
    without_tree = ask(connection(case=rows), "contact_volume", by=("unit",))
    assert {r.group["unit"]: r.n for r in without_tree} == {"T1": 1, "queue 7": 1, None: 1}


def test_overlapping_memberships_count_a_row_once():
    memberships = [{"agent": "A1", "unit": "T1", "valid_from": at("2024-01-01 00:00")},
                   {"agent": "A1", "unit": "T2", "valid_from": at("2024-03-01 00:00"),
                    "valid_to": at("2024-03-10 00:00")}]
    units = [{"id": "T1", "name": "T1", "kind": "team"}, {"id": "T2", "name": "T2", "kind": "team"}]
    rows = [call(i, f"2024-{day} 09:00", 5) for i, day in enumerate(["02-01", "03-05", "03-20"])]
    results = ask(connection(units, memberships, case=rows), "contact_volume", by=("team",))
    assert {r.group["team"]: r.n for r in results} == {"T1": 2, "T2": 1}


def test_rows_come_page_by_page_without_gaps(people):
    here, passport, query = session(people), shipped()["contact_volume"], Query(("contact_volume",))
    whole = rows_on(here, passport, query, EVERYTHING)["case"].to_pylist()
    pages = [rows_on(here, passport, query, EVERYTHING, limit=75, offset=offset)["case"].to_pylist()
             for offset in (0, 75, 150)]
    assert sum(pages, []) == whole and len(whole) == 200


def test_masked_fields_are_veiled_and_cannot_be_asked_about(people):
    scope = Scope(masked=("customer", "wait_s"))
    table = rows_on(session(people), shipped()["contact_volume"], Query(("contact_volume",)), scope)
    assert set(table["customer"].to_pylist()) == {"***", None} and set(table["wait_s"].to_pylist()) == {None}
    for query in ({"by": ("customer",)}, {"where": "customer = C1"}):
        with pytest.raises(IndicatorError) as error:
            ask(people, "contact_volume", scope=scope, **query)
        assert error.value.code == "field_masked"


def test_excluded_rows_are_listed_and_marked():
    rows = [call(1, "2024-03-04 09:00", 3, answered=False), call(2, "2024-03-04 09:00", 9)]
    listed = rows_on(session(connection(case=rows)), shipped()["service_level_short"], Query(("service_level_short",)),
                     EVERYTHING)
    assert dict(zip(listed["case"].to_pylist(), listed["excluded"].to_pylist())) == {"s:1": True, "s:2": False}


def test_an_empty_number_has_no_rows():
    listed = rows_on(session(connection(case=[case(1, "2024-03-04 09:00")])), shipped()["pickup"], Query(("pickup",)),
                     EVERYTHING)
    assert listed.num_rows == 0 and total(shipped()["pickup"], listed) is None


@pytest.mark.parametrize("topic", ["it's", "back\\slash", "“引号”", "", "⟦slot 0⟧", "'; drop table units; --"])
def test_a_group_may_be_called_anything(topic):
    con = connection(case=[case(1, "2024-03-04 09:00", topic=topic), case(2, "2024-03-04 09:00", topic="other")])
    listed = rows_on(session(con), shipped()["contact_volume"], Query(("contact_volume",)), EVERYTHING,
                     group={"topic": topic})
    assert listed["case"].to_pylist() == ["s:1"]


def test_pages_far_behind_go_on_where_the_earlier_ones_end(monkeypatch):
    """Many rows of one moment lie on both sides of a page's edge."""
    monkeypatch.setattr("bihuan.engine.indicators.rows.DEEP", 1)
    rows = [call(number, f"2024-03-0{4 + number // 12} 09:00", 5, agent=f"A{number % 3 % 2}") for number in range(48)]
    here, passport = session(connection(case=rows)), shipped()["contact_volume"]
    for group in ({}, {"agent": "A1"}):
        query = Query(("contact_volume",), by=tuple(group))
        whole = rows_on(here, passport, query, EVERYTHING, group=group)["case"].to_pylist()
        pages = [rows_on(here, passport, query, EVERYTHING, group=group, limit=7, offset=offset)["case"].to_pylist()
                 for offset in range(0, len(whole) + 7, 7)]
        assert sum(pages, []) == whole and pages[-1] == [] and len(whole) > 14


def test_the_order_knows_no_names_of_who_asked_before(monkeypatch):
    """A vendor's people are told their own colleagues by name; the next to ask is of another vendor."""
    monkeypatch.setattr(compiled, "_cache", compiled.OrderedDict())
    monkeypatch.setattr(kept, "_folder", None)
    units = [{"id": unit, "name": unit, "parent": None, "kind": "vendor"} for unit in ("V1", "V2")]
    stays = [{"agent": agent, "unit": unit, "valid_from": None, "valid_to": None}
             for agent, unit in (("⟦text 0⟧", "V1"), ("A2", "V2"))]
    con = connection(units, stays, case=[case(number, "2024-03-01 10:00", unit=unit, agent=agent)
                                         for number, (agent, unit) in enumerate([("A2", "V2"), ("⟦text 0⟧", "V1")])])
    for unit in ("V1", "V2"):
        found = rows_on(session(con), shipped()["contact_volume"], Query(), Scope(units=(unit,), outside=True), limit=9)
        assert found.num_rows == 1
    assert compiled._cache and not [sql for sql in compiled._cache.values() if "'A2'" in sql or "'⟦text 0⟧'" in sql]
