"""Sending: each customer once, with the reason where not, again only those who did not answer."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from bihuan.core.notifications.channels import webhook
from bihuan.core.notifications.channels.webhook import signature
from bihuan.core.notifications.errors import NotSent
from bihuan.core.notifications.models import Notice
from bihuan.core.privacy.services import refuse_contact
from bihuan.core.rights import NotAllowed
from bihuan.core.tests.cast import SYSTEM
from bihuan.engine.facts import store
from bihuan.loop.collect.answering import services, waves
from bihuan.loop.collect.answering.errors import Refused
from bihuan.loop.collect.answering.models import Dispatch, Invitation, Response
from bihuan.loop.collect.answering.queries.sending import funnel
from bihuan.loop.collect.answering.services.closing import close_due
from bihuan.loop.collect.answering.services.recording import record_invitations
from bihuan.loop.collect.answering.services.sending import send_waiting
from bihuan.loop.collect.answering.tests.conftest import ALL, link_in, load_customers, noon, prepare
from bihuan.loop.collect.answering.tokens import hash_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
State = Invitation.State


def states():
    return dict(Invitation.objects.order_by("customer").values_list("customer", "state"))


def reasons():
    return dict(Invitation.objects.order_by("customer").values_list("customer", "reason"))


def test_each_customer_gets_one_message_with_a_link_of_their_own(ready, post, client):
    for _ in range(3):
        send_waiting(now=noon())
    assert sorted(address for address, *_rest in post) == ["k1@example.com", "k2@example.com", "k3@example.com"]
    assert len({link_in(text) for *_head, text in post}) == 3
    assert all("/stop/" in text and "服务满意度调查" in subject for _address, subject, text in post)
    assert client.get(f"/a/{link_in(post[0][2])}/").status_code == 200


def test_a_link_stands_in_the_database_as_a_hash_alone(ready, post):
    send_waiting(now=noon())
    tokens = [link_in(text) for *_head, text in post]
    kept = list(Invitation.objects.values_list("token_hash", flat=True))
    assert sorted(kept) == sorted(map(hash_of, tokens))
    assert not any(token in str(list(Invitation.objects.values())) for token in tokens)


def test_everybody_who_was_not_written_to_has_a_reason(cast, ready, post, workspace_home):
    """R9: a reason for every survey that was not sent."""
    from bihuan.engine.facts import importing

    importing.import_rows(workspace_home, "customers", [{"id": "K4", "name": "无"}], source="crm", actor="test")
    services.list_customers(wave=ready.pk, customers=["K4", "K5"], actor=cast.manager)
    refuse_contact(customer="K1", channel="email", actor=SYSTEM)
    post.trouble["k2@example.com"] = NotSent("550 no such user", passing=False)
    send_waiting(now=noon())
    assert states() == {"K1": "not_sent", "K2": "failed", "K3": "sent", "K4": "not_sent", "K5": "not_sent"}
    assert reasons() == {"K1": "refused", "K2": "bounced", "K3": "", "K4": "address", "K5": "address"}
    told = funnel(ready.pk)
    assert (told.listed, told.sent, sum(told.not_sent.values())) == (5, 1, 4)
    assert told.listed == told.sent + sum(told.not_sent.values()) + told.waiting
    assert Notice.objects.filter(event="survey_sending").count() == 1


def test_outside_the_hours_of_contact_nothing_leaves(ready, post):
    night = noon(hours=14)        # 02:00 in Shanghai
    send_waiting(now=night)
    assert not post and set(states().values()) == {"waiting"}
    due = Invitation.objects.first().due_at
    assert timezone.localtime(due, SHANGHAI).hour == 9
    send_waiting(now=due)
    assert len(post) == 3


def test_a_passing_trouble_is_tried_again_and_then_given_up(ready, post):
    post.trouble["k1@example.com"] = NotSent("421 busy")
    at = noon()
    send_waiting(now=at)
    assert states()["K1"] == "waiting" and len(post) == 2
    for minutes in (1, 6, 21, 81, 90):
        send_waiting(now=at + timedelta(minutes=minutes))
    assert (states()["K1"], reasons()["K1"]) == ("failed", "failed") and len(post) == 2


def test_a_message_whose_sender_was_killed_is_not_sent_twice(ready, post, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*args, **more):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("bihuan.loop.collect.answering.services.sending.send_outside", die)
        with pytest.raises(Killed):
            send_waiting(now=noon())
    send_waiting(now=noon(minutes=20))
    assert sorted(states().values()) == ["failed"] * 3 and set(reasons().values()) == {"unclear"}
    send_waiting(now=noon(minutes=40))
    assert not post


def test_two_waves_do_not_ask_the_same_customer_within_the_quiet_period(cast, ready, post, make_wave):
    """R9: two asks within the quiet period are impossible: neither listed before the other sent nor after it."""
    other, third = make_wave("other"), make_wave("third", closes_in=timedelta(days=60))
    for each in (other, third):
        prepare(each, cast)
    services.list_customers(wave=other.pk, customers=["K1", "K2"], actor=cast.manager)
    services.start_dispatch(wave=other.pk, actor=cast.manager)
    for hours in (0, 1):
        send_waiting(now=noon(hours=hours))
    assert len(post) == 3 and Invitation.objects.filter(reason="quiet", state="not_sent").count() == 2
    listed = services.list_customers(wave=third.pk, customers=["K1", "K2"], actor=cast.manager, now=noon(hours=2))
    assert (listed.added, listed.barred) == (2, {"quiet": 2})
    assert set(Invitation.objects.filter(wave=third).values_list("state", "reason")) == {("not_sent", "quiet")}
    with pytest.raises(Refused, match="没有可以邀请"):
        services.start_dispatch(wave=third.pk, actor=cast.manager, now=noon(hours=2))
    assert services.start_dispatch(wave=third.pk, actor=cast.manager, now=noon(days=31)) == 2


def test_nothing_is_sent_before_the_start_or_while_paused(cast, wave, workspace_home, post):
    load_customers(workspace_home, 2)
    prepare(wave, cast)
    services.list_customers(wave=wave.pk, customers=["K1"], actor=cast.manager)
    send_waiting(now=noon())
    assert not post
    services.start_dispatch(wave=wave.pk, actor=cast.manager)
    services.pause_dispatch(wave=wave.pk, paused=True, actor=cast.manager)
    send_waiting(now=noon())
    assert not post
    services.pause_dispatch(wave=wave.pk, paused=False, actor=cast.manager)
    send_waiting(now=noon())
    assert len(post) == 1


def test_a_start_without_what_it_needs_is_refused(cast, wave, workspace_home, settings, post):
    with pytest.raises(Refused, match="渠道"):
        services.start_dispatch(wave=wave.pk, actor=cast.manager)
    prepare(wave, cast)
    with pytest.raises(Refused, match="名单"):
        services.start_dispatch(wave=wave.pk, actor=cast.manager)
    services.list_customers(wave=wave.pk, customers=["K1"], actor=cast.manager)
    settings.BIHUAN_ADDRESS = ""
    with pytest.raises(Refused, match="BIHUAN_ADDRESS"):
        services.start_dispatch(wave=wave.pk, actor=cast.manager)


@pytest.mark.parametrize("text, says", [("没有链接", "必须有"), ("{link} {name}", "不认识")])
def test_words_without_the_link_or_with_unknown_fields_are_refused(cast, wave, text, says):
    with pytest.raises(Refused, match=says):
        services.save_dispatch(wave=wave.pk, channel="email", way=None, texts={"zh-hans": {"body": text}},
                               most_reminders=1, remind_days=3, reward=False, actor=cast.manager)


def test_the_outsider_may_do_nothing(cast, ready):
    for act in (
        lambda: services.list_customers(wave=ready.pk, customers=["K9"], actor=cast.outsider),
        lambda: services.start_dispatch(wave=ready.pk, actor=cast.outsider),
        lambda: services.remind(wave=ready.pk, actor=cast.outsider),
        lambda: services.add_site(wave=ready.pk, kind="open", name="x", actor=cast.outsider),
        lambda: services.note_bounces(wave=ready.pk, customers=["K1"], actor=cast.outsider),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_short_messages_go_to_the_gateway_and_its_reports_come_back(client, cast, wave, workspace_home, monkeypatch):
    load_customers(workspace_home, 1)
    way, given = prepare(wave, cast, channel="sms", kind="webhook"), []
    monkeypatch.setattr(webhook, "_post", lambda config, content: given.append(content))
    services.list_customers(wave=wave.pk, customers=["K1"], actor=cast.manager)
    services.start_dispatch(wave=wave.pk, actor=cast.manager)
    send_waiting(now=noon())
    assert given[0]["to"] == {"via": "sms", "address": "13800000001"} and "/a/p" in given[0]["text"]
    assert funnel(wave.pk).delivered is None
    assert report(client, given[0]["reference"], "delivered", secret="wrong").status_code == 401
    assert report(client, given[0]["reference"], "delivered", age=4000).status_code == 401
    assert report(client, given[0]["reference"], "delivered").json() == {"taken": True}
    assert report(client, "nothing", "delivered").status_code == 404
    assert funnel(wave.pk).delivered == 1
    assert report(client, given[0]["reference"], "bounced").status_code == 200
    assert reasons() == {"K1": "bounced"} and way.pk


def report(client, reference, status, *, secret="gate-secret", age=0):
    body = json.dumps({"reference": reference, "status": status}).encode()
    stamp = str(int(timezone.now().timestamp()) - age)
    return client.post("/a/report/", body, content_type="application/json", headers={
        "X-Bihuan-Timestamp": stamp, "X-Bihuan-Signature": signature(secret, stamp, body)})


def test_the_funnel_ends_with_those_who_finished(ready, post, walk, client):
    send_waiting(now=noon())
    links = [link_in(text) for *_head, text in post]
    client.get(f"/a/{links[0]}/")
    walk(links[1], ALL[0])
    walk(links[2], *ALL)
    told = funnel(ready.pk)
    assert (told.listed, told.sent, told.opened, told.started, told.finished) == (3, 3, 3, 2, 1)


def test_invitations_reach_the_lake_with_what_became_of_them(ready, post, walk, workspace_home):
    send_waiting(now=noon())
    assert record_invitations() == 3 and record_invitations() == 0
    ago = timezone.now() - timedelta(hours=1)
    Invitation.objects.update(changed_at=ago, written_at=ago)       # they were sent at tomorrow's noon
    walk(link_in(post[0][2]), *ALL)
    services.flush()
    assert record_invitations() == 1
    with store.connect(workspace_home) as con:
        rows = con.execute("SELECT survey, status, answered_at IS NOT NULL FROM invitations ORDER BY 2").fetchall()
    assert rows == [("care.1", "answered", True), ("care.1", "sent", False), ("care.1", "sent", False)]


def test_the_deadline_closes_the_wave_once_and_tells_the_owner(cast, ready, post):
    type(ready).objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    waves.forget()
    assert close_due() == 1 and close_due() == 0
    ready.refresh_from_db()
    assert ready.state == "closed" and reasons()["K1"] == "closed"
    notice = Notice.objects.get(event="survey_closed")
    assert notice.receipts.get().user == cast.manager
    send_waiting(now=noon())
    assert not post
    assert Dispatch.objects.get().closing_told_at and not Response.objects.exists()
