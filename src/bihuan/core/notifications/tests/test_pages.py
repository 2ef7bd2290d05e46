"""The pages of notifications: each person's own, and the company's channels for who keeps them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from django.utils.translation import gettext

from bihuan.core.languages import beside
from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Channel, Choice, Delivery, Notice, Preference, Receipt
from bihuan.core.notifications.services import deliver, notify
from bihuan.core.notifications.services.deliver import tell_of_failure
from bihuan.core.tokens.services import create_token

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)      # noon in Shanghai


def told(person, count=1):
    for number in range(count):
        notify("case_due", title=f"工单 {number}", to=[person], key=f"k{number}")


def test_the_inbox_is_ones_own(client, cast):
    told(cast.leader)
    client.force_login(cast.outsider)
    assert "工单 0" not in client.get("/notifications/").content.decode()
    receipt = Receipt.objects.get()
    assert client.post(f"/notifications/{receipt.pk}/open/").status_code == 404
    client.force_login(cast.leader)
    assert "工单 0" in client.get("/notifications/").content.decode()


def test_each_reads_a_notice_in_their_own_language(client, cast, mail, post):
    """Inbox, API and mail; what was told before the languages were kept stays as it was written."""
    for person, language in ((cast.leader, ""), (cast.agent, "en"), (cast.manager, "zh-hant")):
        person.language, person.email = language, f"{person.username}@example.com"
        person.save(update_fields=["language", "email"])
    people = [cast.leader, cast.agent, cast.manager]
    tell_of_failure(mail, lambda: gettext("渠道已停用"), NOW)
    notify("import_finished", title=lambda: beside(gettext("导入完成"), "A&B"), to=people, key="one", at=NOW,
           text=lambda: gettext("共读取 %(read)s 行，没有未导入的行。") % {"read": "1,200"})
    old = notify("case_due", title="写好的话", to=people, key="old", at=NOW)
    assert (old.titles, old.texts) == ({}, {})
    expected = {"leader": ("导入完成（A&B）", "共读取 1,200 行，没有未导入的行。"),
                "agent": ("Import finished (A&B)", "1,200 rows were read, none left out."),
                "manager": ("導入完成（A&B）", "共讀取 1,200 行，沒有未導入的行。")}
    for person in people:
        client.force_login(person)
        found = {one["event"]: one for one in client.get("/api/v1/notices").json()["notices"]}
        assert (found["import_finished"]["title"], found["import_finished"]["text"]) == expected[person.username]
        assert found["case_due"]["title"] == "写好的话"
        assert escape(expected[person.username][0]) in client.get("/notifications/").content.decode()
    Choice.objects.create(user=cast.agent, event="import_finished", by_mail=True)
    notify("import_finished", title=lambda: gettext("导入完成"), to=[cast.agent], key="two", at=NOW)
    deliver(now=NOW)
    sent = Delivery.objects.filter(address="agent@example.com")
    assert {one.title for one in sent} == {"Import finished", "写好的话"}
    failed = Notice.objects.get(event="channel_failed")
    assert (failed.titles["en"], failed.texts["en"]) == (
        'Sending over "公司邮件" fails', "The channel is switched off")


def test_accounts_that_share_a_mailbox_get_each_their_own_notices_in_their_own_language(cast, mail, post):
    for person, language in ((cast.leader, ""), (cast.agent, "en")):
        person.language, person.email = language, "desk@example.com"
        person.save(update_fields=["language", "email"])
        Choice.objects.create(user=person, event="import_finished", by_mail=True)
        notify("import_finished", title=lambda: gettext("导入完成"), to=[person], key=person.username, at=NOW)
    notify("import_finished", title=lambda: gettext("渠道已停用"), to=[cast.agent, cast.leader], key="both", at=NOW)
    deliver(now=NOW)
    assert sorted(Delivery.objects.filter(address="desk@example.com").values_list("title", flat=True)) == [
        "Import finished", "The channel is switched off", "导入完成"], "one that is for both comes once"


def test_opening_marks_as_read_and_leads_on(client, cast):
    from bihuan.core.notifications.contracts import About

    notify("case_due", title="x", to=[cast.leader], about=About("case", "1", "/evaluate/board/"))
    client.force_login(cast.leader)
    answer = client.post(f"/notifications/{Receipt.objects.get().pk}/open/")
    assert answer["Location"] == "/evaluate/board/"
    assert Receipt.objects.get().read_at is not None


def test_the_bell_counts_what_is_unread(client, cast):
    told(cast.leader, 3)
    client.force_login(cast.leader)
    assert "3 条未读" in client.get("/notifications/bell/").content.decode()
    client.post("/notifications/read-all/")
    assert "未读" not in client.get("/notifications/bell/").content.decode()


def test_choices_are_kept(client, cast):
    client.force_login(cast.leader)
    answer = client.post("/account/notifications/", {
        "case_due-mail": "on", "hours_from": "08:00", "hours_until": "18:00", "digest_at": "08:30", "weekdays": ["0"],
        **timings("daily")})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    choice = Choice.objects.get(user=cast.leader, event="case_due")
    assert (choice.by_mail, choice.in_inbox, choice.timing) == (True, False, "daily")
    assert Preference.objects.get(user=cast.leader).weekdays == [0]


def timings(timing):
    from bihuan.core.notifications.contracts import NOTICES

    return {f"{event}-timing": timing for event in NOTICES}


def test_the_companys_channels_need_the_right(client, cast, robot):
    pk = robot("wecom").pk
    client.force_login(cast.manager)
    for address in ("/settings/notifications/", f"/settings/notifications/{pk}/", "/settings/notifications/log/",
                    "/settings/notifications/new/wecom/"):
        assert client.get(address).status_code == 404, address
    for address in (f"/settings/notifications/{pk}/test/", f"/settings/notifications/{pk}/switch/"):
        assert client.post(address).status_code == 404, address
    assert Channel.objects.get().is_active


def test_an_own_robot_is_nobody_elses(client, cast, robots):
    from bihuan.core.notifications.channels.robots import STARTS

    client.force_login(cast.agent)
    answer = client.post("/account/notifications/robots/new/feishu/", {
        "name": "我的群", "url": STARTS["feishu"] + "abc", "hours_from": "09:00", "hours_until": "20:00"})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    pk = Channel.objects.get().pk
    assert client.post(f"/settings/notifications/{pk}/test/").status_code == 302
    assert Delivery.objects.get().state == "sent"
    for other in (cast.outsider, cast.admin):
        client.force_login(other)
        assert client.get(f"/account/notifications/robots/{pk}/").status_code == 404
        assert client.post(f"/settings/notifications/{pk}/test/").status_code == 404
    assert client.get("/account/notifications/robots/new/webhook/").status_code == 404


def test_a_channel_is_set_up_tried_and_switched_off(client, cast, robots):
    client.force_login(cast.admin)
    answer = client.post("/settings/notifications/new/webhook/", {
        "name": "工单系统", "url": robots.url + "/in", "secret": "abc", "hours_from": "09:00", "hours_until": "20:00",
        "events": ["case_due"]})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    channel = Channel.objects.get()
    client.post(f"/settings/notifications/{channel.pk}/test/")
    assert len(robots.received) == 1
    client.post(f"/settings/notifications/{channel.pk}/switch/")
    assert not Channel.objects.get().is_active
    entry = AuditEntry.objects.filter(action="core.channel_saved").get()
    assert robots.url not in str(entry.data)


def test_a_webhook_into_the_own_network_is_refused_on_the_form(client, cast, settings):
    settings.BIHUAN_WEBHOOK_PRIVATE = False
    client.force_login(cast.admin)
    answer = client.post("/settings/notifications/new/webhook/", {
        "name": "内网", "url": "https://127.0.0.1/", "hours_from": "09:00", "hours_until": "20:00"})
    assert answer.status_code == 422 and "内网" in answer.content.decode()


@pytest.mark.parametrize("address", COUNTS)
def test_a_list_page_asks_no_more_than_it_did(client, cast, mail, address):
    told(cast.admin, 8)
    Delivery.objects.bulk_create(Delivery(channel=mail, title=str(n)) for n in range(8))
    client.force_login(cast.admin)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= COUNTS[address], [query["sql"][:120] for query in asked]


def test_the_api_tells_ones_own_notices_and_no_token_does(client, cast):
    told(cast.leader, 2)
    client.force_login(cast.leader)
    answer = client.get("/api/v1/notices?unread=true").json()
    assert (answer["total"], {one["title"] for one in answer["notices"]}) == (2, {"工单 0", "工单 1"})
    client.force_login(cast.outsider)
    assert client.get("/api/v1/notices").json()["total"] == 0
    client.logout()
    _token, key = create_token(name="x", scopes=["read_indicators"], days=30, actor=cast.leader)
    assert client.get("/api/v1/notices", headers={"Authorization": f"Bearer {key}"}).status_code == 401
