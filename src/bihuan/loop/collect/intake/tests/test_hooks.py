"""Signed webhooks: the signature alone opens, once."""

import json
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed
from bihuan.engine.facts import store
from bihuan.loop.collect.intake.errors import Refused
from bihuan.loop.collect.intake.models import Hook, Receipt
from bihuan.loop.collect.intake.schemes import SCHEMES, wjx_sign
from bihuan.loop.collect.intake.services import create_hook, flush, replace_secret, switch_hook
from bihuan.loop.collect.intake.services.trial import try_delivery

from .conftest import case


@pytest.fixture
def send():
    """Return ``send(hook, rows, secret=…, at=…, **headers)``: a signed delivery, with the CSRF check on."""
    client = Client(enforce_csrf_checks=True)

    def send(hook, rows, *, secret=None, at=None, address=None, **headers):
        body = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
        signed = SCHEMES[hook.scheme].sign(secret or hook.secret, body, time.time() if at is None else at)
        return client.post(f"/hooks/{address or hook.address}/", body, content_type="application/json",
                           headers={**signed, **headers})

    return send


@pytest.mark.parametrize("scheme", ["bihuan", "zendesk", "chatwoot", "github"])
def test_a_signed_delivery_is_kept_and_written(send, hook, scheme, workspace_home):
    made = hook(scheme)
    answer = send(made, case(1))
    assert answer.status_code == 200 and answer.json()["rows"] == 1, answer.content
    flush()
    with store.connect(workspace_home) as con:
        assert con.execute("SELECT id FROM cases").fetchall() == [("desk:T1",)]
    entry = AuditEntry.objects.get(action="collect.push_stored")
    assert entry.actor == f"hook:{made.pk}"


@pytest.mark.parametrize("scheme", ["bihuan", "zendesk", "chatwoot", "github"])
def test_the_same_delivery_again_is_answered_but_not_stored(send, hook, scheme):
    made, now = hook(scheme), time.time()
    first, again = send(made, case(1), at=now), send(made, case(1), at=now)
    assert again.status_code == 200 and again.json()["receipt"] == first.json()["receipt"]
    assert again.json()["repeated"] and not first.json()["repeated"]
    assert Receipt.objects.count() == 1


def test_a_delivery_replayed_to_another_webhook_is_refused(send, hook):
    one, other = hook(), hook()
    assert send(one, case(1), address=other.address).status_code == 401


def test_wrong_signatures_are_401_and_counted(send, hook):
    made = hook()
    for answer in (send(made, case(1), secret="other"), send(made, case(1), at=time.time() - 400),
                   send(made, case(1), **{"X-Bihuan-Signature": ""})):
        assert answer.status_code == 401 and answer.json()["code"] == "bad_signature"
    made.refresh_from_db()
    assert made.refused == 3 and made.refused_at is not None and not Receipt.objects.exists()


def test_an_unknown_address_is_404_and_a_look_is_405(send, hook, client):
    made = hook()
    assert send(made, case(1), address="x" * 32).status_code == 404
    assert client.get(f"/hooks/{made.address}/").status_code == 405


def test_wjx_brings_an_answer_once(hook, client):
    made = hook("wjx", table="answers", mapping="", source="wjx")
    row = {"id": "wjx-1-3", "metric": "csat", "at": "2024-03-01 10:00:00", "value": 5}
    # 问卷星's own fields are read by a mapping; here the signature alone is tried, in a body without one.
    body = json.dumps({**row, "activity": "1", "index": "3", "sign": wjx_sign("1", "3", made.secret)})
    answer = client.post(f"/hooks/{made.address}/", body, content_type="application/json")
    assert answer.status_code == 422 and answer.json()["code"] == "unknown_field", "known as genuine, read as it says"
    forged = json.dumps({**row, "activity": "1", "index": "4", "sign": wjx_sign("1", "3", made.secret)})
    assert client.post(f"/hooks/{made.address}/", forged, content_type="application/json").status_code == 401


def test_a_mapping_reads_the_body(send, hook, workspace_home):
    made = hook("zendesk", mapping="zendesk_tickets", source="zendesk")
    ticket = {"id": 7, "created_at": "2024-03-01T01:00:00Z", "status": "open", "requester_id": 5, "assignee_id": 9,
              "group_id": 3, "via_channel": "email", "submitter_id": 5, "type": "problem"}
    assert send(made, ticket).status_code == 200
    flush()
    with store.connect(workspace_home) as con:
        assert con.execute("SELECT id, kind, channel FROM cases").fetchall() == [("zendesk:7", "incident", "email")]


def test_a_paused_webhook_asks_to_come_later(send, hook, cast):
    made = hook()
    switch_hook(hook=made, active=False, actor=cast.admin)
    answer = send(made, case(1))
    assert answer.status_code == 503 and int(answer["Retry-After"]) >= 60
    switch_hook(hook=made, active=True, actor=cast.admin)
    assert send(made, case(1)).status_code == 200


def test_a_webhook_has_its_own_rate(send, hook, settings):
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "requests": 2}
    made, other = hook(), hook()
    codes = [send(made, case(n)).status_code for n in range(6)]
    assert set(codes) == {200, 429} and send(other, case(9)).status_code == 200


def test_guessing_signatures_is_limited_too(send, hook, settings):
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "requests": 2}
    made = hook()
    codes = [send(made, case(1), secret="guess").status_code for _ in range(8)]
    assert codes.count(401) <= 4 and 429 in codes


def test_after_another_secret_both_open_for_a_day_then_only_the_new(send, hook, cast):
    made = hook()
    old, new = made.secret, replace_secret(hook=made, actor=cast.admin)
    assert old != new
    assert send(made, case(1), secret=old).status_code == send(made, case(2), secret=new).status_code == 200
    Hook.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    assert send(made, case(3), secret=old).status_code == 401
    assert send(made, case(4), secret=new).status_code == 200


def test_a_leaked_secret_ends_at_once(send, hook, cast):
    made = hook()
    old, new = made.secret, replace_secret(hook=made, grace=timedelta(0), actor=cast.admin)
    assert send(made, case(1), secret=old).status_code == 401
    assert send(made, case(2), secret=new).status_code == 200


def test_secrets_are_sealed_and_not_in_the_audit_log(hook, cast):
    made = hook("zendesk")
    replace_secret(hook=made, secret="another-secret", actor=cast.admin)
    kept = b"".join(bytes(value) for value in Hook.objects.values_list("sealed", "previous").get())
    assert b"given-secret" not in kept and b"another-secret" not in kept
    assert "secret" not in " ".join(str(entry.data) for entry in AuditEntry.objects.all())


def test_bodies_that_wait_are_sealed(send, hook):
    send(hook(), case(1, subject="张三13812345678"))
    assert b"13812345678" not in bytes(Receipt.objects.get().body)


def test_only_who_keeps_webhooks_makes_them(cast):
    with pytest.raises(NotAllowed):
        create_hook(name="x", scheme="bihuan", table="cases", source="x", actor=cast.manager)
    for more, code in (({"table": "none"}, "unknown_table"), ({"source": "a:b"}, "source_invalid"),
                       ({"mapping": "none"}, "unknown_mapping"), ({"scheme": "zendesk"}, "secret_needed")):
        with pytest.raises(Refused) as refused:
            create_hook(**{"name": "x", "scheme": "bihuan", "table": "cases", "source": "x", **more},
                        actor=cast.admin)
        assert refused.value.code == code


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_a_sample_is_tried_without_storing_anything(hook, cast, scheme, workspace_home):
    made = hook(scheme)
    if scheme == "wjx":
        with pytest.raises(Refused) as refused:
            try_delivery(hook=made, body=json.dumps(case(1)).encode(), actor=cast.admin)
        assert refused.value.code == "unknown_field", "signed and known, but 问卷星's fields want a mapping"
        return
    trial = try_delivery(hook=made, body=json.dumps([case(1), case(2, opened="?")]).encode(), actor=cast.admin)
    assert (trial.result.read, trial.result.quarantined) == (2, 1)
    assert trial.shown is not None and "desk:T1" in trial.shown.rows[0]
    assert not Receipt.objects.exists() and not list((workspace_home.path / "scratch").glob("trial-*"))
    with store.connect(workspace_home) as con:
        assert con.execute("SELECT count(*) FROM cases").fetchone() == (0,)
