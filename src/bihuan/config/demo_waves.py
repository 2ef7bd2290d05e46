"""The quarterly survey of the demonstration company: two waves asked by telephone and closed, through the services.

What people say is acted: a mood of their own, moved by the region, by the wave and by what they complain of. Between
the waves waiting gets shorter and deliveries get worse, so that there is something to see in trends and themes.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.collect.answering import services as answering
from bihuan.loop.collect.samples import services as samples
from bihuan.loop.collect.samples.queries.doors import drawn_of
from bihuan.loop.collect.samples.queries.plans import Plan
from bihuan.loop.collect.surveys import services as surveys
from bihuan.loop.collect.surveys.models import Survey, Version
from bihuan.loop.collect.surveys.templating import shipped
from bihuan.loop.evaluate.opinions.services import ask_due_themes
from bihuan.serve.customers.queries.session import ask

CODE, SEED, DRAWN, ANSWERED = "demo-quarterly", "2026", 300, 0.55
DAYS = ((104, 90), (15, 3))        # before the records end: when a wave opens and closes
# Dimension -> mean of the first wave, what the second adds.
MEANS = {"product_quality": (4.1, 0.0), "response_speed": (3.3, 0.45), "professionalism": (4.0, 0.1),
         "value": (3.7, 0.0), "after_sales": (3.6, -0.35), "convenience": (3.9, 0.05)}
REGION, LOWER = "华东", 0.9         # its after-sales score lies lower in both waves
# Topic -> share of those who write, first and second wave; whole sentences, bad and good.
TOPICS: dict[str, tuple[float, float, tuple[str, ...], tuple[str, ...]]] = {
    "wait": (0.34, 0.14, (
        "电话排队等了二十分钟才接通", "热线一直占线，打了三次才有人接", "转人工要等很久，机器人绕来绕去",
        "等待音乐听了半天，最后自己断线了", "高峰期热线根本打不进去", "打电话总要排队，等得太久"),
        ("热线接通比以前快", "电话一打就有人接")),
    "delivery": (0.16, 0.36, (
        "送货比约定晚了两天，物流信息也不更新", "快递不送上楼，大件放在门口", "配送改了两次时间，请了两次假",
        "包装箱破了，快递员说不归他管", "物流停在中转站好几天没动", "送货太慢，等了一个星期"),
        ("送货准时，快递员帮忙搬上楼", "物流很快，包装完好")),
    "repair": (0.2, 0.22, (
        "维修师傅约好上午来，下午才到", "维修配件等了半个月还没到", "修好一个星期又坏了，师傅说要再等配件",
        "上门维修收费没有提前说清"),
        ("师傅上门很准时，维修讲解清楚", "维修师傅手艺好，当天就修好了")),
    "refund": (0.16, 0.14, (
        "退款申请提交十天没到账", "退货运费让我自己出，下单时没写", "退款进度查不到，只能打电话问"),
        ("退款第二天就到账", "退货手续简单")),
    "manner": (0.14, 0.14, (
        "客服答非所问，问了三个人三种说法", "客服催着挂电话，问题没说完"),
        ("客服态度好，讲得很耐心", "客服记得上次的问题，不用再说一遍")),
}
WRITES = 0.62


def demo_waves() -> bool:
    """Ask two waves, once; returns whether it did."""
    people = {user.username: user for user in User.objects.filter(username__in=("survey_officer", "callback_officer"))}
    last = ask("SELECT max(opened) AS at FROM fact_case")[0]["at"]
    if len(people) < 2 or last is None or Survey.objects.filter(code=CODE).exists():
        return False
    officer, caller = people["survey_officer"], people["callback_officer"]
    with translation.override("zh-hans"):
        survey = surveys.create_survey(
            actor=officer, title="季度客户满意度调查", code=CODE, mode="confidential", responsible=officer,
            every="quarter", unit_code=caller.assignments.values_list("unit_code", flat=True).first() or "",
            document=shipped("satisfaction"), purpose="测量本季度服务过的客户对各方面的满意度，并与上一季度比较",
            scope_text="本季度与客户服务中心有过往来的客户", method="按客户类型分层抽样，电话访问",
            resources="电话访问员2名，每期约3周")
        version = surveys.publish_version(version=survey.versions.get(), actor=officer)
        regions = {row["customer"]: row["region"] for row in ask("SELECT id AS customer, region FROM customers")}
        for place, (opens, closes) in enumerate(DAYS):
            _wave(survey, version, place, last - timedelta(days=opens), last - timedelta(days=closes), officer, caller,
                  regions)
        answering.flush()
        ask_due_themes()
    return True


def _wave(survey: Survey, version: Version, place: int, opens: datetime, closes: datetime, officer: User, caller: User,
          regions: dict[str, str]) -> None:
    """Plan, draw, ask and close one wave; its days are set last, for nobody draws for a wave that is over."""
    wave = surveys.plan_wave(survey=survey, actor=officer, version=version, opens_at=opens,
                             name=("二季度", "三季度")[place])
    rule = FrameRule((opens - timedelta(days=60)).date(), opens.date())
    frame = samples.start_frame(wave=wave.pk, rule=rule, actor=officer, at_once=True)
    if frame.is_ready:
        samples.start_draw(frame=frame, plan=Plan(by=("type",), total=DRAWN, key_apart=False), seed=f"{SEED}-{place}",
                           actor=officer, at_once=True)
        dice = random.Random(f"{SEED}-{place}")
        morning = opens.astimezone(workspace.zone()).replace(hour=9, minute=30, second=0, microsecond=0)
        drawn = sorted(drawn_of(wave.pk), key=lambda one: one.customer)
        refused = samples.note_asks(wave=wave.pk, people=[(one.customer, "phone", "") for one in drawn], at=morning,
                                    actor=officer)
        for number, member in enumerate(drawn):
            if member.customer in refused or dice.random() > ANSWERED:
                continue
            moment = morning + timedelta(days=1 + number % 9, minutes=3 * (number // 9))
            answering.submit_for(wave=wave.pk, customer=member.customer, actor=caller, now=moment,
                                 seconds=round(dice.uniform(150, 420)),
                                 answers=_said(place, regions.get(member.customer, ""), dice))
    surveys.change_wave(wave=wave, actor=officer, version=version, name=wave.name, opens_at=opens, closes_at=closes)
    surveys.close_wave(wave=wave, actor=officer)


def _said(place: int, region: str, dice: random.Random) -> dict[str, Any]:
    """One person's answers: all scores move with the mood, one topic pulls its own dimension down."""
    mood = dice.gauss(0, 0.55)
    topic = _topic(place, dice)
    given: dict[str, Any] = {}
    for name, (mean, gained) in MEANS.items():
        score = mean + place * gained + mood + dice.gauss(0, 0.6) - LOWER * (region == REGION and name == "after_sales")
        given[name] = min(5, max(1, round(score)))
    overall = sum(given.values()) / len(given) * 0.6 + given["after_sales"] * 0.25 + given["response_speed"] * 0.15
    given["overall"] = min(5, max(1, round(overall + dice.gauss(0, 0.4))))
    given["nps"] = min(10, max(0, round(2.2 * overall + dice.gauss(-0.4, 1.3))))
    if topic:
        words = TOPICS[topic][2 if given["overall"] <= 3 or dice.random() < 0.55 else 3]
        given["improve"] = "，".join(dict.fromkeys([dice.choice(words), *_more(place, dice)])) + "。"
    if given["overall"] <= 2:
        given["overall-Comment"] = dice.choice(TOPICS[topic or "wait"][2])
    return given


def _topic(place: int, dice: random.Random) -> str:
    if dice.random() > WRITES:
        return ""
    return dice.choices(list(TOPICS), [shares[place] for shares in TOPICS.values()])[0]


def _more(place: int, dice: random.Random) -> list[str]:
    """A third of the people have a second thing to say."""
    other = _topic(place, dice) if dice.random() < 0.5 else ""
    return [dice.choice(TOPICS[other][2] + TOPICS[other][3])] if other else []
