"""A measure is closed by what the data say, and by nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed
from bihuan.engine.effects.keeping import evidence_from_json, verdict_from_json, yardstick_from_json
from bihuan.engine.effects.reading import judge_evidence
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.tests.world import CHANGE
from bihuan.loop.verify.verdicts import services
from bihuan.loop.verify.verdicts.models import Review, Verdict
from bihuan.loop.verify.verdicts.queries.lists import chains, findings_with_measures, rate_of
from bihuan.loop.verify.verdicts.queries.verdicts import levels_of, weeks_to_wait
from bihuan.loop.verify.verdicts.queries.words import need_words
from bihuan.loop.verify.verdicts.services import VerdictError


def chain_of(user):
    day = date(2025, 12, 1)
    return chains(findings_with_measures(user), user, day), rate_of(user, day)


@pytest.fixture
def finding(db):
    now = "2025-05-01T00:00:00Z"
    return Finding.objects.create(key="k", kind="manual", title="晚间解决率低", unit_code="n1", first_seen=now,
                                  last_seen=now, state="accepted")


def test_a_review_is_opened_once_and_due_after_the_window(done):
    assert services.open_reviews() == 1 and services.open_reviews() == 0
    review = Review.objects.get()
    assert review.until == CHANGE + timedelta(weeks=12, days=-1) and review.due_on > review.until


def test_what_worked_is_found_effective(judged):
    """n1 went from 60 % to 90 % while n2 stayed at 60 %: 0.30 lies in the interval, which lies above 0."""
    told = verdict_from_json(judged.result)
    assert judged.verdict == "effective" and told.method == "difference_in_differences"
    assert 0 < told.low < 0.30 < told.high and told.n_before > 26 * 25
    assert judged.yardstick_hash == judged.measure.yardstick["hash"]


def test_what_is_kept_gives_the_same_verdict_again(judged):
    kept = {name: value for name, value in judged.judged.items() if name != "hash"}
    again = judge_evidence(yardstick_from_json(kept), evidence_from_json(judged.evidence))
    assert again == verdict_from_json(judged.result)


def test_the_levels_are_those_of_all_periods_and_a_median_is_not_guessed_from_weeks(judged):
    """Of a rate the weeks add up to the whole; of a median that was kept by weeks alone nothing is known."""
    evidence = evidence_from_json(judged.evidence)
    rate, median = (engine.passports()[name] for name in ("fcr_flag", "resolution_cycle_median"))
    read, added = (levels_of(one, CHANGE, rate) for one in (evidence, replace(evidence, levels=None)))
    assert read == pytest.approx(added) and read[1] == pytest.approx(0.9, abs=0.05)
    assert levels_of(replace(evidence, levels=None), CHANGE, median) == (None, None)


def test_a_review_is_judged_once(judged):
    with pytest.raises(VerdictError, match="已经得出"):
        services.compute_verdict(review=judged.review)


def test_nothing_is_judged_before_the_data_are_there(done):
    services.open_reviews()
    Review.objects.update(until=date(2026, 6, 1), due_on=date(2026, 6, 2))
    with pytest.raises(VerdictError, match="现有数据只到"):
        services.compute_verdict(review=Review.objects.get())
    assert services.judge_due(on=date(2026, 6, 30)) == 0 and not Verdict.objects.exists()


def test_the_indicators_own_window_has_to_pass_in_the_data(done):
    """A review whose days are all there, but whose last rows are too young to count, waits for them."""
    services.open_reviews()
    Review.objects.update(due_on=date(2026, 6, 2))
    with pytest.raises(VerdictError, match="2026-06-01"):
        services.compute_verdict(review=Review.objects.get())
    assert services.judge_due(on=date(2026, 6, 30)) == 0


def test_a_yardstick_that_was_bent_judges_nothing(done):
    services.open_reviews()
    kept = done.yardstick
    kept["terms"]["worthwhile"] = 0.01
    Measure.objects.filter(pk=done.pk).update(yardstick=kept)
    with pytest.raises(VerdictError, match="校验值不符"):
        services.compute_verdict(review=Review.objects.get())


def test_closing_without_a_verdict_is_impossible(done, cast):
    with pytest.raises(VerdictError, match="没有从数据得出的效果结论"):
        services.close_measure(measure_id=done.pk, actor=cast.manager)
    with pytest.raises(NotAllowed):
        services.close_measure(measure_id=done.pk, actor=cast.leader)
    done.amendments.create(owner_before=cast.manager, owner_after=cast.leader, reason="调岗")
    with pytest.raises(NotAllowed):         # who handed it over judges it no more than who took it
        services.close_measure(measure_id=done.pk, actor=cast.manager)


def test_effective_settles_the_problem_and_can_be_promoted(judged, finding, cast):
    Measure.objects.filter(pk=judged.measure_id).update(finding=finding)
    services.close_measure(measure_id=judged.measure_id, actor=cast.manager, note="保持")
    finding.refresh_from_db()
    judged.refresh_from_db()
    assert finding.state == "settled" and judged.accepted_by == cast.manager
    assert Measure.objects.get(pk=judged.measure_id).state == "verified"
    found, rate = chain_of(cast.manager)
    assert (rate.closed, rate.total, rate.share, rate.effective) == (1, 1, 1.0, 1)
    assert (round(rate.low, 3), rate.high, rate.n_open) == (0.207, 1.0, 0)          # Wilson of 1 of 1
    assert found[0].links[0].verdict == "effective"
    made = services.promote_verdict(verdict=judged, note="照样演练", actor=cast.manager)
    taken = services.adopt_promotion(promotion=made, unit_code="n2", accountable=cast.leader, actor=cast.manager,
                                     reason="晚间重复来电占三成")
    assert (taken.adopted_from_id, taken.state, taken.yardstick) == (judged.measure_id, "draft", {})


def test_no_effect_takes_the_problem_up_again(carried, proposal, finding, cast):
    """n2 did not change: against n1's earlier level nothing is gained."""
    made = carried(replace(proposal, where="unit = n2", against="", worthwhile=0.3), unit_code="n2",
                   finding_id=finding.pk)
    services.open_reviews()
    found = services.compute_verdict(review=Review.objects.get(measure=made))
    assert found.verdict == "no_effect_shown"
    services.close_measure(measure_id=made.pk, actor=cast.manager)
    finding.refresh_from_db()
    assert (finding.state, finding.round) == ("accepted", 2)
    found, rate = chain_of(cast.manager)
    assert made.pk in [link.measure.pk for link in found[0].links] and (rate.closed, rate.total) == (0, 1)
    # A problem whose measures were all withdrawn has none.
    Measure.objects.filter(pk=made.pk).update(state="withdrawn")
    found, rate = chain_of(cast.manager)
    assert len(found) == 1 and rate.total == 0


def test_cannot_tell_is_accepted_by_name_or_looked_at_once_more(carried, proposal, cast):
    made = carried(replace(proposal, where="unit = n2", against="", worthwhile=0.02), unit_code="n2")
    services.open_reviews()
    found = services.compute_verdict(review=Review.objects.get(measure=made))
    assert found.verdict == "cannot_tell"
    with pytest.raises(VerdictError, match="具名接受"):
        services.close_measure(measure_id=made.pk, actor=cast.manager)
    with pytest.raises(VerdictError, match="写明理由"):
        services.close_measure(measure_id=made.pk, actor=cast.manager, accepts_cannot_tell=True)
    Verdict.objects.filter(pk=found.pk).update(result=found.result | {"need": {"weeks": 5, "n": 150}})
    again = services.look_again(verdict=Verdict.objects.get(pk=found.pk), actor=cast.manager)
    assert again.look == 2 and again.until == found.review.until + timedelta(weeks=5)
    lacks = found.result | {"reason": "points_before", "need": {"weeks": 3, "n": 9}}      # as it was kept earlier
    short = Verdict(measure=made, verdict="cannot_tell", look=1, result=lacks, review=found.review)
    with pytest.raises(VerdictError, match="再等也不会多"):
        services.look_again(verdict=short, actor=cast.manager)
    assert need_words(lacks["need"], lacks["reason"]) == "" and weeks_to_wait(short) is None
    with pytest.raises(VerdictError, match="最多复评两次"):
        services.look_again(verdict=Verdict(measure=made, verdict="cannot_tell", look=2, result=found.result,
                                            review=found.review), actor=cast.manager)
    services.close_measure(measure_id=made.pk, actor=cast.manager, accepts_cannot_tell=True, note="量太小")
    assert Review.objects.get(look=2).state == "dropped"
    assert AuditEntry.objects.filter(action="verify.measure_closed").count() == 1
