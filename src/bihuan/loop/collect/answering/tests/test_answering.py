"""Answering: only a deliberate sending counts, once, and only while the wave is open."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.loop.collect.answering import pace, waves
from bihuan.loop.collect.answering.models import Draft, Invitation, QuotaCount, Response
from bihuan.loop.collect.answering.sealing import unseal
from bihuan.loop.collect.answering.services import flush
from bihuan.loop.collect.answering.tests.conftest import ALL, DOCUMENT, PHONE, answers_in, hidden


def kept():
    response = Response.objects.get()
    return unseal(response.sealed)


class TestOnlyADeliberateSendingCounts:
    """R8."""

    def test_opening_a_link_a_hundred_times_creates_nothing(self, client, wave, invite, site):
        for path in (f"/a/{invite(wave)}/", f"/a/{site(wave).token}/"):
            for how in [client.get, client.head, client.options] * 34:
                how(path)
        assert Response.objects.count() == Draft.objects.count() == 0

    def test_prefetching_does_not_even_open_it(self, client, wave, invite):
        token = invite(wave)
        client.head(f"/a/{token}/")
        for header in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ"):
            client.get(f"/a/{token}/", **{header: "prefetch"})
        assert Invitation.objects.get().opened_at is None
        client.get(f"/a/{token}/")
        assert Invitation.objects.get().opened_at is not None

    def test_a_post_without_the_page_s_own_field_creates_nothing(self, client, wave, site):
        answer = client.post(f"/a/{site(wave).token}/", {"overall": "5", "channel": "online", "_page": "last"})
        assert answer.status_code == 422 and Response.objects.count() == 0

    def test_a_field_of_another_link_is_refused(self, client, wave, site):
        one, other = site(wave), site(wave)
        told = hidden(client.get(f"/a/{one.token}/"))
        answer = client.post(f"/a/{other.token}/", {**told, **ALL[0]})
        assert answer.status_code == 422 and Response.objects.count() == 0

    def test_an_old_field_shows_the_page_again_with_what_was_typed(self, client, wave, site, monkeypatch):
        token = site(wave).token
        told = hidden(client.get(f"/a/{token}/"))
        monkeypatch.setattr("bihuan.loop.collect.answering.tokens.FORM_DAYS", -1)
        answer = client.post(f"/a/{token}/", {**told, "overall": "4", "channel": "online"})
        assert answer.status_code == 422 and "已过期" in answer.content.decode()


class TestAnswers:
    def test_pages_follow_the_answers_and_are_kept(self, walk, wave, site):
        page = walk(site(wave).token, *PHONE)
        assert page.status_code == 200 and "谢谢您的回答" in page.content.decode()
        assert kept() == {"overall": 5, "channel": "phone", "pickup": 3}
        response = Response.objects.get()
        assert (response.status, response.channel, response.state) == ("valid", "link", "waiting")
        assert response.seconds is not None and response.seconds < 60

    def test_a_page_that_is_not_shown_is_not_asked(self, walk, wave, site):
        page = walk(site(wave).token, ALL[0])
        assert "您选了 online" in page.content.decode() or "您选了 在线" in page.content.decode()

    def test_nothing_is_answered_beforehand(self, client, wave, site):
        text = client.get(f"/a/{site(wave).token}/").content.decode()
        assert " checked" not in text and " selected" not in text

    def test_a_low_score_needs_its_reason(self, walk, wave, site):
        token = site(wave).token
        page = walk(token, {"overall": "2", "channel": "online"})
        assert page.status_code == 422 and 'role="alert"' in page.content.decode()
        page = walk(token, {"overall": "2", "channel": "online", "overall-Comment": "太慢"}, {"open": ""})
        assert page.status_code == 200 and kept()["overall-Comment"] == "太慢"

    def test_a_required_question_is_named_and_focused(self, walk, wave, site):
        text = walk(site(wave).token, {"overall": "5"}).content.decode()
        assert 'href="#q-channel"' in text and 'id="q-channel"' in text and "autofocus" in text

    def test_a_sheet_without_any_answer_is_not_kept_and_can_be_filled_in(self, walk, make_wave, site):
        token = site(make_wave(document={"title": "回访", "pages": [{"name": "p", "elements": [
            {"type": "rating", "name": "csat", "title": "满意吗？", "rateMin": 1, "rateMax": 5}]}]})).token
        page = walk(token, {"csat": ""})
        assert page.status_code == 422 and "请至少回答一题" in page.content.decode() and not Response.objects.exists()
        assert walk(token, {"csat": "4"}).status_code == 200 and kept() == {"csat": 4}

    def test_a_value_that_nobody_was_offered_is_refused(self, walk, wave, site):
        assert walk(site(wave).token, {"overall": "9", "channel": "online"}).status_code == 422

    def test_back_and_forth_loses_nothing(self, walk, wave, site):
        walk(site(wave).token, PHONE[0], {"pickup": "2", "_go": "back"}, {"overall": "5", "channel": "phone"},
             {"pickup": "2"}, {"open": "好"})
        assert kept() == {"overall": 5, "channel": "phone", "pickup": 2, "open": "好"}

    def test_the_same_form_twice_counts_once(self, client, walk, wave, site):
        token = site(wave).token
        last = walk(token, ALL[0])
        told = {**hidden(last), **ALL[1]}
        others = [Client(), Client(), client]
        pages = [browser.post(f"/a/{token}/", told) for browser in others]
        assert Response.objects.count() == 1
        assert ["没有重复计算" in page.content.decode() for page in pages] == [False, True, True]

    def test_a_personal_link_counts_once_on_however_many_devices(self, walk, wave, invite):
        token = invite(wave)
        first, second = Client(), Client()
        half = first.get(f"/a/{token}/")
        walk(token, *ALL, using=second)
        page = first.post(f"/a/{token}/", {**hidden(half), **ALL[0]})
        assert "没有重复计算" in page.content.decode() and Response.objects.count() == 1
        assert "您已经答过了" in first.get(f"/a/{token}/").content.decode()

    def test_a_personal_link_goes_on_where_it_was_left_on_another_device(self, walk, wave, invite):
        token = invite(wave)
        walk(token, PHONE[0])
        text = Client().get(f"/a/{token}/").content.decode()
        assert 'name="pickup"' in text and 'name="overall"' not in text
        walk(token, PHONE[1], PHONE[2], using=Client())
        assert kept() == {"overall": 5, "channel": "phone", "pickup": 3}
        flush()
        assert not Draft.objects.exists()
        found = Invitation.objects.get()
        assert found.started_at and found.finished_at

    def test_one_device_answers_once(self, walk, wave, site):
        token = site(wave, "counter", place="一楼").token
        browser = Client()
        walk(token, *ALL, using=browser)
        assert "您已经答过了" in browser.get(f"/a/{token}/").content.decode()
        walk(token, *ALL, using=Client())
        assert Response.objects.filter(place="一楼", channel="qr").count() == 2

    def test_the_language_is_chosen_and_kept(self, client, walk, wave, site):
        token = site(wave).token
        page = client.get(f"/a/{token}/?lang=en")
        assert "Overall?" in page.content.decode()
        page = client.post(f"/a/{token}/", {**hidden(page), "overall": "4", "_speak": "zh-hant"})
        assert "服務滿意度調查" in page.content.decode() and 'lang="zh-hant"' in page.content.decode()
        assert client.cookies == {}

    def test_answers_reach_the_lake_once(self, walk, wave, invite, workspace_home):
        walk(invite(wave), *PHONE)
        response = Response.objects.get()
        assert flush() == {"responses": 1, "batches": 1}
        assert flush() == {"responses": 0, "batches": 0}
        found = answers_in(workspace_home)
        who = f"care.1:{response.pk}"
        assert found[who, "overall"][0] == 5 and found[who, "pickup"][0] == 3
        assert Response.objects.get().state == "stored" and Response.objects.get().batch


class TestTheWave:
    def test_a_late_answer_is_kept_apart(self, client, walk, make_wave, site, workspace_home):
        wave = make_wave(closes_in=timedelta(hours=1))
        token = site(wave).token
        last = walk(token, ALL[0])
        type(wave).objects.update(closes_at=timezone.now() - timedelta(seconds=1))
        waves.forget()
        page = client.post(f"/a/{token}/", {**hidden(last), **ALL[1]})
        assert "不计入结果" in page.content.decode()
        assert Response.objects.get().status == "late"
        flush()
        assert {row[2] for row in answers_in(workspace_home).values()} == {"late"}
        closed = client.get(f"/a/{token}/")
        assert closed.status_code == 410 and "已经结束" in closed.content.decode()

    def test_before_it_begins_there_is_nothing_to_answer(self, client, make_wave, site):
        wave = make_wave(state="planned")
        assert "还没有开始" in client.get(f"/a/{site(wave).token}/").content.decode()

    def test_the_link_for_trying_out_counts_as_a_test_even_before(self, walk, make_wave, site, workspace_home):
        wave = make_wave(state="planned")
        page = walk(site(wave, "test").token, *ALL)
        assert "试答" in page.content.decode() and Response.objects.get().status == "test"
        flush()
        assert {row[2] for row in answers_in(workspace_home).values()} == {"test"}

    def test_staff_who_answer_are_told_apart(self, client, cast, walk, wave, site, workspace_home):
        client.force_login(cast.agent)
        assert "单独存放" in walk(site(wave).token, *ALL).content.decode()
        assert Response.objects.get().status == "staff"
        flush()
        assert {row[2] for row in answers_in(workspace_home).values()} == {"staff"}

    def test_a_full_quota_turns_away_and_keeps_nothing(self, walk, make_wave, site):
        document = {**DOCUMENT, "quotas": [{"name": "online", "expression": "{channel} = 'online'", "limit": 2}]}
        token = site(make_wave(document=document)).token
        for _ in range(3):
            page = walk(token, *ALL[:1], using=Client())
            if "已经收满" not in page.content.decode():
                walk(token, *ALL, using=Client())
        assert Response.objects.count() == 2
        line = QuotaCount.objects.get()
        assert (line.count, line.turned_away) == (2, 1)
        assert "谢谢" in walk(token, *PHONE, using=Client()).content.decode()

    def test_the_last_place_of_a_quota_is_given_once(self, client, walk, make_wave, site):
        """Both were on the last page when one place was left."""
        document = {**DOCUMENT, "quotas": [{"name": "online", "expression": "{channel} = 'online'", "limit": 1}]}
        token = site(make_wave(document=document)).token
        pages = [(browser, walk(token, ALL[0], using=browser)) for browser in (Client(), Client())]
        told = [browser.post(f"/a/{token}/", {**hidden(page), **ALL[1]}).content.decode() for browser, page in pages]
        assert ["已经收满" in text for text in told] == [False, True] and Response.objects.count() == 1

    def test_who_takes_their_answer_back_gives_back_its_place(self, client, walk, make_wave, invite):
        document = {**DOCUMENT, "quotas": [{"name": "online", "expression": "{channel} = 'online'", "limit": 1}]}
        wave = make_wave(document=document)
        first, second = invite(wave, "K1"), invite(wave, "K2")
        thanks = walk(first, *ALL)
        field = re.search(r'name="_form" value="([^"]+)"', thanks.content.decode()).group(1)
        assert "已经收满" in walk(second, ALL[0]).content.decode()
        client.post(f"/a/{first}/withdraw/", {"_form": field})
        client.post(f"/a/{first}/withdraw/", {"_form": field})
        assert QuotaCount.objects.get().count == 0
        assert "谢谢" in walk(second, *ALL).content.decode() and QuotaCount.objects.get().count == 1

    def test_a_link_opened_without_end_is_put_off_and_a_code_on_a_wall_is_not(
            self, client, wave, invite, site, monkeypatch):
        for name, value in (("MOST_OF_ONE", 3), ("MOST_UNKNOWN", 3), ("WINDOW_S", 10**9)):
            monkeypatch.setattr(pace, name, value)
        for token, last in ((invite(wave), 429), (site(wave).token, 200), ("p" + "x" * 22, 429)):
            pages = [client.head(f"/a/{token}/") for _ in range(5)]
            assert 429 not in {page.status_code for page in pages[:3]} and pages[-1].status_code == last
            assert all(page["Retry-After"] for page in pages if page.status_code == 429)

    @pytest.mark.parametrize("token", ["p" + "x" * 22, "s12345678901", "o" + "y" * 22, "zzz", "p" * 41])
    def test_an_unknown_link_says_so(self, client, wave, token):
        page = client.get(f"/a/{token}/")
        assert page.status_code == 404 and "打不开问卷" in page.content.decode()

    def test_a_link_that_was_switched_off_says_so(self, client, wave, site):
        assert client.get(f"/a/{site(wave, is_active=False).token}/").status_code == 410

    def test_consent_is_asked_and_needed(self, walk, make_wave, site):
        token = site(make_wave(document={**DOCUMENT, "consent": "我同意为改进服务使用我的答案。"})).token
        page = walk(token, ALL[0])
        assert page.status_code == 422 and "请先阅读并同意" in page.content.decode()
        assert walk(token, {**ALL[0], "_consent": "1"}, ALL[1]).status_code == 200
        assert Response.objects.count() == 1
