"""The demonstration company calls customers back after the measure that worked, through the services.

The calls are acted: what a customer says is drawn around the earlier mark, which most people better when asked again;
those whom the planted change reached say somewhat more. What that comes to is computed like everybody's.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bihuan.core import workspace
from bihuan.core.errors import Refusal
from bihuan.core.models import User
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.verify.callbacks import services
from bihuan.loop.verify.callbacks.models import Target

MOST, SEED = 18, "2026"
BACK_BY_ITSELF, GAIN, SPREAD = 0.9, 1.1, 0.7        # points of five
SAID = {
    "good": ("这次一次就说清楚了，不用再打第二遍。", "客服按步骤讲，比以前明白。", "回复很完整，连后面怎么办都说了。"),
    "fair": ("还可以，就是等的时间有点长。", "问题解决了，希望以后能主动告诉进度。"),
    "bad": ("还是要问好几遍，说法也不一样。", "到现在也没有彻底解决。"),
}


def demo_calls(measure: Measure, runner: User, caller: User) -> bool:
    """Open, call and conclude one round about a measure; False where the records hold nobody to call."""
    last = engine.as_of()
    if last is None:
        return False
    noon = last.astimezone(workspace.zone()).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
    try:
        made = services.open_round(measure=measure, plan=services.Plan(most=MOST, seed=SEED), actor=runner, now=noon)
        services.assign_targets(round_=made, caller=caller, count=2 * MOST, actor=runner)
    except Refusal:
        return False
    dice = random.Random(SEED)
    for place, target in enumerate(Target.objects.filter(round=made, caller=caller)):
        _act(target, caller, noon + timedelta(minutes=7 * place), dice)
    services.conclude_round(round_=made, note="演示：一天内能打通的都已打过。", actor=runner,
                            now=noon + timedelta(hours=8))
    return True


def _act(target: Target, caller: User, moment: datetime, dice: random.Random) -> None:
    """One acted call: most people talk, some are not there, a few do not want to."""
    try:
        call = services.begin_call(target=target, actor=caller, now=moment)
    except Refusal:
        return              # somebody who may not be called now: that too is shown
    after, luck = moment + timedelta(minutes=4), dice.random()
    if luck > 0.9:
        services.end_call(call=call, outcome="no_answer" if luck < 0.97 else "refused", actor=caller, now=after)
        return
    gained = BACK_BY_ITSELF + (GAIN if target.group == "affected" else 0.0)
    score = min(5, max(1, round((target.score_before or 3) + dice.gauss(gained, SPREAD))))
    mood = "good" if score >= 4 else "fair" if score == 3 else "bad"
    kept = services.keep_feedback(
        call=call, score=score, opinion=dice.choice(SAID[mood]), improve="no" if score == 5 else "yes",
        remark="客户流失风险降低" if score >= 4 and (target.score_before or 3) <= 2 else "", actor=caller, now=after)
    if score >= 4:
        services.record_benefit(target=kept, kind="ordered" if dice.random() < 0.25 else "safer", actor=caller)
    elif score <= 2:
        services.record_benefit(target=kept, kind="at_risk", actor=caller)
