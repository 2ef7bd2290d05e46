"""The pages of pushes and webhooks."""

import json
import time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.loop.collect.intake.models import Hook, Receipt
from bihuan.loop.collect.intake.schemes import SCHEMES
from bihuan.loop.collect.intake.services import flush

from .conftest import case

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.admin)
    return client


def test_a_webhook_is_added_its_secret_shown_once(admin):
    assert "Zendesk" in admin.get("/collect/intake/hooks/new/").content.decode()
    answer = admin.post("/collect/intake/hooks/new/", {
        "name": "工单系统", "scheme": "bihuan", "reading": "cases:", "source": "desk"})
    made, hook = answer.content.decode(), Hook.objects.get()
    secret = made.split('id="secret" readonly value="')[1].split('"')[0]
    assert len(secret) == 64 and f"/hooks/{hook.address}/" in made and "no-store" in answer["Cache-Control"]
    page = admin.get(f"/collect/intake/hooks/{hook.pk}/").content.decode()
    assert f"/hooks/{hook.address}/" in page and secret not in page
    body = json.dumps([case(1, subject="机密")]).encode()
    headers = SCHEMES["bihuan"].sign(secret, body, time.time())
    sent = admin.post(f"/hooks/{hook.address}/", body, content_type="application/json", headers=headers)
    assert sent.status_code == 200
    flush()
    page = admin.get(f"/collect/intake/hooks/{hook.pk}/").content.decode()
    assert "已写入" in page and "机密" not in page
    push = admin.get(f"/collect/intake/pushes/{Receipt.objects.get().pk}/").content.decode()
    assert Receipt.objects.get().batch in push and "机密" not in push


def test_a_secret_that_the_other_system_gives_has_to_be_typed_in(admin):
    form = {"name": "Zendesk", "scheme": "zendesk", "reading": "cases:zendesk_tickets", "source": "zendesk"}
    answer = admin.post("/collect/intake/hooks/new/", form)
    assert answer.status_code == 422 and "密钥由对方系统给出" in answer.content.decode()
    answer = admin.post("/collect/intake/hooks/new/", {**form, "secret": "signing-secret"})
    assert answer.status_code == 200 and "signing-secret" not in answer.content.decode()
    assert (Hook.objects.get().table, Hook.objects.get().mapping) == ("cases", "zendesk_tickets")


def test_a_webhook_is_changed_paused_and_given_another_secret(admin, hook):
    pk = hook().pk
    admin.post(f"/collect/intake/hooks/{pk}/edit/", {"name": "新名称", "reading": "cases:", "source": "s2"})
    assert (Hook.objects.get().name, Hook.objects.get().source) == ("新名称", "s2")
    admin.post(f"/collect/intake/hooks/{pk}/switch/")
    assert "已暂停" in admin.get("/collect/intake/").content.decode()
    assert "旧密钥立即失效" in admin.get(f"/collect/intake/hooks/{pk}/secret/").content.decode()
    made = admin.post(f"/collect/intake/hooks/{pk}/secret/", {}).content.decode()
    assert "密钥只在此显示一次" in made
    assert "旧密钥有效至" in admin.get(f"/collect/intake/hooks/{pk}/").content.decode()


def test_a_sample_shows_what_it_would_become(admin, hook):
    pk = hook().pk
    page = admin.post(f"/collect/intake/hooks/{pk}/test/", {"body": json.dumps([case(1)])}).content.decode()
    assert "签名有效；1 行都能读取" in page and "desk:T1" in page
    page = admin.post(f"/collect/intake/hooks/{pk}/test/", {"body": json.dumps([case(1, opened="?")])}).content.decode()
    assert "有 1 行会被隔离" in page and "opened" in page
    answer = admin.post(f"/collect/intake/hooks/{pk}/test/", {"body": "{"})
    assert answer.status_code == 422 and "不是有效的 JSON" in answer.content.decode()
    assert not Receipt.objects.exists()


def test_what_waits_is_shown_and_can_be_written_at_once(admin, push, token, cast):
    push(token, [case(1), case(2)])
    admin.force_login(cast.admin)
    assert "2 行等待写入（1 次推送" in admin.get("/collect/intake/").content.decode()
    assert admin.post("/collect/intake/flush/").status_code == 302
    Receipt.objects.update(state="failed", problem="x")
    assert "1 次推送未能写入" in admin.get("/collect/intake/").content.decode()
    admin.post("/collect/intake/retry/")
    assert Receipt.objects.get().state == "waiting"


def test_an_outsider_sees_none_of_it(client, cast, push, token, hook):
    pk = hook().pk
    receipt = push(token, [case(1)]).json()["receipt"]
    pages = ["", f"pushes/{receipt}/", "hooks/new/", f"hooks/{pk}/", f"hooks/{pk}/edit/", f"hooks/{pk}/secret/"]
    acts = ["flush/", "retry/", f"hooks/{pk}/switch/", f"hooks/{pk}/test/", f"hooks/{pk}/secret/", f"hooks/{pk}/edit/"]
    for page in pages:
        assert client.get(f"/collect/intake/{page}").status_code == 302, page
    client.force_login(cast.outsider)
    for page in pages:
        assert client.get(f"/collect/intake/{page}").status_code == 404, page
    for act in acts:
        assert client.post(f"/collect/intake/{act}").status_code == 404, act
    assert Hook.objects.get().is_active and Receipt.objects.get().state == "waiting"


def test_a_list_page_asks_no_more_than_it_did(client, cast, push, token, hook):
    made = hook()
    for number in range(8):
        push(token, [case(number)])
        Receipt.objects.create(hook=made, digest="x", table="cases", source="s", rows=1, size=1)
    client.force_login(cast.admin)
    for page, most in COUNTS.items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page.replace("PK", str(made.pk))).status_code == 200
        assert len(asked) <= most, [page, *(query["sql"][:120] for query in asked)]
