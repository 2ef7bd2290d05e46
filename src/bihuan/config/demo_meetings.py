"""What the demonstration company's people met about and wrote after complaints, through the services."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation

from bihuan.core import workspace
from bihuan.core.models import Unit, User
from bihuan.loop.diagnose.causes.queries import taxonomy
from bihuan.loop.diagnose.complaint_reviews.models import ComplaintReview
from bihuan.loop.diagnose.complaint_reviews.services import check_review, open_reviews, write_review
from bihuan.loop.diagnose.complaint_reviews.services.writing import Words as ReviewWords
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.diagnose.meetings import services
from bihuan.loop.diagnose.meetings.models import Meeting
from bihuan.loop.diagnose.meetings.services.holding import Words

MINUTES = """一、投诉最多的主题：{topics}（数字见议程）。原话集中在“没人告诉我进度”，坐席查得到，但没有主动告知的节点。
二、未结问题逐条过了一遍，责任人都在场，没有新的争议。
三、结论：先补主动告知，再看审批能否少一次复核。"""


def _yesterday_at_ten() -> datetime:
    day = timezone.now().astimezone(workspace.zone()) - timedelta(days=1)
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


def demo_reviews() -> int:
    """Open the reviews of complaints that closed lately and have one written and accepted, once."""
    people = {user.username: user for user in User.objects.filter(username__in=("director", "complaint_officer"))}
    if ComplaintReview.objects.exists() or len(people) < 2:
        return 0
    with translation.override("zh-hans"), transaction.atomic():
        opened = open_reviews()
        row = ComplaintReview.objects.for_user(people["complaint_officer"]).order_by("pk").first()
        cause = next((one.pk for one in taxonomy() if one.code == "staff_short"), None)
        if row is not None and cause is not None:
            words = ReviewWords(
                row.course, "受理后两个班次之间没有交接，客户两次来电都要重新说明情况。",
                "班组长回电道歉，当天给出处理时间，次日办结。",
                "受理班组与夜班之间的交接环节", "交接清单加一栏“已答应客户的时间”，每班开始前逐条过一遍。", cause)
            row = write_review(review=row, words=words, hand_in=True, version=row.version,
                               actor=people["complaint_officer"])
            check_review(review=row, accept=True, actor=people["director"])
    return opened


def demo_meetings() -> int:
    """Hold one attribution meeting and have the next one of its series called, once; returns how many were held."""
    people = {user.username: user for user in User.objects.filter(
        username__in=("director", "quality_manager", "complaint_officer"))}
    if Meeting.objects.exists() or len(people) < 3 or not Unit.objects.exists():
        return 0
    director = people["director"]
    with translation.override("zh-hans"), transaction.atomic():
        words = Words("客诉归因会议", _yesterday_at_ten(), "三号会议室", "投诉最多的主题为什么反复出现",
                      guests="财务部 周经理", participants=tuple(people.values()), repeat="fortnight")
        row = services.plan_meeting(kind="attribution", unit_code="", words=words, actor=director)
        row = services.hold_meeting(meeting=row, actor=director)
        finding = findings_for(director).exclude(state__in=("settled", "dismissed")).order_by("pk").first()
        due = timezone.localdate() + timedelta(days=14)
        services.decide(meeting=row, text="受理后每个节点主动发短信告知进度", owner=people["complaint_officer"],
                        due_on=due, finding_id=finding.pk if finding else None, actor=director)
        services.decide(meeting=row, text="抽查 30 件投诉，核对两次复核是否都有必要", due_on=due,
                        owner=people["quality_manager"], actor=director)
        topics = "、".join(one["topic"] for one in row.agenda["topics"][:2]) or "没有投诉记录"
        row = services.write_minutes(meeting=row, minutes=MINUTES.format(topics=topics), direction="",
                                     version=row.version, actor=director)
        services.close_meeting(meeting=row, actor=director)
        services.watch_meetings()
    return 1
