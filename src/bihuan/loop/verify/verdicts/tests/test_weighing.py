"""A verdict by synthetic control on its page: method, weights, line and what the placebo test can say."""

from dataclasses import replace

import pytest
from django.urls import reverse

from bihuan.engine.effects.contracts import Yardstick
from bihuan.engine.effects.decide import judge
from bihuan.engine.effects.keeping import evidence_to_json, verdict_to_json
from bihuan.engine.effects.reading import Evidence
from bihuan.engine.effects.tests.test_onset import GROWING, weeks
from bihuan.engine.effects.tests.test_synthetic import CHANGE, drifting, together
from bihuan.loop.verify.verdicts.models import Verdict
from bihuan.loop.verify.verdicts.queries.verdicts import view_of
from bihuan.loop.verify.verdicts.queries.words import why_words


def weigh(verdict, **how):
    """Let a verdict rest on made-up teams that drift apart."""
    own, donors = drifting(step=1.0, **how)
    evidence = Evidence("week", "score", own, together(donors), {}, donors)
    told = judge(Yardstick("fcr", CHANGE, 0.5, against="unit != n1", donors="unit"), own, against=evidence.against,
                 donors=donors, unit="score")
    Verdict.objects.filter(pk=verdict.pk).update(
        verdict=told.verdict, result=verdict_to_json(told), evidence=evidence_to_json(evidence),
        judged=verdict.judged | {"change": CHANGE.isoformat(), "donors": "unit"})
    return Verdict.objects.get(pk=verdict.pk), told


def test_the_page_shows_the_weights_the_line_and_what_the_placebo_can_say(judged, client, cast):
    verdict, told = weigh(judged)
    view = view_of(verdict, cast.director)
    assert view.method == "合成对照" and len(view.weighing.donors) == len(told.weights)
    assert view.weighing.donors[0][0] == max(told.weights, key=told.weights.get)
    assert "最小只能到 0.111" in view.weighing.placebo
    names = [one["name"] for one in view.chart["series"]]
    assert "合成对照" in names and "对照" not in names
    client.force_login(cast.director)
    page = client.get(reverse("verdicts:measure", args=[verdict.measure_id])).content.decode()
    assert "合成对照的权重" in page and "8 个对照在变化前每期都有数据" in page


def test_others_that_were_taken_together_have_no_weights(judged, cast):
    assert view_of(judged, cast.director).weighing is None


def test_a_change_that_grew_is_told_at_its_full_height(judged, client, cast):
    """The mean after the change holds less than the full effect: the line without it lies by that much below."""
    own = weeks(60, 16, full=4.0, deviation=0.05)
    told = judge(replace(GROWING, worthwhile=0.5), own, unit="score")
    Verdict.objects.filter(pk=judged.pk).update(
        verdict=told.verdict, result=verdict_to_json(told), judged=judged.judged | {"change": CHANGE.isoformat()},
        evidence=evidence_to_json(Evidence("week", "score", own, None, {})))
    view = view_of(Verdict.objects.get(pk=judged.pk), cast.director)
    without = next(one for one in view.chart["series"] if one["name"] == "没有改进时的估计")["data"][-1]
    assert without == pytest.approx(own.values[:60].mean(), abs=0.1)
    client.force_login(cast.director)
    page = client.get(reverse("verdicts:measure", args=[judged.measure_id])).content.decode()
    assert "逐步，6 周内见效" in page and "含逐步见效的 6 周" in page and "在 6 周内均匀增长" in page


def test_every_rule_of_the_weighing_has_words():
    for code in ("drift_possible", "drift_negligible", "together_drift_apart", "together_drift_possible", "donors_8",
                 "weighed_drift_possible", "weighed_drift_negligible", "weighed_drift_too", "donors_lack_periods",
                 "too_few_donors_3", "too_short_for_weights_24"):
        assert why_words(code) != code
