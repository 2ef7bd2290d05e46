"""What a person may not see does not come out of any door, nor by subtraction (R20)."""

from dataclasses import replace
from datetime import date

import pytest

from bihuan.engine.indicators.contracts import EVERYTHING, OTHERS, Query, Scope
from bihuan.engine.indicators.diff import diff_on
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import read_tree
from bihuan.engine.indicators.executors import DuckDBExecutor
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.rows import rows_on
from bihuan.engine.indicators.scan import scan_on
from bihuan.engine.indicators.series import series_on
from bihuan.engine.indicators.tests.company import ask, case, connection, session
from bihuan.engine.indicators.tests.population import crowd

CENTRE = Scope(units=("Z2",), label="centre 2")
# One or two of each kind of rows; the long tests ask for every indicator there is.
SOME = ("contact_volume", "fcr", "pickup", "csat", "participation", "occupancy", "complaint_rate_customer")
OF_SOME_AND_ALL = pytest.mark.parametrize("names", [SOME, pytest.param((), marks=pytest.mark.long)],
                                          ids=["some", "all"])


@pytest.fixture(scope="module")
def people():
    return crowd()


def _without_foreign_rows(people):
    """The same company with every row that is not of team T3 (the only team of centre Z2) taken away."""
    own = crowd()
    here = session(own)
    for grain, name in (("case", "contact_volume"),):
        keep = rows_on(here, shipped()[name], Query((name,)), CENTRE)["case"].to_pylist()
        own.execute(f"DELETE FROM fact_{grain} WHERE NOT list_contains(?, \"case\")", [keep])
    return own


def test_rows_are_those_of_the_scope(people):
    listed = rows_on(session(people), shipped()["contact_volume"], Query(("contact_volume",)), CENTRE).to_pylist()
    everything = rows_on(session(people), shipped()["contact_volume"], Query(("contact_volume",)), EVERYTHING)
    teams = {r.group["team"]: r.n for r in ask(people, "contact_volume", by=("team",))}
    assert len(listed) == teams["T3"] < everything.num_rows
    for row in listed:
        assert row["unit"] == "T3" or (row["unit"] is None and row["agent"] in ("A2", "A5", "A8"))


@OF_SOME_AND_ALL
def test_groups_show_no_foreign_unit(people, names):
    for result in ask(people, *names, period="month", by=("team",), scope=CENTRE):
        assert result.group["team"] == "T3"


def test_numbers_equal_those_of_a_company_without_the_others(people):
    own = _without_foreign_rows(people)
    for name in ("contact_volume", "transfer_rate", "resolution_cycle", "fcr_flag"):
        mine, alone = ask(people, name, scope=CENTRE), ask(own, name)
        assert [(r.value, r.n, r.low) for r in mine] == [(r.value, r.n, r.low) for r in alone]


@OF_SOME_AND_ALL
def test_series_scan_and_diff_stay_inside_the_scope(people, names):
    here = session(people)
    points = series_on(here, shipped()["contact_volume"], Query(period="month"), CENTRE)
    assert sum(p.result.n for p in points) == ask(people, "contact_volume", scope=CENTRE)[0].n
    passports = [shipped()[name] for name in names or shipped()]
    seen = scan_on(here, passports, Query(), CENTRE, dimensions=("team", "centre"), alpha=1.1)
    assert seen == []  # one team and one centre are left: there is no rest to compare with
    difference = diff_on(here, shipped()["fcr"], shipped()["fcr_touch"], Query(), CENTRE, limit=None)
    mine = set(rows_on(here, shipped()["contact_volume"], Query(("contact_volume",)), CENTRE)["case"].to_pylist())
    assert difference.cases == difference.rows.num_rows > 0
    assert set(difference.rows["case"].to_pylist()) <= mine


@OF_SOME_AND_ALL
def test_an_agent_sees_own_rows_only(people, names):
    scope = Scope(agents=("A4",))
    names = [name for name in names if not shipped()[name].denominator_grain]    # exposures have no agent
    results = ask(people, *names, by=("agent",), scope=scope)
    assert results and {result.group["agent"] for result in results} == {"A4"}


def test_a_scope_of_nothing_shows_nothing(people):
    assert all(result.n == 0 for result in ask(people, scope=Scope(units=())))


def test_unknown_unit_opens_nothing(people):
    assert ask(people, "contact_volume", scope=Scope(units=("elsewhere",)))[0].n == 0


def sized(*sizes):
    rows, number = [], 0
    for topic, size in sizes:
        for index in range(size):
            number += 1
            rows.append(case(number, "2024-03-04 09:00", topic=topic, resolved=index % 2 == 0))
    return connection(case=rows)


def test_few_rows_are_withheld_with_the_next_smallest_group():
    con = sized(("a", 3), ("b", 12), ("c", 40))
    scope = Scope(minimum_n=5)
    results = {r.group["topic"]: r for r in ask(con, "fcr_flag", by=("topic",), scope=scope)}
    # Without b withheld, a = total - b - c.
    assert results["a"].suppressed and results["b"].suppressed and not results["c"].suppressed
    assert results["a"].value is None and results["a"].low is None and results["a"].numerator is None
    assert results["a"].n == 3


def test_nothing_is_withheld_where_all_groups_are_large_enough():
    results = ask(sized(("a", 8), ("b", 12)), "fcr_flag", by=("topic",), scope=Scope(minimum_n=5))
    assert not any(result.suppressed for result in results)


def test_withheld_rows_cannot_be_listed():
    con = sized(("a", 3), ("b", 12), ("c", 40))
    with pytest.raises(IndicatorError) as error:
        rows_on(session(con), shipped()["fcr_flag"], Query(("fcr_flag",)), Scope(minimum_n=5), group={"topic": "a"})
    assert error.value.code == "withheld"


def test_a_filter_that_leaves_out_few_rows_is_withheld_too():
    # All 55 minus "all but a" would give a's three rows.
    con = sized(("a", 3), ("b", 12), ("c", 40))
    (result,) = ask(con, "fcr_flag", where="topic != a", scope=Scope(minimum_n=5))
    assert result.suppressed
    (result,) = ask(con, "fcr_flag", where="topic != b", scope=Scope(minimum_n=5))
    assert not result.suppressed


FEW = Scope(minimum_n=5)


def shown(con, **question):
    (result,) = ask(con, "fcr_flag", scope=FEW, **question)
    return not result.suppressed


def test_two_filters_that_differ_by_few_rows_are_not_both_shown():
    """The tracker of Denning, Denning and Schwartz 1979 (ACM TODS 4:76-96): phone, and phone without one customer."""
    rows = [case(number, "2024-03-04 09:00", channel="phone" if number % 2 else "chat", resolved=number % 3 == 0,
                 customer="K1" if number < 6 else f"M{number % 4}", topic="a" if number < 40 else "b")
            for number in range(1, 81)]
    con = connection(case=rows)
    assert shown(con, where="channel = phone") and shown(con, where="topic = a and channel = phone")
    # Of both 40 and 80 rows far more than five are left out; of the cases by phone only three are K1's.
    assert not shown(con, where='channel = phone and customer != "K1"')
    assert not shown(con, where='channel = phone and not (customer = "K1")')
    assert not shown(con, where='channel = phone and customer in ("K1", "M1", "M3")')
    assert not shown(con, where='channel = phone and (customer = "K1" or customer = "M1")')
    assert not shown(con, where='channel = phone and customer in ("M1", "M3")'), "only K1 is left out"
    assert shown(con, where='channel = phone and customer = "M1"')


@pytest.mark.parametrize("where", [
    "opened >= first_response_at", 'case != "c1"', 'customer < "K2"', "hour > 9", "is_open = true",
    "channel = phone and topic = a and kind = x and region = y and tier = z"])
def test_filters_finer_than_can_be_judged_are_refused(where):
    con = sized(("a", 30), ("b", 40))
    with pytest.raises(IndicatorError) as error:
        shown(con, where=where)
    assert error.value.code in ("filter_too_fine", "unknown_field", "kinds_differ")
    assert not any(one.suppressed for one in ask(con, "fcr_flag", where='topic != "c"'))


def days(**counts):
    rows, number = [], 0
    for day, size in counts.items():
        for _ in range(size):
            number += 1
            rows.append(case(number, f"2024-{day[1:3]}-{day[3:]} 09:00", resolved=number % 2 == 0))
    return connection(case=rows)


def test_two_ranges_that_overlap_nearly_wholly_are_not_both_shown():
    con = days(d0205=30, d0301=20, d0304=20, d0310=2, d0320=30, d0331=3, d0402=20)
    day = date.fromisoformat
    assert shown(con, start=day("2024-03-01"), end=day("2024-03-31")), "a whole month is everybody's"
    assert shown(con, start=day("2024-02-01"), end=day("2024-03-31"))
    assert shown(con, start=day("2024-03-01"), end=day("2024-03-09")), "20 rows of the 4th, 35 to the month's end"
    assert not shown(con, start=day("2024-03-01"), end=day("2024-03-10")), "less the 9th: the two rows of the 10th"
    assert not shown(con, start=day("2024-03-01"), end=day("2024-03-30")), "the month less this: three rows of the 31st"
    assert not shown(con, start=day("2024-03-10"), end=day("2024-03-31"))
    assert shown(con, start=day("2024-03-11"), end=day("2024-03-31"))
    assert shown(con, start=day("2024-03-01"), end=day("2024-04-02")), "nothing lies behind: the same as the month"
    months = {one.period: one.suppressed for one in ask(
        con, "fcr_flag", period="month", start=day("2024-02-01"), end=day("2024-03-10"), scope=FEW)}
    assert months["2024-03"] and months["2024-02"], "a withheld month takes the other one with it"


def test_without_a_minimum_nothing_is_asked_twice():
    con = days(d0301=20, d0310=2)
    day = date.fromisoformat
    (result,) = ask(con, "fcr_flag", start=day("2024-03-01"), end=day("2024-03-09"), where='case != "x"')
    assert (result.n, result.suppressed) == (20, False)


def test_another_company_reads_figures_of_its_cases_and_no_name_of_others(people):
    """A vendor's own cases that colleagues of the company took over: their figures stay, as of one nameless group."""
    outside = replace(CENTRE, outside=True)
    mine = read_tree(DuckDBExecutor(people)).members(CENTRE.units)
    plain = {r.group["agent"]: r.n for r in ask(people, "contact_volume", by=("agent",), scope=CENTRE)}
    told = {r.group["agent"]: r.n for r in ask(people, "contact_volume", by=("agent",), scope=outside)}
    others = sum(n for agent, n in plain.items() if agent and agent not in mine)
    assert others > 0 and told == {**{one: n for one, n in plain.items() if one is None or one in mine}, OTHERS: others}
    foreign = next(agent for agent in plain if agent and agent not in mine)
    volume, here = shipped()["contact_volume"], session(people)
    rows = rows_on(here, volume, Query(("contact_volume",)), outside)
    assert rows.num_rows == sum(plain.values())
    assert set(rows["credited_agent"].to_pylist()) | set(rows["agent"].to_pylist()) <= {*mine, OTHERS, None}
    asked = Query(("contact_volume",), where=f'agent = "{foreign}"')
    assert rows_on(here, volume, asked, outside).num_rows == 0      # nor can a name be tried
    assert rows_on(here, volume, Query(("contact_volume",)), outside, group={"agent": OTHERS}).num_rows == others
    without = replace(volume, denominator=f'({volume.denominator}) and agent != "{foreign}"')
    differing = diff_on(here, volume, without, Query(), outside, limit=None).rows
    assert set(differing["agent"].to_pylist()) <= {OTHERS, None}


def test_people_who_are_one_to_another_company_are_compared_with_nobody(people):
    """Two of the others would be the same person, and nobody comes before a name that nobody may read."""
    outside = replace(CENTRE, outside=True)
    assert ask(people, "contact_volume", where='responder != agent or responder < "A2"', scope=CENTRE)
    assert ask(people, "contact_volume", where='"A2" = responder and agent in (A2, A5) and answerer is not null',
               scope=outside)
    for where in ("responder = agent", "case = a or not (topic != answerer)", 'responder < "A2"', '"A2" >= agent'):
        with pytest.raises(IndicatorError) as error:
            ask(people, "contact_volume", where=where, scope=outside)
        assert error.value.code == "people_compared" and error.value.text("zh")
