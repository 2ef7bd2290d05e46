"""What worked is offered to other teams with its measured effect, and taken over as a draft of their own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services import Words, draft_measure

from ..contracts import EFFECTIVE
from ..models import Promotion, Verdict
from ..rights import may_close
from .errors import VerdictError


@transaction.atomic
def promote_verdict(*, verdict: Verdict, note: str, actor: User) -> Promotion:
    """Offer an effective measure to others. Raises VerdictError for one that is not closed as effective."""
    if not may_close(actor, verdict.measure):
        raise NotAllowed(f"promote {verdict.pk}")
    if verdict.verdict != EFFECTIVE or verdict.accepted_at is None:
        raise VerdictError(_("只有结论为有效并已关闭的措施可以推广。"))
    if not note.strip():
        raise VerdictError(_("请写明怎样照做、要注意什么。"), field="note")
    made, is_new = Promotion.objects.get_or_create(verdict=verdict, defaults={"note": note.strip(), "by": actor})
    if not is_new:
        raise VerdictError(_("这项措施已经在推广。"))
    audit.record("verify.measure_promoted", verdict.measure, actor=actor, verdict=verdict.pk)
    return made


@transaction.atomic
def adopt_promotion(*, promotion: Promotion, unit_code: str, accountable: User, reason: str, actor: User) -> Measure:
    """Take a template over as a draft for another unit; its own effect will be measured there, not taken as given."""
    source = promotion.verdict.measure
    if unit_code == source.unit_code:
        raise VerdictError(_("这个单位已经在用：请选择其他单位。"), field="unit_code")
    made = draft_measure(words=Words(
        title=source.title, kind=source.kind, unit_code=unit_code, accountable=accountable, plan=source.plan,
        aim=source.aim, reason=reason, term=source.term, details=dict(source.details), impact=source.impact,
        ease=source.ease, adopted_from_id=source.pk), actor=actor)
    audit.record("verify.promotion_adopted", made, actor=actor, source=source.pk)
    return made
