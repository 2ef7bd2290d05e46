"""Contacts and presence out of imported files: counts are the file's own, the asker's reach holds."""

import shutil
from datetime import date

import pytest

from bihuan.engine.facts.importing import import_file
from bihuan.engine.home import open_home
from bihuan.engine.indicators.contracts import Query, Scope
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.staffing.errors import StaffingError
from bihuan.engine.staffing.reading import read

CALLS = "通话编号,坐席,日期,时间,主题,是否接听,是否解决,应答秒数,通话时长,满意度,班组\n"
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture(scope="module")
def called(tmp_path_factory):
    """Two days, two agents, 20 calls an hour from 9 to 12; every fifth is given up."""
    rows, number = [], 0
    for day in (2, 3):
        for hour in (9, 10, 11):
            for minute in range(0, 60, 3):
                number += 1
                lost = number % 5 == 0
                agent = "" if lost else f"A{number % 2}"
                told = "否,,,," if lost else f"是,是,{10 + number % 7},00:02:00,"
                rows.append(f"C{number},{agent},2026-03-{day:02d},{hour:02d}:{minute:02d}:00,账单,{told},T1")
    folder = tmp_path_factory.mktemp("called")
    home, path = open_home(folder / "home"), folder / "calls.csv"
    path.write_text(CALLS + "\n".join(rows) + "\n", encoding="utf-8")
    import_file(home, path, preset="call_records")
    return home


def test_all_calls_are_read_with_their_day_and_hour(called):
    found = read(called, start=FIRST, end=LAST)
    assert len(found.contacts) == 120 and found.contacts.answered.sum() == 96
    assert set(found.contacts.hour.tolist()) == {9, 10, 11} and set(found.contacts.day.tolist()) == {0, 1}
    assert found.by == "answers" and len(found.shifts.start) == 4 and not found.patience


def test_the_numbers_are_those_of_the_indicators(called):
    contacts = read(called, start=FIRST, end=LAST).contacts
    seen = {one.indicator: one.value for one in evaluate(called, Query(("asa", "service_level", "abandonment")))}
    assert contacts.waited_s[contacts.answered].mean() == pytest.approx(seen["asa"])
    assert (contacts.answered & (contacts.waited_s <= 20)).mean() == pytest.approx(seen["service_level"])
    assert (~contacts.answered).mean() == pytest.approx(seen["abandonment"])


def test_states_say_who_is_there(called, tmp_path):
    home = open_home(shutil.copytree(called.path, tmp_path / "home"))
    path = tmp_path / "states.csv"
    path.write_text("工号,状态,开始时间,结束时间\nA0,available,2026-03-02 09:00:00,2026-03-02 10:00:00\n"
                    "A0,talk,2026-03-02 10:00:00,2026-03-02 10:30:00\n"
                    "A0,break,2026-03-02 10:30:00,2026-03-02 11:00:00\n"
                    "A0,available,2026-03-02 11:00:00,2026-03-02 12:00:00\n", encoding="utf-8")
    import_file(home, path, preset="agent_states")
    found = read(home, start=FIRST, end=LAST)
    assert found.by == "states" and found.shifts.hours == pytest.approx(2.5) and len(found.shifts.start) == 2
    # On the second day nobody is on record as present: it is left out, not replayed without people.
    assert (found.days, found.left_out, len(found.contacts)) == ((FIRST,), 1, 60)


@pytest.mark.parametrize("asked", [{"channel": "online"}, {"unit": "T2"}, {"scope": Scope(units=())},
                                   {"unit": 'T" or 1'}, {"start": date(2027, 1, 1), "end": date(2027, 1, 2)}])
def test_what_is_not_there_or_not_to_be_seen_is_no_contact(called, asked):
    with pytest.raises(StaffingError) as refused:
        read(called, **{"start": FIRST, "end": LAST, **asked})
    assert refused.value.code == "no_contacts"
