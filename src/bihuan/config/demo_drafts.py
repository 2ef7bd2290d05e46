"""What the demonstration's people have begun or keep ready: drafts, rules, an incident."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation

from bihuan.config.demonstration import CALLS
from bihuan.core.models import User
from bihuan.core.privacy.models import Incident
from bihuan.core.privacy.services import record_entry
from bihuan.engine.process.register.steps import Step
from bihuan.loop.collect.answering.models import Rule
from bihuan.loop.collect.answering.services.triggers import save_rule as save_trigger
from bihuan.loop.collect.surveys.models import Survey, Wave
from bihuan.loop.collect.surveys.services.versions import draft_of
from bihuan.loop.diagnose.processes.models import Process
from bihuan.loop.diagnose.processes.services import begin_draft, create_process, save_step
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.realtime.models import Dashboard, ReminderRule
from bihuan.loop.evaluate.realtime.services.dashboards import save_view
from bihuan.loop.evaluate.realtime.services.reminders import save_rule as save_reminder
from bihuan.loop.improve.procedures import services as procedures
from bihuan.loop.plan.goals.models import ReviewScope
from bihuan.loop.plan.goals.services.scopes import create_scope

RETURNS = "退货处理"
STEPS = (("登记退货", "客户申请", "退货单", "工单专员", 10), ("收货验货", "退回的商品", "验货结论", "物流部", 1440),
         ("退款", "验货结论", "退款凭证", "财务部", 240))


def demo_drafts() -> None:
    """Leave them behind, each once."""
    people = {user.username: user for user in User.objects.filter(
        username__in=("administrator", "director", "quality_manager", "survey_officer"))}
    if len(people) < 4 or engine.as_of() is None:
        return
    with translation.override("zh-hans"):
        _draft_of_returns(people["quality_manager"])
        _draft_of_questions(people["survey_officer"])
        _rules(people["director"], people["survey_officer"])
        _pickers(people["director"])
        _incident(people["administrator"])


def _draft_of_returns(author: User) -> None:
    """A process that is being written down, and the procedure that will follow it."""
    if Process.objects.filter(name=RETURNS).exists():
        return
    process = create_process(name=RETURNS, unit_code="", where="topic = 退换货", note="", actor=author)
    version = begin_draft(process=process, actor=author)
    for number, (name, needs, gives, who, minutes) in enumerate(STEPS, start=1):
        save_step(version=version, pk=None, actor=author, step=Step(
            number, name, (), (), needs, gives, who, minutes, "online", False, False, ()))
    procedures.create_procedure(title="退货处理操作规程", unit_code="", process_id=process.pk, actor=author)


def _draft_of_questions(officer: User) -> None:
    """The next version of the questionnaire that is read out on the telephone."""
    survey = Survey.objects.filter(code=CALLS).first()
    if survey is not None and survey.versions.count() == 1:
        draft_of(survey=survey, actor=officer)


def _rules(director: User, officer: User) -> None:
    """A reminder before promises run out, and a rule that would ask after calls, for now switched off."""
    if not ReminderRule.objects.exists():
        save_reminder(rule=None, name="承诺到期前 1 小时", clock="promised", lead_minutes=60, actor=director)
    wave = Wave.objects.order_by("pk").first()
    if wave is not None and not Rule.objects.exists():
        save_trigger(wave=wave.pk, rule=None, name="电话结束后一小时", channels=["phone"], share=0.2, is_active=False,
                     actor=officer)


def _pickers(director: User) -> None:
    """A scope that reviews and goals may take up, and a view of the live board for whoever has the shift."""
    if not ReviewScope.objects.exists():
        create_scope(name="电话渠道月度评价", values={"channel": ["phone"]}, period_kind="month", actor=director)
    if not Dashboard.objects.exists():
        save_view(view=None, name="值班看板", tiles=["open", "overdue", "urgent", "units"], is_shared=True,
                  actor=director)


def _incident(keeper: User) -> None:
    if Incident.objects.exists():
        return
    found = timezone.now() - timedelta(days=9)
    record_entry(entry=Incident(), actor=keeper, values={
        "title": "回访名单误发给另一家外包商", "happened_at": found - timedelta(hours=3), "found_at": found,
        "holds": "客户编号、手机号后四位", "people": 36, "cause": "发送时选错了收件单位。",
        "harm": "可能接到冒充客服的电话。", "remedies": "当天收回并由对方书面确认已删除，发送前改为两人核对。",
        "advice": "接到自称客服的电话，请回拨官方热线核实。", "contact": "400-000-0000 · privacy@example.com",
        "reported_at": found + timedelta(hours=20), "notified_at": found + timedelta(days=1),
        "closed_at": found + timedelta(days=5)})
