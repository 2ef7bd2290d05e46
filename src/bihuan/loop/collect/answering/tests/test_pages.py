"""Pages of the room: open to those who may, unknown to the outsider, light for customers, and their SQL counted."""

import gzip
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.loop.collect.answering import services
from bihuan.loop.collect.answering.models import Decision, Dispatch, Invitation, Response, Reward, Rule
from bihuan.loop.collect.answering.services.listing import invitation_for
from bihuan.loop.collect.answering.tests.conftest import ALL, hidden
from bihuan.loop.collect.answering.urls import urlpatterns
from bihuan.loop.collect.answering.waves import wave_of

EXPECTED = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
BASE = "/collect/answering/{wave}/"
SENDERS, VIEWERS = ("manager",), ("manager", "director")
PAGES = {
    "/collect/answering/": VIEWERS,
    BASE: SENDERS,
    BASE + "send/": SENDERS,
    BASE + "dispatch/": SENDERS,
    BASE + "people/": SENDERS,
    BASE + "links/": SENDERS,
    BASE + "links/{site}/code.svg": SENDERS,
    BASE + "links/{site}/code.png": SENDERS,
    BASE + "links/{site}/sheet.pdf": SENDERS,
    BASE + "triggers/": SENDERS,
    BASE + "triggers/new/": SENDERS,
    BASE + "triggers/{rule}/": SENDERS,
    BASE + "triggers/{rule}/cases/": SENDERS,
    BASE + "responses/": VIEWERS,
    BASE + "responses/{response}/": VIEWERS,
    BASE + "rewards/": SENDERS,
    BASE + "elsewhere/": SENDERS,
    BASE + "elsewhere/push/": SENDERS,
}
ACTS = (
    "dispatch/start/", "dispatch/pause/", "dispatch/remind/", "dispatch/trial/", "dispatch/group/", "links/test/",
    "links/{site}/switch/", "triggers/{rule}/switch/", "responses/retry/", "rewards/{reward}/give/")
PUBLIC, OF_A_FILE = 4, 4       # those of a file collected elsewhere are tried in test_elsewhere
EVERYBODY = ("manager", "director", "leader", "agent", "vendor", "outsider", "nobody")
# 15 KB over the wire, with styles and script inside: HOUSE, "Public answer page budget".
BUDGET = 15_000


@pytest.fixture
def address(cast, wave, walk, site, invite):
    place = site(wave, "place", place="一楼")
    walk(place.token, *ALL)
    rule = services.save_rule(wave=wave.pk, rule=None, name="电话", share=1.0, actor=cast.manager)
    reward = Reward.objects.create(wave=wave, code_hash="x", customer="K1")
    response = Response.objects.get()
    Dispatch.objects.get_or_create(wave_id=wave.pk)
    invite(wave, "K0")
    Decision.objects.create(rule=rule, case="d:0", closed_at=wave.opens_at, asked=False, reason="throttled")
    return lambda path: path.format(wave=wave.pk, site=place.pk, rule=rule.pk, response=response.pk, reward=reward.pk)


def test_pages_open_for_those_who_may(client, cast, address):
    for name in EVERYBODY:
        client.force_login(getattr(cast, name))
        for path in PAGES:
            assert client.get(address(path)).status_code == (200 if name in PAGES[path] else 404), (name, path)


def test_strangers_are_sent_to_the_log_in(client, address):
    for path in (*PAGES, *(BASE + act for act in ACTS)):
        answer = client.post(address(path)) if path.removeprefix(BASE) in ACTS else client.get(address(path))
        assert answer.status_code == 302 and answer["Location"].startswith("/account/login/?next="), path


def test_acts_are_refused_to_the_outsider_and_need_a_post(client, cast, address):
    client.force_login(cast.outsider)
    for act in ACTS:
        assert client.post(address(BASE + act)).status_code == 404, act
    client.force_login(cast.manager)
    for act in ACTS:
        assert client.get(address(BASE + act)).status_code == 302, act


def test_every_address_stands_in_one_of_the_tables():
    assert len(urlpatterns) == len(PAGES) + len(ACTS) + PUBLIC + OF_A_FILE


def test_a_list_takes_as_many_statements_as_agreed_however_long_it_is(client, cast, address, wave):
    client.force_login(cast.manager)
    for path in EXPECTED:
        client.get(address(path))
        assert count(client, address(path)) == EXPECTED[path], path
    fill(wave, cast)
    assert {path: count(client, address(path)) for path in EXPECTED} == EXPECTED


def count(client, path):
    with CaptureQueriesContext(connection) as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def fill(wave, cast):
    info, rule, one = wave_of(wave.pk), Rule.objects.get(), Response.objects.get()
    for number in range(6):
        invitation = invitation_for(info, f"C{number}", channel="email", state="failed", reason="bounced")
        invitation.save()
        Decision.objects.create(rule=rule, case=f"d:1{number}", closed_at=wave.opens_at, asked=True,
                                invitation=invitation)
        Reward.objects.create(wave=wave, code_hash=str(number), customer=f"C{number}")
        services.add_site(wave=wave.pk, kind="place", name=f"p{number}", actor=cast.manager)
        Response.objects.create(wave=wave, version_id=one.version_id, channel="qr", site=one.site, sealed=one.sealed)
    assert Invitation.objects.count() == 7


def test_the_public_page_keeps_to_its_budget_with_everything_inside(client, make_wave, site):
    wave = make_wave(document=heavy())
    answer = client.get(f"/a/{site(wave).token}/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    assert len(answer.content) + head <= BUDGET
    # An empty icon, so that the browser does not ask for one.
    text = gzip.decompress(answer.content).decode().replace('<link rel="icon" href="data:,">', "")
    assert "<link" not in text and " src=" not in text and "@import" not in text and "url(" not in text
    nonce = text.split('<style nonce="')[1].split('"')[0]
    policy = answer["Content-Security-Policy"]
    assert f"'nonce-{nonce}'" in policy and "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
    assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"


def heavy():
    """A page of ten questions of every kind with long texts in three languages."""
    long = "您对我们这一次服务的整体感受如何，包括响应速度、态度与解决的结果？"
    choices = [{"value": str(n), "text": f"第 {n} 个选项，写得比较长一些以便测量"} for n in range(8)]
    items = [{"type": "rating", "name": f"r{n}", "title": f"{n}. {long}", "rateMin": 0, "rateMax": 10,
              "minRateDescription": "非常不可能", "maxRateDescription": "非常可能", "reasonBelow": 6} for n in range(5)]
    items += [{"type": kind, "name": f"c{n}", "title": f"{n}. {long}", "choices": choices}
              for n, kind in enumerate(("radiogroup", "checkbox", "dropdown", "ranking"))]
    items.append({"type": "matrix", "name": "m", "title": long, "columns": [str(n) for n in range(1, 6)],
                  "rows": [f"方面 {n}" for n in range(6)]})
    return {"title": "服务满意度调查", "description": long * 3, "pages": [{"name": "one", "elements": items}]}


def test_only_the_named_websites_may_embed_it(client, cast, wave):
    site = services.add_site(wave=wave.pk, kind="embed", name="官网", origins=["https://www.example.com/"],
                             actor=cast.manager)
    answer = client.get(f"/a/{site.token}/")
    assert "frame-ancestors https://www.example.com;" in answer["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in answer
    for bad in ("javascript:alert(1)", "https://a.example.com; script-src *", "example.com", "https://x.example/path"):
        with pytest.raises(services.Refused):
            services.add_site(wave=wave.pk, kind="embed", name="x", origins=[bad], actor=cast.manager)


def test_a_kiosk_starts_anew_and_is_left_with_its_digits(client, cast, walk, wave):
    with pytest.raises(services.Refused, match="退出密码"):
        services.add_site(wave=wave.pk, kind="kiosk", name="大厅", pin="12", actor=cast.manager)
    site = services.add_site(wave=wave.pk, kind="kiosk", name="大厅", pin="24681357", actor=cast.manager)
    for _ in range(2):
        page = walk(site.token, *ALL)
        assert f'content="10;url=/a/{site.token}/"' in page.content.decode() and 'data-keep=""' in page.content.decode()
    assert Response.objects.filter(channel="kiosk").count() == 2 and client.cookies == {}
    assert client.post(f"/a/{site.token}/leave/", {"pin": "1111"}).status_code == 422
    assert "已退出" in client.post(f"/a/{site.token}/leave/", {"pin": "24681357"}).content.decode()
    assert "24681357" not in str(list(type(site).objects.values()))


def test_digits_cannot_be_tried_out_quickly(client, cast, wave):
    site = services.add_site(wave=wave.pk, kind="kiosk", name="大厅", pin="24681357", actor=cast.manager)
    told = [client.post(f"/a/{site.token}/leave/", {"pin": "0000"}).content.decode() for _ in range(30)]
    assert "尝试太多" in told[-1]


def test_raw_answers_are_shown_only_with_right_and_reason(client, cast, walk, wave, site):
    walk(site(wave).token, ALL[0], {"open": "请联系我 13812345678"})
    path = f"/collect/answering/{wave.pk}/responses/{Response.objects.get().pk}/"
    client.force_login(cast.manager)
    assert "13812345678" not in client.get(path).content.decode()
    assert client.post(path, {"reason": "核对投诉内容"}).status_code == 404
    role = cast.manager.assignments.get().role
    role.permissions = [*role.permissions, "core.reveal_personal"]
    role.save()
    assert client.post(path, {"reason": ""}).status_code == 422
    assert "13812345678" in client.post(path, {"reason": "核对投诉内容"}).content.decode()


def test_a_confidential_wave_shows_no_customer_in_its_lists(client, cast, walk, wave, invite):
    walk(invite(wave, "K-SECRET"), *ALL)
    client.force_login(cast.director)
    assert "K-SECRET" not in client.get(f"/collect/answering/{wave.pk}/responses/").content.decode()
    one = Response.objects.get()
    assert "K-SECRET" not in client.get(f"/collect/answering/{wave.pk}/responses/{one.pk}/").content.decode()


def test_the_code_leads_to_the_link(cast, wave, site):
    import segno

    from bihuan.loop.collect.answering.codes import sheet, svg

    address = f"https://ask.example.com/a/{site(wave).token}/"
    assert segno.make(address, error="m", micro=False).version <= 4, "a small code is read from further away"
    printed = sheet(title="调查", name="前台", place="一楼", address=address, anonymous=True, language="zh-hans")
    assert svg(address).startswith(b"<svg") and printed.startswith(b"%PDF")


def test_the_switch_of_a_test_link_leads_to_the_questionnaire(client, cast, address, wave):
    client.force_login(cast.manager)
    answer = client.post(address(BASE + "links/test/"), follow=True)
    assert "试答" in answer.content.decode() and hidden(answer)["_form"]
