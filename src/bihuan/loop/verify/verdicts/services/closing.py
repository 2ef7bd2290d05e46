"""The only way to close a measure: by a verdict that was computed from data."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed
from bihuan.loop.diagnose.findings.services import reopen, settle
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services import mark_verified, seer_of

from ..contracts import CANNOT_TELL, EFFECTIVE, LONGEST_MORE_WEEKS, MOST_LOOKS, NO_EFFECT, NO_WAIT, WORSE
from ..models import Review, Verdict
from ..queries.verdicts import weeks_to_wait
from ..queries.words import reason_words
from ..rights import may_close
from .errors import VerdictError


@transaction.atomic
def close_measure(*, measure_id: int, actor: User, note: str = "", accepts_cannot_tell: bool = False,
                  next_round: bool = False) -> Verdict:
    """Close a measure by its newest verdict. Raises VerdictError without one.

    ``accepts_cannot_tell``: the person takes "cannot tell" upon their name, with the reason in ``note``; ``next_round``
    then says that the problem is taken up again. Not effective takes the problem up again by itself.
    """
    measure = Measure.objects.select_for_update().get(pk=measure_id)
    if not may_close(actor, measure):
        raise NotAllowed(f"close {measure_id}")
    verdict = Verdict.objects.filter(measure=measure).first()
    if measure.state != Measure.State.DONE or verdict is None:
        raise VerdictError(_("没有从数据得出的效果结论，不能关闭措施。"))
    if verdict.verdict == CANNOT_TELL:
        if not accepts_cannot_tell:
            raise VerdictError(_("数据还无法判断效果。可以再等数据复评一次，或由您具名接受这个结论。"),
                               field="accepts_cannot_tell")
        if not note.strip():
            raise VerdictError(_("接受“无法判断”须写明理由。"), field="note")
    verdict.accepted_by, verdict.accepted_at, verdict.note = actor, timezone.now(), note.strip()
    verdict.save(update_fields=["accepted_by", "accepted_at", "note"])
    Review.objects.filter(measure=measure, state=Review.State.WAITING).update(state=Review.State.DROPPED)
    mark_verified(measure_id=measure.pk, verdict=verdict.verdict, by=actor)
    audit.record("verify.measure_closed", measure, actor=actor, verdict=audit.plain(verdict.verdict), note=note)
    _move_finding(measure, verdict, next_round, actor)
    return verdict


@transaction.atomic
def look_again(*, verdict: Verdict, actor: User) -> Review:
    """Wait for the data that were missing and judge once more; a change may be looked at twice at most."""
    if not may_close(actor, verdict.measure):
        raise NotAllowed(f"look again {verdict.pk}")
    weeks = weeks_to_wait(verdict)
    if verdict.verdict != CANNOT_TELL or verdict.measure.state != Measure.State.DONE:
        raise VerdictError(_("只有“无法判断”的结论可以再等数据复评。"))
    if verdict.look >= MOST_LOOKS:
        raise VerdictError(_("同一变化最多复评两次：看得越多次，误判为有效的机会越大。请具名接受这个结论。"))
    if weeks is None and verdict.result["reason"] in NO_WAIT:
        raise VerdictError(reason_words(verdict.result["reason"]) + _("请具名接受这个结论。"))
    if weeks is None or weeks > LONGEST_MORE_WEEKS:
        raise VerdictError(_("按现有波动，再等也无法判断：请具名接受这个结论。"))
    until = verdict.review.until + timedelta(weeks=weeks)
    wait = verdict.review.due_on - verdict.review.until
    made, is_new = Review.objects.get_or_create(
        measure=verdict.measure, look=verdict.look + 1, defaults={"until": until, "due_on": until + wait})
    if not is_new:
        raise VerdictError(_("已经安排了再次复评。"))
    audit.record("verify.look_extended", verdict.measure, actor=actor, weeks=weeks, due=made.due_on)
    return made


def _move_finding(measure: Measure, verdict: Verdict, next_round: bool, actor: Actor) -> None:
    """Settle the problem or take it up again, once no other measure against it is open in its round."""
    if measure.finding_id is None:
        return
    others = Measure.objects.filter(finding_id=measure.finding_id).exclude(pk=measure.pk)
    if others.exclude(state__in=(Measure.State.VERIFIED, Measure.State.WITHDRAWN)).exists():
        return
    worked = others.filter(verdict=EFFECTIVE, yardstick__round=verdict.round).exists()
    by = seer_of(measure.finding_id, actor)
    fails = verdict.verdict in (NO_EFFECT, WORSE) or (verdict.verdict == CANNOT_TELL and next_round)
    if fails and not worked:
        reason = _("%(measure)s：%(verdict)s") % {"measure": measure.number, "verdict": verdict.get_verdict_display()}
        reopen(finding_id=measure.finding_id, reason=reason, by=by)
    else:
        settle(finding_id=measure.finding_id, verdict=EFFECTIVE if worked else verdict.verdict, by=by)
