"""Low scores as they arrive in the records: each customer who asks for an answer by one becomes a matter, told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.models import Notice
from bihuan.core.notifications.services import notify
from bihuan.core.rights import SystemActor
from bihuan.engine.clock.calendars import load_calendars
from bihuan.engine.clock.elapsed import add_business
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.loop.collect.conversations.queries.retention import cutoff, deleted_before
from bihuan.loop.collect.surveys.contracts import Mode
from bihuan.loop.collect.surveys.queries.reach import Survey
from bihuan.loop.collect.surveys.rights import WRITE, survey_for

from ..contracts import FollowState
from ..errors import Refused
from ..models import OPEN_FOLLOW_UPS, FollowStep, FollowUp, LowScoreRule
from ..queries.followups import followers, may_follow, nearest, rated_items, words_of_choice
from ..queries.session import ask

CALENDAR = "cn_office"
# An answer that is older when it arrives, in a file of last year, is no matter of today.
OLDEST = timedelta(days=14)
LATE = ":late"
# As long as feedback by itself; sooner where answers as old were deleted.
KEPT_MONTHS = 24
FILLED = ~Q(customer="", case="", note="", score=None)
# A case that names its unit says whose matter it is. Answers of staff and tests are no customer's voice; one that came
# late is not counted, and its customer is as dissatisfied.
LOW = """
    SELECT split_part(a.id, '#', 1) AS sheet, a.value AS score, a.survey, a.customer, a."case", a."at",
        coalesce(a.agent, c.agent) AS agent, c.unit
    FROM answers a LEFT JOIN fact_case c ON c."case" = a."case"
    WHERE a.question = $1 AND a.value <= $2 AND a.survey IN (SELECT unnest($3::VARCHAR[]))
        AND a.recorded_at > $4::TIMESTAMPTZ AND a."at" > $5::TIMESTAMPTZ AND a.customer IS NOT NULL
        AND coalesce(a.status, 'valid') IN ('valid', 'late')
        AND ($6 = '' OR split_part(a.id, '#', 1) IN (
            SELECT split_part(id, '#', 1) FROM answers WHERE question = $6 AND text IN (
                SELECT unnest($7::VARCHAR[])) AND survey IN (SELECT unnest($3::VARCHAR[]))))
    ORDER BY a."at", a.id"""
GONE = """SELECT DISTINCT split_part(id, '#', 1) AS sheet FROM answers
    WHERE status = 'withdrawn' AND split_part(id, '#', 1) IN (SELECT unnest($1::VARCHAR[]))"""


@transaction.atomic
def save_low_score_rule(*, survey: Survey, item: str, at_most: float, due_hours: int, consent_item: str = "",
                        consent_value: str = "", person: User | None = None, is_active: bool = True,
                        actor: User) -> LowScoreRule:
    """Say from which score on the customers of a survey are spoken to again; switched on, it holds from now on."""
    survey_for(actor, survey.pk, WRITE)
    if survey.mode == Mode.ANONYMOUS:
        raise Refused("anonymous_follow")
    if item not in rated_items(survey):
        raise Refused("item_unknown")
    if survey.mode == Mode.CONFIDENTIAL and not (consent_item and consent_value):
        raise Refused("consent_item")
    rule = LowScoreRule.objects.select_for_update().filter(survey=survey).first() or LowScoreRule(
        survey=survey, made_by=actor, is_active=False)
    # What was no low score by the former words is none in hindsight.
    asked = (item, at_most, consent_item, consent_value)
    if is_active and (not rule.is_active or asked != (
            rule.item, rule.at_most, rule.consent_item, rule.consent_value)):
        rule.since = timezone.now()
    rule.item, rule.at_most, rule.consent_item, rule.consent_value = asked
    rule.due_hours, rule.person, rule.is_active = due_hours, person, is_active
    rule.save()
    audit.record("collect.low_score_rule_saved", ("surveys.survey", str(survey.pk)), actor=actor, active=is_active,
                 due_hours=due_hours, item=audit.plain(item), at_most=at_most, consent_item=audit.plain(consent_item),
                 consent_value=audit.plain(consent_value), since=rule.since)
    return rule


def gather_low_scores(*, now: datetime | None = None) -> int:
    """Open a follow-up for each low score that arrived; what its customer took back is emptied. Returns how many."""
    moment, made = now or timezone.now(), 0
    for rule in LowScoreRule.objects.filter(is_active=True).exclude(
            survey__mode=Mode.ANONYMOUS).select_related("survey__responsible", "person"):
        made += _gather(rule, moment)
    _empty_withdrawn()
    if made:
        audit.record("collect.low_scores_gathered", actor=SystemActor("voices.follow"), count=made)
    return made


def _gather(rule: LowScoreRule, moment: datetime) -> int:
    waves = {wave.code: wave.pk for wave in rule.survey.waves.all()}
    consent = words_of_choice(rule.survey, rule.consent_item, rule.consent_value) if rule.consent_item else []
    rows = ask(LOW, [rule.item, rule.at_most, list(waves), rule.since.isoformat(), (moment - OLDEST).isoformat(),
                     rule.consent_item, consent]) if waves else []
    known = set(FollowUp.objects.filter(sheet__in=[row["sheet"] for row in rows]).values_list("sheet", flat=True))
    fresh = [row for row in rows if row["sheet"] not in known]
    if not fresh:
        return 0
    blocked = blocked_customers(workspace.home())
    due = add_business(load_calendars(workspace.home())[CALENDAR], moment, rule.due_hours * 3600)
    return sum(_open(rule, row, waves[row["survey"]], moment, due) for row in fresh if row["customer"] not in blocked)


@transaction.atomic
def _open(rule: LowScoreRule, row: dict[str, Any], wave: int, moment: datetime, due: datetime) -> bool:
    found, is_new = FollowUp.objects.get_or_create(sheet=row["sheet"], defaults={
        "wave_id": wave, "item": rule.item, "score": row["score"], "customer": row["customer"],
        "case": row["case"] or "", "agent": row["agent"] or "", "unit_code": row["unit"] or rule.survey.unit_code,
        "answered_at": row["at"], "made_at": moment, "due_at": due})
    if not is_new:
        return False
    if rule.person and may_follow(rule.person, found):
        found.owner, found.state = rule.person, FollowState.TAKEN
        found.save(update_fields=["owner", "state"])
    tell_follow_up(found, "")
    return True


def watch_follow_ups(*, now: datetime | None = None) -> int:
    """Tell once of each matter that is past its time and still open."""
    moment = now or timezone.now()
    late = FollowUp.objects.filter(state__in=OPEN_FOLLOW_UPS, due_at__lt=moment).select_related(
        "wave__survey__responsible", "wave__survey__made_by", "owner")
    return sum(tell_follow_up(one, LATE) for one in late)


def tell_follow_up(found: FollowUp, mark: str, *, but: User | None = None) -> bool:
    """Tell who has it; where nobody has who can do it, who can and is nearest, and everybody once it is late.

    Of no unit: who runs the survey first.
    """
    key = f"low_score:{found.pk}{mark}"
    if Notice.objects.filter(key=key).exists():
        return False
    survey, due = found.wave.survey, timezone.localtime(found.due_at, workspace.zone()).strftime("%Y-%m-%d %H:%M")
    if found.owner and may_follow(found.owner, found):
        people = [found.owner]
    else:
        people = [one for one in followers(found) if one != but]
        people = people if mark == LATE else nearest(people)
        runs = survey.responsible or survey.made_by
        people = [runs] if not found.unit_code and runs in people else people
    about = About("voices.followup", str(found.pk), reverse("voices:follow_up", args=[found.pk]), found.unit_code)
    return notify("low_score", about=about, to=people, key=key,
                  title=lambda: _follow_up_title(mark).format(number=found.number, survey=survey.title),
                  text=lambda: (_("时限是 {due}，请尽快联系客户。") if mark == LATE
                                else _("请在 {due} 之前联系客户。")).format(due=due)) is not None


def _follow_up_title(mark: str) -> str:
    if mark == LATE:
        return _("低分跟进已过时限（{number}）：{survey}")
    return _("低分跟进已交还，待接手（{number}）：{survey}") if mark else _("有低分待跟进（{number}）：{survey}")


def sweep_follow_ups(*, now: datetime | None = None) -> int:
    """Empty what was kept long enough; returns how many."""
    before = max(filter(None, (cutoff(KEPT_MONTHS, now), deleted_before("answers"))))
    return empty_follow_ups(FollowUp.objects.filter(answered_at__lt=before))


@transaction.atomic
def empty_follow_ups(found: QuerySet[FollowUp]) -> int:
    """Delete what tells of the customer: open ones are let go, closed ones keep their result alone."""
    numbers = list(found.filter(FILLED).values_list("pk", flat=True))
    mine = FollowUp.objects.filter(pk__in=numbers)
    FollowStep.objects.filter(follow_up__in=numbers).exclude(note="").update(note="")
    mine.filter(state__in=OPEN_FOLLOW_UPS).update(state=FollowState.WITHDRAWN, closed_at=timezone.now())
    mine.update(customer="", case="", note="", score=None)
    if numbers:
        audit.record("collect.low_scores_emptied", actor=SystemActor("voices.follow"), count=len(numbers))
    return len(numbers)


def _empty_withdrawn() -> None:
    """Empty matters, closed ones too, whose customers took their answers back."""
    sheets = list(FollowUp.objects.filter(FILLED).values_list("sheet", flat=True))
    gone = [row["sheet"] for row in ask(GONE, [sheets])] if sheets else []
    if gone:
        empty_follow_ups(FollowUp.objects.filter(sheet__in=gone))
