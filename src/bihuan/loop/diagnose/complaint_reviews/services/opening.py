"""Reviews open by themselves, one a complaint; the rule says for which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.languages import Words
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import Actor, SystemActor, require

from ..models import ComplaintReview, ReviewRule
from ..queries.closed import closed_complaints, course_of
from ..rights import HOLD, WORK
from .errors import ReviewError

MOST_DAYS = 366


def rule_now() -> ReviewRule:
    """Return the rule in force; the shipped one until somebody changed it."""
    return ReviewRule.objects.filter(pk=1).first() or ReviewRule(pk=1)


@transaction.atomic
def save_rule(*, active: bool, escalated: bool, priorities: Sequence[str], reopens: int | None, days_back: int,
              due_days: int, actor: User) -> ReviewRule:
    """Change which closed complaints are reviewed; reviews that were opened before stay."""
    row = rule_now()
    require(actor, HOLD, row)
    if active and not (escalated or priorities or reopens):
        raise ReviewError(_("请至少选一个条件，否则没有投诉会开立复盘表。"), field="escalated")
    if not (1 <= days_back <= MOST_DAYS and 1 <= due_days <= MOST_DAYS):
        raise ReviewError(_("天数请填 1 到 366。"), field="due_days")
    row.active, row.escalated, row.priorities, row.reopens = active, escalated, list(priorities), reopens or None
    row.days_back, row.due_days = days_back, due_days
    row.save()
    audit.record("diagnose.review_rule_saved", row, actor=actor, active=active, escalated=escalated,
                 priorities=",".join(row.priorities), reopens=row.reopens, days_back=days_back, due_days=due_days)
    return row


@transaction.atomic
def open_reviews(*, actor: Actor | None = None) -> int:
    """Open a review for every complaint that closed lately and fits the rule; returns how many. Run again: none."""
    actor = actor or SystemActor("system")
    rule = rule_now()
    if not rule.active:
        return 0
    known = list(ComplaintReview.objects.values_list("case", flat=True))
    due = timezone.localdate() + timedelta(days=rule.due_days)
    rows = [ComplaintReview(
        case=one.case, unit_code=one.unit, topic=one.topic[:200], product=one.product[:200], channel=one.channel[:40],
        opened=one.opened, closed=one.ended, reasons=list(one.reasons), due_on=due, course=course_of(one.case))
        for one in closed_complaints(rule, known)]
    # Two runs at once: the second one's rows fall to the first one's by the unique case.
    ComplaintReview.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        audit.record_bulk("diagnose.reviews_opened", [one.case for one in rows], actor=actor)
        for made in ComplaintReview.objects.filter(case__in=[one.case for one in rows]):
            _tell(made, "opened", partial(_closed, made))
    return len(rows)


def watch_reviews(*, on: date | None = None) -> int:
    """Tell of reviews that are late, once a week each; returns how many notices were made."""
    day = on or timezone.localdate()
    told = 0
    for row in ComplaintReview.objects.exclude(state=ComplaintReview.State.DONE).filter(due_on__lt=day):
        late = (day - row.due_on).days
        told += _tell(row, f"late{late // 7}", partial(_late, row, late))
    return told


def _closed(row: ComplaintReview) -> str:
    return _("重大或升级投诉已关闭，请写复盘表：%(review)s") % {"review": row}


def _late(row: ComplaintReview, days: int) -> str:
    return _("投诉复盘表逾期 %(days)d 天：%(review)s") % {"days": days, "review": row}


@transaction.atomic
def _tell(row: ComplaintReview, step: str, title: Words) -> bool:
    about = About("complaint_reviews.complaintreview", str(row.pk),
                  reverse("complaint_reviews:review", args=[row.pk]), row.unit_code)
    return notify("complaint_review", title=title, about=about, right=WORK,
                  text=lambda: _("完成期限 %(due)s。") % {"due": row.due_on},
                  key=f"complaint_review:{row.pk}:{step}") is not None
