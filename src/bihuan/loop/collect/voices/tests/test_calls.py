"""Interviews by telephone: nobody calls customers of their own cases, nobody is called against the rules (52, R10)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.privacy.errors import Refused as NotAgreed
from bihuan.core.privacy.models import ContactRefusal, DataSet, Reveal
from bihuan.core.privacy.services import refuse_contact
from bihuan.core.rights import NotAllowed
from bihuan.loop.collect.answering.models import Invitation, Response
from bihuan.loop.collect.samples.models import Ask, Draw, Member, Task
from bihuan.loop.collect.voices import services
from bihuan.loop.collect.voices.models import CallAttempt, CallTarget
from bihuan.loop.collect.voices.queries.calls import next_due, targets_for
from bihuan.loop.collect.voices.tests.conftest import SYSTEM, make_wave, person, refused

# Tomorrow, after everything the database dates by itself.
NOON = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
NIGHT = NOON.replace(hour=22)


def at(name, *args):
    return reverse(f"voices:{name}", args=args)


@pytest.fixture
def midday(monkeypatch):
    """It is noon: calls are allowed."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def listed(midday, sample, wave, cast):
    wave.opens_at, wave.closes_at = NOON - timedelta(days=1), NOON + timedelta(days=9)
    wave.save()
    return services.build_list(wave=wave.pk, source="sample", actor=cast.manager)


def target(customer):
    return CallTarget.objects.get(customer=customer)


def customers(user, wave):
    return sorted(targets_for(user, wave.pk).values_list("customer", flat=True))


class TestTheList:
    def test_who_has_no_number_or_refuses_stays_off_with_the_reason(self, cast, wave, sample, midday):
        wave.closes_at = NOON + timedelta(days=9)
        wave.save()
        refuse_contact(customer="K3", channel="phone", actor=SYSTEM)
        built = services.build_list(wave=wave.pk, source="sample", actor=cast.manager)
        assert (built.added, built.left_out) == (4, {"refused": 1, "no_address": 1})
        assert Member.objects.get(customer="K3").held == "refused"
        again = services.build_list(wave=wave.pk, source="sample", actor=cast.manager)
        assert (again.added, again.present) == (0, 4)

    def test_who_was_invited_and_did_not_answer_keeps_the_case_asked_about(self, cast, wave, midday):
        wave.closes_at = NOON + timedelta(days=9)
        wave.save()
        Invitation.objects.create(wave=wave, customer="K4", case="t:4", agent="b2", channel="email", state="sent",
                                  sent_at=NOON)
        Invitation.objects.create(wave=wave, customer="K3", channel="email", state="sent", sent_at=NOON,
                                  finished_at=NOON)
        services.build_list(wave=wave.pk, source="no_answer", actor=cast.manager)
        one = CallTarget.objects.get()
        assert (one.customer, one.case, one.agent) == ("K4", "t:4", "b2")

    def test_nobody_is_called_with_data_kept_for_something_else(self, cast, wave, sample, midday):
        DataSet.objects.create(code="c", name="客户", holds="电话", keeper="王", purposes=["service"],
                               bodies=["customers"])
        with pytest.raises(NotAgreed, match="满意度调查"):
            services.build_list(wave=wave.pk, source="sample", actor=cast.manager)

    def test_key_accounts_are_called_first(self, listed, caller, wave):
        CallTarget.objects.filter(customer="K5").update(source="chase")
        assert next_due(caller, wave.pk, NOON).customer == "K5"

    def test_nobody_is_called_for_an_anonymous_wave(self, cast):
        hidden = make_wave(cast, "anon", mode="anonymous")
        with refused("anonymous_wave"):
            services.build_list(wave=hidden.pk, source="sample", actor=cast.manager)


class TestNobodyCallsTheirOwnCustomers:
    """R10: in the query, on the page and in the service."""

    def test_the_list_is_without_them(self, listed, caller, agent_caller, wave):
        assert customers(caller, wave) == ["K1", "K2", "K3", "K4", "K5"]
        assert customers(agent_caller, wave) == ["K3", "K4", "K5"]

    def test_their_page_is_not_there(self, listed, agent_caller, client):
        client.force_login(agent_caller)
        assert client.get(at("call", target("K2").pk)).status_code == 404
        assert client.get(at("call", target("K3").pk)).status_code == 200
        for act in ("call_begin", "call_end", "call_answers", "call_reveal", "call_questions"):
            assert client.post(at(act, target("K1").pk)).status_code == 404

    def test_the_service_refuses_too(self, listed, agent_caller):
        with pytest.raises(NotAllowed):
            services.begin_call(target=target("K1"), actor=agent_caller)


class TestACall:
    def test_a_call_is_an_ask_and_cannot_be_begun_twice(self, listed, caller, cast, agent_caller):
        call = services.begin_call(target=target("K3"), actor=caller)
        assert Ask.objects.get().customer == "K3" and target("K3").attempts == 1
        assert services.begin_call(target=target("K3"), actor=caller) == call
        with refused("call_taken"):
            services.begin_call(target=target("K3"), actor=agent_caller)

    def test_hours_of_contact_are_kept(self, listed, caller):
        with refused("may_not_call"):
            services.begin_call(target=target("K3"), actor=caller, now=NIGHT)
        assert target("K3").is_open and not CallAttempt.objects.exists()

    def test_a_refusal_made_since_ends_it(self, listed, caller):
        refuse_contact(customer="K3", actor=SYSTEM)
        with refused("may_not_call"):
            services.begin_call(target=target("K3"), actor=caller)
        assert target("K3").state == "barred"

    def test_who_was_asked_by_another_survey_of_late_is_left_in_peace(self, listed, caller, cast):
        Ask.objects.create(customer="K3", wave=make_wave(cast, "other"), channel="email", at=NOON - timedelta(days=3))
        with refused("may_not_call"):
            services.begin_call(target=target("K3"), actor=caller)

    def test_nobody_is_called_who_has_answered_meanwhile(self, listed, caller, wave):
        Response.objects.create(wave=wave, version=wave.version, customer="K3", channel="email")
        with refused("answered_meanwhile"):
            services.begin_call(target=target("K3"), actor=caller)
        assert target("K3").state == "answered"

    def test_after_enough_attempts_it_is_over(self, listed, caller, wave, cast):
        services.save_script(wave=wave.pk, opening="您好", consent="同意吗", closing="再见", most_attempts=2,
                             retry_hours=3, actor=cast.manager)
        call = services.begin_call(target=target("K3"), actor=caller)
        services.end_call(call=call, outcome="no_answer", actor=caller)
        assert target("K3").next_at == NOON + timedelta(hours=3)
        with refused("call_later"):
            services.begin_call(target=target("K3"), actor=caller, now=NOON + timedelta(hours=1))
        call = services.begin_call(target=target("K3"), actor=caller, now=NOON + timedelta(hours=4))
        services.end_call(call=call, outcome="no_answer", actor=caller, now=NOON + timedelta(hours=4))
        assert target("K3").state == "unreached"

    def test_an_appointment_lies_ahead_and_within_the_hours(self, listed, caller):
        call = services.begin_call(target=target("K3"), actor=caller)
        for wrong in (None, NOON - timedelta(hours=1), NIGHT):
            with refused("callback_needed"):
                services.end_call(call=call, outcome="call_back", callback_at=wrong, actor=caller)
        services.end_call(call=call, outcome="call_back", callback_at=NOON + timedelta(days=1), actor=caller,
                          note="客户电话 13800138003")
        assert target("K3").state == "again" and "13800138003" not in CallAttempt.objects.get().note

    def test_who_wants_no_calls_is_registered(self, listed, caller):
        call = services.begin_call(target=target("K3"), actor=caller)
        services.end_call(call=call, outcome="refused", no_more=True, actor=caller)
        assert target("K3").state == "refused"
        assert ContactRefusal.objects.get().customer == "K3" and ContactRefusal.objects.get().channel == "phone"

    def test_answers_carry_who_entered_them_and_need_consent(self, listed, caller):
        task = Task.objects.create(draw=Draw.objects.get(), customer="K3", kind="chase", owner=caller, due=NOON.date())
        call = services.begin_call(target=target("K3"), actor=caller)
        with refused("consent_needed"):
            services.keep_answers(call=call, answers={"overall": "4"}, consented=False, actor=caller)
        services.keep_answers(call=call, answers={"overall": "4"}, consented=True, actor=caller)
        response = Response.objects.get()
        assert (response.customer, response.entered_by, response.channel) == ("K3", f"user:{caller.pk}", "phone")
        assert target("K3").state == "done" and target("K3").response_id == response.pk
        assert CallAttempt.objects.get().consented_at == NOON
        task.refresh_from_db()
        assert (task.state, task.done_at, task.note) == ("reached", NOON, "电话访问已完成")


class TestThePages:
    def test_from_the_list_to_the_answers(self, client, listed, caller, wave):
        client.force_login(caller)
        assert "回访调查" in client.get(at("call_waves")).content.decode()
        there = client.post(at("call_next", wave.pk))["Location"]
        pk = CallTarget.objects.order_by("next_at", "pk").first().pk
        assert there == at("call", pk)
        before = client.get(there).content.decode()
        assert "138****8001" in before and "13800138001" not in before and 'name="overall"' not in before
        client.post(at("call_begin", pk))
        screen = client.get(there).content.decode()
        assert f"访问员，{caller.said_on_the_telephone}。" in screen and 'name="overall"' in screen
        assert "您同意接受访问吗" in screen
        assert " checked" not in screen
        no_reason = client.post(at("call_reveal", pk), {"reason": "x"})
        assert no_reason.status_code == 422 and "13800138001" not in no_reason.content.decode()
        shown = client.post(at("call_reveal", pk), {"reason": "按名单电话访问"})
        assert "13800138001" in shown.content.decode() and shown["Cache-Control"] == "no-store"
        assert Reveal.objects.get().person == caller
        assert AuditEntry.objects.filter(action="privacy.personal_revealed").count() == 1
        asked = client.post(at("call_questions", pk), {"overall": "3"}).content.decode()
        assert 'name="open"' in asked and "<html" not in asked
        missing = client.post(at("call_answers", pk), {"overall": "2", "consented": "yes"})
        assert missing.status_code == 422 and "请说明原因" in missing.content.decode()
        done = client.post(at("call_answers", pk), {"overall": "5", "consented": "yes"})
        assert done["Location"] == at("call_list", wave.pk)
        page = client.get(at("call_list", wave.pk)).content.decode()
        # Wilson for 1 of 1: 20.7 % to 100 %.
        assert "100.0%" in page and "20.7%" in page

    def test_a_refusal_is_entered_on_the_screen(self, client, listed, caller, wave):
        client.force_login(caller)
        pk = target("K4").pk
        client.post(at("call_begin", pk))
        again = client.post(at("call_end", pk), {"outcome": "call_back"})
        assert again.status_code == 422 and "约定再拨的时间" in again.content.decode()
        assert client.post(at("call_end", pk), {"outcome": "refused", "no_more": "on"}).status_code == 302
        assert "客户拒绝" in client.get(at("call_list", wave.pk), {"state": "refused"}).content.decode()

    def test_the_keeper_fills_the_list_and_writes_the_script(self, client, cast, wave, sample):
        client.force_login(cast.manager)
        told = client.post(at("call_build", wave.pk), {"source": "sample"}, follow=True).content.decode()
        assert "新列入 5 位" in told and "没有可用的联系方式 1" in told
        typed = {"opening": "喂", "consent": "好吗", "closing": "谢谢", "most_attempts": 3, "retry_hours": 2}
        assert client.post(at("call_script", wave.pk), {**typed, "most_attempts": 99}).status_code == 422
        assert client.post(at("call_script", wave.pk), typed).status_code == 302
        assert "喂" in client.get(at("call_script", wave.pk)).content.decode()

    def test_outsiders_find_nothing(self, client, listed, cast, wave):
        pk = target("K4").pk
        pages, acts = ("call_list", "call_script"), ("call_build", "call_next")
        for user in (cast.outsider, cast.leader, cast.agent, cast.nobody, person("south_caller", "manager", "south")):
            client.force_login(user)
            assert client.get(at("call", pk)).status_code == 404
            for name in ("call_begin", "call_reveal", "call_questions", "call_end", "call_answers"):
                assert client.post(at(name, pk)).status_code == 404, name
            for name in pages:
                assert client.get(at(name, wave.pk)).status_code == 404, name
            for name in acts:
                assert client.post(at(name, wave.pk)).status_code == 404, name
        for user in (cast.outsider, cast.nobody):
            client.force_login(user)
            assert client.get(at("call_waves")).status_code == 404
