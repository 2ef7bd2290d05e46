"""What the demonstration company has done in the rooms that no file fills: through the services, by its own people.

Run again, it adds nothing. Times lie within the hours of contact, so that what is shown could have happened.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone, translation

from bihuan.core import workspace
from bihuan.core.jobs import enqueue
from bihuan.core.models import Job, User
from bihuan.core.rights import SystemActor
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.collect.samples import services as samples
from bihuan.loop.collect.samples.queries.plans import Plan
from bihuan.loop.collect.surveys import services as surveys
from bihuan.loop.collect.surveys.models import Survey, Wave
from bihuan.loop.collect.surveys.queries import questionnaire_of
from bihuan.loop.collect.surveys.templating import shipped
from bihuan.loop.collect.voices import services as voices
from bihuan.loop.collect.voices.models import CallTarget
from bihuan.loop.collect.voices.queries.session import ask
from bihuan.loop.diagnose.findings.models import Search

CALLS = "demo-calls"
COUNT = 24


def fill_rooms() -> None:
    """Fill the rooms that no file fills, each once."""
    look_for_problems()
    _fill_voices()


def look_for_problems() -> None:
    """Have the company looked through once, in the background, so that the first visitor finds its problems."""
    if not Search.objects.exists() and not Job.objects.filter(kind="findings.search").exists():
        enqueue("findings.search", actor=SystemActor("cli:up"), title="查找问题")


def _fill_voices() -> None:
    """Let the demonstration's people work in the rooms of voices, once."""
    people = {user.username: user for user in User.objects.filter(
        username__in=("survey_officer", "callback_officer", "manager", "quality_manager"))}
    if len(people) < 4 or Survey.objects.filter(code=CALLS).exists():
        return
    with translation.override("zh-hans"):
        call_customers(people["survey_officer"], people["callback_officer"])


def call_customers(officer: User, caller: User) -> None:
    """A survey by telephone in the caller's centre: a sample, a list, and a day of calls with every outcome."""
    unit = caller.assignments.values_list("unit_code", flat=True).first() or ""
    last = ask("SELECT max(opened) AS at FROM fact_case")[0]["at"]
    survey = surveys.create_survey(
        actor=officer, title="重点客户电话回访", code=CALLS, unit_code=unit, mode="confidential",
        document=shipped("contact"), responsible=officer, purpose="了解最近一月服务后的满意度，对象为本中心客户")
    surveys.publish_version(version=survey.versions.get(), actor=officer)
    now = timezone.now()
    wave = surveys.plan_wave(survey=survey, actor=officer, opens_at=now - timedelta(days=3),
                             closes_at=now + timedelta(days=21))
    frame = samples.start_frame(wave=wave.pk, rule=FrameRule((last - timedelta(days=60)).date(), last.date()),
                                actor=officer)
    if not frame.is_ready:
        return
    samples.start_draw(frame=frame, plan=Plan(total=COUNT, key_apart=False), seed="2026", actor=officer)
    _a_day_of_calls(wave, officer, caller)


def _a_day_of_calls(wave: Wave, officer: User, caller: User) -> None:
    """Yesterday's calls: half are interviewed, the others end in every other way."""
    noon = (datetime.now(workspace.zone()) - timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    voices.build_list(wave=wave.pk, source="sample", actor=officer, now=noon)
    answers = _answers(wave)
    for number, target in enumerate(CallTarget.objects.filter(wave=wave).order_by("customer")[:12]):
        moment = noon + timedelta(minutes=12 * number)
        try:
            call = voices.begin_call(target=target, actor=caller, now=moment)
        except Exception as refused:
            if not getattr(refused, "code", None):
                raise
            continue            # somebody who may not be called: that too is shown
        after = moment + timedelta(minutes=5)
        if number % 2 == 0:
            voices.keep_answers(call=call, answers=answers[number % len(answers)], consented=True, actor=caller,
                                now=after)
        else:
            outcome = ("no_answer", "call_back", "refused", "wrong")[number // 2 % 4]
            voices.end_call(call=call, outcome=outcome, actor=caller, now=after, note="",
                            callback_at=noon + timedelta(days=2) if outcome == "call_back" else None)


def _answers(wave: Wave) -> list[dict[str, object]]:
    """Whole sets of answers to the wave's questions: good, middling, bad."""
    made: list[dict[str, object]] = []
    for level in (1.0, 0.75, 0.2):
        given: dict[str, object] = {}
        for item in questionnaire_of(wave.version_id).items():
            if item.type == "rating":
                low, high = item.low, item.high
                given[item.name] = low + round(level * (high - low))
                given[f"{item.name}-Comment"] = "等的时间太长"
            elif item.type in ("radiogroup", "dropdown"):
                given[item.name] = item.choices[0 if level > 0.5 else -1].value
            elif item.type == "comment":
                given[item.name] = "客服很耐心，就是回电慢了一天。"
        made.append(given)
    return made


