"""The pages over the log: numbers counted by hand from the invented company, within each person's reach.

Every case goes 受理 → 回复 → 解决 → 关闭; two months of 40 + 40 (n1), 30 (n2) and 20 (s1) cases; a1 answers after 5
minutes, a2 after 10, b1 after 90, c1 after 2,000.
"""

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import Role, RoleAssignment
from bihuan.engine.home import publish
from bihuan.loop.diagnose.processes.contracts import State
from bihuan.loop.diagnose.processes.queries import maps
from bihuan.loop.plan.cycles.contracts import Opening
from bihuan.loop.plan.cycles.services import open_cycle
from bihuan.loop.plan.goals.services import create_scope

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
PAGES = ("process_map", "variants", "rework", "bottlenecks", "compare")
EDGE = {"of": "edge", "name": ["受理", "回复"]}


@pytest.mark.parametrize("address", COUNTS)
def test_a_page_asks_no_more_than_it_did(client, cast, address):
    client.force_login(cast.director)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= COUNTS[address], [query["sql"][:120] for query in asked]


def test_everybody_sees_the_cases_of_their_units_and_no_others(client, cast):
    for person, cases in ((cast.director, 260), (cast.leader, 160), (cast.outsider, 40), (cast.vendor, 0)):
        client.force_login(person)
        page = client.get(reverse("processes:process_map")).context["page"]
        assert page.cases == cases, person
        assert [edge["count"] for edge in (page.found["edges"] if cases else [])] == [cases] * 3 * bool(cases)


def test_english_readers_are_told_of_cases_and_events(client, cast):
    type(cast.director).objects.filter(pk=cast.director.pk).update(language="en")
    client.force_login(cast.director)
    page = client.get(reverse("processes:process_map")).content.decode()
    assert '<dt class="stat-title">Cases</dt>' in page and '<dt class="stat-title">Events</dt>' in page


def test_who_may_not_see_processes_gets_404(client, cast):
    for person in (cast.nobody, cast.admin, cast.agent):
        client.force_login(person)
        for name in (*PAGES, "cases"):
            assert client.get(reverse(f"processes:{name}"), EDGE).status_code == 404, (person, name)
    client.logout()
    assert client.get(reverse("processes:process_map")).status_code == 302


def test_the_waits_and_the_picture_are_the_companys(client, cast):
    client.force_login(cast.director)
    response = client.get(reverse("processes:process_map"))
    edges = {edge["to"]: edge for edge in response.context["page"].found["edges"]}
    assert edges["回复"]["mean_s"] == pytest.approx(60 * (80 * 5 + 80 * 10 + 60 * 90 + 40 * 2000) / 260)
    assert edges["解决"]["median_s"] == 7200 and edges["关闭"]["mean_s"] == 0
    drawn = response.context["drawing"]
    assert {box.lines[0] for box in drawn.boxes} == {"开始", "受理", "回复", "解决", "关闭", "结束"}
    assert [line for line in drawn.lines if line.slow]
    body = response.content.decode()
    assert body.count('class="map-link"') >= 5 + 4 and 'style="' not in body


def test_filters_period_and_clock_lie_in_the_address(client, cast):
    client.force_login(cast.director)
    address = reverse("processes:process_map")
    february = client.get(address, {"from": "2026-02-01", "to": "2026-02-28"}).context["page"]
    assert february.cases == 130
    slow = client.get(address, {"unit": "south", "clock": "business"}).context["page"]
    assert slow.cases == 40 and slow.found["edges"][0]["count"] == 40
    variant = client.get(reverse("processes:variants")).context["page"].variants[0]
    assert (variant.share.count, variant.share.share) == (260, 1)
    assert client.get(address, {"variant": variant.key}).context["page"].cases == 260
    assert client.get(address, {"variant": "0" * 12}).context["page"].cases == 0


@pytest.mark.parametrize(
    "params", [{"from": "2026-13-01"}, {"clock": "lunar"}, {"from": "2026-02-02", "to": "2026-02-01"}])
def test_a_wrong_address_is_refused_and_shows_no_number(client, cast, params):
    client.force_login(cast.director)
    assert client.get(reverse("processes:process_map"), params).status_code == 422


def test_every_arrow_opens_to_its_cases_and_they_add_up(client, cast):
    client.force_login(cast.leader)
    response = client.get(reverse("processes:cases"), EDGE)
    found = response.context["found"]
    assert (found.cases, found.total, len(found.lines)) == (160, 160, 50)
    assert found.seconds == 60 * (80 * 5 + 80 * 10)
    assert found.lines[0].seconds == 600 and found.lines[0].path == ("受理", "回复", "解决", "关闭")
    assert reverse("indicators:case", args=[found.lines[0].case]) in response.content.decode()
    assert client.get(reverse("processes:cases"), {"of": "planet", "name": "x"}).status_code == 404


def test_cases_are_for_those_who_may_open_cases(client, cast):
    role = Role.objects.get(key="team_leader")
    role.permissions = [one for one in role.permissions if one != "evaluate.view_rows"]
    role.save()
    client.force_login(cast.leader)
    assert client.get(reverse("processes:cases"), EDGE).status_code == 404
    assert "processes/cases" not in client.get(reverse("processes:process_map")).content.decode()


def test_too_few_cases_are_not_told(client, cast, company):
    publish(company, workspace={"name": "x", "minimum_n": 50})
    client.force_login(cast.outsider)
    for name in PAGES[:-1]:
        response = client.get(reverse(f"processes:{name}"))
        assert response.context["page"].withheld and "回复" not in response.content.decode()


def test_a_scope_and_a_review_become_the_filters_of_the_address(client, cast):
    """South has 20 cases a month; the scope's product is no case's: nothing is left."""
    south, none = (create_scope(name=name, values=values, period_kind="month", actor=cast.director).versions.get()
                   for name, values in (("南方", {"unit": ["south"]}), ("冰箱", {"product": ["冰箱"]})))
    client.force_login(cast.director)
    address = reverse("processes:process_map")
    page = client.get(address, {"scope": south.pk, "from": "2026-02-01", "to": "2026-02-28"}, follow=True)
    assert page.context["page"].cases == 20 and "unit=south" in page.redirect_chain[0][0]
    assert client.get(address, {"scope": none.pk}, follow=True).context["page"].cases == 0
    review = open_cycle(opening=Opening("month", "二月", date(2026, 2, 1), date(2026, 2, 28), south.kept,
                                        indicators=("contact_volume",)), owner=cast.director, actor=cast.director)
    assert client.get(address, {"cycle": review.pk}, follow=True).context["page"].cases == 20
    client.force_login(cast.leader)
    for asked in ({"scope": south.pk}, {"cycle": review.pk}):
        assert client.get(address, asked).status_code == 404, asked


def test_two_periods_stand_side_by_side(client, cast):
    client.force_login(cast.director)
    assert client.get(reverse("processes:compare")).context["found"] is None
    page = client.get(reverse("processes:compare"), {
        "from": "2026-02-01", "to": "2026-02-28", "vs_from": "2026-01-01", "vs_to": "2026-01-31"})
    found = page.context["found"]
    assert (found.before, found.seen.left_before) == (130, 0) and found.after + found.seen.left_after == 130
    assert 0 < found.seen.left_after < 10 and f"本期 {found.seen.left_after} 件" in page.content.decode()
    first = next(one for one in found.changes if one.target == "回复")
    assert first.share.value == 0 and first.share.low < 0 < first.share.high
    assert first.wait.low <= 0 <= first.wait.high and not first.wait.stands
    # The largest change first: standing ones, then by what a case waits more or less on average.
    moved = [abs(one.moved_s) for one in page.context["shown"].object_list if not one.stands]
    assert moved == sorted(moved, reverse=True) and page.context["arrows"] == len(found.changes)


def test_a_vendor_is_not_told_who_of_the_company_took_over(client, cast, monkeypatch):
    """n1 is here the vendor's: its own agents keep their names, all others are one."""
    pairs = [{"from": "a1", "to": to, "count": 10} for to in ("a2", "b1", "c1")]
    monkeypatch.setattr(maps, "handovers", lambda _index: {"pairs": pairs, "cases": 30, "total": 30})
    RoleAssignment.objects.filter(user=cast.vendor).update(unit_code="n1")
    client.force_login(cast.vendor)
    told = maps.rework_of(cast.vendor, State())
    assert [(one.names, one.count) for one in told.handovers] == [
        (("王敏", "其他单位的坐席"), 20), (("王敏", "李强"), 10)]
