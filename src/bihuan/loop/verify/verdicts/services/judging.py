"""Measures that are done are looked at again when their window has passed, by the engine and the frozen yardstick."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.errors import told
from bihuan.core.languages import Words
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import Actor, SystemActor
from bihuan.engine.effects.contracts import Yardstick
from bihuan.engine.effects.errors import EffectError
from bihuan.engine.effects.keeping import evidence_to_json, verdict_to_json, yardstick_from_json, yardstick_to_json
from bihuan.engine.effects.reading import agreed_passport, complete, gather, judge_evidence
from bihuan.engine.effects.yardstick import hash_of
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.staffing.services import score_plans

from ..models import Review, Verdict
from .errors import VerdictError

SYSTEM = SystemActor("verify.review")
PATIENCE_DAYS = 7


@transaction.atomic
def open_reviews() -> int:
    """Make the re-evaluation task of every measure that is done and has none; returns how many were made."""
    waiting = Measure.objects.filter(state=Measure.State.DONE).exclude(
        pk__in=Review.objects.values("measure_id"))
    made = 0
    for measure in waiting.select_related("accountable"):
        until = measure.change_on + timedelta(weeks=measure.yardstick["weeks_after"], days=-1)
        due = until + timedelta(days=1 + _ripening(measure))
        review, is_new = Review.objects.get_or_create(measure=measure, look=1, defaults={"until": until, "due_on": due})
        if is_new:
            made += 1
            audit.record("verify.review_opened", measure, actor=SYSTEM, due=due, until=until)
    return made


def judge_due(*, on: date | None = None) -> int:
    """Judge every review that is due and whose data have come; tell of those whose data are late."""
    day, reached = on or timezone.localdate(timezone.now(), workspace.zone()), engine.today()
    judged = 0
    due = Review.objects.filter(state=Review.State.WAITING, due_on__lte=day).select_related("measure__accountable")
    for review in due:
        if reached >= review.due_on:
            judged += _try(review)
        elif (day - review.due_on).days >= PATIENCE_DAYS:
            _tell(review.measure, partial(_waits, review), partial(_lacks, review.due_on, reached),
                  f"review:{review.pk}:late")
    return judged


def _waits(review: Review) -> str:
    return _("%(measure)s：复评等待数据") % {"measure": review.measure}


def _lacks(until: date, reached: date) -> str:
    return _("需要 %(until)s 之前的数据，现有数据到 %(reached)s。") % {"until": until, "reached": reached}


@transaction.atomic
def compute_verdict(*, review: Review, actor: Actor = SYSTEM) -> Verdict:
    """Judge one review from the data. Raises VerdictError before its day, without the data, or a second time."""
    review = Review.objects.select_for_update(of=("self",)).select_related("measure__finding").get(pk=review.pk)
    measure = review.measure
    if review.state != Review.State.WAITING:
        raise VerdictError(_("这次复评已经得出结论。"))
    # Until the indicator's own window has passed the last rows would be left out as too young.
    if engine.today() < review.due_on:
        raise VerdictError(lambda: _("复评要用到 {until} 为止的数据，现有数据只到 {reached}。").format(
            until=review.due_on - timedelta(days=1), reached=engine.today()))
    judged = judged_by(measure, review.until)
    try:
        agreed = complete(workspace.home(), judged)
        evidence = gather(workspace.home(), agreed, scope_for(measure))
        found = judge_evidence(agreed, evidence)
    except (EffectError, IndicatorError) as error:
        raise VerdictError(partial(told, error)) from error
    verdict = Verdict.objects.create(
        measure=measure, review=review, look=review.look, verdict=found.verdict, result=verdict_to_json(found),
        round=measure.yardstick.get("round", 1), judged=yardstick_to_json(agreed) | {"hash": hash_of(agreed)},
        evidence=evidence_to_json(evidence), yardstick_hash=measure.yardstick["hash"], as_of=engine.as_of())
    review.state = Review.State.JUDGED
    review.save(update_fields=["state"])
    if measure.change_on is not None:
        score_plans(measure_id=measure.pk, in_force=measure.change_on, actor=actor)
    audit.record("verify.verdict_computed", measure, actor=actor, verdict=audit.plain(found.verdict),
                 look=review.look, hash=audit.plain(found.yardstick_hash))
    return verdict


def judged_by(measure: Measure, until: date) -> Yardstick:
    """Return the frozen yardstick with its change moved to the day on which the new way really began.

    Raises VerdictError when what is stored is not what was hashed.
    """
    frozen = yardstick_from_json(measure.yardstick["terms"])
    if hash_of(frozen) != measure.yardstick["hash"]:
        raise VerdictError(lambda: _("标尺与批准时的校验值不符：它在批准之后被改过，不能用来判定。"))
    assert measure.change_on is not None
    moved = measure.change_on - frozen.change
    since = None if frozen.since is None else frozen.since + moved
    return replace(frozen, change=measure.change_on, since=since, until=until)


def scope_for(measure: Measure) -> Scope:
    """Return whose rows a verdict may read: what the one who approved it could see then."""
    units = measure.yardstick.get("units")
    return Scope(units=None if units is None else tuple(units), minimum_n=workspace.facts().minimum_n)


def _ripening(measure: Measure) -> int:
    """How many days after the window its last rows count: the indicator's own window has to pass."""
    passport = agreed_passport(workspace.home(), yardstick_from_json(measure.yardstick["terms"]))
    return -(-(passport.window or 0) // 86_400)


def _try(review: Review) -> bool:
    try:
        verdict = compute_verdict(review=review)
    except VerdictError as error:
        why = error.words
        _tell(review.measure, lambda: _("%(measure)s：复评没有得出结论") % {"measure": review.measure}, why,
              f"review:{review.pk}:failed")
        return False
    _tell(review.measure, lambda: _("%(measure)s：效果结论为“%(verdict)s”") % {
        "measure": review.measure, "verdict": verdict.get_verdict_display()}, lambda: _("请查看并关闭。"),
        f"verdict:{verdict.pk}")
    return True


def _tell(measure: Measure, title: Words, text: Words, key: str) -> None:
    notify("measure_verdict", title=title, text=text, to=[measure.accountable], right="verify.close_measures", key=key,
           about=About("measures.measure", str(measure.pk), reverse("verdicts:measure", args=[measure.pk]),
                       measure.unit_code))
