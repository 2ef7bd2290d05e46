"""The yardstick of a measure: proposed with it, looked at beforehand, frozen and hashed when it is approved."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import Actor, SystemActor, scope_of
from bihuan.engine.effects.contracts import POINTS_BEFORE, Yardstick
from bihuan.engine.effects.errors import EffectError
from bihuan.engine.effects.foresight import Forecast, foresee
from bihuan.engine.effects.keeping import yardstick_to_json
from bihuan.engine.effects.onset import SPARE_WEEKS
from bihuan.engine.effects.reading import complete, gather
from bihuan.engine.effects.yardstick import hash_of
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.diagnose.findings.services import act_on
from bihuan.loop.evaluate.indicators.queries.cache import data_version, results
from bihuan.loop.evaluate.indicators.queries.shared import left

from ..models import Measure
from ..rights import may_approve, require_change, require_that
from .alerts import tell_step
from .errors import MeasureError
from .writing import State, lacks_of, locked

LEAST_WEEKS, MOST_WEEKS = 1, 104
SEE = "evaluate.view_board"


@dataclass(frozen=True)
class Proposal:
    """A yardstick as people propose it: ``weeks_before`` and ``weeks_after`` are its window around the change.

    ``ramp``: over how many weeks the change is expected to grow, 0 at once.
    """

    indicator: str
    where: str
    change: date
    against: str = ""
    worthwhile: float | None = None
    weeks_before: int = 52
    weeks_after: int = 12
    guards: tuple[str, ...] = ()
    selected_from: int = 1
    donors: str = ""
    ramp: int = 0

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self)) | {"change": self.change.isoformat(), "guards": list(self.guards)}


def proposal_of(told: dict[str, Any]) -> Proposal:
    """Return the proposal of kept words."""
    return Proposal(**told | {"change": date.fromisoformat(told["change"]), "guards": tuple(told["guards"])})


def reach_of(actor: Actor) -> Scope:
    """Return what a yardstick of a person's may speak of: what they see on the board."""
    return scope_of(actor, SEE) if isinstance(actor, User) else EVERYTHING


def seer_of(finding_id: int, actor: Actor) -> Actor:
    """Return who moves a finding on: the person, or the system for one whose reach does not hold the finding."""
    if isinstance(actor, User) and not findings_for(actor).filter(pk=finding_id).exists():
        return SystemActor("improve.measures")
    return actor


def yardstick_for(proposal: Proposal) -> Yardstick:
    """Return the engine's yardstick with the definition in force; raises MeasureError with the engine's sentence."""
    if not LEAST_WEEKS <= proposal.weeks_after <= MOST_WEEKS:
        raise MeasureError(_("复评窗口为 {least} 至 {most} 周。").format(least=LEAST_WEEKS, most=MOST_WEEKS),
                           field="weeks_after")
    if proposal.ramp and proposal.weeks_after < proposal.ramp + SPARE_WEEKS:
        raise MeasureError(_("{ramp} 周内见效的，复评窗口至少 {least} 周：要看得到全部见效之后的数据。").format(
            ramp=proposal.ramp, least=proposal.ramp + SPARE_WEEKS), field="weeks_after")
    agreed = Yardstick(
        indicator=proposal.indicator, change=proposal.change, worthwhile=proposal.worthwhile or 0.0,
        where=proposal.where or None, against=proposal.against or None, guards=proposal.guards,
        since=proposal.change - timedelta(weeks=proposal.weeks_before),
        until=proposal.change + timedelta(weeks=proposal.weeks_after, days=-1), selected_from=proposal.selected_from,
        donors=proposal.donors, ramp=proposal.ramp)
    try:
        return complete(workspace.home(), agreed)
    except (EffectError, IndicatorError) as error:
        raise MeasureError(error.text(get_language() or "zh"), field="indicator") from error


def _check_selection(measure: Measure, proposal: Proposal) -> None:
    """Raise MeasureError where a yardstick says that its place was picked from fewer than the search picked it from.

    What was the worst of many comes back by itself; whoever is judged by the yardstick may not leave that out.
    """
    among = measure.finding.selected_from if measure.finding else 1
    if proposal.selected_from < among:
        raise MeasureError(_("这个问题是从 {n} 个对象里挑出来的：标尺不能写得更少。").format(n=among),
                           field="selected_from")


def look_ahead(*, proposal: Proposal, actor: Actor) -> tuple[Yardstick, Forecast]:
    """Return the yardstick of a proposal and how many weeks it needs; reads data within the person's reach.

    Drawing what may come takes seconds: the answer is kept until the facts change, for every page that shows it.
    """
    agreed = yardstick_for(proposal)
    scope, home = reach_of(actor), workspace.home()
    question, version = (hash_of(agreed), scope, proposal.weeks_after), data_version(home)
    told = results.get(("foresee", version, *question), lambda: left(
        home, version, ("foresee", *question), lambda: _foretold(agreed, scope, proposal.weeks_after), write=asdict,
        read=lambda kept: Forecast(**kept)))
    return agreed, told


def _foretold(agreed: Yardstick, scope: Scope, weeks: int) -> Forecast:
    home = workspace.home()
    try:
        # What lies after the change is not looked at: the question is what can be known before it.
        early = replace(agreed, grain="week", until=None)
        evidence = gather(home, early, scope)
        if sum(start < agreed.change for start in evidence.series.starts) < POINTS_BEFORE:
            evidence = gather(home, replace(early, grain="day"), scope)
    except (EffectError, IndicatorError) as error:
        raise MeasureError(error.text(get_language() or "zh"), field="where") from error
    return foresee(evidence.series, change=agreed.change, worthwhile=agreed.worthwhile, against=evidence.against,
                   grain=evidence.grain, selected_from=agreed.selected_from, weeks=weeks, donors=evidence.donors,
                   ramp=agreed.ramp)


@transaction.atomic
def propose_yardstick(*, measure: Measure, proposal: Proposal, actor: Actor) -> Measure:
    """State by what a draft is to be judged; what was handed in is returned first, or somebody would approve what they
    did not see."""
    measure = locked(measure)
    require_change(actor, measure)
    if measure.state != State.DRAFT:
        raise MeasureError(_("已提交或批准，标尺不能再改。待审批的请先退回。"))
    _check_selection(measure, proposal)
    look_ahead(proposal=proposal, actor=actor)
    measure.draft_yardstick = proposal.as_json()
    measure.written_by = actor if isinstance(actor, User) else None
    measure.save(update_fields=["draft_yardstick", "written_by"])
    audit.record("improve.yardstick_proposed", measure, actor=actor, indicator=audit.plain(proposal.indicator),
                 hash=audit.plain(hash_of(yardstick_for(proposal))))
    return measure


@transaction.atomic
def approve_measure(*, measure: Measure, actor: Actor, budget: float | None = None, staff: float | None = None,
                    accepts_doubt: str = "", on: date | None = None) -> Measure:
    """Approve a measure: its yardstick is frozen with its hash, and the finding is acted on.

    Where the data will not be able to tell within the window, ``accepts_doubt`` must say why it is approved all the
    same. ``on``: the day of the approval where it is entered later; the record then says so.
    """
    measure = locked(measure)
    require_that(may_approve(actor, measure), "approve")
    if measure.state != State.PROPOSED:
        raise MeasureError(_("只有待审批的措施可以批准。"))
    if lacking := lacks_of(measure):
        raise MeasureError(*(lack.text for lack in lacking))
    proposal = proposal_of(measure.draft_yardstick)
    _check_selection(measure, proposal)
    agreed, told = look_ahead(proposal=proposal, actor=actor)
    in_time = told.weeks is not None and told.weeks <= proposal.weeks_after
    if not in_time and not accepts_doubt.strip():
        raise MeasureError(_("按现有数据，复评时很可能无法判断效果。请延长窗口或调整标尺；仍要批准，请写明理由。"),
                           field="accepts_doubt")
    now = timezone.now()
    day = on or timezone.localdate(now, workspace.zone())
    scope = reach_of(actor)
    measure.yardstick = {
        "terms": yardstick_to_json(agreed), "hash": hash_of(agreed), "weeks_before": proposal.weeks_before,
        "weeks_after": proposal.weeks_after, "units": None if scope.units is None else list(scope.units),
        "forecast": dict(vars(told)), "doubt": accepts_doubt.strip() if not in_time else "",
        "approved_on": day.isoformat(), "entered_on": timezone.localdate(now, workspace.zone()).isoformat(),
        "after_the_fact": agreed.change <= day, "round": measure.finding.round if measure.finding else 1,
    }
    measure.state, measure.approved_at = State.APPROVED, now
    measure.approved_by = actor if isinstance(actor, User) else None
    measure.budget = measure.budget | {"approved": budget if budget is not None else measure.budget.get("asked")}
    measure.staff = measure.staff | {"approved": staff if staff is not None else measure.staff.get("asked")}
    measure.save()
    if measure.finding_id is not None:
        act_on(finding_id=measure.finding_id, by=seer_of(measure.finding_id, actor))
    audit.record("improve.measure_approved", measure, actor=actor, hash=audit.plain(measure.yardstick["hash"]),
                 on=day, doubt=accepts_doubt)
    tell_step(measure, lambda: _("已批准"), to=[measure.accountable, *measure.helpers.all()], key="approved")
    return measure
