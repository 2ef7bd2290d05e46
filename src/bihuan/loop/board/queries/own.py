"""What waits on one person: their own work first, then what lies in a pool that they may take from.

Each line says what to do and opens the page on which it is done; what a person could not finish is not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import named
from bihuan.core.models import User
from bihuan.core.privacy.services.exports import APPROVE, visible_exports
from bihuan.core.rights import can
from bihuan.loop.collect.records.queries import broken_off
from bihuan.loop.collect.samples.queries.lists import my_open_tasks
from bihuan.loop.collect.voices.queries.calls import waves_to_call
from bihuan.loop.collect.voices.queries.feedback import counts as feedback_counts
from bihuan.loop.collect.voices.queries.followups import follow_ups_for
from bihuan.loop.collect.voices.queries.visits import visits_for
from bihuan.loop.collect.voices.rights import HANDLE
from bihuan.loop.diagnose.complaint_reviews.queries.lists import reviews_for as complaint_reviews_for
from bihuan.loop.diagnose.complaint_reviews.rights import WORK, may_check, may_write
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.diagnose.findings.queries.words import shown_title
from bihuan.loop.diagnose.meetings.queries.agenda import decisions_for
from bihuan.loop.evaluate.concessions.queries import waiting as waiting_concessions
from bihuan.loop.evaluate.concessions.rights import DECIDE, reach
from bihuan.loop.evaluate.vendors.queries.sheets import sheet_name, sheets_for
from bihuan.loop.evaluate.vendors.rights import may_answer
from bihuan.loop.improve.measures.queries.lists import Filters, MeasureLine, lines_of, measures_for
from bihuan.loop.improve.measures.rights import approvable_by
from bihuan.loop.learn.handbook.queries import in_work
from bihuan.loop.learn.handbook.rights import APPROVE as APPROVE_ENTRIES
from bihuan.loop.plan.cycles.queries.cycles import scoring_for
from bihuan.loop.plan.goals.queries.goals import newest_terms
from bihuan.loop.verify.callbacks.queries.rounds import tasks_of
from bihuan.loop.verify.verdicts.queries.lists import reviews_for
from bihuan.loop.verify.verdicts.rights import may_close

from ..rights import BOARD, MEASURES
from .parts import Line, age_since, age_text, due_text

MOST_MINE = 12              # lines of the home page; what is late comes first


def mine(user: User, now: date) -> list[Line]:
    """Return what a person has to do, what is late first; ``who`` of a line says what to do."""
    makers: tuple[Callable[[User, date], Iterable[Line]], ...] = (
        _uploads, _measures, _approvals, _goals, _findings, _scores, _sheets, _decisions, _visits, _pools,
        _complaint_reviews)
    found = [line for make in makers for line in make(user, now)]
    return sorted(found, key=lambda line: not line.late)


def _uploads(user: User, now: date) -> Iterable[Line]:
    """Files whose import broke off: their numbers are not on the board."""
    for one in broken_off(user):
        step = "records:importing" if one.import_job else "records:check"
        address = reverse("records:batch", args=[one.batch]) if one.batch else reverse(step, args=[one.pk])
        yield Line(named(one.standing, one.name), address, _("查看原因，再执行"),
                   age_since(one.changed_at, now), True)


def _measures(user: User, now: date) -> Iterable[Line]:
    """What a person answers for and carries out, and whether its rhythm asks for word."""
    if not can(user, MEASURES):
        return
    for one in lines_of(measures_for(user, Filters(state="open", mine=True), now), now):
        if one.measure.state == one.measure.State.DRAFT:
            yield _measure(one, _("提请审批"))
        elif one.days_left is not None:
            yield _measure(one, _("报告进展") if one.review_due else _("执行"))


def _approvals(user: User, now: date) -> Iterable[Line]:
    if not can(user, MEASURES):
        return
    for one in lines_of(approvable_by(user).order_by("-pk"), now):
        yield _measure(one, _("去审批"))
    unsigned = reviews_for(user).filter(state="judged", verdict__accepted_at=None).select_related("measure")
    for review in unsigned.prefetch_related("measure__amendments"):
        if may_close(user, review.measure):
            yield Line(f"{review.measure.number} {review.measure.title}",
                       reverse("verdicts:measure", args=[review.measure_id]), _("确认效果结论"), "")


def _measure(one: MeasureLine, what: str) -> Line:
    when = due_text(one.days_left) if one.days_left is not None else ""
    return Line(f"{one.measure.number} {one.measure.title}", reverse("measures:measure", args=[one.measure.pk]), what,
                when, one.is_late)


def _goals(user: User, now: date) -> Iterable[Line]:
    if not can(user, BOARD):
        return
    for one in newest_terms(user):
        if one.goal.state == "active" and one.owner_id == user.pk and one.due <= now:
            yield Line(one.title, reverse("progress:goal", args=[one.goal_id]), _("总结目标"),
                       due_text((one.due - now).days), True)


def _findings(user: User, now: date) -> Iterable[Line]:
    nexts = {"new": _("判断是否成立"), "accepted": _("查原因"), "diagnosed": _("制定措施")}
    zone = workspace.zone()
    for one in findings_for(user).filter(owner=user, state__in=nexts).order_by("first_seen", "pk"):
        yield Line(f"{one.number} {shown_title(one)}", reverse("findings:finding", args=[one.pk]), nexts[one.state],
                   age_text((now - one.first_seen.astimezone(zone).date()).days))


def _scores(user: User, now: date) -> Iterable[Line]:
    for one in scoring_for(user):
        if any(member.user_id == user.pk and member.scored_at is None for member in one.members.all()):
            yield Line(one.title, reverse("cycles:cycle", args=[one.pk]), _("评分"), age_since(one.opened_at, now))


def _sheets(user: User, now: date) -> Iterable[Line]:
    for one in sheets_for(user).filter(state__in=("sent", "appealed")).select_related("contract"):
        address = reverse("vendors:sheet", args=[one.pk])
        name = _("考核单 {name}").format(name=sheet_name(one))
        if one.state == "appealed" and one.contract.owner_id == user.pk:
            yield Line(name, address, _("处理申诉"), age_since(one.answered_at, now), True)
        if one.state == "sent" and may_answer(user, one.contract):
            yield Line(name, address, _("确认或申诉"), due_text((one.answer_by - now).days) if one.answer_by else "",
                       one.answer_by is not None and one.answer_by < now)


def _decisions(user: User, now: date) -> Iterable[Line]:
    for one in decisions_for(user, mine=True).order_by("due_on", "pk"):
        yield Line(one.text, reverse("meetings:decision_list"), _("办理会议决定"), due_text((one.due_on - now).days),
                   one.due_on < now)


def _visits(user: User, now: date) -> Iterable[Line]:
    for one in visits_for(user).filter(visitor=user, state="planned"):
        yield Line(_("暗访 {name}").format(name=one.scenario.name), reverse("voices:visit", args=[one.pk]),
                   _("实施并提交"), "")


def _pools(user: User, now: date) -> Iterable[Line]:
    """What lies ready for whoever may take it: how many, and the page on which they are done."""
    def pool(count: int, text: str, address: str, what: str) -> Iterable[Line]:
        if count:
            yield Line(text.format(count=count), address, what, "")

    yield from pool(tasks_of(user).count(), _("{count} 位客户"), reverse("callbacks:task_list"), _("去回访"))
    yield from pool(my_open_tasks(user).count(), _("{count} 位样本客户"), reverse("samples:my_tasks"), _("触达"))
    for low_scores, part in ((follow_ups_for(user, mine=True), "?mine=yes"),
                             (follow_ups_for(user, state="waiting"), "?state=waiting")):
        yield from pool(low_scores.count(), _("{count} 位给了低分的客户"), reverse("voices:follow_ups") + part,
                        _("跟进"))
    for one in waves_to_call(user):
        yield from pool(one.due, one.wave.title + _("：{count} 位客户"),
                        reverse("voices:call_list", args=[one.wave.id]), _("拨打"))
    if can(user, WORK):
        yield from pool(findings_for(user).filter(owner=None, state="new").count(), _("{count} 个新问题，无人负责"),
                        reverse("findings:finding_list") + "?state=new", _("判断是否成立"))
    if can(user, HANDLE):
        yield from pool(feedback_counts(user).get("new", 0), _("{count} 条客户反馈"),
                        reverse("voices:inbox") + "?state=new", _("去处理"))
    if can(user, APPROVE):
        yield from pool(visible_exports(user).filter(state="waiting").exclude(asked_by=user).count(),
                        _("{count} 份导出"), reverse("privacy:export_list") + "?part=waiting", _("去审批"))
    if can(user, DECIDE):
        yield from pool(waiting_concessions(reach(user), 1)[0], _("{count} 笔超出政策的让步"),
                        reverse("concessions:concession_list") + "?state=waiting", _("去审批"))
    if can(user, APPROVE_ENTRIES):
        yield from pool(in_work(user).filter(state="submitted").count(), _("{count} 条应对手册"),
                        reverse("handbook:entry_list"), _("去审批"))


def _complaint_reviews(user: User, now: date) -> Iterable[Line]:
    """The reviews of complaints a person may write or check, one line each kind: the first is due first."""
    rows = list(complaint_reviews_for(user))
    for what, found in ((_("填写"), [one for one in rows if may_write(user, one)]),
                        (_("审核"), [one for one in rows if may_check(user, one)])):
        if found:
            first = found[0]
            yield Line(_("{count} 份投诉复盘表").format(count=len(found)),
                       reverse("complaint_reviews:review_list") + f"?state={first.state}", what,
                       due_text((first.due_on - now).days), first.due_on < now)
