"""What the demonstration company has done in the rooms that no file fills: through the services, by its own people.

Run again, it adds nothing. Times lie within the hours of contact, so that what is shown could have happened.
"""

from __future__ import annotations

import base64
import secrets
import time
from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone, translation

from bihuan.core import workspace
from bihuan.core.jobs import enqueue
from bihuan.core.models import Job, Unit, User
from bihuan.core.privacy.models import Agreement, ImpactAssessment
from bihuan.core.privacy.services import approve_assessment, record_entry
from bihuan.core.rights import SystemActor
from bihuan.core.systems import own_names
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.collect.conversations.queries.tags import active_tags
from bihuan.loop.collect.samples import services as samples
from bihuan.loop.collect.samples.queries.plans import Plan
from bihuan.loop.collect.sources.services import name_sources
from bihuan.loop.collect.surveys import services as surveys
from bihuan.loop.collect.surveys.models import Survey, Wave
from bihuan.loop.collect.surveys.queries import questionnaire_of
from bihuan.loop.collect.surveys.templating import shipped
from bihuan.loop.collect.voices import services as voices
from bihuan.loop.collect.voices.forms.agencies import TERMS
from bihuan.loop.collect.voices.forms.feedback import NOTICE
from bihuan.loop.collect.voices.forms.talks import SHIPPED
from bihuan.loop.collect.voices.models import Agency, CallTarget, Feedback, FeedbackForm, Guide, Scenario
from bihuan.loop.collect.voices.queries.agencies import columns_of
from bihuan.loop.collect.voices.queries.session import ask
from bihuan.loop.collect.voices.receipts import SALT
from bihuan.loop.diagnose.findings.models import Search

SYSTEMS = {"callcenter": "呼叫中心", "onlinechat": "在线客服", "ticketing": "工单系统", "complaints": "投诉系统",
           "crm": "客户系统", "personnel": "人事系统", "sales": "销售系统"}
CALLS = "demo-calls"
COUNT = 24
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def fill_rooms() -> None:
    """Fill the rooms that no file fills, each once."""
    name_systems()
    look_for_problems()
    _fill_voices()


def name_systems() -> None:
    """Call the company's systems by their names, unless somebody has named systems already."""
    if not own_names():
        name_sources(names=SYSTEMS, actor=SystemActor("cli:up"))


def look_for_problems() -> None:
    """Have the company looked through once, in the background, so that the first visitor finds its problems."""
    # One that was stopped on its way, or failed, found nothing.
    looked = Search.objects.filter(ended_at__isnull=False).exists()
    if not looked and not Job.objects.filter(kind="findings.search", state__in=("queued", "running")).exists():
        enqueue("findings.search", actor=SystemActor("cli:up"), title="查找问题")


def _fill_voices() -> None:
    """Let the demonstration's people work in the rooms of voices, once."""
    people = {user.username: user for user in User.objects.filter(
        username__in=("survey_officer", "callback_officer", "manager", "quality_manager"))}
    if len(people) < 4:
        return
    officer = people["survey_officer"]
    with translation.override("zh-hans"):
        if not Survey.objects.filter(code=CALLS).exists():
            call_customers(officer, people["callback_officer"])
        if not FeedbackForm.objects.exists():
            hear_feedback(officer)
        if not Guide.objects.exists():
            talk_with_people(officer)
        if not Agency.objects.exists():
            entrust_agency(officer)
        if not Scenario.objects.exists():
            visit_in_disguise(officer, people["quality_manager"])


def call_customers(officer: User, caller: User) -> None:
    """A survey by telephone in the caller's centre: a sample, a list, and a day of calls with every outcome."""
    unit = caller.assignments.values_list("unit_code", flat=True).first() or ""
    last = ask("SELECT max(opened) AS at FROM fact_case")[0]["at"]
    survey = surveys.create_survey(
        actor=officer, title="重点客户电话回访", code=CALLS, unit_code=unit, mode="confidential",
        document=shipped("contact"), responsible=officer, purpose="了解最近一月服务后的满意度，对象为本中心客户")
    surveys.publish_version(version=survey.versions.get(), actor=officer)
    wave = surveys.plan_wave(survey=survey, actor=officer, opens_at=last - timedelta(days=3),
                             closes_at=timezone.now() + timedelta(days=21))
    frame = samples.start_frame(wave=wave.pk, rule=FrameRule((last - timedelta(days=60)).date(), last.date()),
                                actor=officer, at_once=True)
    if not frame.is_ready:
        return
    samples.start_draw(frame=frame, plan=Plan(total=COUNT, key_apart=False), seed="2026", actor=officer, at_once=True)
    _a_day_of_calls(wave, officer, caller, last)


def _a_day_of_calls(wave: Wave, officer: User, caller: User, last: datetime) -> None:
    """The calls of the day before the records end: half are interviewed, the others end in every other way.

    Answers of a later day would make the board take the company's last month for long past.
    """
    day = last.astimezone(workspace.zone()) - timedelta(days=1)
    noon = day.replace(hour=10, minute=0, second=0, microsecond=0)
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
            elif item.type == "radiogroup" and item.visible_if:
                given[item.name] = item.choices[0].value      # who may be spoken to about a low score says yes
            elif item.type in ("radiogroup", "dropdown"):
                given[item.name] = item.choices[0 if level > 0.5 else -1].value
            elif item.type == "comment":
                given[item.name] = "客服很耐心，就是回电慢了一天。"
        made.append(given)
    return made




SAID = (
    ("online", "complaint", "退款申请提交十天了还没到账，打了三次电话，每次都说再等三天。", "13912345670"),
    ("online", "complaint", "退款申请提交十天了还没到账，打了三次电话，每次都让我再等。", "13912345670"),
    ("online", "praise", "昨晚的客服很耐心，帮我把发票重新开好了，谢谢。", ""),
    ("counter", "suggestion", "柜台叫号屏太小，老人看不清，希望换大一点。", ""),
    ("social", "complaint", "微博留言：机器人一直听不懂，转不到人工。", ""),
    ("phone", "question", "想知道会员积分年底会不会清零。", ""),
)


def hear_feedback(officer: User) -> None:
    """A public form, and what came by it, by telephone, at the counter and in social media."""
    form = voices.save_form(
        form=FeedbackForm(), name="官网与门店海报", title="意见与建议", intro="说说您的感受，好的和不好的都行。",
        notice=str(NOTICE), actor=officer)
    for channel, kind, text, contact in SAID:
        if channel == "online":
            field = signing.dumps([form.token, secrets.token_hex(8), int(time.time()) - 60], salt=SALT)
            voices.send_feedback(form=form, said=voices.Said(text=text, kind=kind, contact=contact, field=field))
        else:
            voices.enter_feedback(text=text, channel=channel, kind=kind, unit_code="", actor=officer)
    praise = Feedback.objects.get(kind="praise")
    voices.answer_feedback(feedback=praise, reply="谢谢您的肯定，已转告当班同事。", actor=officer)


NOTES = (
    ("门店顾客", {"touchpoint.1": "先打电话，等了二十分钟没人接，又去了门店。",
                "attitude.1": "门店的人很热情，电话里的就很冷淡。",
                "efficiency.1": "前后用了三天，原本以为当天能好。", "resolution.1": "最后换了新的，是短信告诉我的。"}),
    ("企业采购", {"touchpoint.1": "在线客服，机器人绕了很久才转人工。", "attitude.1": "人工的态度没话说。",
                "efficiency.1": "转了两个部门，每次都要重说一遍。", "resolution.1": "还没有解决，说月底前答复。"}),
)


def talk_with_people(officer: User) -> None:
    """Two interviews by one guide, with passages given to tags."""
    guide = voices.save_guide(
        guide=Guide(), name="服务体验访谈", purpose="弄清客户在哪一步等得久、重复说", actor=officer,
        questions={area: str(text).splitlines() for area, text in SHIPPED.items()})
    tags = {tag.name: tag.pk for tag in active_tags()}
    for respondent, notes in NOTES:
        made = voices.begin_interview(guide=guide, consent_how="见面时签署同意书", respondent=respondent, minutes=35,
                                      place="门店会议室", actor=officer)
        made = voices.save_notes(interview=made, notes=notes, done=True, actor=officer)
        for question, tag in (("touchpoint.1", "等待过久" if "等了" in notes["touchpoint.1"] else "机器人未理解"),
                              ("efficiency.1", "重复描述问题" if "重说" in notes["efficiency.1"] else "等待过久")):
            if tag in tags:
                voices.code_passage(interview=made, question=question, tag=tags[tag], start=None, end=None,
                                    actor=officer)


def entrust_agency(officer: User) -> None:
    """An agency outside, its agreement with the assessment it needs, and a first file that waits to be looked at."""
    keeper = User.objects.filter(username="administrator").first()
    outside = User.objects.filter(username="research_house").first()
    wave = Wave.objects.filter(survey__code=CALLS).first()
    if keeper is None or outside is None or wave is None:
        return
    today, party = timezone.localdate(), "中立调研有限公司"
    assessment = record_entry(entry=ImpactAssessment(), actor=SystemActor("cli:up"), values={
        "title": "委托调研机构收集答卷", "trigger": "entrust", "covers": party, "risk": "low",
        "lawfulness": "为满意度调查所必需，范围限于一期调查。", "impact": "机构知道谁参加了调查。",
        "measures": "账号只能交付，到期关闭，结束时返还或删除。", "valid_until": today + timedelta(days=365)})
    approve_assessment(assessment=assessment, actor=keeper)
    agreement = record_entry(entry=Agreement(), actor=keeper, values={
        "party": party, "kind": "entrust", "purpose": "满意度调查的实施", "holds": "客户编号、答卷",
        "protection": "加密保存，专人经办，委托方可随时检查", "starts_on": today - timedelta(days=5),
        "expires_on": today + timedelta(days=90)})
    agency = voices.save_agency(agency=Agency(), name=party, agreement=agreement, terms=str(TERMS), actor=officer)
    access = voices.give_access(agency=agency, user=outside, wave=wave.pk, expires_on=today + timedelta(days=30),
                                actor=officer)
    access = voices.accept_terms(access=access, name="李工", actor=outside)
    names = [column.name for column in columns_of(access)]
    voices.deliver(access=access, note="第一批，共 1 份", actor=outside, files=[voices.Sent(
        "第一批.csv", [(",".join(names) + "\n").encode()])])


CHECKLIST = (("迎接", "三十秒内有人招呼", 2, False), ("迎接", "主动问要办什么", 1, False),
             ("办理", "一次说清所需材料", 3, False), ("办理", "核对身份后才查资料", 4, True),
             ("离开", "告知结果何时、怎样通知", 2, False))


def visit_in_disguise(officer: User, keeper: User) -> None:
    """Three visits by one scenario: two are checked, one is still to be made."""
    scenario = voices.save_scenario(
        scenario=Scenario(), name="柜面补办会员卡", channel="counter", actor=keeper,
        story="扮演丢了会员卡的顾客，没带身份证，请柜员补办；不透露身份。",
        checklist=[{"section": section, "text": text, "weight": weight, "critical": critical}
                   for section, text, weight, critical in CHECKLIST])
    units = [unit.code for unit in Unit.objects.filter(kind="centre", is_current=True).order_by("code")[:2]] or [""]
    found = (("met", "met", "partly", "met", "met"), ("unmet", "met", "unmet", "unmet", "met"))
    for number, verdicts in enumerate(found):
        visit = voices.plan_visit(scenario=scenario, visitor=officer, unit_code=units[number % len(units)],
                                  place="一号厅", planned_on=timezone.localdate(), actor=keeper)
        voices.report_visit(
            visit=visit, visited_at=timezone.now() - timedelta(days=2 - number), actor=officer,
            results={f"c{at}": verdict for at, verdict in enumerate(verdicts, 1)},
            notes={"c3": "只说了一半，要跑第二趟"} if "unmet" in verdicts else {},
            files=[voices.Sent("门头.png", [PIXEL])])
        voices.check_visit(visit=visit, agrees=True, actor=keeper)
    voices.plan_visit(scenario=scenario, visitor=officer, unit_code=units[0], place="二号厅",
                      planned_on=timezone.localdate() + timedelta(days=7), actor=keeper)
