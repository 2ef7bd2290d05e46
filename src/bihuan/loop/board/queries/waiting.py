"""What else waits on a stage: sheets, scores, exports, reviews of complaints, decisions, feedback, call-backs.

Each stands there only where something waits and the person has a part in it: most people wait for few of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.privacy.services.exports import APPROVE, visible_exports
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.loop.collect.voices.queries.feedback import counts as feedback_counts
from bihuan.loop.collect.voices.rights import HANDLE
from bihuan.loop.diagnose.complaint_reviews.queries.lists import reviews_for as complaint_reviews_for
from bihuan.loop.diagnose.meetings.queries.agenda import decisions_for
from bihuan.loop.evaluate.concessions.queries import waiting as waiting_concessions
from bihuan.loop.evaluate.concessions.rights import DECIDE, reach
from bihuan.loop.evaluate.concessions.rights import VIEW as ROWS
from bihuan.loop.evaluate.vendors.queries.sheets import sheet_name, sheets_for
from bihuan.loop.improve.measures.queries.lists import MeasureLine
from bihuan.loop.improve.measures.rights import approvers_of
from bihuan.loop.plan.cycles.queries.cycles import scoring_for
from bihuan.loop.verify.callbacks.queries.rounds import lines_for, tasks_of

from .parts import MOST, Figure, Line, age_since, due_text

Waiting = tuple[list[Figure], list[Line]]


def feedback(user: User) -> list[Figure]:
    """Return what customers said by themselves and nobody has taken up yet."""
    new = feedback_counts(user).get("new", 0) if can(user, HANDLE) else 0
    return _some(Figure(_("待处理的客户反馈"), new, reverse("voices:inbox") + "?state=new"))


def evaluation(user: User, now: date) -> Waiting:
    """Return sheets of vendors that are not answered or appealed, reviews not scored by all, exports to be approved."""
    sheets, address = sheets_for(user).select_related("contract__owner"), reverse("vendors:vendor_list")
    sent, appealed = list(sheets.filter(state="sent")), list(sheets.filter(state="appealed"))
    names = unit_names() if sent else {}
    lines = [Line(_("考核单 {name}").format(name=sheet_name(one)), reverse("vendors:sheet", args=[one.pk]),
                  names.get(one.contract.unit_code, one.contract.unit_code),
                  due_text((one.answer_by - now).days) if one.answer_by else age_since(one.sent_at, now),
                  late=one.answer_by is not None and one.answer_by < now) for one in sent[:MOST]]
    lines += [Line(_("考核单 {name}").format(name=sheet_name(one)), reverse("vendors:sheet", args=[one.pk]),
                   str(one.contract.owner), age_since(one.answered_at, now), late=True) for one in appealed[:MOST]]
    reviews = list(scoring_for(user))
    for one in reviews[:MOST]:
        left = [str(member.user) for member in one.members.all() if member.scored_at is None]
        lines.append(Line(one.title, reverse("cycles:cycle", args=[one.pk]), _("、").join(left),
                          age_since(one.opened_at, now)))
    beyond, more = _concessions(user, now)
    exports = visible_exports(user).filter(state="waiting").count() if can(user, APPROVE) else 0
    return _some(Figure(_("待外包商确认的考核单"), len(sent), f"{address}?part=sent"),
                 Figure(_("申诉中的考核单"), len(appealed), f"{address}?part=appealed", late=True),
                 Figure(_("评分未交齐的复盘"), len(reviews), reverse("cycles:cycle_list") + "?part=scoring"),
                 *beyond,
                 Figure(_("待批的导出"), exports, reverse("privacy:export_list") + "?part=waiting")), [*lines, *more]


def _concessions(user: User, now: date) -> Waiting:
    """Return concessions beyond the policy that nobody agreed to yet, the oldest first, and who may."""
    if not can(user, ROWS):
        return [], []
    count, oldest = waiting_concessions(reach(user), MOST)
    who = _("、").join(str(one) for one in people_with(DECIDE)[:MOST]) if count else ""
    address = reverse("concessions:concession_list") + "?state=waiting"
    return [Figure(_("超出政策、待审批的让步"), count, address)], [
        Line(_("让步 {case}").format(case=one.case.partition(":")[2] or one.case),
             reverse("indicators:case", args=[one.case]), who, age_since(one.at, now)) for one in oldest]


def diagnosis(user: User, now: date) -> Waiting:
    """Return reviews of complaints to be written or checked, and decisions of meetings that are not carried out."""
    reviews, decisions = complaint_reviews_for(user), decisions_for(user)
    address = reverse("complaint_reviews:review_list")
    lines = [Line(_("投诉复盘 {case}").format(case=one.case_number), reverse("complaint_reviews:review", args=[one.pk]),
                  str(one.written_by or one.get_state_display()), due_text((one.due_on - now).days), one.due_on < now)
             for one in reviews[:MOST]]
    lines += [Line(one.text, reverse("meetings:decision_list"), str(one.owner), due_text((one.due_on - now).days),
                   one.due_on < now) for one in decisions[:MOST]]
    return _some(Figure(_("待填写的投诉复盘表"), reviews.filter(state="open").count(), f"{address}?state=open"),
                 Figure(_("待审核的投诉复盘表"), reviews.filter(state="submitted").count(),
                        f"{address}?state=submitted"),
                 Figure(_("未完成的会议决定"), decisions.count(), reverse("meetings:decision_list"))), lines


def callbacks(user: User) -> list[Figure]:
    """Return the rounds of call-backs that still go on, and whom this person is to call."""
    rounds, own = lines_for(user).filter(state="open").count(), tasks_of(user).count()
    return _some(Figure(_("进行中的回访"), rounds, reverse("callbacks:round_list") + "?part=open"),
                 Figure(_("待我回访的客户"), own, reverse("callbacks:task_list")))


def waits_on(line: MeasureLine) -> str:
    """Return on whom a measure waits: while it is to be approved, on those who can."""
    if line.measure.state != line.measure.State.PROPOSED:
        return str(line.measure.accountable)
    names = _("、").join(str(one) for one in approvers_of(line.measure)[:MOST])
    return _("待 {names} 审批").format(names=names) if names else _("没有人可以批准")


def _some(*figures: Figure) -> list[Figure]:
    return [one for one in figures if one.value]


def urgent(*parts: Iterable[Line]) -> list[Line]:
    """Return the lines a stage shows: those that are late first, each part in its order."""
    return sorted((line for part in parts for line in part), key=lambda line: not line.late)[:MOST]
