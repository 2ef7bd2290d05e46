"""A case is shown to those who may see it, its clock adds up, and its texts stay masked."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import translation

from bihuan.core.models import AuditEntry, Role
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tests.cast import SYSTEM
from bihuan.engine.facts.lazily import LazyViews
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.text.script import traditional
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cache import results
from bihuan.loop.evaluate.indicators.queries.cases import _clocks
from bihuan.loop.evaluate.indicators.queries.session import held
from bihuan.loop.evaluate.indicators.rights import reach

CASE = "desk:001000a1"


def page(client, person, case=CASE, expect=200, method="get"):
    client.force_login(person)
    response = getattr(client, method)(reverse("indicators:case", args=[case]))
    assert response.status_code == expect
    return response


@pytest.mark.parametrize("name", ["director", "manager", "leader", "agent", "inspector"])
def test_those_whose_reach_holds_the_case_see_it(client, cast, name):
    page(client, getattr(cast, name))


@pytest.mark.parametrize("name", ["outsider", "vendor", "nobody", "admin"])
def test_others_get_404_as_for_a_case_that_is_not_there(client, cast, name):
    page(client, getattr(cast, name), expect=404)


def test_a_case_that_is_not_there_is_404(client, cast):
    page(client, cast.director, case="desk:nothing", expect=404)


def test_the_segments_of_each_clock_add_up_to_the_second(client, cast):
    """Answered after 5 minutes, closed 2 hours later: 300 and 7,500 seconds."""
    clocks = {clock.name: clock for clock in page(client, cast.leader).context["page"].clocks}
    for clock in clocks.values():
        assert sum(one.seconds for one in clock.stretches) == clock.elapsed
    running = {name: {state: seconds for state, _, seconds, _ in clock.totals}["running"]
               for name, clock in clocks.items()}
    assert running == {"first_response": 300, "resolution": 7500}
    with translation.override("zh-hant"):
        told = [one.rule for clock in _clocks("desk:001000a1", is_call_over=False) for one in clock.stretches]
    assert told and not [rule for rule in told if traditional(rule) != rule], "no simplified rule for their readers"


def test_texts_are_masked_until_somebody_with_the_right_asks(client, cast):
    assert "13800000000" not in page(client, cast.director).content.decode()
    page(client, cast.director, method="post", expect=404)
    assert not AuditEntry.objects.filter(action="privacy.personal_revealed").exists()


def test_a_reason_shows_the_texts_and_leaves_a_line(client, cast):
    person = create_user(username="officer", actor=SYSTEM, posts=[Post(Role.objects.get(key="complaint_officer"))])
    assert "13800000000" not in page(client, person).content.decode()
    client.force_login(person)
    path = reverse("indicators:case", args=[CASE])
    refused = client.post(path, {"reason": "看"})
    assert refused.status_code == 422 and "13800000000" not in refused.content.decode()
    shown = client.post(path, {"reason": "回访核实地址"})
    assert "13800000000" in shown.content.decode() and shown["Cache-Control"] == "no-store"
    assert AuditEntry.objects.get(action="privacy.personal_revealed").object_id == CASE


def test_the_case_says_which_indicators_it_counts_in(client, cast):
    marks = {line.name: line.mark for line in page(client, cast.leader).context["page"].counted}
    assert marks["response_compliance"] == "计入分子"
    assert marks["contact_volume"] == "计入"
    said = {line.name: line.said for line in page(client, cast.leader).context["page"].counted}
    assert said["response_compliance"] == "是" and said["contact_volume"] == ""


def test_a_case_is_looked_for_once_and_waits_for_no_board(company, cast, monkeypatch):
    scope = reach(cast.director, "evaluate.view_rows")
    names = tuple(one.name for one in engine.passports().values()
                  if one.grain == "case" and not one.denominator_grain and not one.snapshot)
    among_all = engine.ask(Query(indicators=names, where=f"case = '{CASE}'"), replace(scope, minimum_n=0))
    told, execute = [], LazyViews.execute
    monkeypatch.setattr(LazyViews, "execute",
                        lambda con, query, *given: told.append(str(query)) or execute(con, query, *given))
    kept = len(results)
    with held.on(company):
        found = engine.ask_of_case(CASE, names, scope)
    assert found == among_all and sum(one.n for one in found) > 5
    assert sum('WHERE "case" =' in query for query in told) == 1 and len(results) == kept


def test_the_case_leads_to_its_customer_and_back_to_its_rows_and_nowhere_else(client, cast):
    client.force_login(cast.leader)
    rows = reverse("indicators:rows", args=["fcr"]) + "?period=all"
    case = reverse("indicators:case", args=[CASE])
    told = client.get(case, {"back": rows}).content.decode()
    assert f'href="{rows}"' in told and f'href="{reverse("customers:customer", args=["Ka110"])}"' in told
    for other in ("https://other.example" + rows, "//other.example" + rows, "/nowhere/", "javascript:alert(1)"):
        assert f'href="{other}"' not in client.get(case, {"back": other}).content.decode()


def test_what_a_role_keeps_closed_stands_neither_on_the_case_nor_among_the_rows(client, cast):
    Role.objects.filter(key="team_leader").update(closed_fields=["customer", "text"])
    told = page(client, cast.leader).content.decode()
    assert "第 0 单" not in told and "Ka110" not in told and "***" in told
    listed = client.get(f"{reverse('indicators:rows', args=['fcr'])}?period=all").content.decode()
    assert "***" in listed and "Ka110" not in listed
    assert "Ka110" in page(client, cast.director).content.decode()


def test_a_closed_region_or_rating_can_be_had_by_no_page_of_numbers(client, cast):
    Role.objects.filter(key="team_leader").update(closed_fields=["region", "tier", "csat"])
    client.force_login(cast.leader)
    board = client.get("/evaluate/board/?family=satisfaction&period=all").content.decode()
    assert "by=region" not in board and 'value="tier"' not in board and "csat_mean" not in board and "fcr" in board
    for closed in ("by=region", "tier=VIP"):
        refused = client.get(f"/evaluate/board/?{closed}")
        assert refused.status_code == 422 and "不可见" in refused.content.decode()
    told = client.get("/evaluate/indicators/csat_mean/?period=all").content.decode()
    assert "这里只有口径" in told and "1–5 分" in told
    assert client.get("/evaluate/indicators/csat_mean/rows/?period=all").status_code == 422
    assert client.get("/api/v1/evaluate?indicators=csat").status_code == 422
    assert client.get("/evaluate/indicators/fcr/?period=all&by=tier").status_code == 422
