"""What is under way at the demonstration company.

Another department's measure against the planted delay of one region's deliveries, the plan it is part of, a rule that
reminds the departments, and a change of the ticket system that is to be judged.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone, translation

from bihuan.core import workspace
from bihuan.core.models import Unit, User
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.diagnose.findings.services import raise_finding
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures import services
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services import Proposal, Words
from bihuan.loop.improve.plans import services as plans
from bihuan.loop.improve.procedures.services import save_rule
from bihuan.loop.verify.launches.services import Told, register_launch

TITLE = "西南线路改走成都直发仓，当日转运"
THERE, ELSEWHERE = 'region = "西南" and topic = "物流配送"', 'region != "西南" and topic = "物流配送"'
WEEKS_LIVE = 4                          # the launch is that old at the end of the records
SLOW = Statement("西南配送", "中转仓隔日才转运，客户一再来问", "一次性解决率", "比其余地区低 5 个百分点以上")


def demo_department() -> bool:
    """Give the logistics department a measure and its plan, and others a rule and a launch to follow, once."""
    people = {user.username: user for user in User.objects.filter(
        username__in=("quality_manager", "director", "department_contact"))}
    unit = Unit.objects.filter(name="物流部", kind="department", is_current=True).first()
    if len(people) < 3 or unit is None or engine.as_of() is None or Measure.objects.filter(title=TITLE).exists():
        return False
    author, owner, now = people["quality_manager"], people["department_contact"], timezone.localdate(
        timezone.now(), workspace.zone())
    with translation.override("zh-hans"), transaction.atomic():
        measure = _measure(unit, people, now)
        plan = plans.make_plan(title="西南配送提升计划", unit_code=unit.code, owner=owner, actor=author,
                               goal="西南物流配送问题的一次性解决率由 75% 提高到 85%，两个季度内做到。")
        plans.save_phase(plan=plan, measures=[measure], actor=author, words=plans.Words(
            "改线试行", "直发仓运行四周的转运记录", owner, now - timedelta(days=14), now + timedelta(days=60)))
        save_rule(rule=None, name="转派部门未反馈", unit_code="", where="kind = complaint", clock="business",
                  levels=[("投诉组长", 8), ("客服主管", 16), ("客服总监", 24)], done=["部门反馈"],
                  approvals=["主管审批", "区域复核"], most=1, actor=people["director"])
        register_launch(owner=author, actor=people["director"], told=Told(
            "system", "工单系统转派单自动带出订单号", "原来由坐席手工填写订单号，现在转派时自动带出。",
            engine.today() - timedelta(weeks=WEEKS_LIVE), "", "", "resolution_cycle", ("fcr",)))
    return True


def _measure(unit: Unit, people: dict[str, User], now: date) -> Measure:
    """Draft, approve and begin the measure, and report its first week."""
    author, owner, change = people["quality_manager"], people["department_contact"], now + timedelta(days=14)
    finding = raise_finding(title="", statement=SLOW, unit_code=unit.code, actor=author)
    measure = services.draft_measure(actor=author, words=Words(
        title=TITLE, kind="process", unit_code=unit.code, accountable=owner,
        plan="西南件不再经武汉中转：成都直发仓备常用型号，当日扫描、当日转运，异常件每天 10 点前报客服。",
        aim="物流配送问题的一次性解决率提高 10 个百分点", finding_id=finding.pk, term="systemic",
        starts_on=now - timedelta(days=14), due_on=now + timedelta(days=60), impact=4, ease=3,
        details={"step": "西南件转运", "new_way": "由武汉中转、隔日发出，改为成都直发仓当日转运"}))
    services.propose_yardstick(measure=measure, actor=author, proposal=Proposal(
        "fcr", THERE, change, against=ELSEWHERE, worthwhile=0.1, weeks_before=52, weeks_after=16,
        guards=("csat_mean",)))
    services.propose_measure(measure=measure, actor=author)
    services.approve_measure(measure=measure, actor=people["director"], on=now - timedelta(days=14),
                             accepts_doubt="波动大时按期末数据决定是否延长。")
    services.start_measure(measure=measure, actor=owner, on=now - timedelta(days=7))
    services.report_progress(measure=measure, share=20, actor=owner, text="直发仓已选定，首批型号备货。",
                             difficulty="扫描枪还差两把。", adjustment="先用手机扫描，下周补齐。")
    return measure
