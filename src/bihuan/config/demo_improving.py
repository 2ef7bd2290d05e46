"""What the demonstration company laid down and foretold: a process with its steps, its procedure, rosters tried out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone, translation

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.indicators.periods import bounds, key_of
from bihuan.engine.process.register import Step
from bihuan.engine.staffing.errors import StaffingError
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.diagnose.findings.services import raise_finding
from bihuan.loop.diagnose.processes.models import Process
from bihuan.loop.diagnose.processes.services import begin_draft, create_process, publish, save_step
from bihuan.loop.evaluate.concessions.models import Policy
from bihuan.loop.evaluate.concessions.services import save_policy
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.progress.queries.questions import baseline_of
from bihuan.loop.improve.measures import services as measures
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services import Proposal, Words
from bihuan.loop.improve.procedures import services as procedures
from bihuan.loop.improve.procedures.models import Procedure
from bihuan.loop.improve.staffing import services as staffing
from bihuan.loop.improve.staffing.models import Plan
from bihuan.loop.plan.goals.contracts import Terms
from bihuan.loop.plan.goals.services import set_goal

Duties = tuple[tuple[str, tuple[str, ...]], ...]
CLERK, LEAD, DEPARTMENT, CENTRE = "投诉专员", "投诉组长", "责任部门", "客户服务中心"
BY_CLERK: Duties = (("R", (CLERK,)), ("A", (LEAD,)))
# What people do outside: they are waited for, once or more often.
AWAITED = ("上门完成", "物流反馈", "检测完成", "收到退件", "客户补充资料", "恢复处理")
WAITS = ("等待上门", "等待物流", "送检", "等待客户寄回", "等待客户")
# Step, its activities in the log, those that begin it, input, output, who does it, planned minutes, whether it may be
# left out and come again, duties. The second approval (区域复核) is in no procedure: the check against it shows it.
STEPS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str, str, str, float, bool, Duties], ...] = (
    ("受理", ("分派",), ("创建",), "客户来电、留言", "投诉工单", CLERK, 10, False, BY_CLERK),
    ("首次回复", ("首次回复",), (), "投诉工单", "告知处理人与时间", CLERK, 20, False, BY_CLERK),
    ("等待外部", AWAITED, WAITS, "预约、寄送单", "外部结果", CLERK, 1440, True, BY_CLERK),
    ("部门处理", ("部门反馈",), ("转派部门",), "转派单", "书面意见", DEPARTMENT, 240, True,
     (("R", (DEPARTMENT,)), ("A", (DEPARTMENT,)), ("I", (CLERK,)))),
    ("交回", ("转回",), (), "书面意见", "待答复工单", DEPARTMENT, 5, True,
     (("R", (DEPARTMENT,)), ("A", (DEPARTMENT,)))),
    ("审批", ("主管审批",), ("提交审批",), "处理方案", "批准意见", LEAD, 60, True, (("R", (LEAD,)), ("A", (CENTRE,)))),
    ("退款", ("退款",), (), "批准意见", "退款凭证", "财务部", 120, True, (("R", ("财务部",)), ("A", ("财务部",)))),
    ("答复客户", ("答复客户", "再次答复"), (), "书面意见", "处理结果", CLERK, 30, True, BY_CLERK),
    ("升级处理", ("升级",), (), "处理记录", "处理决定", LEAD, 30, True,
     (("R", (LEAD,)), ("A", (LEAD,)), ("C", (CENTRE,)))),
    ("办结", ("解决",), (), "处理结果", "办结说明", CLERK, 10, False, BY_CLERK),
    ("关闭", ("关闭",), (), "客户确认", "归档工单", CLERK, 5, False, BY_CLERK),
)
CHAPTERS = {
    "purpose": "让每件投诉有人跟到底，客户不用重复说明。", "cautions": "答应客户的时间写进工单；不承诺尚未批准的补偿。",
    "exceptions": "部门 24 小时未反馈，投诉组长当日催办；涉及人身安全的立即升级。",
    "records": "投诉工单、转派单、投诉复盘表", "related": "《售后补偿办法》",
}
KEPT_PROMISE = "\n处理中的投诉每天向客户说一次进度，最晚 18:00 前。"
RULES = "3.1: 50\n3.2: 200\n3.3: 30"
WEEKS_BACK = 9                          # the second version holds this long: two months are enough to compare
OPENING = {"unit_code": "T11", "channel": "phone", "handling": 0.95, "price": 45}
EVENING = {"unit_code": "T12", "channel": "phone", "people": 2, "first": 18, "last": 21, "price": 45}
EVENING_NAME, TRIED = "晚间 18–21 点加两人", timedelta(days=28)
SLOW = Statement("电话接起", "晚间排队", "电话接通时长", "在 18–21 点超过 2 分钟")


def demo_procedure() -> bool:
    """Write the steps and the procedure of complaints down, with a second version some weeks old, once."""
    people = {user.username: user for user in User.objects.filter(username__in=("quality_manager", "director"))}
    if Process.objects.exists() or Procedure.objects.exists() or len(people) < 2 or engine.as_of() is None:
        return False
    author, director = people["quality_manager"], people["director"]
    with translation.override("zh-hans"):
        process = create_process(name="投诉处理", unit_code="", where="kind = complaint", note="", actor=author)
        version = begin_draft(process=process, actor=author)
        for number, (name, done, begun, needs, gives, who, minutes, optional, duties) in enumerate(STEPS, start=1):
            save_step(version=version, pk=None, actor=author, step=Step(
                number, name, done, begun, needs, gives, who, minutes, "online", optional, optional, duties))
        publish(version=version, note="按现行做法整理", actor=author)
        last = engine.today()
        monday = last - timedelta(days=last.weekday(), weeks=WEEKS_BACK)
        row = procedures.create_procedure(title="投诉处理操作规程", unit_code="", process_id=process.pk, actor=author)
        _hold_from(row, date(monday.year - 1, 1, 1), {}, "首版", author, director)
        _hold_from(row, monday, {"cautions": CHAPTERS["cautions"] + KEPT_PROMISE}, "增加每日告知进度", author, director)
    return True


def _hold_from(row: Procedure, day: date, changed: dict[str, str], note: str, author: User, director: User) -> None:
    version = procedures.begin_version(procedure=row, actor=author)
    version = procedures.write(version=version, chapters={**CHAPTERS, **version.chapters, **changed}, exam="",
                               note=note, actor=author)
    version = procedures.submit(version=version, actor=author)
    procedures.approve(version=version, effective_on=day, actor=director)


def demo_forecast(measure: Measure, since: date, actor: User) -> bool:
    """Foretell what a shorter greeting does to the queue of the measure's team, as of before it began."""
    if measure.unit_code != OPENING["unit_code"]:
        return False
    return _tried("缩短开场白后的接起", since - TRIED, since - timedelta(days=1), OPENING, actor, measure)


def demo_roster() -> bool:
    """Try two more people in the evening on the last weeks of the records, and propose them as a measure, once."""
    people = {user.username: user for user in User.objects.filter(
        username__in=("director", "quality_manager", "manager"))}
    unit, end = str(EVENING["unit_code"]), engine.today() - timedelta(days=1)
    if len(people) < 3 or engine.as_of() is None or Plan.objects.filter(name=EVENING_NAME).exists():
        return False
    with translation.override("zh-hans"), transaction.atomic():
        if not _tried(EVENING_NAME, end - TRIED + timedelta(days=1), end, EVENING, people["director"], None):
            return False
        finding = raise_finding(title="", statement=SLOW, unit_code=unit, actor=people["quality_manager"])
        first = timezone.localdate() + timedelta(days=14)
        measure = measures.draft_measure(actor=people["quality_manager"], words=Words(
            title="热线二组 18–21 点增加 2 人", kind="staffing", unit_code=unit, accountable=people["manager"],
            plan="从白班各调一人到晚班，每天 18–21 点在岗人数由 2 人增至 4 人，试行三个月。",
            aim="20 秒服务水平由 54% 提高到 64% 以上", finding_id=finding.pk, term="quick_win", starts_on=first,
            due_on=first + timedelta(days=90), impact=5, ease=3,
            details={"change": "18–21 点增加 2 人", "period": f"{first:%Y-%m-%d} 起，每天 18–21 点"}))
        measures.propose_yardstick(measure=measure, actor=people["quality_manager"], proposal=Proposal(
            "service_level", f"unit = {unit}", first, against="unit = T11", worthwhile=0.1, weeks_before=52,
            weeks_after=12, guards=("csat_mean",)))
        measures.propose_measure(measure=measure, actor=people["quality_manager"])
        staffing.link_measure(plan=Plan.objects.get(name=EVENING_NAME), measure=measure, actor=people["director"])
        _demo_goal(unit, people["director"], people["manager"])
    return True


def _demo_goal(unit: str, director: User, owner: User) -> None:
    """What the measure is for, as a goal since the last whole month of the records, by the three before it."""
    passport, filters = engine.passports()["pickup"], (("unit", (unit,)),)
    month = key_of("month", engine.today()) - 1
    start, end = bounds("month", month - 3)[0], bounds("month", month - 1)[1]
    baseline = baseline_of(passport.name, filters, start, end, scope_of(director, "plan.change_goals"))
    if baseline.value is None:          # a history of a few weeks has nothing to start from
        return
    set_goal(owner=owner, scope=None, actor=director, terms=Terms(
        title="热线二组电话接通时长降到 60 秒以内", indicator=passport.name, direction=passport.direction,
        unit=passport.unit, filters=filters, measured="month", baseline_start=start, baseline_end=end,
        baseline=baseline, aim="absolute", amount=60.0, start=bounds("month", month)[0],
        due=timezone.localdate() + timedelta(days=120), reason="晚间接通慢，放弃率最高，投诉里反复提到"))


def _tried(name: str, start: date, end: date, tried: dict[str, object], actor: User, measure: Measure | None) -> bool:
    told = {"people": 0, "first": 0, "last": 24, "weekdays": [1, 2, 3, 4, 5, 6, 7], "target_s": 30, **tried}
    try:
        plan = staffing.make_plan(actor=actor, name=name, start=start, end=end, **told)
        plan = staffing.work_out(plan=plan, tell=lambda *words: None)
    except StaffingError:               # a company too small to have had calls on those days
        Plan.objects.filter(name=name, result=None).delete()
        return False
    if measure is not None:
        staffing.link_measure(plan=plan, measure=measure, actor=actor)
        # It replayed days before the change alone; so it could have been made on the evening before.
        Plan.objects.filter(pk=plan.pk).update(
            made_at=datetime.combine(end, time(18), tzinfo=workspace.zone()))
    return True


def demo_policy() -> bool:
    """Put the compensation rules in force, once: what was given beyond them then waits for somebody else."""
    director = User.objects.filter(username="director").first()
    if director is None or Policy.objects.exists():
        return False
    save_policy(text=RULES, note="售后补偿办法", actor=director)
    return True
