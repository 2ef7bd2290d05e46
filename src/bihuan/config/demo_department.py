"""What another department of the demonstration company has to do: the planted delay of one region's deliveries."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from bihuan.core.models import Unit, User
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.diagnose.findings.services import raise_finding
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures import services
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services import Proposal, Words

TITLE = "西南线路改走成都直发仓，当日转运"
THERE, ELSEWHERE = 'region = "西南" and topic = "物流配送"', 'region != "西南" and topic = "物流配送"'
HALF_A_DAY = 43_200
SLOW = Statement("西南配送", "中转仓隔日才转运", "解决周期", "比其余地区长一天以上")


def demo_department() -> bool:
    """Give the logistics department a measure under way, with its first week reported, once."""
    people = {user.username: user for user in User.objects.filter(
        username__in=("quality_manager", "director", "department_contact"))}
    unit = Unit.objects.filter(name="物流部", kind="department", is_current=True).first()
    if len(people) < 3 or unit is None or engine.as_of() is None or Measure.objects.filter(title=TITLE).exists():
        return False
    author, owner, now = people["quality_manager"], people["department_contact"], timezone.localdate()
    change = now + timedelta(days=14)
    with translation.override("zh-hans"), transaction.atomic():
        finding = raise_finding(title="", statement=SLOW, unit_code=unit.code, actor=author)
        measure = services.draft_measure(actor=author, words=Words(
            title=TITLE, kind="process", unit_code=unit.code, accountable=owner,
            plan="西南件不再经武汉中转：成都直发仓备常用型号，当日扫描、当日转运，异常件每天 10 点前报客服。",
            aim="解决周期缩短半天以上", finding_id=finding.pk, term="systemic", starts_on=now - timedelta(days=14),
            due_on=now + timedelta(days=60), impact=4, ease=3,
            details={"step": "西南件转运", "new_way": "由武汉中转、隔日发出，改为成都直发仓当日转运"}))
        services.propose_yardstick(measure=measure, actor=author, proposal=Proposal(
            "resolution_cycle", THERE, change, against=ELSEWHERE, worthwhile=HALF_A_DAY, weeks_before=52,
            weeks_after=16, guards=("csat_mean",)))
        services.propose_measure(measure=measure, actor=author)
        services.approve_measure(measure=measure, actor=people["director"], on=now - timedelta(days=14),
                                 accepts_doubt="西南件每月约 10 件，先试行四个月，不够再延长。")
        services.start_measure(measure=measure, actor=owner, on=now - timedelta(days=7))
        services.report_progress(measure=measure, share=20, actor=owner, text="直发仓已选定，首批型号备货。",
                                 difficulty="扫描枪还差两把。", adjustment="先用手机扫描，下周补齐。")
    return True
