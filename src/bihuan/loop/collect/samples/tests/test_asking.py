"""Nobody is asked twice within the quiet period, more often than allowed in a year, or against their wish."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bihuan.core.models import AuditEntry
from bihuan.core.privacy.services import refuse_contact
from bihuan.core.rights import NotAllowed, SystemActor
from bihuan.engine.facts.privacy.blocking import publish_blocked
from bihuan.loop.collect.samples.errors import Refused
from bihuan.loop.collect.samples.models import Ask
from bihuan.loop.collect.samples.queries.asking import frequency
from bihuan.loop.collect.samples.services import erase_customer, may_ask, note_asks, save_ask_rule
from bihuan.loop.collect.samples.tests.company import make_survey
from bihuan.serve.customers.services import merge_customers

SYSTEM = SystemActor("test")
NOON = datetime(2026, 4, 6, 4, tzinfo=UTC)                                   # 12:00 in Shanghai


def asked(wave, *customers, at=NOON, channel="sms", case=""):
    return {customer: no.code for customer, no in note_asks(
        wave=wave.pk, people=[(customer, channel, case) for customer in customers], at=at, actor=SYSTEM).items()}


def test_a_second_ask_within_the_quiet_period_is_impossible(wave):
    other = make_survey("other").waves.get()
    assert asked(wave, "K01") == {}
    assert asked(other, "K01", at=NOON + timedelta(days=29, hours=23)) == {"K01": "quiet"}
    no = may_ask("K01", NOON + timedelta(days=1), other.pk)
    assert (no.code, no.retry_at) == ("quiet", NOON + timedelta(days=30))
    assert may_ask("K01", no.retry_at, other.pk) is None
    assert asked(other, "K01", at=no.retry_at) == {}
    assert Ask.objects.count() == 2


def test_a_wave_asks_nobody_twice_and_one_list_names_nobody_twice(wave):
    assert asked(wave, "K01", "K02", "K01") == {"K01": "asked"}
    assert Ask.objects.count() == 2
    assert asked(wave, "K02", at=NOON + timedelta(days=300)) == {"K02": "asked"}


def test_a_trigger_may_ask_about_another_case_when_the_quiet_is_over(wave):
    assert asked(wave, "K01", case="t:1") == {}
    assert asked(wave, "K01", case="t:2", at=NOON + timedelta(days=3)) == {"K01": "quiet"}
    assert asked(wave, "K01", case="t:2", at=NOON + timedelta(days=31)) == {}


def test_an_ask_that_lies_ahead_is_as_near_as_one_behind(wave):
    other = make_survey("other").waves.get()
    asked(wave, "K01", at=NOON)
    assert asked(other, "K01", at=NOON - timedelta(days=2)) == {"K01": "quiet"}


def test_not_more_often_in_a_year_than_allowed(wave, cast):
    survey = make_survey("often", waves=6)
    save_ask_rule(quiet_days=10, most_a_year=3, actor=cast.director)
    for at, each in enumerate(survey.waves.order_by("number")[:3]):
        assert asked(each, "K01", at=NOON + timedelta(days=20 * at)) == {}
    late = survey.waves.get(number=4)
    assert asked(late, "K01", at=NOON + timedelta(days=100)) == {"K01": "too_often"}
    assert may_ask("K01", NOON + timedelta(days=100), late.pk).retry_at == NOON + timedelta(days=365)
    assert asked(late, "K01", at=NOON + timedelta(days=366)) == {}


def test_a_customer_of_two_numbers_is_one(wave, company):
    other = make_survey("other").waves.get()
    asked(wave, "K01")
    merge_customers(number="K01", into="K03", reason="同一手机号", actor=SYSTEM)
    assert asked(other, "K03", at=NOON + timedelta(days=2)) == {"K03": "quiet"}
    assert asked(other, "K01", "K03", at=NOON + timedelta(days=40)) == {"K03": "asked"}


def test_refusals_withdrawals_and_blocks_are_kept(wave, company):
    refuse_contact(customer="K01", channel="sms", actor=SYSTEM)
    refuse_contact(customer="K02", actor=SYSTEM)
    publish_blocked(company, ["K04"])
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert asked(wave, "K01", "K02", "K03", "K04", at=later) == {"K01": "refused", "K02": "refused", "K04": "blocked"}
    assert asked(wave, "K01", channel="email", at=later) == {}


def test_with_a_channel_the_hours_of_contact_are_asked_too(wave):
    assert may_ask("K01", NOON.replace(hour=14), wave.pk, channel="sms").code == "hours"   # 22:00
    assert may_ask("K01", NOON, wave.pk, channel="sms") is None


def test_one_line_of_the_log_tells_of_all_who_were_asked(wave):
    asked(wave, "K01", "K02")
    entry = AuditEntry.objects.get(action="collect.customers_asked")
    assert (entry.leaves, entry.object_id) == (2, str(wave.pk))


def test_the_rule_is_the_whole_organisations(cast, wave):
    assert (frequency().quiet_days, frequency().version) == (30, 0)
    for person in (cast.manager, cast.outsider, cast.nobody):
        with pytest.raises(NotAllowed):
            save_ask_rule(quiet_days=1, most_a_year=9, actor=person)
    with pytest.raises(Refused):
        save_ask_rule(quiet_days=0, most_a_year=9, actor=cast.director)
    assert save_ask_rule(quiet_days=60, most_a_year=2, note="少打扰", actor=cast.director).number == 1
    assert frequency().quiet_days == 60


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_ask_at_the_same_moment_one_does(cast):
    """Eight waves want the same three customers, in opposite orders: each is asked once, and nobody waits for ever."""
    waves = [make_survey(f"s{number}").waves.get() for number in range(8)]
    begin, refused, faults = threading.Barrier(8), [], []

    def ask(number):
        customers = ["K01", "K02", "K03"][::1 if number % 2 else -1]
        try:
            begin.wait(timeout=60)
            refused.append(asked(waves[number], *customers))
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(Ask.objects.values_list("customer", flat=True)) == ["K01", "K02", "K03"]
    assert sorted(len(one) for one in refused) == [0, 3, 3, 3, 3, 3, 3, 3]


def test_a_deletion_forgets_when_a_customer_was_asked(wave):
    asked(wave, "K01", "K02")
    assert erase_customer("K01") == {"asks": 1, "tasks": 0, "notes": 0, "frames": 0}
    assert list(Ask.objects.values_list("customer", flat=True)) == ["K02"]
