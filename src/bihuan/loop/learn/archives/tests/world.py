"""A closed verdict without a lake: forty weeks of two teams whose numbers are drawn here and judged by the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
from django.utils import timezone

from bihuan.engine.effects.contracts import Series, Yardstick
from bihuan.engine.effects.contracts import Verdict as EngineVerdict
from bihuan.engine.effects.foresight import Forecast
from bihuan.engine.effects.keeping import evidence_to_json, verdict_to_json, yardstick_to_json
from bihuan.engine.effects.reading import Evidence, judge_evidence
from bihuan.engine.effects.yardstick import hash_of
from bihuan.engine.indicators.passports import shipped
from bihuan.loop.diagnose.causes.models import Cause, FindingCause
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.improve.measures.models import Evidence as Proof
from bihuan.loop.improve.measures.models import Measure, Progress
from bihuan.loop.verify.verdicts.models import Review, Verdict

FIRST, CHANGE, UNTIL = date(2025, 1, 6), date(2025, 7, 7), date(2025, 10, 5)
PASSPORT = shipped()["fcr_flag"]
FORECAST = vars(Forecast(8, 3200, 400.0, 26, 10_400, 0.6))
GAINS = {"effective": 0.2, "no_effect_shown": 0.0, "worse": -0.2}


def series(gain: float, seed: int) -> Series:
    dice = np.random.default_rng(seed)
    starts = tuple(FIRST + timedelta(weeks=week) for week in range(39))
    values = [dice.binomial(400, 0.6 + (gain if start >= CHANGE else 0)) / 400 for start in starts]
    return Series(starts, np.array(values), np.full(39, 400.0))


@cache
def _judged(word: str, number: int) -> tuple[Yardstick, Yardstick, Evidence, EngineVerdict]:
    frozen = Yardstick("fcr_flag", CHANGE, 0.1, where="unit = n1", against="unit = n2",
                       definition_hash=PASSPORT.definition_hash, version=PASSPORT.version)
    judged = replace(frozen, until=UNTIL)
    evidence = Evidence("week", "%", series(GAINS[word], 2 * number), series(0.0, 2 * number + 1), {})
    found = judge_evidence(judged, evidence)
    assert found.verdict == word, found
    return frozen, judged, evidence, found


def closed_verdict(cast, word: str = "effective", *, title: str = "首次响应由 2 小时降到 30 分钟", number: int = 1,
                   accepted: bool = True) -> Verdict:
    """Return a verdict as it stands when its measure was closed by it, with problem, cause, progress and proof."""
    moment = timezone.now()
    finding = Finding.objects.create(
        key=f"k{number}", kind="manual", title="晚间解决率低", unit_code="n1", first_seen=moment, last_seen=moment,
        state="settled", stated_step="在线接待", stated_action="答复不完整", stated_metric="标记解决率",
        stated_threshold="低于 75%", indicator="fcr_flag")
    cause, _new = Cause.objects.get_or_create(code="knowledge-gap", defaults={"name": "知识缺口", "family": "people"})
    FindingCause.objects.create(finding=finding, cause=cause, text="晚班不熟悉知识卡片", confirmed_at=moment)
    frozen, judged, evidence, found = _judged(word, number)
    measure = Measure.objects.create(
        number=f"M-{number:04d}", finding=finding, title=title, plan="晚班增加一次知识卡片演练", kind="training",
        aim="标记解决由 60% 提高到 75%", accountable=cast.leader, unit_code="n1", started_on=date(2025, 6, 2),
        done_on=date(2025, 7, 20), due_on=date(2025, 7, 31), change_on=CHANGE, outcome="全组已按新做法执行",
        state="verified" if accepted else "done", verdict=word if accepted else "", created_by=cast.manager,
        yardstick={"terms": yardstick_to_json(frozen), "hash": hash_of(frozen), "units": ["n1", "n2", "north"],
                   "round": 1, "weeks_after": 12, "weeks_before": 26, "doubt": "",
                   "after_the_fact": False, "approved_on": "2025-06-01", "entered_on": "2025-06-01",
                   "forecast": FORECAST})
    Progress.objects.create(measure=measure, week=date(2025, 7, 7), share=100, text="演练四次", by=cast.leader,
                            difficulty="前几天有人仍用老办法")
    Proof.objects.create(measure=measure, kind="sign_in", name="签到表.txt", stored="x.txt", size=6, sha256="a" * 64)
    review = Review.objects.create(measure=measure, until=UNTIL, due_on=UNTIL + timedelta(days=1), state="judged")
    return Verdict.objects.create(
        measure=measure, review=review, verdict=word, result=verdict_to_json(found),
        judged=yardstick_to_json(judged) | {"hash": hash_of(judged)}, evidence=evidence_to_json(evidence),
        yardstick_hash=hash_of(frozen), accepted_by=cast.manager if accepted else None,
        accepted_at=moment if accepted else None, note="照此保持" if accepted else "")
