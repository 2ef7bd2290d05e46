"""What the core's pages read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.contrib.auth.tokens import default_token_generator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode

from .models import AuditEntry, Role, Unit, User


def people(*, words: str = "", role: str = "", active: str = "yes") -> QuerySet[User]:
    """Return people with their roles; ``words`` is looked for in names, e-mail and agent id."""
    found = User.objects.prefetch_related("assignments__role").order_by("username")
    if active in ("yes", "no"):
        found = found.filter(is_active=active == "yes")
    if role:
        found = found.filter(assignments__role__key=role).distinct()
    if words:
        found = found.filter(Q(username__icontains=words) | Q(display_name__icontains=words)
                             | Q(email__icontains=words) | Q(agent_id__icontains=words))
    return found


@dataclass(frozen=True)
class HeldRole:
    """A role a person holds and the name of its unit, empty where the reach is none."""

    role: Role
    unit_name: str


def posts_of(user: User) -> list[HeldRole]:
    """Return the roles a person holds, with their units by name."""
    held = list(user.assignments.select_related("role"))
    names = dict(Unit.objects.filter(pk__in=[one.unit_code for one in held]).values_list("code", "name"))
    return [HeldRole(one.role, names.get(one.unit_code, one.unit_code)) for one in held]


def person_of_link(uid: str, token: str) -> User | None:
    """Return whose first-password link this is; None when it was used, changed or is older than three days."""
    try:
        person = User.objects.filter(pk=urlsafe_base64_decode(uid).decode(), is_active=True).first()
    except ValueError:
        return None
    return person if person and default_token_generator.check_token(person, token) else None


def roles() -> QuerySet[Role]:
    """Return the roles with how many people in service hold each."""
    return Role.objects.annotate(holders=Count(
        "assignments__user", filter=Q(assignments__user__is_active=True), distinct=True))


@dataclass(frozen=True)
class UnitLine:
    """One unit in the order of the tree; ``depth`` 0 is a root."""

    unit: Unit
    depth: int


def unit_tree() -> list[UnitLine]:
    """Return all units, each below its parent; units whose parent is missing or in a circle stand at the root."""
    units = list(Unit.objects.order_by("name", "code"))
    known = {unit.code for unit in units}
    children: dict[str, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.parent_code if unit.parent_code in known else "", []).append(unit)
    lines: list[UnitLine] = []
    seen: set[str] = set()

    def walk(unit: Unit, depth: int) -> None:
        if unit.code in seen:
            return
        seen.add(unit.code)
        lines.append(UnitLine(unit, depth))
        for child in children.get(unit.code, []):
            walk(child, depth + 1)

    for root in [*children.get("", []), *units]:
        walk(root, 0)
    return lines


def unit_names() -> dict[str, str]:
    """Return {code: name} of all units."""
    return dict(Unit.objects.values_list("code", "name"))


def audit_entries(*, actor: str = "", action: str = "", object_words: str = "", first: date | None = None,
                  last: date | None = None) -> QuerySet[AuditEntry]:
    """Return audit entries, newest first; days are the workspace's. ``actor`` is a key such as ``user:3``."""
    entries = AuditEntry.objects.order_by("-seq")
    if actor:
        entries = entries.filter(actor=actor)
    if action:
        entries = entries.filter(action=action)
    if object_words:
        entries = entries.filter(Q(object_type__icontains=object_words) | Q(object_id=object_words))
    if first:
        entries = entries.filter(at__gte=_start_of(first))
    if last:
        entries = entries.filter(at__lt=_start_of(last, days=1))
    return entries


def actor_names(keys: set[str]) -> dict[str, str]:
    """Return {actor key: name} for the people among ``keys``."""
    ids = [int(key.removeprefix("user:")) for key in keys if key.startswith("user:")]
    return {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids)}


def audit_actions() -> list[str]:
    """Return the actions that occur in the log."""
    return sorted(AuditEntry.objects.order_by().values_list("action", flat=True).distinct())


def _start_of(day: date, *, days: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromordinal(day.toordinal() + days), time.min))
