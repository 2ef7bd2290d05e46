"""Groups, waves and matched cases against pandas, SciPy and published formulas; nobody is told of by subtraction."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas
import pyarrow as pa
import pytest
from scipy import stats as theirs

from bihuan.engine.facts import store
from bihuan.engine.survey.contracts import Design, Responses
from bihuan.engine.survey.errors import SurveyError
from bihuan.engine.survey.groups import by_segment, difference, select, trend
from bihuan.engine.survey.matching import Scored, agreements, read_scores
from bihuan.engine.survey.reading import read_answers
from bihuan.engine.survey.seen import Seen
from bihuan.engine.survey.telling import may_tell, told_groups

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def responses(size=60, seed=1, items=("a", "b", "o"), region=("east", "west", "north"), drop=0.0):
    dice = np.random.default_rng(seed)
    values = dice.integers(1, 6, (size, len(items))).astype(float)
    values[:, 0] = np.clip(values[:, 0] - drop, 1, 5)
    groups = np.array([region[place % len(region)] for place in range(size)], object)
    return Responses(np.arange(size), items, values, dice.uniform(0.5, 2, size), {"region": groups})


DESIGN = Design(dimensions={"服务": ("a",), "价值": ("b",)}, overall="o", segments=("region",))


def rows(listed):
    """A table with every column that one of the rows has."""
    return pa.Table.from_pylist([dict.fromkeys(name for row in listed for name in row) | row for row in listed])


def frame(found):
    return pandas.DataFrame(found.values, columns=list(found.items)).assign(region=found.segments["region"])


def test_means_of_groups_are_those_of_pandas():
    found = responses()
    grouped = by_segment(found, DESIGN, "region")
    expected = frame(found).groupby("region")["a"].mean()
    assert {one.group: one.scores["服务"].value for one in grouped.groups} == pytest.approx(expected.to_dict())
    assert [one.n for one in grouped.groups] == [20, 20, 20] and grouped.untold == 0


def test_a_group_too_small_is_not_told_and_cannot_be_subtracted():
    found = responses(43)
    found.segments["region"][:3] = "north"
    found.segments["region"][3:] = np.array(["east", "west"] * 20, object)
    grouped = by_segment(found, DESIGN, "region")
    assert [one.group for one in grouped.groups] == ["west"] and grouped.untold == 2, \
        "the total minus east and west would be the three of the north"


def test_those_of_unknown_groups_are_not_told_either():
    assert told_groups({"east": 40, "west": 30, "": 2}, 5) == {"east"}
    assert told_groups({"east": 40, "west": 30, "": 20}, 5) == {"east", "west"}


def test_groups_chosen_one_after_the_other_leave_nobody_over():
    found = responses(43)
    found.segments["region"][:] = ["north"] * 3 + ["east", "west"] * 20
    found.segments["age"] = np.array(["young"] * 15 + ["old"] * 28, object)
    told = {region for region in ("east", "west", "north")
            if not select(found, DESIGN, [("region", (region,))]).withheld}
    assert told == {"west"}, "the total minus east and west would be the three of the north"
    # Old and young of a region together, minus the old of it: each of the two has to be told of by itself.
    found.segments["region"][:] = ["north"] * 3 + ["east"] * 20 + ["north"] * 20
    assert not select(found, DESIGN, [("region", ("east",)), ("age", ("old",))]).withheld
    assert select(found, DESIGN, [("region", ("east", "north")), ("age", ("young",))]).withheld


def test_a_filter_that_leaves_a_few_out_is_withheld():
    found = responses(43)
    found.segments["region"][:] = ["north"] * 3 + ["east"] * 40
    assert select(found, DESIGN, [("region", ("east",))]).withheld
    assert not select(found, DESIGN).withheld
    assert select(found, DESIGN, [("region", ("north",))]).withheld
    assert not may_tell(98, 100, 5) and may_tell(95, 100, 5)


def test_two_filters_may_not_single_out_the_few_between_them():
    found = responses(60)
    found.segments["tier"] = np.array(["vip", *["plain"] * 59], object)
    found.segments["region"][:] = ["east"] * 30 + ["west"] * 30
    assert not select(found, DESIGN, [("region", ("east",))]).withheld
    assert select(found, DESIGN, [("region", ("east",)), ("tier", ("plain",))]).withheld


def test_a_larger_minimum_of_the_reader_holds():
    assert select(responses(12, region=("east", "west")), DESIGN, [("region", ("east",))], minimum=10).withheld


def test_waves_are_joined_by_the_items_that_all_of_them_asked():
    """The second wave asks a further item of the dimension: the line is of the common one, as pandas has it."""
    first = responses(80, 1, ("a", "o"))
    second = responses(90, 2, ("a", "c", "o"), drop=0.5)
    designs = [Design(dimensions={"服务": ("a",)}, overall="o"), Design(dimensions={"服务": ("a", "c")}, overall="o")]
    lines = {line.name: line for line in trend([("1", first, designs[0]), ("2", second, designs[1])])}
    line = lines["服务"]
    assert line.items == ("a",) and line.left_out == ("c",)
    assert [point.score and point.score.value for point in line.points] == pytest.approx(
        [frame(first)["a"].mean(), frame(second)["a"].mean()])
    expected = theirs.ttest_ind(frame(second)["a"], frame(first)["a"], equal_var=False).confidence_interval()
    point = line.points[1]
    assert (point.change_low, point.change_high) == pytest.approx((expected.low, expected.high))
    assert lines["top2"].kind == "share"


def test_a_wave_that_did_not_ask_is_a_gap():
    waves = [("1", responses(40, 1, ("a", "o")), Design(dimensions={"服务": ("a",)}, overall="o")),
             ("2", responses(40, 2, ("o", "n")), Design(overall="o", nps="n"))]
    lines = {line.name: line for line in trend(waves)}
    assert lines["服务"].points[1].score is None and lines["nps"].points[0].score is None


def test_a_weighted_difference_is_that_of_weighted_means():
    one, two = responses(50, 3), responses(60, 4)
    found = difference((one.item("a"), one.weights), (two.item("a"), two.weights))
    assert found is not None
    assert found[0] == pytest.approx(np.average(two.item("a"), weights=two.weights)
                                     - np.average(one.item("a"), weights=one.weights))
    assert found[1] < found[0] < found[2]


class TestMatched:
    def test_three_sources_of_a_case_are_brought_together(self, home):
        store.append(home, "answers", rows([
            answer("1", "k1", 5), answer("2", "k1", 4, entered_by="u7"), answer("3", "k2", 2),
            answer("4", "k3", 3, status="test")]))
        store.append(home, "inspection_scores", rows([
            {"id": str(place), "case": case, "item": "礼貌", "score": score, "max_score": 10.0, "at": DAY}
            for place, (case, score) in enumerate([("k1", 9.0), ("k1", 7.0), ("k2", 5.0), ("k3", 5.0)])]))
        with store.connect(home) as con:
            found = read_scores(con)
        assert found.cases == ("k1", "k2")
        assert found.scores["csat"].tolist() == [100.0, 25.0] and found.scores["inspection"].tolist() == [80.0, 50.0]
        assert found.scores["callback"][0] == 75.0 and np.isnan(found.scores["callback"][1])

    def test_agreement_is_lins_and_spearmans(self):
        """Concordance = 2 s_xy / (s_x^2 + s_y^2 + (mean difference)^2), Lin 1989, formula of the population."""
        dice = np.random.default_rng(2)
        x = dice.integers(1, 6, 40) * 20.0
        y = np.clip(x + dice.normal(0, 15, 40) - 5, 0, 100)
        one = agreements(Scored(tuple("k" * 40), {"csat": x, "callback": np.full(40, np.nan), "inspection": y}))[0]
        paired = theirs.ttest_1samp(y - x, 0).confidence_interval()
        assert (one.first, one.second, one.n) == ("csat", "inspection", 40)
        assert (one.low, one.high) == pytest.approx((paired.low, paired.high))
        expected = 2 * np.mean((x - x.mean()) * (y - y.mean())) / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
        assert one.concordance == pytest.approx(expected)
        assert one.correlation == pytest.approx(theirs.spearmanr(x, y).statistic)

    def test_too_few_common_cases_have_no_numbers(self):
        scored = Scored(("a", "b"), {name: np.array([50.0, 75.0]) for name in ("csat", "callback", "inspection")})
        assert [(one.n, one.difference) for one in agreements(scored)] == [(2, None)] * 3


def answer(number, case, value, **more):
    return {"id": f"{number}#csat", "case": case, "survey": "s", "question": "csat", "metric": "csat",
            "value": float(value), "at": DAY, "status": "valid"} | more


class TestSeen:
    @pytest.fixture
    def con(self, home):
        store.append(home, "cases", rows([
            {"id": case, "external_id": case, "unit": unit, "product": "宽带", "opened": DAY, "customer": person}
            for case, unit, person in (("k1", "n1", "p1"), ("k2", "s1", "p2"))]))
        store.append(home, "customers", rows([
            {"id": "p1", "region": "华东", "tier": "VIP"}, {"id": "p2", "region": "华南", "tier": "普通"}]))
        store.append(home, "customer_history", rows([
            {"customer": "p1", "attribute": "tier", "value": "普通", "valid_from": DAY - timedelta(days=90),
             "valid_to": DAY + timedelta(days=1)}]))
        store.append(home, "memberships", rows([
            {"agent": "a9", "unit": "n1", "valid_from": DAY - timedelta(days=9), "valid_to": DAY + timedelta(days=9)},
            {"agent": "a9", "unit": "s1", "valid_from": DAY + timedelta(days=9)}]))
        store.append(home, "answers", rows([
            answer("1", "k1", 5), answer("2", "k2", 4), answer("3", None, 3, agent="a9"),
            answer("4", None, 2, survey="own")]))
        with store.connect(home) as con:
            yield con

    def ids(self, con, seen):
        return sorted(read_answers(con, None, seen=seen)[0].ids.tolist())

    def test_answers_are_seen_through_the_case_the_agents_unit_then_or_the_survey(self, con):
        assert self.ids(con, Seen()) == ["1", "2", "3", "4"]
        assert self.ids(con, Seen(units=("n1",))) == ["1", "3"]
        assert self.ids(con, Seen(units=("s1",))) == ["2"]
        assert self.ids(con, Seen(units=("s1",), owned=("own",))) == ["2", "4"]
        assert self.ids(con, Seen(units=(), agents=("a9",))) == ["3"]
        with pytest.raises(SurveyError):
            self.ids(con, Seen(units=()))

    def test_segments_may_be_what_the_records_say_at_the_time(self, con):
        found, _ = read_answers(con, Design(overall="csat", segments=("@region", "@tier", "@product")), survey="s")
        assert found.segments["@region"].tolist() == ["华东", "华南", None]
        assert found.segments["@tier"].tolist() == ["普通", "普通", None], "p1 became VIP only later"
        assert found.segments["@product"].tolist() == ["宽带", "宽带", None]
