"""A review is written, handed in, and checked by somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.loop.diagnose.causes.queries.causes import cause_for

from ..models import ComplaintReview
from ..rights import may_check, may_write
from .errors import ReviewError

SHORTEST = 4
State = ComplaintReview.State


@dataclass(frozen=True)
class Words:
    course: str
    cause_text: str
    handling: str
    responsibility: str
    prevention: str
    cause: int | None = None


@transaction.atomic
def write_review(*, review: ComplaintReview, words: Words, hand_in: bool, version: int, actor: User) -> ComplaintReview:
    """Save what was written, personal data masked; handed in it must be whole. Another one's save is not lost."""
    row = _held(review)
    if not may_write(actor, row):
        raise NotAllowed(f"complaint review {row.pk}")
    if row.version != version:
        raise ReviewError(_("打开之后有人保存过。您写的还在下面：请另开一页看最新的，合并后再保存。"))
    rules = load_rules(workspace.home())
    for name in ("course", "cause_text", "handling", "responsibility", "prevention"):
        text = mask_text(getattr(words, name).strip(), rules)
        if hand_in and len(text) < SHORTEST:
            raise ReviewError(_("提交前请写完这一项。"), field=name)
        setattr(row, name, text)
    row.cause = cause_for(words.cause)
    if hand_in and row.cause is None:
        raise ReviewError(_("请选择原因分类，否则无法计数。"), field="cause")
    row.state, row.version, row.written_by = State.SUBMITTED if hand_in else State.OPEN, row.version + 1, actor
    row.save()
    audit.record("diagnose.review_handed_in" if hand_in else "diagnose.review_written", row, actor=actor,
                 course=row.course, cause=row.cause_id, prevention=row.prevention)
    return row


@transaction.atomic
def check_review(*, review: ComplaintReview, accept: bool, reason: str = "", actor: User) -> ComplaintReview:
    """Accept a review, or give it back with the reason; never by who wrote it."""
    row = _held(review)
    if not may_check(actor, row):
        raise NotAllowed(f"complaint review {row.pk}")
    if not accept and len(reason.strip()) < SHORTEST:
        raise ReviewError(_("请写明退回的原因。"), field="reason")
    row.state, row.returned = (State.DONE, "") if accept else (State.OPEN, reason.strip()[:300])
    row.checked_by, row.done_at = actor, timezone.now() if accept else None
    row.save()
    audit.record("diagnose.review_accepted" if accept else "diagnose.review_returned", row, actor=actor, reason=reason)
    return row


def _held(review: ComplaintReview) -> ComplaintReview:
    # select_for_update and a nullable join do not go together: the row alone is locked.
    return ComplaintReview.objects.select_for_update().get(pk=review.pk)
