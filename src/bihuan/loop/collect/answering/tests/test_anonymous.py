"""Anonymous waves: nothing that leads to a person is kept anywhere, and nothing can be joined to a response."""

import logging
import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.channels import SENDERS
from bihuan.engine.facts import store
from bihuan.engine.facts.privacy.logs import MaskingFilter
from bihuan.loop.collect.answering import services, waves
from bihuan.loop.collect.answering.errors import Refused
from bihuan.loop.collect.answering.models import Draft, Invitation, OneTimeToken, Response, Reward
from bihuan.loop.collect.answering.queries.responses import responses
from bihuan.loop.collect.answering.queries.sending import funnel
from bihuan.loop.collect.answering.services.recording import record_invitations
from bihuan.loop.collect.answering.services.sending import send_waiting
from bihuan.loop.collect.answering.tests.conftest import ALL, PHONE, answers_in, load_customers
from bihuan.loop.collect.answering.tests.test_sending import link_in, noon, prepare
from bihuan.loop.collect.answering.tokens import hash_of

ADDRESS, AGENT, REFERER = "203.0.113.77", "Scan/4.2 (Telltale)", "https://intranet.example.com/wang"
HEADERS = {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT, "HTTP_REFERER": REFERER, "HTTP_X_FORWARDED_FOR": ADDRESS}


@pytest.fixture
def anonymous(make_wave):
    return make_wave(mode="anonymous")


@pytest.fixture
def sent(cast, anonymous, workspace_home, monkeypatch):
    """An anonymous wave sent to twelve customers: {address: token}."""
    box = []
    monkeypatch.setitem(SENDERS, "mail", lambda config, address, message: box.append((address, message.plain(""))))
    load_customers(workspace_home, 12)
    prepare(anonymous, cast)
    services.list_customers(wave=anonymous.pk, customers=[f"K{n}" for n in range(1, 13)], actor=cast.manager)
    services.start_dispatch(wave=anonymous.pk, actor=cast.manager)
    send_waiting(now=noon())
    links = {address: link_in(text) for address, text in box}
    box.clear()
    links["box"] = box
    return links


def everything():
    """Every value of every row of the database, as text."""
    found = []
    for model in apps.get_models():
        for row in model.objects.values_list():
            found += [bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                      for value in row]
    return "\n".join(found)


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_no_trace_in_database_lake_or_log(sent, anonymous, walk, workspace_home, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    tokens = [token for address, token in sent.items() if address != "box"]
    for token in tokens[:6]:
        browser = Client()
        page = walk(token, *PHONE, using=browser, **HEADERS)
        assert page.status_code == 200 and browser.cookies == {}
        assert "Set-Cookie" not in page.headers
    assert services.flush()["responses"] == 6
    marks = [ADDRESS, AGENT, "Telltale", REFERER, *tokens[:6], *map(hash_of, tokens[:6])]
    heard = "\n".join([everything(), caplog.text, *capfd.readouterr()])
    assert [mark for mark in marks if mark in heard] == []
    for content in files(workspace_home.path):
        assert [mark for mark in marks if mark.encode() in content] == []


def test_a_response_holds_nothing_of_a_person(sent, walk, workspace_home):
    walk(sent["k3@example.com"], *ALL, **HEADERS)
    response = Response.objects.get()
    for name in ("customer", "case", "agent", "place", "entered_by", "device", "invitation_id", "site_id",
                 "started_at"):
        assert not getattr(response, name), name
    local = timezone.localtime(response.received_at, timezone.get_fixed_timezone(480))
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert response.seconds % 10 == 0 and response.channel == "link"
    assert not Draft.objects.exists()


def test_tokens_cannot_be_joined_to_customers_or_answers(sent, walk):
    """A token has no time and no number; rows lie in the order of their hashes, and a spent one is gone."""
    assert {field.name for field in OneTimeToken._meta.get_fields()} == {"hash", "wave"}
    with connection.cursor() as cursor:
        order = "rowid" if connection.vendor == "sqlite" else "ctid"
        cursor.execute(f"SELECT hash FROM answering_onetimetoken ORDER BY {order}")
        lying = [row[0] for row in cursor.fetchall()]
    assert lying == sorted(lying) and len(lying) == 12
    assert set(Invitation.objects.values_list("token_hash", flat=True)) == {None}
    walk(sent["k3@example.com"], *ALL)
    left = set(OneTimeToken.objects.values_list("hash", flat=True))
    assert left == set(lying) - {hash_of(sent["k3@example.com"])}
    assert not Invitation.objects.exclude(opened_at=None, started_at=None, finished_at=None).exists()


def test_a_link_answers_once_and_then_opens_nothing(sent, walk, client):
    token = sent["k1@example.com"]
    walk(token, *ALL)
    page = client.get(f"/a/{token}/")
    assert page.status_code == 404 and "已经用过" in page.content.decode()
    assert Response.objects.count() == 1


def test_the_notice_stands_on_the_page_and_no_way_to_withdraw(sent, client, walk):
    text = client.get(f"/a/{sent['k1@example.com']}/").content.decode()
    assert "无需提供真实姓名" in text and 'data-keep=""' in text and 'data-anonymous="yes"' in text
    assert "撤回" not in walk(sent["k1@example.com"], *ALL).content.decode()


def test_all_are_reminded_once_and_the_message_says_why(cast, sent, anonymous, walk):
    walk(sent["k1@example.com"], *ALL)
    assert services.remind(wave=anonymous.pk, actor=cast.manager, now=noon(days=4)) == 12
    send_waiting(now=noon(days=4))
    assert len(sent["box"]) == 12
    assert all("如果您已填写，请忽略" in text and "/a/" not in text for _address, text in sent["box"])
    with pytest.raises(Refused, match="已经提醒过"):
        services.remind(wave=anonymous.pk, actor=cast.manager, now=noon(days=8))


def test_the_funnel_knows_no_person(sent, anonymous, walk):
    walk(sent["k1@example.com"], *ALL)
    told = funnel(anonymous.pk)
    assert (told.sent, told.opened, told.started, told.finished) == (12, None, None, None)
    assert told.responses == {"valid": 1}
    assert record_invitations() == 0        # who was asked without saying who answered would read as "did not answer"


def test_too_few_are_not_written_to(cast, anonymous, workspace_home):
    load_customers(workspace_home, 3)
    prepare(anonymous, cast)
    services.list_customers(wave=anonymous.pk, customers=["K1", "K2", "K3"], actor=cast.manager)
    with pytest.raises(Refused, match="谈不上匿名"):
        services.start_dispatch(wave=anonymous.pk, actor=cast.manager)


def test_latecomers_are_not_written_to_one_by_one(cast, sent, anonymous, workspace_home):
    """A single further link would stand at the end of the table, beside a single further customer."""
    load_customers(workspace_home, 14)
    services.list_customers(wave=anonymous.pk, customers=["K13", "K14"], actor=cast.manager)
    send_waiting(now=noon(hours=1))
    assert not sent["box"]
    assert set(Invitation.objects.filter(customer__in=["K13", "K14"]).values_list("state", "reason")) == {
        ("not_sent", "few")}


def test_few_answers_wait_so_that_the_time_of_their_batch_tells_nothing(sent, anonymous, walk, workspace_home):
    for number in range(1, 5):
        walk(sent[f"k{number}@example.com"], *ALL)
    assert services.flush()["responses"] == 0
    walk(sent["k5@example.com"], *ALL)
    assert services.flush()["responses"] == 5
    walk(sent["k6@example.com"], *ALL)
    assert services.flush()["responses"] == 0
    type(anonymous).objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    waves.forget()
    assert services.flush()["responses"] == 1


def test_rows_lie_in_the_order_of_random_numbers(sent, walk, workspace_home):
    for number in range(1, 9):
        walk(sent[f"k{number}@example.com"], {"overall": "5", "channel": "online"}, {"open": f"回答 {number}"})
    services.flush()
    with store.connect(workspace_home) as con:
        rows = con.execute("SELECT id, text, customer, \"case\" FROM answers WHERE question = 'open'").fetchall()
    assert {(row[2], row[3]) for row in rows} == {(None, None)}
    assert {row[1] for row in rows} == {f"回答 {number}" for number in range(1, 9)}
    devices = [key for key in answers_in(workspace_home) if key[1] == "_device"]
    assert devices == []


def test_staff_who_are_logged_in_are_not_recognised(cast, sent, walk):
    browser = Client()
    browser.force_login(cast.agent)
    walk(sent["k1@example.com"], *ALL, using=browser)
    assert Response.objects.get().status == "valid"


def test_an_open_link_of_an_anonymous_wave_knows_no_device(anonymous, walk, site):
    token = site(anonymous, "counter", place="一楼", agent="a1").token
    browser = Client()
    walk(token, *ALL, using=browser)
    walk(token, *ALL, using=browser)
    assert browser.cookies == {} and Response.objects.count() == 2
    assert set(Response.objects.values_list("device", "place", "agent", "site")) == {("", "", "", None)}


def test_a_reward_is_promised_by_a_code_that_stands_nowhere(cast, sent, anonymous, walk):
    dispatch_reward(anonymous)
    text = walk(sent["k1@example.com"], *ALL).content.decode()
    code = re.search(r'class="code">([^<]+)<', text).group(1)
    assert code not in everything() and not Reward.objects.exists()
    line = services.give_reward(wave=anonymous.pk, code=code.lower(), actor=cast.manager)
    assert line.customer == "" and line.promised_on is None
    with pytest.raises(Refused, match="发放过"):
        services.give_reward(wave=anonymous.pk, code=code, actor=cast.manager)
    with pytest.raises(Refused, match="不是本次"):
        services.give_reward(wave=anonymous.pk, code="AAAA-BBBB-CCCC", actor=cast.manager)
    assert not [field for field in Reward._meta.get_fields() if "response" in field.name]
    assert AuditEntry.objects.filter(action="collect.reward_given").count() == 1


def dispatch_reward(wave):
    from bihuan.loop.collect.answering.models import Dispatch

    Dispatch.objects.update_or_create(wave_id=wave.pk, defaults={"reward": True})
    waves.forget()


def test_nobody_answers_for_somebody_else(cast, anonymous):
    with pytest.raises(Refused, match="代填"):
        services.submit_for(wave=anonymous.pk, customer="K1", answers={}, actor=cast.manager,
                            permission="collect.send_surveys")


def test_no_rule_asks_after_a_contact(cast, anonymous):
    with pytest.raises(Refused):
        services.save_rule(wave=anonymous.pk, rule=None, name="x", actor=cast.manager, share=1.0)


def test_a_handful_of_a_status_is_not_listed_and_none_says_how_it_came(cast, anonymous, client):
    def sheets(count, status="valid", channel="link"):
        Response.objects.bulk_create(Response(
            wave=anonymous, version=anonymous.version, status=status, channel=channel, seconds=40.0,
            place="三楼窗口" if channel == "qr" else "") for _ in range(count))

    sheets(4)
    sheets(1, "late")
    assert not responses(anonymous.pk).exists(), "five in all, of which the four and the one could be told apart"
    sheets(6)
    sheets(3, channel="qr")
    assert {one.status for one in responses(anonymous.pk)} == {"valid"}
    assert not responses(anonymous.pk, status="late").exists()
    assert responses(anonymous.pk, channel="link").count() == 13, "all minus the ten would be the three"
    client.force_login(cast.manager)
    listed = reverse("answering:responses", args=[anonymous.pk])
    three = Response.objects.filter(channel="qr").first()
    for page in (listed, f"{listed}?channel=qr", reverse("answering:response", args=[anonymous.pk, three.pk])):
        text = client.get(page).content.decode().partition("<main")[2]
        assert "有效" in text
        assert not [word for word in ("三楼窗口", "用时</", "渠道</", "等待写入</td>") if word in text]


def test_an_error_of_the_server_does_not_write_the_link_into_the_log(sent, monkeypatch, caplog, settings, client):
    """A failing page is logged with its path: the path is the link."""
    token = sent["k1@example.com"]
    monkeypatch.setattr("bihuan.loop.collect.answering.views.public._opened", lambda *_: 1 / 0)
    client.raise_request_exception = False
    assert client.get(f"/a/{token}/").status_code == 500
    assert "masking" in settings.LOGGING["handlers"]["stderr"]["filters"]
    assert any("Internal Server Error" in record.getMessage() for record in caplog.records)
    for record in caplog.records:
        MaskingFilter().filter(record)
        assert token not in logging.Formatter().format(record)


def test_sqlite_leaves_no_free_page_with_a_spent_hash(sent, walk):
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite's file; a PostgreSQL table is vacuumed")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone()[0] in (1, 2), sqlite3.sqlite_version
