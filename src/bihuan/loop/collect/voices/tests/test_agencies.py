"""An agency's account: terms first, one wave, a day on which it ends, and nothing else to be seen (53)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.privacy.errors import Refused as PrivacyRefused
from bihuan.core.privacy.models import Agreement, ImpactAssessment
from bihuan.core.rights import NotAllowed
from bihuan.loop.collect.records.models import Upload
from bihuan.loop.collect.voices import services
from bihuan.loop.collect.voices.models import Access, Agency, Attachment, Delivery
from bihuan.loop.collect.voices.services import agencies as work
from bihuan.loop.collect.voices.services.files import file_of
from bihuan.loop.collect.voices.tests.conftest import make_wave, person, refused

CSV = "response_id,answered_at,overall,open\nR1,2026-11-01 10:00,4,还行\n".encode()


def at(name, *args):
    return reverse(f"voices:{name}", args=args)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def agreement(db, today):
    ImpactAssessment.objects.create(title="委托调研", trigger="entrust", covers="中立调研", risk="low",
                                    valid_until=today + timedelta(days=90), approved_at=timezone.now())
    return Agreement.objects.create(party="中立调研", purpose="满意度调查", holds="客户编号", protection="加密",
                                    starts_on=today - timedelta(days=10), expires_on=today + timedelta(days=60))


@pytest.fixture
def agency(cast, agreement):
    return services.save_agency(agency=Agency(), name="中立调研", unit_code="north", agreement=agreement,
                                terms="不得外传。", actor=cast.manager)


@pytest.fixture
def outside(cast):
    return person("outside", "research_house")


@pytest.fixture
def access(agency, outside, wave, cast, today):
    return services.give_access(agency=agency, user=outside, wave=wave.pk, expires_on=today + timedelta(days=30),
                                actor=cast.manager)


@pytest.fixture
def accepted(access, outside):
    return services.accept_terms(access=access, name="李工", actor=outside)


def pages(resolver, prefix=""):
    """Every address of the product that needs no number: (name, view)."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from pages(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name and not pattern.pattern.converters:
            yield f"{prefix}{pattern.name}", pattern.callback


def delivered(access, outside):
    return services.deliver(access=access, files=[services.Sent("第一批.csv", [CSV])], note="", actor=outside)


class TestAccess:
    def test_no_account_is_opened_once_the_impact_assessment_has_run_out(self, agency, outside, wave, today, cast):
        ImpactAssessment.objects.update(valid_until=today - timedelta(days=1))
        with pytest.raises(PrivacyRefused) as told:
            services.give_access(agency=agency, user=outside, wave=wave.pk, expires_on=today, actor=cast.manager)
        assert told.value.code == "assessment_needed" and "影响评估" in str(told.value)

    def test_it_lasts_no_longer_than_the_agreement(self, agency, outside, wave, cast, today):
        for day, code in ((61, "agreement_short"), (-1, "expiry_past")):
            with refused(code):
                services.give_access(agency=agency, user=outside, wave=wave.pk, actor=cast.manager,
                                     expires_on=today + timedelta(days=day))

    def test_an_account_that_may_more_is_no_limited_one(self, agency, wave, cast, today):
        for user in (cast.manager, cast.nobody, cast.agent):
            with refused("account_too_wide"):
                services.give_access(agency=agency, user=user, wave=wave.pk, expires_on=today, actor=cast.manager)

    def test_nothing_opens_before_the_terms_are_accepted_and_changed_ones_anew(self, client, access, outside, agency,
                                                                                cast):
        client.force_login(outside)
        assert client.get(at("agency_deliver", access.pk))["Location"] == at("agency_terms", access.pk)
        assert client.get(at("agency_template", access.pk))["Location"] == at("agency_terms", access.pk)
        with refused("terms_first"):
            delivered(access, outside)
        assert "不得外传" in client.get(at("agency_terms", access.pk)).content.decode()
        assert client.post(at("agency_terms", access.pk), {"name": "李工"}).status_code == 422
        client.post(at("agency_terms", access.pk), {"name": "李工", "accept": "on"})
        access.refresh_from_db()
        assert access.accepted_name == "李工" and len(access.accepted_hash) == 64
        assert AuditEntry.objects.filter(action="collect.agency_terms_accepted").count() == 1
        assert client.get(at("agency_deliver", access.pk)).status_code == 200
        services.save_agency(agency=agency, terms="更严的条款。", actor=cast.manager)
        assert client.get(at("agency_deliver", access.pk)).status_code == 302

    @pytest.mark.parametrize("end", ["day", "closed", "agreement"])
    def test_when_it_is_over_the_page_is_gone(self, client, accepted, outside, cast, end, today):
        client.force_login(outside)
        if end == "day":
            Access.objects.update(expires_on=today - timedelta(days=1))
        elif end == "closed":
            services.end_access(access=accepted, actor=cast.manager)
        else:
            Agreement.objects.update(expires_on=today - timedelta(days=1))
        assert client.get(at("agency_deliver", accepted.pk)).status_code == 404
        assert "没有可以交付的调查" in client.get(at("agency_home")).content.decode()
        with pytest.raises(NotAllowed):
            delivered(accepted, outside)


class TestWhatItSees:
    def test_its_own_wave_and_no_page_of_ours(self, client, accepted, outside, wave, cast):
        client.force_login(outside)
        seen = [(name, client.get(reverse(name), follow=True).status_code) for name, view in pages(get_resolver())
                if getattr(view, "needs", ())]
        assert len(seen) > 60
        assert [(name, status) for name, status in seen if status not in (404, 405)] == [("voices:agency_home", 200)]
        for name in ("answering:wave", "answering:responses", "answering:elsewhere", "samples:sample",
                     "voices:call_list"):
            assert client.get(reverse(name, args=[wave.pk])).status_code == 404, name
        assert client.get(reverse("home"))["Location"] == at("agency_home")

    def test_no_other_account_s_wave(self, client, accepted, cast):
        other = person("other", "research_house")
        client.force_login(other)
        for name in ("agency_terms", "agency_deliver", "agency_template"):
            assert client.get(at(name, accepted.pk)).status_code == 404
        with pytest.raises(NotAllowed):
            delivered(accepted, other)

    def test_the_columns_are_those_of_its_questionnaire(self, client, accepted, outside):
        client.force_login(outside)
        assert client.get(at("agency_template", accepted.pk)).content.decode("utf-8-sig").strip() == (
            "response_id,answered_at,overall,open")

    def test_outsiders_find_nothing(self, client, agency, accepted, outside, cast):
        pk = delivered(accepted, outside).pk
        south = person("south_manager", "manager", "south")
        for user in (cast.outsider, cast.agent, cast.nobody, outside, south):
            client.force_login(user)
            for page in ("agency", "agency_edit"):
                assert client.get(at(page, agency.pk)).status_code == 404, user
            for act, args in (("agency_access", ()), ("agency_return", ()), ("agency_access_end", (accepted.pk,)),
                              ("delivery_take", (pk,)), ("delivery_refuse", (pk,))):
                assert client.post(at(act, agency.pk, *args)).status_code == 404, (user, act)
        client.force_login(cast.outsider)
        for page in ("agency_list", "agency_new", "agency_home"):
            assert client.get(at(page)).status_code == 404


class TestDeliveries:
    def test_from_the_file_to_the_import_of_its_wave(self, client, accepted, outside, agency, cast):
        client.force_login(outside)
        there = at("agency_deliver", accepted.pk)
        wrong = client.post(there, {"files": SimpleUploadedFile("a.csv", b"\x00\x01\x02")})
        assert wrong.status_code == 422 and "不是可以接收的文件" in wrong.content.decode()
        assert client.post(there, {}).status_code == 422
        other = client.post(there, {"files": SimpleUploadedFile("b.csv", "甲,乙\n1,2\n".encode())})
        assert other.status_code == 422 and "甲、乙" in other.content.decode() and not Delivery.objects.exists()
        assert "1 – 5" in client.get(there).content.decode()
        client.post(there, {"files": SimpleUploadedFile("第一批.csv", CSV), "note": "一份"})
        assert "待验收" in client.get(there).content.decode()
        client.force_login(cast.manager)
        assert "第一批.csv" in client.get(at("agency", agency.pk)).content.decode()
        one = Delivery.objects.get()
        gone = client.post(at("delivery_take", agency.pk, one.pk))
        one.refresh_from_db()
        assert one.state == "taken" and gone["Location"].endswith(f"{one.upload}/") is True
        assert Upload.objects.get().pk == one.upload and "overall" in client.get(gone["Location"]).content.decode()
        # What was taken and proves wrong goes back, as long as nothing of it is in the records.
        Upload.objects.update(batch="b1")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(work, "batch_in_force", lambda pk: "b1")
            imported = client.post(at("delivery_refuse", agency.pk, one.pk), {"reason": "列不对"})
        assert imported.status_code == 422 and "请先" in imported.content.decode()
        assert client.post(at("delivery_refuse", agency.pk, one.pk), {"reason": "列不对"}).status_code == 302
        one.refresh_from_db()
        assert (one.state, Upload.objects.get().state) == ("refused", "discarded")
        assert client.post(at("delivery_refuse", agency.pk, one.pk), {"reason": "晚了"}).status_code == 422

    def test_what_is_sent_back_says_why(self, client, accepted, outside, agency, cast):
        one = delivered(accepted, outside)
        client.force_login(cast.manager)
        assert client.post(at("delivery_refuse", agency.pk, one.pk), {"reason": ""}).status_code == 422
        client.post(at("delivery_refuse", agency.pk, one.pk), {"reason": "缺作答时间"})
        client.force_login(outside)
        assert "缺作答时间" in client.get(at("agency_deliver", accepted.pk)).content.decode()


def test_the_end_is_recorded_and_leaves_no_file(client, accepted, outside, agency, cast, today):
    one = delivered(accepted, outside)
    where = file_of(Attachment.objects.get())
    client.force_login(cast.manager)
    typed = {"how": "deleted", "returned_on": today.isoformat(), "note": "确认书 2026-018"}
    waiting = client.post(at("agency_return", agency.pk), typed)
    assert waiting.status_code == 422 and "待验收" in waiting.content.decode()
    services.refuse_delivery(delivery=one, reason="作废", actor=cast.manager)
    assert where.exists()
    assert client.post(at("agency_return", agency.pk), typed).status_code == 302
    agency.refresh_from_db()
    assert (agency.returned_how, agency.returned_on) == ("deleted", today) and not where.exists()
    assert "确认书 2026-018" in client.get(at("agency", agency.pk)).content.decode()
    client.force_login(outside)
    assert client.get(at("agency_deliver", accepted.pk)).status_code == 404
    with refused("agency_ended"):
        services.save_agency(agency=agency, terms="x", actor=cast.manager)


def test_the_keeper_registers_an_agency_and_opens_an_account(client, cast, agreement, outside, wave, today):
    client.force_login(cast.manager)
    made = client.post(at("agency_new"), {"name": "中立调研", "unit_code": "north", "agreement": agreement.pk,
                                          "terms": "不得外传。"})
    agency = Agency.objects.get()
    assert made["Location"] == at("agency", agency.pk)
    assert "中立调研" in client.get(at("agency_list")).content.decode()
    make_wave(cast, "another")
    given = {"user": outside.pk, "wave": wave.pk, "expires_on": (today + timedelta(days=5)).isoformat()}
    assert client.post(at("agency_access", agency.pk), {**given, "user": cast.leader.pk}).status_code == 422
    assert client.post(at("agency_access", agency.pk), given).status_code == 302
    again = client.post(at("agency_access", agency.pk), given)
    assert again.status_code == 422 and Access.objects.count() == 1
    client.post(at("agency_access_end", agency.pk, Access.objects.get().pk))
    assert Access.objects.get().ended_at
