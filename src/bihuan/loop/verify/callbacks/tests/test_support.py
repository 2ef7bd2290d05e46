"""Call-backs beside a verdict: on its page, on the line of 表1 (SPEC 158), and never in it."""

from datetime import date
from types import SimpleNamespace

import pytest

from bihuan.engine.report.table1_contracts import Table1
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.reports.services import create_table
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.verify.callbacks import services
from bihuan.loop.verify.callbacks.models import Target
from bihuan.loop.verify.callbacks.queries.results import comparisons_of, support_of
from bihuan.loop.verify.verdicts import services as verdicts
from bihuan.loop.verify.verdicts.models import Review
from bihuan.loop.verify.verdicts.queries.support import after_score, numbers_of, stands, table_text


def test_what_was_said_stands_on_the_line_with_the_verdict(called, done, caller, cast):
    """fcr_flag has levels: they are the second score. Where there are none the mean mark stands for it, by halves."""
    services.conclude_round(round_=called, actor=caller)
    verdicts.open_reviews()
    verdict = verdicts.compute_verdict(review=Review.objects.get(measure=done))
    assert verdict.verdict == "effective" and "callback" not in str(verdict.result)
    table = create_table(title="评价表", subject="agent", chosen=["An1"], filters=(), review_scope=None,
                         span=Span(date(2025, 1, 6), date(2025, 6, 30)), actor=cast.manager)
    Measure.objects.filter(pk=done.pk).update(table_row={"table": table.pk, "block": 0, "line": 2})
    verdict.measure.refresh_from_db()
    verdicts.follow_table(verdict=verdict, actor=cast.manager)
    mark = Table1.from_json(table.versions.first().content).blocks[0].marks[2]
    said = list(Target.objects.filter(round=called, state="done", group="affected").values_list("score", flat=True))
    mean = sum(said) / len(said)
    assert called.number in mark.effect and f"{mean:.2f} 分（n = {len(said)}）" in mark.effect
    assert mark.second == 5
    half = after_score(done.pk)
    assert half is not None and abs(half - mean) <= 0.25 and (2 * half).is_integer()


def test_their_own_gain_is_not_called_more_than_others(called, caller):
    """Five comparison customers are too few for a comparison: what stands there is those affected alone, paired."""
    kept = Target.objects.filter(round=called, group="comparison", state="done").values_list("pk", flat=True)[:5]
    Target.objects.filter(round=called, group="comparison").exclude(pk__in=list(kept)).update(state="unreached")
    services.conclude_round(round_=called, actor=caller)
    said = Target.objects.filter(round=called, state="done", group="affected")
    gains = [one.score - one.score_before for one in said]
    words = numbers_of(support_of(called.measure_id)[0])
    assert f"自身变化 +{sum(gains) / len(gains):.2f}" in words and "没有可比对照" in words and "比对照客户" not in words
    called.refresh_from_db()
    view = comparisons_of(called)[0]
    assert view.difference_title == "受影响客户自身变化" and "配对 t" in view.method
    assert "自身变化" in table_text(called.measure_id)


@pytest.mark.parametrize(("word", "verdict", "told"), [
    ("effective", "effective", "for"), ("worse", "effective", "against"), ("no_effect_shown", "worse", "for"),
    ("effective", "no_effect_shown", "against"), ("cannot_tell", "effective", "neither"),
    ("effective", "cannot_tell", "neither")])
def test_call_backs_stand_for_a_verdict_against_it_or_beside_it(word, verdict, told):
    assert stands(word, SimpleNamespace(verdict=verdict)) == told
    assert stands(word, None) == "neither"
