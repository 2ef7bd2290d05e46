"""Launches are registered with how they will be judged, accepted by those they touch, and judged from the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.languages import named
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import Actor, SystemActor, scope_of
from bihuan.engine.effects.contracts import Yardstick
from bihuan.engine.effects.errors import EffectError
from bihuan.engine.effects.keeping import evidence_to_json, verdict_to_json, yardstick_from_json, yardstick_to_json
from bihuan.engine.effects.reading import agreed_passport, complete, gather, has_others, judge_evidence
from bihuan.engine.effects.yardstick import hash_of
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.plan.goals.contracts import filters_of
from bihuan.loop.plan.goals.queries.conditions import unit_kinds, where_of
from bihuan.loop.plan.goals.rights import below

from ..verdicts.contracts import CANNOT_TELL, NO_WAIT
from .contracts import KINDS, LEAST_WEEKS, MOST_LOOKS, MOST_WEEKS, PARTIES, WORDS
from .models import Acceptance, Effect, Launch
from .rights import REGISTER, require_register

SYSTEM = SystemActor("verify.launches")
WEEKS_BEFORE = 52


class LaunchError(ValueError):
    """Why a launch was not registered, accepted or judged; ``field`` names the field it is about."""

    code = "launch_refused"

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Told:
    """A launch as somebody registers it. ``against`` is a unit that it does not touch; ``worthwhile`` 0: the default.

    ``guards`` are further indicators, which must not suffer; all of them are corrected together.
    """

    kind: str
    title: str
    what: str
    launched_on: date
    unit_code: str
    channel: str
    indicator: str
    guards: tuple[str, ...] = ()
    against: str = ""
    worthwhile: float = 0.0
    weeks: int = LEAST_WEEKS


@transaction.atomic
def register_launch(*, told: Told, owner: User, actor: User) -> Launch:
    """Register a launch and freeze how its effect will be judged. Raises LaunchError; NotAllowed beyond one's reach."""
    require_register(actor, told.unit_code)
    _check(told, owner)
    if told.against:
        require_register(actor, told.against)
    units = scope_of(actor, REGISTER).units
    agreed = _agreed(told, Scope(units=units))
    launch = Launch.objects.create(
        kind=told.kind, title=told.title.strip(), what=told.what.strip(), launched_on=told.launched_on,
        unit_code=told.unit_code, channel=told.channel, owner=owner, weeks=told.weeks,
        yardstick=yardstick_to_json(agreed), yardstick_hash=hash_of(agreed),
        units=None if units is None else list(units), registered_late=told.launched_on <= engine.today(),
        created_by=actor)
    audit.record("verify.launch_registered", launch, actor=actor, launched_on=launch.launched_on,
                 yardstick=audit.plain(launch.yardstick_hash))
    return launch


def _check(told: Told, owner: User) -> None:
    if told.kind not in KINDS:
        raise LaunchError(_("请选择话术、系统或流程。"), field="kind")
    if not told.title.strip() or len(told.what.strip()) < 4:
        raise LaunchError(_("请写明改了什么：原来怎样，现在怎样。"), field="what")
    if not LEAST_WEEKS <= told.weeks <= MOST_WEEKS:
        raise LaunchError(_("请观察 {least} 至 {most} 周：太短看不出变化。").format(least=LEAST_WEEKS, most=MOST_WEEKS),
                          field="weeks")
    if told.indicator in told.guards:
        raise LaunchError(_("主要指标不能同时是不能变差的指标。"), field="guards")
    if told.against and _overlap(told.against, told.unit_code):
        raise LaunchError(_("对照单位应是没有上线的单位：它不能在上线的单位之内，也不能包含上线的单位。"),
                          field="against")
    if not owner.is_active:
        raise LaunchError(_("负责人的账号已停用：请另选一位。"), field="owner")


def _agreed(told: Told, scope: Scope) -> Yardstick:
    """Return the yardstick with what the indicator's definition adds; a comparison without rows is refused."""
    try:
        agreed = complete(workspace.home(), _yardstick(told))
        compares = not told.against or has_others(workspace.home(), agreed, scope)
    except (EffectError, IndicatorError) as error:
        raise LaunchError(error.text(get_language() or "zh"), field="indicator") from error
    if not compares:
        raise LaunchError(_("对照单位还没有这个指标的记录，比不出结果：请换一个有记录的单位，或不设对照。"),
                          field="against")
    return agreed


def _overlap(against: str, touched: str) -> bool:
    """Whether a unit that is to be compared with is touched itself: all are where the whole workspace is."""
    return not touched or against in (below([touched]) or ()) or touched in (below([against]) or ())


def _yardstick(told: Told) -> Yardstick:
    kinds = unit_kinds()
    where = where_of(filters_of({"unit": [told.unit_code] if told.unit_code else [],
                                 "channel": [told.channel] if told.channel else []}), kinds)
    against = where_of(filters_of({"unit": [told.against]}), kinds) if told.against else None
    return Yardstick(
        indicator=told.indicator, change=told.launched_on, worthwhile=told.worthwhile, where=where, against=against,
        since=told.launched_on - timedelta(weeks=WEEKS_BEFORE), guards=told.guards)


@transaction.atomic
def accept_launch(
    *, launch: Launch, party: str, who: str, accepted: bool, note: str, said_on: date, actor: User,
) -> Acceptance:
    """Write down what a customer or department said. Raises LaunchError: a refusal needs its words."""
    require_register(actor, launch.unit_code)
    if party not in PARTIES or not who.strip():
        raise LaunchError(_("请写明是哪位客户（编号）或哪个部门。"), field="who")
    if not accepted and len(note.strip()) < 4:
        raise LaunchError(_("不通过时请写明原因。"), field="note")
    if said_on < launch.launched_on or said_on > timezone.now().astimezone(workspace.zone()).date():
        raise LaunchError(_("验收日期应在上线之后，且不晚于今天。"), field="said_on")
    made = Acceptance.objects.create(launch=launch, party=party, who=_masked(who)[:120], accepted=accepted,
                                     note=_masked(note)[:500], said_on=said_on, by=actor)
    audit.record("verify.launch_accepted", launch, actor=actor, accepted=audit.plain("yes" if accepted else "no"))
    return made


def _masked(text: str) -> str:
    """Return what somebody wrote without the personal data in it: a telephone number is no customer number."""
    return mask_text(text.strip(), load_rules(workspace.home())) if text.strip() else ""


def next_look(launch: Launch) -> tuple[int, date] | None:
    """Return which look comes next and the last day of its data; None when nothing more is to be looked at.

    The second look waits as long again, and only where the first could not tell and a wait may mend that.
    """
    done = list(launch.effects.order_by("look"))
    if len(done) >= MOST_LOOKS or (done and (done[-1].verdict != CANNOT_TELL or done[-1].result["reason"] in NO_WAIT)):
        return None
    return len(done) + 1, launch.launched_on + timedelta(weeks=launch.weeks * (len(done) + 1), days=-1)


def ready_on(launch: Launch, until: date) -> date:
    """Return the day after which the rows up to ``until`` count: the indicator's own window has to pass."""
    passport = agreed_passport(workspace.home(), yardstick_from_json(launch.yardstick))
    return until + timedelta(days=-(-(passport.window or 0) // 86_400))


def judge_launch(*, launch: Launch, actor: Actor = SYSTEM) -> Effect:
    """Look at the data when the weeks have passed. Raises LaunchError before that, or when all looks are used."""
    if not isinstance(actor, SystemActor):
        require_register(actor, launch.unit_code)
    look = next_look(launch)
    if look is None:
        raise LaunchError(_("已经看过：再看一次只会增加误判。"))
    number, until = look
    if engine.today() <= ready_on(launch, until):
        raise LaunchError(_("要用到 {until} 为止的数据，现有数据只到 {reached}。").format(
            until=ready_on(launch, until), reached=engine.today()))
    frozen = yardstick_from_json(launch.yardstick)
    if hash_of(frozen) != launch.yardstick_hash:
        raise LaunchError(_("判定方法与登记时的校验值不符：它被改过，不能用来判定。"))
    judged = replace(frozen, until=until)
    scope = Scope(units=None if launch.units is None else tuple(launch.units),
                  minimum_n=workspace.facts().minimum_n)
    try:
        evidence = gather(workspace.home(), judged, scope)
        found = judge_evidence(judged, evidence)
    except (EffectError, IndicatorError) as error:
        raise LaunchError(error.text(get_language() or "zh")) from error
    return _keep(launch, number, until, verdict_to_json(found), evidence_to_json(evidence), actor)


@transaction.atomic
def _keep(launch: Launch, look: int, until: date, result: dict, evidence: dict, actor: Actor) -> Effect:
    effect, made = Effect.objects.get_or_create(launch=launch, look=look, defaults={
        "until": until, "verdict": result["verdict"], "result": result, "evidence": evidence, "as_of": engine.as_of()})
    if made:
        notify("launch_judged", title=lambda: named(launch.title, WORDS[effect.verdict]),
               about=About("launches.launch", str(launch.pk), reverse("launches:launch", args=[launch.pk]),
                           launch.unit_code), to=[launch.owner], key=f"launch:{launch.pk}:{look}")
        audit.record("verify.launch_judged", launch, actor=actor, verdict=audit.plain(effect.verdict), look=look)
    return effect


def judge_due_launches() -> int:
    """Look at every launch whose weeks have passed; returns how many were. Run again it looks at none twice."""
    judged = 0
    for launch in Launch.objects.order_by("pk"):
        look = next_look(launch)
        if look is not None and engine.today() > ready_on(launch, look[1]):
            try:
                judge_launch(launch=launch)
            except LaunchError:
                continue            # its page says why
            judged += 1
    return judged
