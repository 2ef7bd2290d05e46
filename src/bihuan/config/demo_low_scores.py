"""Low scores of the demonstration company's survey by telephone: one was followed up, one waits."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation

from bihuan.core.models import User
from bihuan.loop.collect.answering import services as answering
from bihuan.loop.collect.surveys.models import Survey
from bihuan.loop.collect.voices import services as voices
from bihuan.loop.collect.voices.models import FollowUp, LowScoreRule
from bihuan.loop.collect.voices.queries.session import ask

from .demonstration import CALLS

DAY = timedelta(days=1)


def demo_low_scores() -> bool:
    """Follow the low scores up, once; returns whether it did."""
    people = {user.username: user for user in User.objects.filter(username__in=("survey_officer", "callback_officer"))}
    survey = Survey.objects.filter(code=CALLS).first()
    if len(people) < 2 or survey is None or LowScoreRule.objects.exists():
        return False
    last = ask("SELECT max(opened) AS at FROM fact_case")[0]["at"]
    with translation.override("zh-hans"):
        answering.flush()
        rule = voices.save_low_score_rule(survey=survey, item="csat", at_most=2, due_hours=8, consent_value="yes",
                                          consent_item="may_contact", actor=people["survey_officer"])
        # The records end weeks ago: they are gathered as of their end, and what is due is due tomorrow.
        LowScoreRule.objects.filter(pk=rule.pk).update(since=last - 90 * DAY)
        if not voices.gather_low_scores(now=last):
            return False
        FollowUp.objects.update(made_at=timezone.now(), due_at=timezone.now() + DAY)
        caller, first = people["callback_officer"], FollowUp.objects.order_by("pk")[0]
        voices.take_follow_up(follow_up=first, actor=caller)
        voices.note_call(follow_up=first, reached=True, note="客户说等配件等了一周，没有人告诉进度", actor=caller)
        voices.close_follow_up(follow_up=first, result="solved", actor=caller,
                               note="配件当天寄出，已告知单号；维修等待配件时应主动告知进度")
        # Its time has come, or nothing could be said of being in time.
        due = timezone.now() - 2 * DAY
        FollowUp.objects.filter(pk=first.pk).update(made_at=due - DAY, due_at=due, closed_at=due - DAY / 8)
        first.steps.update(at=due - DAY / 6)
    return True
