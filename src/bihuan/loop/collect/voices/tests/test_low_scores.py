"""A low score is followed up: told to whoever may, taken by one, closed with a result; never of the anonymous."""

import shutil
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.errors import NotSent
from bihuan.core.notifications.models import Channel, Notice, Receipt
from bihuan.core.privacy.models import Reveal
from bihuan.core.privacy.services import preferences, save_preferences
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.loop.collect.answering.models import Dispatch, Invitation
from bihuan.loop.collect.surveys.models import Survey
from bihuan.loop.collect.voices import services
from bihuan.loop.collect.voices.models import Feedback, FollowUp, LowScoreRule
from bihuan.loop.collect.voices.queries.feedback import texts_of
from bihuan.loop.collect.voices.queries.followups import on_time
from bihuan.loop.collect.voices.services import followups
from bihuan.loop.collect.voices.tests.conftest import DOCUMENT, make_wave, person, refused

YES = "可以联系我"
ASKED = {"type": "radiogroup", "name": "talk", "title": "可以就此联系您吗？",
         "choices": [{"value": "y", "text": YES}, {"value": "n", "text": "不用了"}]}
DAY = timedelta(days=1)
WHY = {"type": "checkbox", "name": "why", "title": "不满意在哪里？", "showOtherItem": True,
       "choices": [{"value": "slow", "text": "等待时间太长"}, {"value": "rude", "text": "态度不够好"}]}
OWN = "楼下门口没有人指路"
WORDS = "退款没到账，我的手机是13800138003"


def at(name, *args):
    return reverse(f"voices:{name}", args=args)


@pytest.fixture(autouse=True)
def at_any_hour(cast):
    """The tests run at night too, when no customer may be called."""
    save_preferences(chosen=replace(preferences(), contact_from=time(0), contact_until=time.max), actor=cast.admin)


@pytest.fixture
def place(built, tmp_path, settings):
    shutil.copytree(built.path, tmp_path / "home")
    settings.BIHUAN_HOME = tmp_path / "home"
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def survey(cast, place):
    wave = make_wave(cast)
    wave.version.document = {**DOCUMENT, "pages": [{"name": "one", "elements": [
        *DOCUMENT["pages"][0]["elements"], WHY, ASKED]}]}
    wave.version.save()
    return wave.survey


def arrive(place, *rows):
    """Responses (customer's number, score, may be contacted, status) in the records."""
    now = timezone.now()
    importing.import_rows(place, "answers", [
        {"id": f"care.1:r{number}#{name}", "case": f"t:{number}", "customer": f"K{number}", "survey": "care.1",
         "source": "t", "question": name, "metric": "csat" if name == "overall" else "other", "value": value,
         "text": text, "at": now, "channel": "phone", "status": status}
        for number, score, consent, status in rows
        for name, value, text in (("overall", float(score), WORDS), ("why.slow", 1.0, "等待时间太长"),
                                  ("why.other", 1.0, OWN), ("talk", None, consent))],
        source="care.1", actor="test")


def test_who_may_be_spoken_to_becomes_a_matter_once_and_is_answered(client, cast, place, survey, caller, agent_caller):
    client.force_login(cast.manager)
    rule = at("low_score_rule", survey.pk)
    typed = {"item": "overall", "at_most": "2", "due_hours": "8", "is_active": "on"}
    assert client.post(rule, typed).status_code == 422                      # confidential: nobody without consent
    assert client.post(rule, {**typed, "consent": "talk=y"}).status_code == 302
    LowScoreRule.objects.update(person=agent_caller)
    arrive(place, (1, 1, YES, "valid"), (2, 1, YES, "valid"), (3, 2, YES, "late"), (4, 1, "不用了", "valid"),
           (5, 3, YES, "valid"), (6, 1, YES, "test"))
    Survey.objects.update(mode="anonymous")
    assert services.gather_low_scores() == 0
    Survey.objects.update(mode="confidential")
    assert services.gather_low_scores() == 3 and services.gather_low_scores() == 0
    assert services.gather_comments(since=timezone.now() - DAY) == 4
    assert set(texts_of(Feedback.objects.all()).values()) == {f"{WORDS}\n{OWN}"}
    found = FollowUp.objects.get(customer="K3")
    assert set(FollowUp.objects.values_list("customer", "unit_code")) == {
        ("K1", "n1"), ("K2", "n1"), ("K3", "n1")}
    assert found.owner == agent_caller and _told(found) == {"agentcaller"}
    services.give_back_follow_up(follow_up=found, actor=agent_caller)
    notice = Notice.objects.filter(object_id=str(found.pk)).latest("pk")
    assert "退款" not in notice.title + notice.text
    assert "caller" in _told(found) and not {"outsider", "nobody", "director"} & _told(found), "the nearest first"

    # K1 was served by the agent who is a caller too, K2 for a while; people of another centre see nothing at all.
    for user, number, status in ((agent_caller, "K1", 404), (agent_caller, "K2", 404), (cast.outsider, "K3", 404),
                                 (cast.nobody, "K3", 404)):
        client.force_login(user)
        assert client.get(at("follow_up", FollowUp.objects.get(customer=number).pk)).status_code == status

    client.force_login(caller)
    assert client.get(at("follow_ups")).content.decode().count("LS-") == 3
    with refused("take_first"):
        services.note_call(follow_up=found, reached=True, actor=caller)
    client.post(at("follow_up_take", found.pk))
    page = client.get(at("follow_up", found.pk)).content.decode()
    assert "退款没到账" in page and OWN in page, "what somebody wrote under another reason is no option"
    assert not [word for word in ("13800138003", "b2", YES, "等待时间太长") if word in page]
    with refused("follow_taken"):
        services.take_follow_up(follow_up=found, actor=cast.manager)
    _speak(client, found)
    client.post(at("follow_up_close", found.pk), {"result": "solved", "note": "退款 K3 已到账，电话 13800138003"})
    found.refresh_from_db()
    assert (found.state, found.result) == ("done", "solved") and "13800138003" not in found.note
    due = on_time(caller, found.due_at + timedelta(days=89))
    assert (due.done, due.over) == (1, 3) and on_time(caller).over == on_time(caller, found.due_at + 90 * DAY).over == 0
    with refused("follow_closed"):
        services.close_follow_up(follow_up=found, result="solved", note="再次", actor=caller)
    _taken_over(client, cast, place, caller, agent_caller)
    _late_and_withdrawn(place, found)


def _told(found):
    return set(Receipt.objects.filter(notice__object_id=str(found.pk)).values_list("user__username", flat=True))


def _taken_over(client, cast, place, caller, agent_caller):
    """Who served the customer, if only for a while, is given nothing; who is late lets others take it."""
    found = FollowUp.objects.get(customer="K2")
    assert found.owner is None and "caller" in _told(found) and "agentcaller" not in _told(found)
    FollowUp.objects.filter(pk=found.pk).update(owner=agent_caller, state="taken")
    services.take_follow_up(follow_up=found, actor=caller)
    assert AuditEntry.objects.get(action="collect.low_score_taken_over").data["former"] == agent_caller.pk
    with refused("follow_taken"):
        services.take_follow_up(follow_up=found, actor=cast.manager)
    FollowUp.objects.filter(pk=found.pk).update(due_at=timezone.now() - timedelta(hours=1))
    client.force_login(cast.manager)
    assert "您可以接手" in client.get(at("follow_up", found.pk)).content.decode()
    client.post(at("follow_up_take", found.pk))
    Receipt.objects.all().delete()
    client.post(at("follow_up_back", found.pk))
    assert "caller" in _told(found) and not {"manager", "agentcaller"} & _told(found)
    # Of no unit: only who reaches everything could open it.
    Receipt.objects.all().delete()
    FollowUp.objects.filter(pk=found.pk).update(unit_code="")
    reader = person("everywhere", "survey_officer")
    services.watch_follow_ups()
    assert reader.username in _told(found) and not {"manager", "caller"} & _told(found)


def _late_and_withdrawn(place, closed):
    """What is past its time is told once; what its customer takes back, or is kept long enough, is emptied."""
    later, waiting = timezone.now() + timedelta(days=9), FollowUp.objects.get(customer="K1")
    assert "director" not in _told(waiting)
    assert services.watch_follow_ups(now=later) == 1 and services.watch_follow_ups(now=later) == 0
    assert "director" in _told(waiting)
    arrive(place, (1, 1, YES, "withdrawn"), (3, 2, YES, "withdrawn"))
    assert services.gather_low_scores() == 0
    assert list(FollowUp.objects.exclude(customer="K2").order_by("state").values_list(
        "state", "result", "customer", "case", "score", "note")) == [
            ("done", "solved", "", "", None, ""), ("withdrawn", "", "", "", None, "")]
    assert closed.steps.exists() and not closed.steps.exclude(note="").exists()
    assert services.sweep_follow_ups() == 0 and services.sweep_follow_ups(now=timezone.now() + 800 * DAY) == 1
    assert services.erase_customer("K2")["follow_ups"] == 0 and not FollowUp.objects.exclude(customer="").exists()


def _speak(client, found):
    """The number is shown with a reason, a call noted, a message sent where there is a way."""
    shown = client.post(at("follow_up_reveal", found.pk), {"reason": "低分跟进回电"}).content.decode()
    assert "13800138003" in shown and Reveal.objects.count() == 1
    client.post(at("follow_up_call", found.pk), {"reached": "no", "note": ""})
    assert client.post(at("follow_up_write", found.pk), {"text": "已为您加急"}).status_code == 422
    sms = Channel.objects.create(kind="webhook", name="短信", sealed="x")
    Dispatch.objects.create(wave=found.wave, channel="sms", way=sms)
    Invitation.objects.create(wave=found.wave, customer="K3", channel="sms", language="en")
    sent = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(followups, "send_outside", lambda **told: sent.append(told))
        assert [client.post(at("follow_up_write", found.pk), {"text": "已为您加急"}).status_code
                for _click in range(2)] == [302, 422]
        patch.setattr(followups, "send_outside", _not_taken)
        assert client.post(at("follow_up_write", found.pk), {"text": "请放心"}).status_code == 422
    assert [one["address"] for one in sent] == ["13800138003"] and "No more of these: " in sent[0]["text"]
    assert "/stop/" in sent[0]["text"] and sent[0]["title"] == "About your rating: 回访调查"
    assert list(found.steps.values_list("kind", flat=True)) == ["missed", "written", "unsent"]


def _not_taken(**_told):
    raise NotSent("busy", passing=True)


def test_a_rule_promises_no_more_than_the_survey(client, cast, place, survey):
    told = {"at_most": 2, "due_hours": 8, "actor": cast.manager}
    with refused("item_unknown"):
        services.save_low_score_rule(survey=survey, item="open", **told)
    with refused("consent_item"):
        services.save_low_score_rule(survey=survey, item="overall", **told)
    told |= {"survey": survey, "item": "overall", "consent_item": "talk", "consent_value": "y"}
    since = services.save_low_score_rule(**told).since
    assert services.save_low_score_rule(**told).since == since < services.save_low_score_rule(
        **{**told, "at_most": 3}).since
    LowScoreRule.objects.update(item="gone", consent_item="lost")
    client.force_login(cast.manager)
    page = client.get(at("low_score_rules")).content.decode()
    assert "问卷里没有这道评分题" in page and "gone" not in page
    page = client.get(at("low_score_rule", survey.pk)).content.decode()
    assert '<option value="">请选择' in page and '<option value="lost=y" selected>' in page
    told = {"at_most": 2, "due_hours": 8, "actor": cast.manager}
    Survey.objects.update(mode="anonymous")
    survey.refresh_from_db()
    with refused("anonymous_follow"):
        services.save_low_score_rule(survey=survey, item="overall", **told)
    client.force_login(person("officer", "survey_officer"))
    assert "匿名调查没有跟进" in client.get(at("low_score_rule", survey.pk)).content.decode()
    assert "没有跟进" in client.get(at("low_score_rules")).content.decode()
    client.force_login(cast.outsider)
    assert client.get(at("low_score_rule", survey.pk)).status_code == 404
