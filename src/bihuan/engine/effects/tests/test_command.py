"""``bihuan verdict`` on an imported workspace: a gain of one team, none of the other."""

from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from bihuan.engine.effects import yardstick as yardsticks
from bihuan.engine.effects.commands import verdict
from bihuan.engine.effects.contracts import Yardstick
from bihuan.engine.effects.keeping import evidence_from_json, evidence_to_json
from bihuan.engine.effects.reading import gather, other_places
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home

FIRST, WEEKS, CHANGE = date(2024, 1, 1), 40, date(2024, 7, 15)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """40 weeks of 40 tickets of each of two teams; T1 marks 60 % as solved and 85 % from the 28th week on, T2 60 %."""
    folder, dice = tmp_path_factory.mktemp("verdict"), np.random.default_rng(4)
    lines = ["工单编号,创建时间,客户编号,渠道,坐席工号,班组,解决时间,状态,是否解决"]
    for week in range(WEEKS):
        for number in range(80):
            team = "T1" if number % 2 else "T2"
            day = FIRST + timedelta(7 * week + number % 7)
            solved = dice.random() < (0.85 if team == "T1" and day >= CHANGE else 0.60)
            lines.append(f"{week}-{number},{day} 10:00:00,C{week}-{number},电话,A{number},{team},{day} 12:00:00,已关闭,"
                         f"{'是' if solved else '否'}")
    (folder / "cases.csv").write_text("\n".join(lines), encoding="utf-8")
    home = open_home(folder / "home")
    importing.import_file(home, folder / "cases.csv", preset="cases", actor="test")
    return home


NOTHING = {"indicator": None, "change": None, "start": None, "until": None, "where": None, "against": None,
           "donors": None, "worthwhile": None, "guard": None, "selected_from": 1, "selected_until": None, "grain": None,
           "yardstick": None, "bundle": None, "ramp": 0}
ASKED = {"indicator": "fcr_flag", "change": CHANGE, "worthwhile": 0.1}


def ask(home, **words):
    return verdict(Namespace(home=home, **NOTHING | words))


def test_the_planted_gain_is_effective(workspace):
    code, found = ask(workspace, **ASKED, where="unit = T1", against="unit = T2")
    assert code == 0 and found.verdict == "effective"
    assert found.low < 0.25 < found.high and found.method == "difference_in_differences"
    assert (found.points_before, found.points_after) == (28, 11)  # the last week is not over in the data
    assert found.n_before == 28 * 40 and found.yardstick_hash


def test_the_other_team_has_none(workspace):
    _, found = ask(workspace, **ASKED, where="unit = T2")
    assert found.verdict in ("no_effect_shown", "cannot_tell") and found.low < 0 < found.high


def test_a_few_weeks_after_the_change_cannot_tell(workspace):
    _, found = ask(workspace, **ASKED, where="unit = T1", until=date(2024, 7, 20), grain="week")
    assert (found.verdict, found.reason) == ("cannot_tell", "points_after")
    # At least the eight weeks that are missing; 40 rows a week, half a year and a trend ask for more.
    assert found.need.weeks > 8 and found.need.n == 40 * found.need.weeks


def test_a_filed_yardstick_is_judged_by_what_it_says(workspace, tmp_path: Path):
    agreed = Yardstick("fcr_flag", CHANGE, 0.1, where="unit = T1", against="unit = T2")
    yardsticks.write(agreed, tmp_path / "y.json")
    _, found = ask(workspace, yardstick=str(tmp_path / "y.json"))
    _, told = ask(workspace, **ASKED, where="unit = T1", against="unit = T2")
    assert found == told


@pytest.mark.parametrize("words", [
    {}, {"indicator": "fcr_flag"}, {"indicator": "nonsense", "change": CHANGE},
    {"indicator": "talk_time", "change": CHANGE}, {"indicator": "fcr_flag", "change": CHANGE},
    ASKED | {"where": "unit ="}, ASKED | {"until": date(2024, 1, 1)}, {"yardstick": "/nowhere.json"},
    ASKED | {"worthwhile": -1.0}, ASKED | {"against": "unit = T2", "donors": "agent"}, ASKED | {"donors": "unit"},
])
def test_a_wrong_question_says_what_is_wrong(workspace, capsys, words):
    code, found = ask(workspace, **words)
    assert code == 2 and found is None and capsys.readouterr().err.strip()


def test_others_that_are_too_few_to_be_weighed_are_taken_together(workspace):
    """One other team cannot be weighed: the plain difference, with a trend as no drift could be ruled out."""
    _, found = ask(workspace, **ASKED, where="unit = T1", against="unit = T2", donors="unit")
    assert found.method == "difference_in_differences" and "too_few_donors_1" in found.why_method
    assert "linear_trend" in found.assumptions and found.verdict == "effective"


def test_the_level_of_a_median_is_that_of_all_rows_and_no_mean_of_weekly_ones(tmp_path):
    """Weeks by turns of one case of 60 hours and of three of 18: of each side's rows the median is 18 hours, by hand.

    The mean of the weekly medians 60 and 18, weighted by 1 and 3, would be 28.5.
    """
    lines = ["工单编号,创建时间,客户编号,渠道,坐席工号,班组,解决时间,状态,是否解决"]
    for week in range(20):
        day = FIRST + timedelta(7 * week)
        solved = f"{day + timedelta(2)} 22:00:00" if week % 2 else f"{day + timedelta(1)} 04:00:00"
        lines += [f"{week}-{number},{day} 10:00:00,C{week}-{number},电话,A1,T1,{solved},已关闭,是"
                  for number in range(1 if week % 2 else 3)]
    lines.append(f"x,{FIRST + timedelta(140)} 10:00:00,C,电话,A1,T1,,处理中,")
    (tmp_path / "cases.csv").write_text("\n".join(lines), encoding="utf-8")
    home = open_home(tmp_path / "home")
    importing.import_file(home, tmp_path / "cases.csv", preset="cases", actor="test")
    asked = Yardstick("resolution_cycle_median", FIRST + timedelta(7 * 12), 3600.0, "down")
    found = gather(home, asked)
    assert (len(found.series), set(found.series.values)) == (20, {18 * 3600.0, 60 * 3600.0})
    assert found.levels == (18 * 3600.0, 18 * 3600.0)
    assert evidence_from_json(evidence_to_json(found)).levels == found.levels


@pytest.mark.parametrize(("where", "against", "expected"), [
    (None, None, None), (None, "unit = b", "unit = b"), ("unit = a", "unit = b", "unit = b"),
    ("unit = a and channel = phone", "unit = b", "(channel = phone) and (unit = b)"),
    ("team = a and channel = phone", "centre in (b)", "(channel = phone) and (centre in (b))"),
    ("(topic = x or topic = y) and unit = a", "unit in (b, c)", "((topic = x or topic = y)) and (unit in (b, c))"),
])
def test_those_who_were_not_touched_take_the_place_of_those_who_were(where, against, expected):
    assert other_places(where, against) == expected
