"""Reminder rules: keeping them, and reminding each case once a stage."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.queries.people import leaders_of
from bihuan.core.notifications.services import notify
from bihuan.core.queries import unit_names
from bihuan.core.rights import NotAllowed, reaches, require

from ..contracts import CLOCKS
from ..models import Reminder, ReminderRule
from ..queries.reminders import Stage, scope_of_rule, stages, wanted_of
from ..rights import MANAGE, ROWS, reach

# A worker that was down for longer does not pour out yesterday's reminders.
CATCH_UP = timedelta(hours=24)


@transaction.atomic
def save_rule(*, rule: ReminderRule | None, name: str, clock: str, lead_minutes: int, unit_code: str = "",
              channels: Collection[str] = (), kinds: Collection[str] = (), priorities: Collection[str] = (),
              to_agent: bool = True, to_leader: bool = True, people: Iterable[User] = (),
              groups: Iterable[Channel] = (), is_active: bool = True, actor: User) -> ReminderRule:
    """Keep a rule. It reminds from now on only, and sees what the person who saved it last may see."""
    require_unit(actor, unit_code)
    if rule is not None:
        require_unit(actor, rule.unit_code)
    rule = rule or ReminderRule()
    rule.name, rule.clock, rule.lead_minutes, rule.unit_code = name, clock, lead_minutes, unit_code
    rule.channels, rule.kinds, rule.priorities = list(channels), list(kinds), list(priorities)
    rule.to_agent, rule.to_leader, rule.is_active = to_agent, to_leader, is_active
    rule.created_by, rule.active_from = actor, timezone.now()
    rule.save()
    rule.people.set(people)
    rule.groups.set(groups)
    audit.record("evaluate.reminder_rule_saved", rule, actor=actor, name=name, clock=audit.plain(clock),
                 lead_minutes=lead_minutes, unit=audit.plain(unit_code))
    return rule


@transaction.atomic
def drop_rule(*, rule: ReminderRule, actor: User) -> None:
    """Delete a rule with its log of reminders."""
    require_unit(actor, rule.unit_code)
    audit.record("evaluate.reminder_rule_dropped", rule, actor=actor, name=rule.name)
    rule.delete()


def require_unit(actor: User, unit_code: str) -> None:
    """A rule for all units needs a reach over all; one for a unit needs that unit."""
    require(actor, MANAGE)
    scope = reach(actor, ROWS)
    if scope.agents is not None or not (reaches(scope, unit=unit_code) if unit_code else scope.units is None):
        raise NotAllowed("unit")


def remind(*, now: datetime | None = None) -> int:
    """Carry out every rule; returns how many cases were reminded of. Runs in a job, any number of times."""
    moment = now or timezone.now()
    names = unit_names()
    return sum(_carry_out(rule, moment, names) for rule in
               ReminderRule.objects.filter(is_active=True).select_related("created_by"))


def _carry_out(rule: ReminderRule, now: datetime, names: dict[str, str]) -> int:
    first = max(now - CATCH_UP, rule.active_from)
    found = stages(wanted_of(rule), scope_of_rule(rule), first, now, still=now)
    done = set(Reminder.objects.filter(rule=rule, case__in=[one.case for one in found]).values_list("case", "due"))
    people, groups = list(rule.people.all()), list(rule.groups.all())
    return sum(_remind_of(rule, one, now, people, groups, names) for one in found if (one.case, one.due) not in done)


def _remind_of(rule: ReminderRule, stage: Stage, now: datetime, people: list[User], groups: list[Channel],
               names: dict[str, str]) -> bool:
    told = {one.pk: one for one in [*people, *_by_role(rule, stage)]}
    try:
        with transaction.atomic():
            Reminder.objects.create(rule=rule, case=stage.case, due=stage.due, at=now, unit_code=stage.unit,
                                    told=len(told))
            notify("case_due" if stage.due > now else "case_overdue", title=partial(_title, rule, stage, now),
                   text=partial(_text, rule, stage, names), to=told.values(), channels=groups, at=now,
                   about=About("case", stage.case, reverse("indicators:case", args=[stage.case]), stage.unit),
                   key=f"remind:{rule.pk}:{stage.case}:{stage.due:%Y%m%dT%H%M%S}"[:200])
    except IntegrityError:
        return False        # another worker was quicker
    return True


def _by_role(rule: ReminderRule, stage: Stage) -> list[User]:
    """The case's agent and who leads the unit, as the rule wishes."""
    found: list[User] = []
    if rule.to_agent and stage.agent:
        found += User.objects.filter(agent_id=stage.agent, is_active=True)
    if rule.to_leader and stage.unit:
        found += leaders_of(stage.unit)
    return found


def _title(rule: ReminderRule, stage: Stage, now: datetime) -> str:
    """What is due when; not in how long: a notice may lie until the hours in which somebody wants to be told."""
    said = {"case": stage.external_id, "clock": str(CLOCKS[rule.clock]), "due": _due(stage)}
    if stage.due > now:
        return _("工单 %(case)s：%(clock)s %(due)s 到时限") % said
    return _("工单 %(case)s：%(clock)s已于 %(due)s 超时") % said


def _due(stage: Stage) -> str:
    return stage.due.astimezone(workspace.zone()).strftime("%m-%d %H:%M")


def _text(rule: ReminderRule, stage: Stage, names: dict[str, str]) -> str:
    return _("单位 %(unit)s，规则“%(rule)s”") % {"unit": names.get(stage.unit, stage.unit) or "—", "rule": rule.name}
