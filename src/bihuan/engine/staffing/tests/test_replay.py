"""Replay and forecast on invented contacts: what is certain by hand, and what theory says of long series."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.stats import norm, t

from bihuan.engine.staffing.contracts import Change, Contacts, Shifts
from bihuan.engine.staffing.erlang import erlang_c
from bihuan.engine.staffing.errors import StaffingError
from bihuan.engine.staffing.forecast import forecast, judged, resampled_days, tail
from bihuan.engine.staffing.patience import patience_of
from bihuan.engine.staffing.replay import Draw, replay
from bihuan.engine.staffing.roster import changed, presence

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 2)
MIDNIGHT = 1772380800.0     # that Monday, 00:00 in Shanghai


def sure(value):
    """A figure that must be there."""
    assert value is not None
    return value


def contacts(arrived, waited=None, answered=None, service=None):
    arrived = np.asarray(arrived, float)
    count = len(arrived)
    local = arrived + 8 * 3600
    day = (local // 86400).astype(int)
    return Contacts(arrived, np.zeros(count) if waited is None else np.asarray(waited, float),
                    np.ones(count, bool) if answered is None else np.asarray(answered, bool),
                    np.full(count, 100.0) if service is None else np.asarray(service, float),
                    day - day.min(initial=10**9), (local % 86400 // 3600).astype(int))


def draw(service, patience=None, answering=None):
    count = len(service)
    return Draw(np.asarray(service, float), np.zeros(count) if answering is None else np.asarray(answering, float),
                np.full(count, np.inf) if patience is None else np.asarray(patience, float), np.ones(count))


def test_first_come_first_served_by_hand():
    two = Shifts(np.array([0.0, 15.0]), np.array([1e6, 1e6]))
    waits, answered = replay(contacts([0, 10, 20]), draw([100, 100, 100]), two)
    assert waits.tolist() == [0, 5, 80] and answered.all()


def test_who_gives_up_takes_nobodys_time():
    one = Shifts(np.array([0.0]), np.array([1e6]))
    waits, answered = replay(contacts([0, 10, 20]), draw([100, 100, 100], [9e9, 30, 9e9]), one)
    assert answered.tolist() == [True, False, True] and waits.tolist() == [0, 30, 80]


def test_a_contact_in_hand_is_finished_after_the_shift_and_none_is_begun():
    waits, answered = replay(contacts([0, 10]), draw([100, 100], [9e9, 500]), Shifts(np.array([0.0]), np.array([50.0])))
    assert answered.tolist() == [True, False] and waits[1] == 500


def test_the_time_to_pick_up_is_waited_and_occupies():
    waits, _ = replay(contacts([0, 1]), draw([100, 100], answering=[8, 8]), Shifts(np.array([0.0]), np.array([1e6])))
    assert waits.tolist() == [8, 108 - 1 + 8]


def test_a_long_replay_of_random_contacts_is_erlang_c():
    dice = np.random.default_rng(3)
    arrived = np.cumsum(dice.exponential(18, 40_000))
    waits, _ = replay(contacts(arrived), draw(dice.exponential(180, 40_000)), Shifts(np.zeros(14), np.full(14, 1e9)))
    theory = erlang_c(100, interval_s=1800, handle_s=180, agents=14, target_s=20)
    assert theory is not None and (waits > 0).mean() == pytest.approx(theory.p_wait, abs=0.02)
    assert waits.mean() == pytest.approx(theory.wait_s, rel=0.15)


def test_patience_is_the_product_limit_estimate():
    """Waits 10 (gave up), 20 (answered), 30 (gave up), 40 (answered): it stays 3/4, then 3/4 * 1/2 (by hand)."""
    found = patience_of(np.array([10.0, 20, 30, 40]), np.array([False, True, False, True]))
    assert found.times.tolist() == [10, 30] and found.stays.tolist() == [0.75, 0.375]
    assert found.draw(np.array([0.9, 0.5]), np.zeros(2)).tolist() == [10, 30]
    # Who has waited 15 s already does not give up at 10; who waited 50 goes on by the rate of 2 in 100 s.
    assert found.draw(np.array([0.9]), np.array([15.0]))[0] == 30
    assert found.draw(np.array([np.exp(-1)]), np.array([50.0]))[0] == pytest.approx(100)


def test_nobody_gives_up_where_nobody_did():
    assert np.isinf(patience_of(np.array([5.0]), np.array([True])).draw(np.array([0.5]), np.zeros(1))).all()


def test_people_come_to_some_hours_of_some_weekdays_and_go_from_others():
    shifts = Shifts(np.array([MIDNIGHT + 8 * 3600]), np.array([MIDNIGHT + 18 * 3600]))
    days = [DAY, DAY + timedelta(days=1)]
    more = changed(shifts, Change(people=2, first=18, last=20, weekdays=(1,)), days, ZONE)
    assert presence(more, days, ZONE).sum(axis=1).tolist() == [14 * 3600, 0]
    assert presence(more, days, ZONE)[0, 18] == 7200
    fewer = changed(shifts, Change(people=-1, first=10, last=12), days, ZONE)
    assert presence(fewer, days, ZONE)[0, 8:18].tolist() == [3600, 3600, 0, 0, 3600, 3600, 3600, 3600, 3600, 3600]


def busy_evenings(days=20, evening=3):
    """Two people all day, contacts every four minutes, in the evening every minute: then too few are there."""
    dice = np.random.default_rng(8)
    arrived, shifts = [], []
    for day in range(days):
        start = MIDNIGHT + day * 86400
        arrived += [start + 9 * 3600 + one for one in np.cumsum(dice.exponential(240, 135)) if one < 9 * 3600]
        arrived += [start + 18 * 3600 + one for one in np.cumsum(dice.exponential(75, 300)) if one < 3 * 3600]
        shifts += [(start + 9 * 3600, start + 21 * 3600)] * evening
    there = Shifts(*np.array(sorted(shifts)).T)
    plain = contacts(sorted(arrived))
    service, patience = dice.exponential(200, len(plain)), dice.exponential(150, len(plain))
    waits, answered = replay(plain, draw(service, patience, np.full(len(plain), 6.0)), there)
    told = contacts(plain.arrived, waits, answered, np.where(answered, service, np.nan))
    return told, there, (plain, service, patience), [DAY + timedelta(days=day) for day in range(days)]


def test_what_two_more_people_would_do_is_forecast_within_its_interval():
    """The truth is known: the same contacts, served by the fuller roster with the patience that they really had."""
    told, shifts, (plain, service, patience), days = busy_evenings()
    change = Change(people=2, first=18, last=21)
    found = forecast(told, shifts, change, days=days, zone=ZONE, price=50.0)
    fuller = changed(shifts, change, days, ZONE)
    waits, answered = replay(plain, draw(service, patience, np.full(len(plain), 6.0)), fuller)
    truth = (answered & (waits <= 20)).mean()
    predicted, error = found.predicted["service_level"], sure(found.error["service_level"])
    assert sure(found.seen["service_level"]) < 0.75 < truth
    assert sure(predicted.low) <= truth <= sure(predicted.high)
    assert sure(found.effect["service_level"].low) > 0.1 and abs(error) < 0.05
    assert found.cost == 20 * 2 * 3 * 50.0
    then, now = (one.by_hour[19]["service_level"] for one in (found.replayed, found.changed))
    assert sure(then.value) < sure(now.value)
    assert sum(found.replayed.counts.values()) == found.replayed.contacts == len(told)
    assert 3 not in found.replayed.by_hour      # nobody calls at night: no number, not a zero


def test_the_same_seed_gives_the_same_forecast():
    told, shifts, _, days = busy_evenings(days=4)
    one, two = (forecast(told, shifts, Change(taken=0.2), days=days, zone=ZONE, seed=7) for _ in range(2))
    assert one == two and one.changed.contacts < one.replayed.contacts


@pytest.mark.parametrize(("change", "code"), [
    (Change(), "changes_nothing"), (Change(people=1, first=20, last=8), "hours"), (Change(taken=1.0), "share"),
    (Change(handling=0.0), "share")])
def test_a_change_that_is_none_is_refused(change, code):
    told, shifts, _, days = busy_evenings(days=2)
    with pytest.raises(StaffingError) as refused:
        forecast(told, shifts, change, days=days, zone=ZONE)
    assert refused.value.code == code


def test_without_contacts_or_people_there_is_no_forecast():
    told, shifts, _, days = busy_evenings(days=2)
    none = Shifts(np.array([]), np.array([]))
    for who, there, code in ((contacts([]), shifts, "no_contacts"), (told, none, "no_roster")):
        with pytest.raises(StaffingError) as refused:
            forecast(who, there, Change(people=1), days=days, zone=ZONE)
        assert refused.value.code == code


def test_who_gave_up_unseen_is_offered_and_abandoned_all_the_same():
    """100 offered, 85 answered in 10 s, 15 gave up and nobody wrote down when: 85 % and 15 % by hand."""
    answered = np.arange(100) % 20 >= 3
    told = contacts(MIDNIGHT + 9 * 3600 + 60.0 * np.arange(100), np.where(answered, 10.0, np.nan), answered,
                    np.where(answered, 30.0, np.nan))
    there = Shifts(np.full(3, MIDNIGHT + 8 * 3600), np.full(3, MIDNIGHT + 12 * 3600))
    found = forecast(told, there, Change(people=1), days=[DAY], zone=ZONE)
    assert found.seen["service_level"] == 0.85 and found.seen["abandon"] == pytest.approx(0.15)
    later = judged(told, there, {}, days=[DAY], zone=ZONE)["figures"]
    assert later["service_level"]["value"] == 0.85 and later["abandon"]["value"] == pytest.approx(0.15)
    assert later["service_level"]["place"] is None          # of one day there is no interval
    assert found.changed.contacts == 100 and sure(found.error["abandon"]) == pytest.approx(-0.15)


def test_the_interval_over_days_is_the_expanded_percentile_interval():
    """Its tails by SciPy; of 4,000 fortnights of days that vary normally it holds the mean in 95 % (plain: 92 %)."""
    assert tail(14) == pytest.approx(norm.sf(t.ppf(0.975, 13) * np.sqrt(14 / 13)))
    days = np.random.default_rng(5).normal(size=(4_000, 14))
    again, _ = resampled_days(14, 1, 1)
    low, high = np.quantile(days @ again.T / 14, [tail(14), 1 - tail(14)], axis=1)
    assert 0.94 < ((low < 0) & (high > 0)).mean() < 0.96


def test_below_two_weeks_there_is_a_number_and_no_interval():
    told, shifts, _, days = busy_evenings(days=13)
    found = forecast(told, shifts, Change(people=2, first=18, last=21), days=days, zone=ZONE, count=1)
    assert found.days == 13 and sure(found.predicted["service_level"].value) > 0
    for one in (found.predicted, found.effect, found.changed.figures, found.changed.by_hour[19]):
        assert one["service_level"].low is None and one["service_level"].high is None
