"""Who may not be contacted, asked for many: the same as ``may_contact`` tells of each."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.core.privacy import services
from bihuan.core.privacy.models import Consent, ContactRefusal
from bihuan.core.privacy.queries.contact import contact_bars

NOON = datetime(2026, 9, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _register(cast):
    for customer, more in (("K1", {"channel": "sms"}), ("K2", {}), ("K3", {"until": NOON - timedelta(hours=1)})):
        services.refuse_contact(customer=customer, actor=cast.admin, **more)
    lifted = services.refuse_contact(customer="K4", actor=cast.admin)
    services.lift_refusal(refusal=lifted, actor=cast.admin)
    ContactRefusal.objects.update(since=NOON - timedelta(days=1))
    for customer, days, withdrawn in (("K5", 9, None), ("K5", 3, NOON), ("K6", 9, NOON), ("K6", 3, None)):
        Consent.objects.create(customer=customer, purpose="survey", wording="v1", evidence="t",
                               given_at=NOON - timedelta(days=days), withdrawn_at=withdrawn)


def test_the_answer_for_many_is_that_for_each(cast):
    found = contact_bars(NOON, purpose="survey")
    assert sorted(found) == [("K1", "sms", "refused"), ("K2", "", "refused"), ("K5", "", "withdrawn")]
    for customer in ("K1", "K2", "K3", "K4", "K5", "K6"):
        for channel in ("sms", "email"):
            one = services.may_contact(customer, channel, NOON, purpose="survey")
            many = [code for name, where, code in found if name == customer and where in ("", channel)]
            assert [one.code] == many if one else many == [], (customer, channel)


def test_only_those_asked_about_are_told_of(cast):
    assert contact_bars(NOON, purpose="survey", customers=["K2", "K9"]) == [("K2", "", "refused")]


def test_a_purpose_that_needs_everybodys_consent_is_asked_one_by_one(cast):
    with pytest.raises(ValueError, match="consent of each"):
        contact_bars(NOON, purpose="marketing")
