"""Values computed by hand on small tables; the arithmetic stands in each test."""


import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm

from bihuan.engine.indicators.tests.company import AS_OF, ask, at, call, case, connection, days, one


def test_pick_up_is_the_mean_of_answered_calls():
    # (12 + 30 + 48) / 3 = 30; the abandoned call does not count. Exactly 30 s is still a 5.
    con = connection(case=[call(1, "2024-03-04 09:00", 12), call(2, "2024-03-04 09:10", 30),
                           call(3, "2024-03-04 09:20", 48), call(4, "2024-03-04 09:30", 500, answered=False)])
    result = one(con, "pickup")
    assert (result.value, result.n, result.band) == (30, 3, 5)
    # t interval with 2 degrees: sd 18, 30 +- 4.303 * 18 / sqrt(3) = -14.7 .. 74.7; a wait is not below 0
    assert result.low == 0 and result.high == pytest.approx(74.71, abs=0.01)
    assert result.band_certain is False and result.bands_possible == (3, 4, 5)
    assert result.small


def test_answer_rate_abandonment_and_service_level_count_all_offered():
    con = connection(case=[call(1, "2024-03-04 09:00", 12), call(2, "2024-03-04 09:10", 20),
                           call(3, "2024-03-04 09:20", 48), call(4, "2024-03-04 09:30", 3, answered=False),
                           call(5, "2024-03-04 09:40", 60, answered=False)])
    values = {result.indicator: result.value for result in ask(
        con, "answer_rate", "abandonment", "service_level", "service_level_short", "asa", "asa_offered")}
    assert values["answer_rate"] == 3 / 5
    assert values["abandonment"] == 2 / 5
    assert values["service_level"] == 2 / 5            # 12 s and 20 s of five offered
    assert values["service_level_short"] == 2 / 4      # the call given up after 3 s is left out
    assert values["asa"] == pytest.approx(80 / 3)
    assert values["asa_offered"] == pytest.approx(143 / 5)


def test_rate_carries_the_interval_of_the_standards():
    # 24 of 30: Wilson 62.7-90.5 % (computed value of the standards); it touches the bands from [60, 70) to 90 and above
    rows = [case(i, "2024-03-04 09:00", resolved=i <= 24) for i in range(1, 31)]
    result = one(connection(case=rows), "fcr_flag")
    assert (result.value, result.n, result.numerator) == (0.8, 30, 24)
    assert (round(result.low, 3), round(result.high, 3)) == (0.627, 0.905)
    assert result.band == 4 and result.bands_possible == (2, 3, 4, 5) and result.band_certain is False
    assert not result.small


def test_no_data_is_none_and_not_zero():
    result = one(connection(), "fcr")
    assert (result.value, result.n, result.low, result.band, result.band_certain) == (None, 0, None, None, None)
    assert ask(connection(), "fcr", by=("channel",)) == []


def contact(number, ended, gap_days=None, **columns):
    return case(number, ended, customer=f"C{number}", topic="t", ended_at=at(ended), reopens=0,
                next_contact_s=None if gap_days is None else int(days(gap_days).total_seconds()), **columns)


def test_first_contact_resolution_waits_for_its_window():
    # As of 1 April 08:00 in Shanghai: ended 28 March is 4 days old, immature, although it has not come back.
    rows = [contact(1, "2024-03-01 10:00"), contact(2, "2024-03-01 10:00", 3), contact(3, "2024-03-01 10:00", 8),
            contact(4, "2024-03-02 10:00") | {"reopens": 1}, contact(5, "2024-03-28 10:00"),
            contact(6, "2024-03-29 10:00", 1),
            contact(7, "2024-03-01 10:00") | {"customer": None},               # nobody knows who: excluded
            contact(8, "2024-03-01 10:00") | {"ended_at": None}]               # not ended: not yet a contact to judge
    result = one(connection(case=rows), "fcr")
    assert (result.n, result.numerator, result.value) == (4, 2, 0.5)           # 1 and 3 of 1, 2, 3, 4
    assert (result.immature, result.provisional) == (2, True)


def test_window_ends_at_its_last_second():
    rows = [contact(1, "2024-03-25 08:00")]  # as of 2024-04-01 08:00 Shanghai: exactly 7 days
    assert one(connection(case=rows), "fcr").n == 1
    assert one(connection(case=rows), "fcr", as_of=AS_OF - days(1 / 86400)).immature == 1


def test_response_compliance_counts_silence_only_when_its_time_is_up():
    def complaint(number, opened, answered_after, target=3600, **columns):
        return case(number, opened, first_response_s=answered_after, first_response_business_s=answered_after,
                    first_response_target_s=target, is_open=True, **columns)
    rows = [complaint(1, "2024-03-01 10:00", 3600), complaint(2, "2024-03-01 10:00", 3601),
            complaint(3, "2024-03-01 10:00", None), complaint(4, "2024-04-01 07:30", None),
            complaint(5, "2024-03-01 10:00", 10, target=None)]
    con = connection(case=rows)
    met, late = one(con, "response_compliance"), one(con, "overtime_rate")
    assert (met.numerator, met.n, met.immature) == (1, 3, 1)
    assert (late.numerator, late.n, late.immature) == (2, 3, 1)
    assert met.target == 0.95 and met.target_met is False


def test_closing_without_an_answer_is_no_way_round_the_promise():
    """One answered in time, one closed without an answer; a call-back, a merged case and a silent source stay out."""
    promise = {"first_response_target_s": 60, "is_open": False}
    rows = [case(1, "2024-03-01 10:00", first_response_s=9, first_response_business_s=9, **promise),
            case(2, "2024-03-01 10:00", closed=True, **promise),
            case(3, "2024-03-01 10:00", kind="callback", **promise),
            case(4, "2024-03-01 10:00", merged=True, **promise), case(5, "2024-03-01 10:00", responded=None, **promise)]
    con = connection(case=[row if row["kind"] == "callback" else row | {"kind": "complaint"} for row in rows])
    assert [(one(con, name).numerator, one(con, name).n) for name in
            ("response_compliance", "overtime_rate", "response_24h", "reply_15d_all")] == [(1, 2)] * 4
    silent = connection(case=[case(1, "2024-03-01 10:00", kind="complaint", responded=None, **promise)])
    assert {result.value for result in ask(silent, "response_compliance", "overtime_rate", "response_24h",
                                           "reply_15d_all", "reply_30d_all")} == {None}


def test_resolution_promise_is_judged_when_it_has_run_out_on_the_own_clock():
    """A wait puts the due moment off: open for 9 days on a promise of 3, but due only tomorrow."""
    promise = {"resolution_target_s": 3 * 86_400, "is_open": True}
    rows = [case(1, "2024-03-23 08:00", resolution_due=at("2024-04-02 08:00"), **promise),
            case(2, "2024-03-23 08:00", resolution_due=at("2024-04-01 08:00"), **promise),
            case(3, "2024-03-23 08:00", resolution_due=None, **promise),                        # still waiting
            case(4, "2024-03-23 08:00", solved=None, **promise)]
    con = connection(case=rows)
    met, late = one(con, "resolution_compliance"), one(con, "resolution_overtime_rate")
    assert (met.numerator, met.n, met.immature) == (0, 1, 2)
    assert (late.numerator, late.n, late.immature) == (1, 1, 2)


def test_overtime_of_pick_up_counts_who_gave_up_after_it_and_not_who_gave_up_before():
    """SPEC decision 2: more than 3 minutes is the worst band; exactly 3 minutes is not yet."""
    rows = [call(1, "2024-03-01 10:00", 180), call(2, "2024-03-01 10:00", 181), call(3, "2024-03-01 10:00", 20),
            call(4, "2024-03-01 10:00", 300, answered=False), call(5, "2024-03-01 10:00", 20, answered=False)]
    result = one(connection(case=rows), "pickup_overtime_rate")
    assert (result.numerator, result.n) == (2, 4)
    hidden = one(connection(case=[row | {"offered_wait_s": None} for row in rows]), "pickup_overtime_rate")
    assert (hidden.numerator, hidden.n) == (1, 3)


def test_credit_goes_to_the_sender_and_failures_to_the_owner():
    rows = [case(1, "2024-03-01 10:00", channel="online", agent="owner", responder="sender", first_response_s=40),
            case(2, "2024-03-01 10:00", channel="online", agent="owner", responder=None, first_response_s=None,
                 asked_human=True)]
    results = ask(connection(case=rows), "online_first_response", "online_overtime_rate", by=("agent",))
    got = {(r.indicator, r.group["agent"]): (r.value, r.n) for r in results}
    assert got == {("online_first_response", "sender"): (40, 1), ("online_overtime_rate", "sender"): (0, 1),
                   ("online_overtime_rate", "owner"): (1, 1)}


def test_resolution_cycle_shows_the_open_ones_and_the_survival_median():
    # Solved after 2, 4 and 6 h, one open for 9 h: closed-only mean 4 h; the curve falls to 1/2 at 4 h.
    hours = [2, 4, 6]
    rows = [case(i, "2024-03-31 10:00", resolution_s=h * 3600, is_open=False) for i, h in enumerate(hours)]
    rows.append(case(9, "2024-03-31 23:00", resolution_s=None, is_open=True))
    result = one(connection(case=rows), "resolution_cycle")
    assert (result.value, result.n, result.open_count, result.km_median) == (4 * 3600, 3, 1, 4 * 3600)


def test_median_takes_the_middle_and_brackets_it_by_ranks():
    # 9 values: binomial(9, 1/2) gives the 2nd and 8th of the ordered values at 95 % (Conover, table of the binomial).
    rows = [case(i, "2024-03-01 10:00", resolution_s=i * 100, is_open=False) for i in range(1, 10)]
    result = one(connection(case=rows), "resolution_cycle_median")
    assert (result.value, result.low, result.high) == (500, 200, 800)


def answer(number, metric, value, **columns):
    return {"case": f"s:{number}", "answer": str(number), "source": "s", "customer": f"C{number}", "metric": metric,
            "value": float(value), "at": at("2024-03-05 12:00"), "status": "valid", "agent": "A1", **columns}


def test_satisfaction_counts_valid_answers_of_customers():
    rows = [answer(i, "csat", v) for i, v in enumerate([5, 4, 3, 2])]
    rows += [answer(10, "csat", 1, status="test"), answer(11, "csat", 1, status="late"),
             answer(12, "csat", 5, entered_by="A1"), answer(13, "csat", 11), answer(14, "nps", 0)]
    values = {r.indicator: (r.value, r.n) for r in ask(connection(answer=rows), "csat", "csat_mean")}
    assert values == {"csat": (0.5, 4), "csat_mean": (3.5, 4)}


def test_nps_of_thirty_has_the_precision_of_the_standards():
    rows = [answer(i, "nps", 10 if i < 15 else 0 if i < 21 else 8) for i in range(30)]
    result = one(connection(answer=rows), "nps")
    assert result.value == pytest.approx(30) and result.n == 30
    assert (result.high - result.low) / 2 == pytest.approx(27.9, abs=0.05)


@pytest.mark.parametrize("answered,half", [(lambda i: f"r{i}#q1", 27.9), (lambda i: f"r{i // 2}#q{i % 2}", 41.6)])
def test_respondents_whom_nothing_names_are_not_one_customer(answered, half):
    """Answers of nobody known, with no case: apart by response, and the two answers of one response together
    (15 responses: 38.0 by the normal quantile, times t(14) / z)."""
    nobody = {"case": None, "customer": None}
    rows = [answer(i, "nps", 10 if i < 15 else 0 if i < 21 else 8) | nobody | {"answer": answered(i)}
            for i in range(30)]
    result = one(connection(answer=rows), "nps")
    assert (result.high - result.low) / 2 == pytest.approx(half, abs=0.1)


def test_answers_of_one_customer_widen_the_interval_of_nps():
    """statsmodels' cluster-robust error of the points 100, 0 and -100 over twelve customers of one to four answers."""
    points = [(i % 12, 10 if (i % 12) % 3 == 0 else 0 if (i % 12) % 3 == 1 and i % 2 else 8) for i in range(40)]
    rows = [answer(i, "nps", value) | {"customer": f"C{customer}"} for i, (customer, value) in enumerate(points)]
    result = one(connection(answer=rows), "nps")
    values = np.array([100 if value >= 9 else -100 if value <= 6 else 0 for _, value in points])
    fitted = sm.OLS(values, np.ones(40)).fit(cov_type="cluster", cov_kwds={"groups": [who for who, _ in points]})
    assert result.value == pytest.approx(values.mean()) and result.method == "multinomial_cluster"
    assert (result.high - result.low) / 2 == pytest.approx(scipy.stats.t.ppf(0.975, 11) * fitted.bse[0])
    assert result.extra["effective_n"] < 40


def test_occupancy_divides_busy_by_logged_in_time():
    def state(name, seconds, agent="A1", start="2024-03-05 09:00"):
        return {"source": "s", "agent": agent, "state": name, "seconds": seconds, "start": at(start)}
    rows = [state("talk", 3000), state("wrap", 600), state("available", 2400), state("break", 9000),
            state("talk", 1000, "A2"), state("available", 1000, "A2")]
    result = one(connection(agent_state=rows), "occupancy")
    assert result.value == pytest.approx((3600 + 1000) / (6000 + 2000))


def test_complaints_per_customer_divide_by_the_exposure():
    rows = [case(i, "2024-03-05 09:00", kind="complaint", channel="phone") for i in range(3)]
    rows.append(case(9, "2024-03-05 09:00"))
    counts = [("customer", "phone", 1000.0), ("customer", "online", 500.0), ("order", "phone", 9e9)]
    exposure = [{"source": "s", "kind": kind, "channel": channel, "start": at("2024-03-01 00:00"), "count": count}
                for kind, channel, count in counts]
    con = connection(case=rows, exposure=exposure)
    assert one(con, "complaint_rate_customer").value == pytest.approx(3 / 1500)
    by_channel = {r.group["channel"]: r.value for r in ask(con, "complaint_rate_customer", by=("channel",))}
    assert by_channel == {"phone": pytest.approx(3 / 1000), "online": 0}


def test_complaints_without_exposure_have_no_rate():
    con = connection(case=[case(1, "2024-03-05 09:00", kind="complaint")])
    assert one(con, "complaint_rate_customer").value is None


def test_backlog_is_looked_at_at_the_end_of_each_period():
    rows = [case(1, "2024-01-10 00:00", is_open=False, resolved_at=at("2024-02-10 00:00")),
            case(2, "2024-01-30 00:00", is_open=True), case(3, "2024-02-25 00:00", is_open=True)]
    results = {r.period: (r.n, r.value) for r in ask(connection(case=rows), "backlog_age", period="month")}
    day = 86400
    # End of January: cases 1 and 2, 22 and 2 days old (less the last second); February and March: 2 and 3.
    assert results["2024-01"] == (2, 12 * day - 1)
    assert results["2024-02"] == (2, (31 + 5) * day / 2 - 1)
    assert results["2024-03"][0] == 2
    assert one(connection(case=rows), "backlog_age").n == 2  # as of now
