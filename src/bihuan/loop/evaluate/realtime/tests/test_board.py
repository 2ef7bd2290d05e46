"""The live board counts what stands open now, for each person their own part, and says how old that is."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.models import RoleAssignment
from bihuan.engine.facts.derive import refresh
from bihuan.loop.evaluate.realtime.contracts import LiveState
from bihuan.loop.evaluate.realtime.queries.moments import moment_of

from .desk import NOW, H, add_case, put

LIVE = "/evaluate/live/"
COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def live(client, person, address="", path=LIVE):
    client.force_login(person)
    response = client.get(f"{path}?{address}")
    assert response.status_code == 200, response.content.decode()[:2000]
    return response


def totals(response):
    total = response.context["live"].total
    return total.open, total.queue, total.at_risk, total.overdue


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_everybody_sees_their_own_part(client, cast, at_ten):
    """Five tickets and a call stand open; T1 and T5 are overdue, T2 is due in 40 minutes.

    The call waits for three minutes and was to be picked up within one (the shipped policy): overdue too.
    """
    assert totals(live(client, cast.director)) == (6, 1, 1, 3)
    assert totals(live(client, cast.manager)) == (5, 1, 1, 2)
    assert totals(live(client, cast.leader)) == (4, 1, 1, 2)
    assert totals(live(client, cast.outsider)) == (1, 0, 0, 1)
    assert totals(live(client, cast.agent)) == (2, 0, 1, 1)


def test_no_right_no_board(client, cast, at_ten):
    assert client.get(LIVE).status_code == 302
    for person in (cast.nobody, cast.admin):
        client.force_login(person)
        for path in (LIVE, "/evaluate/live/wall/", "/evaluate/live/cases/open/", "/evaluate/live/agents/",
                     "/evaluate/live/views/", "/evaluate/reminders/"):
            assert client.get(path).status_code == 404, path


def test_a_foreign_unit_in_the_address_shows_nothing(client, cast, at_ten):
    assert totals(live(client, cast.leader, "unit=s1"))[0] == 4, "the picker does not know it"
    page = text_of(live(client, cast.leader, "unit=s1"))
    assert "T5" not in page and "南一组" not in page


def test_what_is_at_risk_depends_on_how_far_one_looks(client, cast, at_ten):
    assert totals(live(client, cast.manager, "within=30"))[2] == 0
    assert totals(live(client, cast.manager, "within=60"))[2] == 1
    assert totals(live(client, cast.manager, "within=1440"))[2] == 2


def test_agents_are_counted_by_state(client, cast, at_ten):
    """a1 talks, a2 has a break, c1 is free; b1's last state ended eight hours ago."""
    found = {one.state: one.count for one in live(client, cast.director).context["live"].agents}
    assert {state: count for state, count in found.items() if count} == {
        "talk": 1, "break": 1, "available": 1, "offline": 1}
    found = {one.state: one.count for one in live(client, cast.leader).context["live"].agents}
    assert sum(found.values()) == 2


def test_the_agents_page_names_the_own_ones_only(client, cast, at_ten):
    page = text_of(live(client, cast.leader, path="/evaluate/live/agents/"))
    assert "王敏" in page and "通话" in page and "小休" in page
    assert "周杰" not in page and "赵丽" not in page


def test_the_tiles_lead_to_the_cases_most_urgent_first(client, cast, at_ten):
    response = live(client, cast.director, path="/evaluate/live/cases/overdue/")
    assert [one.external_id for one in response.context["page"]] == ["T1", "T5", "C1"]
    page = text_of(response)
    assert "已超 2 分" in page and "张三" not in page and "13800000000" not in page
    response = live(client, cast.leader, path="/evaluate/live/cases/open/")
    assert {one.external_id for one in response.context["page"]} == {"T1", "T2", "T3", "C1"}
    response = live(client, cast.leader, path="/evaluate/live/cases/queue/")
    assert [one.wait_s for one in response.context["page"]] == [180]


def test_a_line_a_unit(client, cast, at_ten):
    units = live(client, cast.director).context["live"].units
    assert [(line.name, line.open, line.overdue) for line in units] == [
        ("北一组", 4, 2), ("南一组", 1, 1), ("北二组", 1, 0)]


def test_yesterdays_moment_can_be_looked_at(client, cast, at_ten):
    """Yesterday at 10:00, T1 (30 h), T5, T6 and T7 had been opened and T6 had been resolved six hours before."""
    response = live(client, cast.director, "at=2026-03-01T10:00")
    assert totals(response)[0] == 3
    assert "不是现在" in text_of(response)


class TestFreshness:
    def test_fresh_old_and_stale_data_say_so(self, client, cast, monkeypatch):
        from bihuan.loop.evaluate.realtime.queries import moments

        for minutes, level, words in ((5, "fresh", None), (45, "old", "可能偏旧"), (180, "stale", "数据严重陈旧")):
            monkeypatch.setattr(moments.timezone, "now", lambda minutes=minutes: NOW + timedelta(minutes=minutes))
            response = live(client, cast.director)
            assert response.context["live"].moment.level == level
            page = text_of(response)
            assert "数据截至 2026-03-02 09:57" in page or "数据截至 2026-03-02 09:5" in page
            assert words is None or words in page

    def test_data_that_ended_long_ago_are_a_recording_and_say_so(self, cast, desk):
        moment = moment_of(LiveState(), now=NOW + timedelta(days=30))
        assert (moment.level, moment.is_now, moment.at) == ("recording", False, moment.as_of)
        insisted = moment_of(LiveState(clock="now"), now=NOW + timedelta(days=30))
        assert (insisted.level, insisted.is_now) == ("stale", True)

    def test_an_empty_workspace_says_what_to_do(self, client, cast, settings, tmp_path):
        settings.BIHUAN_HOME = tmp_path / "empty"
        page = text_of(live(client, cast.director))
        assert "还没有服务记录" in page
        assert "未结工单 0" not in page


class TestRefreshing:
    def ask(self, client, seen):
        return client.get(LIVE, {"seen": seen}, headers={"HX-Request": "true"})

    def test_nothing_new_is_an_empty_answer(self, client, cast, at_ten):
        mark = live(client, cast.director).context["mark"]
        assert self.ask(client, mark).status_code == 204
        fresh = self.ask(client, "other")
        assert fresh.status_code == 200 and "<html" not in fresh.content.decode()
        assert 'id="live"' in fresh.content.decode()

    def test_the_wall_has_no_menu(self, client, cast, at_ten):
        page = live(client, cast.director, path="/evaluate/live/wall/").content.decode()
        assert 'class="side' not in page and 'data-bs-theme="dark"' in page and "data-tick" in page


@pytest.mark.parametrize("address", COUNTS)
def test_a_page_asks_no_more_than_it_did(client, cast, at_ten, address):
    client.force_login(cast.director)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= COUNTS[address], [query["sql"][:120] for query in asked]


def test_the_days_indicators_carry_n_and_interval(client, cast, at_ten):
    figures = live(client, cast.director).context["live"].figures
    told = [one for one in figures if one.cell.result.low is not None]
    assert told
    page = text_of(live(client, cast.director))
    for one in told:
        assert f"n = {one.cell.result.n}" in page and one.interval in page


def test_open_cases_of_data_without_endings_are_unknown_and_not_none(client, cast, at_ten, monkeypatch):
    """Where no source tells of resolving or closing, 0 open cases would be a number nobody counted."""
    from bihuan.loop.evaluate.realtime.queries import board

    known = board.what_is_known()
    assert known["open"]
    monkeypatch.setattr(board, "what_is_known", lambda: {**known, "open": False})
    assert "数据里没有解决或关闭的记录" in text_of(live(client, cast.director))


def test_a_vendor_is_not_told_who_of_the_company_works_on_its_cases(client, cast, desk, at_ten):
    """b1 took T3 of n1 over; n1 is here the vendor's, so that a1 keeps the name."""
    add_case(cases := [], [], "T3", "b1", -2 * H, 20 * H, -1 * H, None, "ticket")
    put(desk, "cases", [{**cases[0], "unit": "n1"}])
    refresh(desk, touched=pa.array(["desk:T3"]))
    RoleAssignment.objects.filter(user=cast.vendor).update(unit_code="n1")
    page = text_of(live(client, cast.vendor, path="/evaluate/live/cases/open/"))
    assert "其他单位的坐席" in page and "王敏" in page and "赵丽" not in page and "b1" not in page
