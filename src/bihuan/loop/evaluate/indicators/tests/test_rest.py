"""The HTTP API answers as the command line does, within the asker's scope."""

from dataclasses import replace

from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.privacy.services import preferences, save_preferences
from bihuan.core.tests.cast import SYSTEM
from bihuan.engine.indicators.contracts import Query, Scope
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.indicators.passports import load


def test_every_passport_gives_the_engines_number(client, cast, company):
    client.force_login(cast.director)
    given = {one["indicator"]: one for one in client.get("/api/v1/evaluate").json()}
    assert set(given) == set(load(company))
    for result in evaluate(company, Query()):
        there = given[result.indicator]
        assert (there["value"], there["n"], there["low"], there["band"]) == (
            result.value, result.n, result.low, result.band), result.indicator


def test_a_leader_gets_their_own_team(client, cast, company):
    client.force_login(cast.leader)
    given = client.get("/api/v1/evaluate?indicators=contact_volume&by=team&from=2026-01-01&to=2026-01-31").json()
    assert [(one["group"], one["n"]) for one in given] == [({"team": "n1"}, 80)]
    expected = evaluate(company, Query(indicators=("csat",)), Scope(units=("n1",)))[0].value
    assert client.get("/api/v1/evaluate?indicators=csat").json()[0]["value"] == expected


def test_rows_come_in_pages_and_say_where_the_next_begins(client, cast):
    client.force_login(cast.leader)
    first = client.get("/api/v1/rows?indicator=contact_volume&limit=100").json()
    assert (len(first["rows"]), first["next_offset"]) == (100, 100)
    rest = client.get("/api/v1/rows?indicator=contact_volume&limit=100&offset=100").json()
    assert (len(rest["rows"]), rest["next_offset"]) == (60, None)


def test_a_refusal_has_a_code_and_a_sentence(client, cast):
    client.force_login(cast.director)
    response = client.get("/api/v1/evaluate?indicators=nothing")
    assert response.status_code == 422
    assert response.json()["code"] == "unknown_indicator" and response.json()["detail"]


def test_strangers_and_the_rightless_get_nothing(client, cast):
    answer = client.get("/api/v1/evaluate")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    client.force_login(cast.nobody)
    assert client.get("/api/v1/evaluate").status_code == 404
    assert client.get("/api/v1/rows?indicator=fcr").status_code == 404
    assert client.get(reverse("indicators:catalogue")).status_code == 404


def limited(**changes):
    save_preferences(chosen=replace(preferences(), **changes), actor=SYSTEM)


def test_long_pages_of_rows_are_an_export(client, cast, company):
    """Whoever may look at rows may not thereby carry them off: the right, the limit and the line of an export hold."""
    client.force_login(cast.inspector)
    assert client.get("/api/v1/rows?indicator=contact_volume&limit=50").status_code == 200
    assert client.get("/api/v1/rows?indicator=contact_volume&limit=51").status_code == 404
    assert not AuditEntry.objects.filter(action="evaluate.rows_taken").exists()
    client.force_login(cast.leader)
    limited(export_rows=120)
    assert client.get("/api/v1/rows?indicator=contact_volume&limit=100").status_code == 200
    refused = client.get("/api/v1/rows?indicator=contact_volume&limit=100&offset=100")
    assert (refused.status_code, refused.json()["code"]) == (403, "approval_needed")
    assert client.get("/api/v1/rows?indicator=contact_volume&limit=40&offset=100").status_code == 403
    taken = AuditEntry.objects.get(action="evaluate.rows_taken")
    assert (taken.data["rows"], taken.data["before"]) == (100, 0)
