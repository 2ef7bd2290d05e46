"""Measures of the demonstration company: what was planted in its records is followed through the services.

Nothing here says whether a measure worked: the verdicts are computed from the records like everybody's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import translation

from bihuan.config.demo_calls import demo_calls
from bihuan.config.demo_improving import demo_forecast
from bihuan.core import workspace
from bihuan.core.models import Unit, User
from bihuan.engine.home import Home
from bihuan.loop.diagnose.causes.models import Cause
from bihuan.loop.diagnose.causes.services import confirm_cause, state_cause
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.diagnose.findings.services import raise_finding
from bihuan.loop.improve.measures import services
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services import Proposal, Words
from bihuan.loop.learn.archives.services import make_archive, start_archive
from bihuan.loop.learn.examples.models import Example
from bihuan.loop.learn.examples.services import draft_examples, publish_example
from bihuan.loop.learn.handbook.models import Entry
from bihuan.loop.learn.handbook.queries import today
from bihuan.loop.learn.handbook.services import approve_entry, create_entry, submit_entry
from bihuan.loop.verify.verdicts.contracts import EFFECTIVE
from bihuan.loop.verify.verdicts.queries.lists import Verdict
from bihuan.loop.verify.verdicts.services import VerdictError, close_measure, judge_due, open_reviews

PLANTED = "demo-planted.json"
LEAST_BEFORE = timedelta(weeks=16)      # a shorter history before the change tells nothing


@dataclass(frozen=True)
class Story:
    """One planted change as a measure: what was done, and against whom it is compared."""

    truth: str
    title: str
    plan: str
    aim: str
    statement: Statement
    kind: str
    details: dict[str, str]
    proof: str
    against: str
    cause: tuple[str, str, str]     # what it comes from, by what evidence, and its entry in the taxonomy


STORIES = (
    Story("measure_worked", "在线一组启用 40 张知识卡片", "接待时按主题打开知识卡片，照卡片答复并核对是否解决。",
          "一次性解决率提高 5 个百分点",
          Statement("在线接待", "答复不完整", "一次性解决率", "没有比外包在线组高出 5 个百分点"),
          "knowledge", {"entries": "40 张知识卡片", "keeper": "知识库管理员"}, "knowledge", "unit = V12",
          ("坐席手边没有按主题整理的答复", "抽查 40 次会话，26 次当场查不到答案", "skill_gap")),
    Story("measure_failed", "热线一组启用新开场白，6 句改为 3 句", "来电接起后用三句新开场白，先问诉求再核身份。",
          "一次性解决率提高 5 个百分点", Statement("电话接待", "开场过长", "一次性解决率", "低于目标 5 个百分点"),
          "process", {"step": "电话开场", "new_way": "开场白由 6 句改为 3 句"}, "procedure", "unit = T12",
          ("六句开场白之后才问诉求", "跟听 30 通，平均第 48 秒问到诉求", "process_missing")),
)


ANSWERS = (
    ("退款", "退款什么时候到账？",
     "已为您核实：退款原路退回，三个工作日内到账；银行入账可能再晚一天。到账前您不用再做什么。",
     "《退款管理办法》第 8 条", "超过五个工作日仍未到账，转财务组，当日回复客户。"),
    ("物流", "包裹几天没有更新，是不是丢了？",
     "我看到最近一次扫描的时间和地点，马上为您催查；24 小时内给您结果，若确认丢失，当天补发或退款。",
     "《配送异常处理规程》", "48 小时没有新的扫描记录，转物流接口人并开跨部门事项。"),
    ("账户", "登录时收不到验证码怎么办？",
     "请先确认手机号是否更换、短信是否被拦截；一分钟后可改用语音验证码。仍不行，我为您核身后人工重置。",
     "《账户安全操作规程》第 3 节", "核身不通过或怀疑被盗，立即转风控组，不在线上透露任何资料。"),
)


def demo_measures(home: Home) -> int:
    """Follow the planted changes through the services, once; returns how many measures were made.

    A company with too short a history before its changes gets none.
    """
    file = home.path / PLANTED
    if Measure.objects.exists() or not file.exists():
        return 0
    planted = json.loads(file.read_text(encoding="utf-8"))
    start, made = date.fromisoformat(planted["start"]), 0
    people = {user.username: user for user in User.objects.filter(
        username__in=("director", "quality_manager", "team_leader", "callback_officer"))}
    if not {"director", "quality_manager", "team_leader"} <= people.keys():
        return 0
    with translation.override("zh-hans"), transaction.atomic():
        for story in STORIES:
            truth = planted["truths"].get(story.truth)
            if not truth or not truth["since"] or not Unit.objects.filter(
                    code=truth["where"].get("unit", "")).exists():
                continue
            since = date.fromisoformat(truth["since"])
            if since - start >= LEAST_BEFORE:
                _carry_out(story, truth["where"]["unit"], since, people)
                made += 1
        if made:
            open_reviews()
            judge_due()
            _close(people["director"])
            _call_back(people)
            _learn(people["director"])
    return made


def _carry_out(story: Story, unit: str, since: date, people: dict[str, User]) -> None:
    author, leader, director = people["quality_manager"], people["team_leader"], people["director"]
    # Its measure began two weeks before the change: the problem was noticed a week before that.
    noticed = datetime.combine(since - timedelta(days=21), time(10), tzinfo=workspace.zone())
    finding = raise_finding(title="", statement=story.statement, unit_code=unit, actor=author, seen_at=noticed)
    text, evidence, code = story.cause
    cause = confirm_cause(actor=author, stated=state_cause(
        finding_id=finding.pk, text=text, evidence=evidence, cause=Cause.objects.get(code=code), actor=author))
    measure = services.draft_measure(words=Words(
        title=story.title, kind=story.kind, unit_code=unit, accountable=leader, plan=story.plan, aim=story.aim,
        finding_id=finding.pk, finding_cause_id=cause.pk, term="quick_win", starts_on=since - timedelta(days=14),
        due_on=since + timedelta(days=14), details=story.details, impact=4, ease=4), actor=author)
    proposal = Proposal("fcr", f"unit = {unit}", since, against=story.against, worthwhile=0.05, weeks_before=52,
                        weeks_after=16, guards=("csat_mean",))
    services.propose_yardstick(measure=measure, proposal=proposal, actor=author)
    services.propose_measure(measure=measure, actor=author)
    services.approve_measure(measure=measure, actor=director, on=since - timedelta(days=14),
                             accepts_doubt="先在一个班组试行，数据不够时再延长。")
    demo_forecast(measure, since, director)
    services.start_measure(measure=measure, actor=author, on=since - timedelta(days=7))
    services.report_progress(measure=measure, share=100, text="全组已按新做法执行。", actor=author,
                             difficulty="前几天有人仍用老办法。", adjustment="班前会逐人过一遍。", on=since)
    services.add_evidence(measure=measure, kind=story.proof, name="执行记录.txt", actor=author,
                          parts=[f"{story.title}\n{since}\n".encode()], note="演示数据")
    services.complete_measure(measure=measure, change_on=since, actor=author, on=since + timedelta(days=10))


def _learn(director: User) -> None:
    """Keep what was learnt: the verdict of what worked lies in an archive, examples of all are published."""
    for verdict in Verdict.objects.filter(verdict=EFFECTIVE, accepted_at__isnull=False).select_related(
            "measure__finding", "review"):
        make_archive(archive=start_archive(verdict=verdict, actor=director), progress=lambda *told: None)
    draft_examples()
    for example in Example.objects.filter(state=Example.State.DRAFT):
        publish_example(example=example, number=1, actor=director)


def demo_handbook() -> bool:
    """Write a few answers that hold from today on, by one person and approved by another, once."""
    people = {user.username: user for user in User.objects.filter(username__in=("quality_manager", "director"))}
    if len(people) < 2 or Entry.objects.exists():
        return False
    author, director = people["quality_manager"], people["director"]
    with translation.override("zh-hans"), transaction.atomic():
        _write_handbook(author, director)
    return True


def _write_handbook(author: User, director: User) -> None:
    for topic, question, answer, basis, escalation in ANSWERS:
        words = {"question": question, "answer": answer, "basis": basis, "escalation": escalation}
        made = create_entry(topic=topic, unit_code="", words=words, source={}, actor=author)
        version = submit_entry(version=made.versions.get(), actor=author)
        approve_entry(version=version, effective_on=today(), actor=director)


def _close(director: User) -> None:
    """Close what the data can tell; what they cannot is left for a person to accept by name."""
    for measure in Measure.objects.filter(state=Measure.State.DONE):
        try:
            close_measure(measure_id=measure.pk, actor=director, note="按数据关闭。")
        except VerdictError:
            continue


def _call_back(people: dict[str, User]) -> None:
    """Call the customers back whom the problem of the measure that worked had hit."""
    worked = Measure.objects.filter(verdict="effective").order_by("pk").first()
    if worked is not None and "callback_officer" in people:
        demo_calls(worked, people["quality_manager"], people["callback_officer"])
