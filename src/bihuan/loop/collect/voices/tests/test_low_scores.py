"""A low score is followed up: told to whoever may, taken by one, closed with a result; never of the anonymous."""

import shutil
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.notifications.models import Channel, Notice, Receipt
from bihuan.core.privacy.models import Reveal
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.loop.collect.answering.models import Dispatch
from bihuan.loop.collect.surveys.models import Survey
from bihuan.loop.collect.voices import services
from bihuan.loop.collect.voices.models import FollowUp
from bihuan.loop.collect.voices.queries.followups import on_time
from bihuan.loop.collect.voices.services import followups
from bihuan.loop.collect.voices.tests.conftest import DOCUMENT, make_wave, person, refused

YES = "可以联系我"
ASKED = {"type": "radiogroup", "name": "talk", "title": "可以就此联系您吗？",
         "choices": [{"value": "y", "text": YES}, {"value": "n", "text": "不用了"}]}
WORDS = "退款没到账，我的手机是13800138003"


def at(name, *args):
    return reverse(f"voices:{name}", args=args)


@pytest.fixture
def place(built, tmp_path, settings):
    shutil.copytree(built.path, tmp_path / "home")
    settings.BIHUAN_HOME = tmp_path / "home"
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def survey(cast, place):
    wave = make_wave(cast)
    wave.version.document = {**DOCUMENT, "pages": [{"name": "one", "elements": [
        *DOCUMENT["pages"][0]["elements"], ASKED]}]}
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
        for name, value, text in (("overall", float(score), WORDS), ("talk", None, consent))],
        source="care.1", actor="test")


def test_who_may_be_spoken_to_becomes_a_matter_once_and_is_answered(client, cast, place, survey, caller, agent_caller):
    client.force_login(cast.manager)
    rule = at("low_score_rule", survey.pk)
    typed = {"item": "overall", "at_most": "2", "due_hours": "8", "is_active": "on"}
    assert client.post(rule, typed).status_code == 422                      # confidential: nobody without consent
    assert client.post(rule, {**typed, "consent": "talk=y"}).status_code == 302
    arrive(place, (1, 1, YES, "valid"), (3, 2, YES, "late"), (4, 1, "不用了", "valid"), (5, 3, YES, "valid"),
           (6, 1, YES, "test"))
    Survey.objects.update(mode="anonymous")
    assert services.gather_low_scores() == 0
    Survey.objects.update(mode="confidential")
    assert services.gather_low_scores() == 2 and services.gather_low_scores() == 0
    found = FollowUp.objects.get(customer="K3")
    assert set(FollowUp.objects.values_list("customer", "unit_code")) == {("K1", "n1"), ("K3", "n1")}
    notice = Notice.objects.get(object_id=str(found.pk))
    told = set(Receipt.objects.filter(notice=notice).values_list("user__username", flat=True))
    assert "退款" not in notice.title + notice.text and "caller" in told and not {"outsider", "nobody"} & told

    # K1 was served by the agent who is a caller too; people of another centre see nothing at all.
    for user, number, status in ((agent_caller, "K1", 404), (cast.outsider, "K3", 404), (cast.nobody, "K3", 404)):
        client.force_login(user)
        assert client.get(at("follow_up", FollowUp.objects.get(customer=number).pk)).status_code == status

    client.force_login(caller)
    assert client.get(at("follow_ups")).content.decode().count("LS-") == 2
    with refused("take_first"):
        services.note_call(follow_up=found, reached=True, actor=caller)
    client.post(at("follow_up_take", found.pk))
    page = client.get(at("follow_up", found.pk)).content.decode()
    assert "退款没到账" in page and not [word for word in ("13800138003", "b2", YES) if word in page]
    with refused("follow_taken"):
        services.take_follow_up(follow_up=found, actor=cast.manager)
    _speak(client, found)
    client.post(at("follow_up_close", found.pk), {"result": "solved", "note": "退款 K3 已到账，电话 13800138003"})
    found.refresh_from_db()
    assert (found.state, found.result) == ("done", "solved") and "13800138003" not in found.note
    assert (on_time(caller).done, on_time(caller).over) == (1, 1)
    with refused("follow_closed"):
        services.close_follow_up(follow_up=found, result="solved", note="再次", actor=caller)
    _late_and_withdrawn(place)
    assert services.erase_customer("K3")["follow_ups"] == 1 and not FollowUp.objects.filter(customer="K3").exists()
    assert not found.steps.exclude(note="").exists()


def _late_and_withdrawn(place):
    """What is past its time is told once; what its customer takes back is let go."""
    later = timezone.now() + timedelta(days=9)
    assert services.watch_follow_ups(now=later) == 1 and services.watch_follow_ups(now=later) == 0
    arrive(place, (1, 1, YES, "withdrawn"))
    assert services.gather_low_scores() == 0
    assert list(FollowUp.objects.filter(state="withdrawn").values_list("customer", "score")) == [("K1", None)]


def _speak(client, found):
    """The number is shown with a reason, a call noted, a message sent where there is a way."""
    shown = client.post(at("follow_up_reveal", found.pk), {"reason": "低分跟进回电"}).content.decode()
    assert "13800138003" in shown and Reveal.objects.count() == 1
    client.post(at("follow_up_call", found.pk), {"reached": "no", "note": ""})
    assert client.post(at("follow_up_write", found.pk), {"text": "已为您加急"}).status_code == 422
    sms = Channel.objects.create(kind="webhook", name="短信", sealed="x")
    Dispatch.objects.create(wave=found.wave, channel="sms", way=sms)
    sent = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(followups, "send_outside", lambda **told: sent.append(told))
        assert client.post(at("follow_up_write", found.pk), {"text": "已为您加急"}).status_code == 302
    assert sent[0]["address"] == "13800138003" and "/stop/" in sent[0]["text"]
    assert list(found.steps.values_list("kind", flat=True)) == ["missed", "written"]


def test_a_rule_promises_no_more_than_the_survey(client, cast, place, survey):
    told = {"at_most": 2, "due_hours": 8, "actor": cast.manager}
    with refused("item_unknown"):
        services.save_low_score_rule(survey=survey, item="open", **told)
    with refused("consent_item"):
        services.save_low_score_rule(survey=survey, item="overall", **told)
    Survey.objects.update(mode="anonymous")
    survey.refresh_from_db()
    with refused("anonymous_follow"):
        services.save_low_score_rule(survey=survey, item="overall", **told)
    client.force_login(person("officer", "survey_officer"))
    assert "匿名调查没有跟进" in client.get(at("low_score_rule", survey.pk)).content.decode()
    assert "没有跟进" in client.get(at("low_score_rules")).content.decode()
    client.force_login(cast.outsider)
    assert client.get(at("low_score_rule", survey.pk)).status_code == 404
