"""Watching a type of complaint: set up with its cause and its prevention, counted every day, told when it is back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, reaches, require, scope_of
from bihuan.engine.stats import poisson_interval
from bihuan.loop.diagnose.causes.queries.causes import cause_for
from bihuan.loop.diagnose.findings.contracts import Sign
from bihuan.loop.diagnose.findings.services import act_on, reopen, see
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.progress.queries.questions import rows_address
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.plan.goals.queries.conditions import FilterError

from .contracts import ALARMS, BASES
from .counting import INDICATOR, Counted, Window, before_the_change, count, of_type, where_of_type
from .models import CHANGE, VIEW, Watch

SYSTEM = SystemActor("verify.recurrence")
LEAST_DAYS, MOST_DAYS = 28, 730
STATES = ("approved", "running", "done", "verified")


class RecurrenceError(ValueError):
    """Why a watch was not set up; ``field`` names the field it is about."""

    code = "recurrence_refused"

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Told:
    """A watch as somebody sets it up."""

    topic: str
    product: str
    unit_code: str
    base: str
    before_days: int


def start_watch(*, told: Told, cause: int, measure: Measure, owner: User, actor: User) -> Watch:
    """Watch a type from the day its prevention took effect. Raises RecurrenceError; NotAllowed beyond one's reach."""
    row = Watch(topic=told.topic.strip(), product=told.product.strip(), unit_code=told.unit_code, base=told.base,
                before_days=told.before_days, cause=cause_for(cause), measure=measure, owner=owner, created_by=actor)
    require(actor, CHANGE, row)
    if not Measure.objects.for_user(actor).filter(pk=measure.pk).exists():
        raise NotAllowed(f"measure {measure.pk}")
    _check(row)
    try:
        return _started(row, actor)
    except IntegrityError as error:
        raise RecurrenceError(_("这一类投诉已经在监测。"), field="topic") from error


def _check(row: Watch) -> None:
    if not row.topic:
        raise RecurrenceError(_("请选择投诉类型。"), field="topic")
    if row.base not in BASES or (row.base == "product" and not row.product):
        raise RecurrenceError(_("以同一产品的工单为分母时，请选择产品。"), field="product")
    if not LEAST_DAYS <= row.before_days <= MOST_DAYS:
        raise RecurrenceError(_("请填 {least} 至 {most} 天。").format(least=LEAST_DAYS, most=MOST_DAYS),
                              field="before_days")
    if row.cause_id is None:
        raise RecurrenceError(_("请选择根因。"), field="cause")
    if row.measure.state not in STATES:
        raise RecurrenceError(_("预防措施还没有批准：批准之后再设监测。"), field="measure")
    if not (row.owner.is_active and can(row.owner, VIEW) and reaches(scope_of(row.owner, VIEW), unit=row.unit_code)):
        raise RecurrenceError(_("负责人看不到这个单位：请另选一位。"), field="owner")


@transaction.atomic
def _started(row: Watch, actor: User) -> Watch:
    try:
        if count(row).seen[0].events == 0:
            raise RecurrenceError(_("这类投诉在预防之前的这些天里没有出现过，没有可比的水平。"), field="before_days")
    except FilterError as error:
        raise RecurrenceError(str(error), field="topic") from error
    window, events = before_the_change(row)
    row.finding_id = see(sign=_sign(row, window, events, None), today=_now(), actor=SYSTEM).pk
    act_on(finding_id=row.finding_id, by=SYSTEM)
    row.save()
    audit.record("verify.watch_started", row, actor=actor, topic=row.topic, measure=row.measure_id,
                 cause=row.cause_id)
    look_at(row)
    row.refresh_from_db()
    return row


@transaction.atomic
def end_watch(*, watch: Watch, reason: str, actor: User) -> Watch:
    """Stop watching, with the reason; what was seen stays."""
    row = Watch.objects.select_for_update(of=("self",)).get(pk=watch.pk)
    require(actor, CHANGE, row)
    if row.ended_at is not None:
        raise RecurrenceError(_("这项监测已经停止。"))
    if len(reason.strip()) < 4:
        raise RecurrenceError(_("请写明停止的原因。"), field="reason")
    row.ended_at, row.ended_reason = timezone.now(), reason.strip()[:300]
    row.save(update_fields=["ended_at", "ended_reason"])
    audit.record("verify.watch_ended", row, actor=actor, reason=row.ended_reason)
    return row


def look_again(*, watch: Watch, actor: User) -> Watch:
    """Count a watch now, at a person's wish."""
    require(actor, CHANGE, watch)
    look_at(watch, actor=actor)
    watch.refresh_from_db()
    return watch


def look_at_all() -> tuple[int, int]:
    """Count every running watch; returns how many, and how many new alarms. Run again it tells of none twice."""
    rows = list(Watch.objects.filter(ended_at=None).order_by("pk"))
    return len(rows), sum(look_at(row) for row in rows)


@transaction.atomic
def look_at(watch: Watch, *, actor: Actor = SYSTEM) -> int:
    """Count one watch; returns how many blocks raised the alarm that had not before."""
    row = Watch.objects.select_for_update(of=("self",)).select_related("measure__accountable", "owner").get(pk=watch.pk)
    counted = count(row)
    course = counted.course()
    new = [number for number, one in enumerate(course["blocks"]) if one["alarm"] and one["first"] not in row.told]
    row.course, row.last_case, row.looked_at = course, counted.last, timezone.now()
    if new:
        _alarm(row, counted, new)
        row.told = [*row.told, *(course["blocks"][number]["first"] for number in new)]
        row.alarmed_on = counted.blocks[new[-1]].last
    row.save(update_fields=["course", "last_case", "looked_at", "told", "alarmed_on"])
    audit.record("verify.watch_looked", row, actor=actor, verdict=audit.plain(course["verdict"]), alarms=len(new))
    return len(new)


def _alarm(row: Watch, counted: Counted, new: list[int]) -> None:
    """Add each new alarm to the finding's history, take its diagnosis up again, and tell the owner of the last one."""
    for number in new:
        block = counted.found.blocks[number]
        finding = see(sign=_sign(row, counted.blocks[number], block.seen.events, block.expected), today=_now(),
                      actor=SYSTEM)
    last = counted.blocks[new[-1]]

    def words() -> str:
        return _("{first} 至 {last} 有 {events} 件：{alarm}").format(
            first=last.first, last=last.last, events=block.seen.events, alarm=ALARMS[block.alarm])

    if finding.state == finding.State.ACTING:
        reopen(finding_id=finding.pk, reason=words(), by=SYSTEM)
    notify("complaint_back", title=lambda: _("投诉复发：%(watch)s") % {"watch": row}, text=words,
           about=About("recurrence.watch", str(row.pk), reverse("recurrence:watch", args=[row.pk]), row.unit_code),
           to=[row.owner, row.measure.accountable], key=f"recurrence:{row.pk}:{last.first}")


def _sign(row: Watch, window: Window, events: int, expected: float | None) -> Sign:
    """Return what a block shows as one sighting of the type: always the same finding."""
    passport = engine.passports()[INDICATOR]
    _rate, low, high = (float(one) for one in poisson_interval(events))
    group = {"kind": "complaint", "topic": row.topic} | ({"product": row.product} if row.product else {})
    with translation.override("zh-hans"):
        title = _("反复出现的投诉：{type}").format(type=row.title)
    sign = Sign(
        key=f"recurring:{row.unit_code}:{row.topic}:{row.product}"[:400], kind="recurring", title=title[:300],
        period=f"{window.first} – {window.last}", start=window.first, end=window.last, value=float(events), n=events,
        low=low, high=high, unit=passport.unit, direction="down", indicator=INDICATOR,
        indicator_version=passport.version, definition_hash=passport.definition_hash, where=where_of_type(row),
        group=group, unit_code=row.unit_code, usual=expected, method="exact_block",
        as_of=(engine.as_of() or _now()).isoformat(), suggested_unit=row.measure.unit_code,
        evidence=rows_address(INDICATOR, of_type(row), Span(window.first, window.last)))
    if expected is None:
        return sign
    return replace(sign, size=events - expected, size_measure="extra_cases")


def _now() -> datetime:
    return datetime.combine(_today(), time(23, 59), workspace.zone())


def _today() -> date:
    return engine.today()
