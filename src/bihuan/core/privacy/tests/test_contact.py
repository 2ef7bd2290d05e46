"""勿扰, 拒访, consent, hours: one question that every call and message asks."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.privacy import services
from bihuan.core.privacy.contracts import Preferences
from bihuan.core.privacy.errors import Refused
from bihuan.core.privacy.models import Consent, ContactRefusal
from bihuan.core.rights import NotAllowed
from bihuan.engine.facts.privacy.blocking import publish_blocked

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 9, 1, 12, tzinfo=SHANGHAI)


def refusal(cast, **more):
    found = services.refuse_contact(customer="K1", actor=cast.admin, **more)
    ContactRefusal.objects.filter(pk=found.pk).update(since=NOON - timedelta(days=1))
    found.refresh_from_db()
    return found


@pytest.mark.parametrize("at, allowed", [
    (time(8, 59, 59), False), (time(9), True), (time(19, 59, 59), True), (time(20), False), (time(3), False)])
def test_customers_are_contacted_between_nine_and_eight(cast, at, allowed):
    """9:00-20:00, the default of issue and SPEC; the first moment counts, the last does not."""
    answer = services.may_contact("K1", "phone", datetime.combine(NOON.date(), at, tzinfo=SHANGHAI))
    assert (answer is None) == allowed
    if not allowed:
        assert answer.code == "hours" and answer.retry_at.astimezone(SHANGHAI).time() == time(9)
        assert answer.retry_at > datetime.combine(NOON.date(), at, tzinfo=SHANGHAI)


def test_the_workspace_sets_its_own_hours(cast):
    services.save_preferences(chosen=Preferences(contact_from=time(10), contact_until=time(11)), actor=cast.admin)
    assert services.may_contact("K1", "phone", NOON).code == "hours"
    assert services.may_contact("K1", "phone", NOON.replace(hour=10)) is None


def test_one_who_refused_a_channel_is_reached_by_others(cast):
    refusal(cast, channel="phone")
    assert services.may_contact("K1", "phone", NOON).code == "refused"
    assert services.may_contact("K1", "email", NOON) is None and services.may_contact("K2", "phone", NOON) is None


def test_one_who_refused_everything_is_left_in_peace_until_they_say_otherwise(cast):
    found = refusal(cast, source="visit")
    assert {services.may_contact("K1", channel, NOON).code for channel in ("phone", "visit", "sms")} == {"refused"}
    services.lift_refusal(refusal=found, actor=cast.admin)
    assert services.may_contact("K1", "phone", NOON) is None
    with pytest.raises(Refused):
        services.lift_refusal(refusal=found, actor=cast.admin)


def test_a_refusal_ends_with_its_term(cast):
    refusal(cast, until=NOON + timedelta(hours=1))
    assert services.may_contact("K1", "phone", NOON).retry_at == NOON + timedelta(hours=1)
    assert services.may_contact("K1", "phone", NOON + timedelta(hours=2)) is None


def test_marketing_needs_a_consent_in_force_and_a_withdrawn_one_counts(cast):
    """art. 14-16 PIPL and art. 24 消保法实施条例."""
    assert services.may_contact("K1", "sms", NOON, purpose="marketing").code == "no_consent"
    consent = services.give_consent(customer="K1", purpose="marketing", channel="app", wording="v1", evidence="签署页",
                                    actor=cast.admin)
    assert services.may_contact("K1", "sms", NOON, purpose="marketing") is None
    services.withdraw_consent(consent=consent, way="来电", actor=cast.admin)
    assert services.may_contact("K1", "sms", NOON, purpose="marketing").code == "no_consent"
    with pytest.raises(Refused):
        services.withdraw_consent(consent=consent, way="again", actor=cast.admin)


def test_a_withdrawn_consent_to_surveys_ends_surveys(cast):
    assert services.may_contact("K1", "sms", NOON, purpose="survey") is None
    Consent.objects.create(customer="K1", purpose="survey", wording="v1", evidence="x", withdrawn_at=timezone.now())
    assert services.may_contact("K1", "sms", NOON, purpose="survey").code == "withdrawn"


def test_a_blocked_customer_is_not_contacted(cast, workspace_home):
    publish_blocked(workspace_home, ["K1"])
    assert services.may_contact("K1", "phone", NOON).code == "blocked"


def test_an_unknown_channel_is_a_mistake_of_the_caller(cast):
    with pytest.raises(ValueError, match="pigeon"):
        services.may_contact("K1", "pigeon", NOON)


class TestStopLink:
    def test_one_click_ends_it_without_a_log_in(self, client, cast):
        path = services.stop_path("K1", "sms")
        page = client.get(path)
        assert page.status_code == 200 and "短信" in page.content.decode()
        assert not ContactRefusal.objects.exists(), "looking is not clicking: mail programs open every link"
        assert "已为您登记" in client.post(path).content.decode()
        client.post(path)
        found = ContactRefusal.objects.get()
        assert (found.customer, found.channel, found.source) == ("K1", "sms", "link")
        assert services.may_contact("K1", "sms", timezone.now()).code == "refused"

    def test_a_forged_link_stops_nobody(self, client, cast):
        assert client.get("/stop/abc:def/").status_code == 410
        assert client.post("/stop/abc:def/").status_code == 410
        assert not ContactRefusal.objects.exists()

    def test_the_page_tells_nothing_about_the_customer(self, client, cast):
        assert "K1-secret" not in client.get(services.stop_path("K1-secret", "sms")).content.decode()


def test_only_those_who_keep_the_registers_may_write(cast):
    with pytest.raises(NotAllowed):
        services.refuse_contact(customer="K1", actor=cast.leader)
    assert not AuditEntry.objects.filter(action="privacy.contact_refused").exists()
