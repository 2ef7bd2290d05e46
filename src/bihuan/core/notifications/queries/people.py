"""Who is to be told, and how they wish to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from bihuan.core.models import Role, RoleAssignment, Unit, User
from bihuan.core.rights import descendants, grants_of, is_outside, scope_of

from ..contracts import NOTICES
from ..hours import Hours
from ..models import Channel, Choice, Preference

UNIT_REACHES = ("team", "centre", "vendor")


@dataclass(frozen=True)
class Wish:
    """How one person wishes to be told of one event."""

    in_inbox: bool
    by_mail: bool
    channels: tuple[Channel, ...]
    timing: str
    hours: Hours


def people_with(right: str, unit: str = "") -> list[User]:
    """Return the people in service one of whose roles carries ``right`` and reaches ``unit`` (empty: any reach)."""
    held = RoleAssignment.objects.filter(user__is_active=True).select_related("role", "user")
    units = list(Unit.objects.only("code", "parent_code")) if unit else []
    found: dict[int, User] = {}
    for one in held:
        if right in one.role.permissions and (not unit or _reaches(one, unit, units)):
            found[one.user_id] = one.user
    return list(found.values())


def people_to_name(user: User, right: str) -> QuerySet[User]:
    """Return whom a person may name for a task that needs ``right``, by name.

    Somebody of a vendor names their own people and those who reach everything; no other vendor's.
    """
    found = people_with(right)
    if is_outside(user, right):
        units = set(scope_of(user, right).units or ())
        found = [one for one in found if any(
            grant.reach == "all" or grant.unit_code in units for grant in grants_of(one) if right in grant.permissions)]
    return User.objects.filter(pk__in=[one.pk for one in found]).order_by("display_name", "username")


def _reaches(held: RoleAssignment, unit: str, units: list[Unit]) -> bool:
    if held.role.scope == "all":
        return True
    return bool(held.role.scope in UNIT_REACHES and held.unit_code
                and unit in descendants([held.unit_code], units))


def leaders_of(unit: str) -> list[User]:
    """Return who leads a unit: the holders of a team's role for it or of one that manages reminders, else those above.

    Inspectors and trainers of a centre reach its cases too, but are not who answers for them.
    """
    parents = dict(Unit.objects.values_list("code", "parent_code"))
    seen: set[str] = set()
    while unit and unit not in seen:
        seen.add(unit)
        held = RoleAssignment.objects.filter(
            unit_code=unit, role__scope__in=UNIT_REACHES, user__is_active=True).select_related("user", "role")
        leaders = {one.user_id: one.user for one in held if leads(one.role)}
        if leaders:
            return list(leaders.values())
        unit = parents.get(unit, "")
    return []


def leads(role: Role) -> bool:
    """Return whether who holds a role for a unit answers for the unit's cases."""
    if role.scope == Role.Reach.TEAM:
        return "evaluate.view_rows" in role.permissions
    return "evaluate.manage_live" in role.permissions


def wishes_of(people: Iterable[User], event: str) -> dict[int, Wish]:
    """Return {person's pk: wish}; what somebody did not choose is as NOTICES has it."""
    ids = [one.pk for one in people]
    chosen = {one.user_id: one for one in
              Choice.objects.filter(user_id__in=ids, event=event).prefetch_related("channels")}
    hours = {one.user_id: hours_of(one) for one in Preference.objects.filter(user_id__in=ids)}
    return {pk: _wish(chosen.get(pk), event, hours.get(pk, Hours())) for pk in ids}


def wishes_by_event(user: User) -> dict[str, Wish]:
    """Return {event: what one person wishes}, however many events there are by the same few questions."""
    chosen = {one.event: one for one in Choice.objects.filter(user=user).prefetch_related("channels")}
    kept = Preference.objects.filter(user=user).first()
    hours = hours_of(kept) if kept else Hours()
    return {event: _wish(chosen.get(event), event, hours) for event in NOTICES}


def _wish(chosen: Choice | None, event: str, hours: Hours) -> Wish:
    usual = NOTICES[event]
    if chosen is None:
        return Wish(True, usual.channel == "mail", (), usual.timing, hours)
    return Wish(chosen.in_inbox, chosen.by_mail, tuple(chosen.channels.all()), chosen.timing, hours)


def hours_of(preference: Preference) -> Hours:
    return Hours(preference.hours_from, preference.hours_until, tuple(preference.weekdays), preference.digest_at)


def hours_of_channel(channel: Channel) -> Hours:
    return Hours(channel.hours_from, channel.hours_until)
