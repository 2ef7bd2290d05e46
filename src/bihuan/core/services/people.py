"""People: accounts, the roles they hold, and the link with which they set their first password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from .. import audit
from ..errors import Refused
from ..models import Role, RoleAssignment, Unit, User
from ..privacy.services.registers import require_vendor_agreement
from ..rights import Actor, SystemActor, forget_grants, require
from .states import person_state

# The kinds of unit for which a role of each reach may be held: its own kind and what can lie below it.
KINDS_OF_REACH = {
    Role.Reach.TEAM: {"team", "department"},
    Role.Reach.CENTRE: {"centre", "department", "team"},
    Role.Reach.VENDOR: {"vendor", "team"},
}


@dataclass(frozen=True)
class Post:
    """A role to be held, for a unit where the role's reach is one."""

    role: Role
    unit_code: str = ""


@transaction.atomic
def create_user(*, username: str, display_name: str = "", email: str = "", agent_id: str = "", language: str = "",
                password: str | None = None, must_change_password: bool = False, posts: Sequence[Post] = (),
                actor: Actor) -> User:
    """Create a person's account. Without a password they set one by the link of ``first_password_link``."""
    require(actor, "core.manage_people")
    user = User(username=username, display_name=display_name, email=email, agent_id=agent_id, language=language,
                must_change_password=must_change_password)
    user.set_password(password)
    user.save()
    _require_agreements(set(), posts, actor)
    _write_posts(user, posts)
    audit.record("core.person_created", user, actor=actor, state=person_state(user), posts=_told(posts))
    return user


@transaction.atomic
def update_user(*, user: User, display_name: str, email: str, agent_id: str, language: str = "",
                actor: Actor) -> User:
    """Change what is known of a person."""
    require(actor, "core.manage_people")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.display_name, user.email, user.agent_id, user.language = display_name, email, agent_id, language
    user.save(update_fields=["display_name", "email", "agent_id", "language"])
    audit.record("core.person_changed", user, actor=actor, state=person_state(user), name=display_name, email=email,
                 agent_id=agent_id)
    return user


@transaction.atomic
def set_assignments(*, user: User, posts: Sequence[Post], actor: Actor) -> User:
    """Give a person exactly these roles; somebody who may manage people must remain."""
    require(actor, "core.manage_people")
    forget_grants(user)
    user = User.objects.select_for_update().get(pk=user.pk)
    _require_agreements(set(user.assignments.values_list("unit_code", flat=True)), posts, actor)
    _write_posts(user, posts)
    require_a_manager(actor)
    audit.record("core.roles_assigned", user, actor=actor, state=person_state(user), posts=_told(posts))
    return user


@transaction.atomic
def assign_role(*, user: User, role: Role, unit_code: str = "", actor: Actor) -> User:
    """Give a person one more role."""
    held = [Post(one.role, one.unit_code) for one in user.assignments.select_related("role")]
    return set_assignments(user=user, posts=[*held, Post(role, unit_code)], actor=actor)


@transaction.atomic
def deactivate_user(*, user: User, actor: Actor) -> User:
    """Close an account; what the person did stays theirs."""
    return _switch(user, is_active=False, action="core.person_deactivated", actor=actor)


@transaction.atomic
def reactivate_user(*, user: User, actor: Actor) -> User:
    """Open a closed account again, with the roles it had; a vendor's only while its agreement is in force."""
    require(actor, "core.manage_people")
    held = user.assignments.select_related("role")
    _require_agreements(set(), [Post(one.role, one.unit_code) for one in held], actor)
    return _switch(user, is_active=True, action="core.person_reactivated", actor=actor)


@transaction.atomic
def first_password_link(*, user: User, actor: Actor) -> tuple[str, str]:
    """Return (id, token) of a link with which the person sets a password within three days, once."""
    require(actor, "core.manage_people")
    audit.record("core.password_link_made", user, actor=actor)
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)


@transaction.atomic
def set_own_password(*, user: User, password: str) -> None:
    """Set the password of the person who followed a valid link; the link ends with it."""
    user.must_change_password = False
    user.set_password(password)
    user.save(update_fields=["password", "must_change_password"])
    audit.record("core.password_set", user, actor=user)


def set_language(*, user: User, language: str) -> None:
    """Keep the language a person chose for the pages; a matter of taste that leaves no trace."""
    User.objects.filter(pk=user.pk).update(language=language)


def require_a_manager(actor: Actor) -> None:
    """Refuse a person's change after which nobody could manage people any more; the command line may help itself."""
    if isinstance(actor, SystemActor):
        return
    for held in RoleAssignment.objects.filter(user__is_active=True).select_related("role"):
        if "core.manage_people" in held.role.permissions:
            return
    raise Refused("last_manager")


def _switch(user: User, *, is_active: bool, action: str, actor: Actor) -> User:
    require(actor, "core.manage_people")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    require_a_manager(actor)
    audit.record(action, user, actor=actor, state=person_state(user))
    return user


def _write_posts(user: User, posts: Sequence[Post]) -> None:
    held = set(user.assignments.values_list("role_id", flat=True))
    for post in posts:
        if post.role.is_retired and post.role.pk not in held:
            raise Refused("role_retired", role=post.role.label)
        check_post(post, agent_id=user.agent_id)
    user.assignments.all().delete()
    wanted = {(post.role.pk, post.unit_code) for post in posts}
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role_id=role, unit_code=unit) for role, unit in sorted(wanted))
    forget_grants(user)


def _require_agreements(held: set[str], posts: Sequence[Post], actor: Actor) -> None:
    """Refuse a post in a vendor, or below one, that has no agreement in force; the command line may help itself."""
    new = {post.unit_code for post in posts if post.unit_code} - held
    if not new or isinstance(actor, SystemActor):
        return
    units = Unit.objects.in_bulk()
    for code in new:
        seen: set[str] = set()
        while (unit := units.get(code)) is not None and code not in seen:
            if unit.kind == Unit.Kind.VENDOR:
                require_vendor_agreement(unit.name)
            seen.add(code)
            code = unit.parent_code


def check_post(post: Post, *, agent_id: str) -> None:
    """Refuse a post whose reach would be empty or wider than its role's."""
    kinds = KINDS_OF_REACH.get(Role.Reach(post.role.scope))
    if post.role.scope == Role.Reach.OWN and not agent_id:
        raise Refused("agent_needed", role=post.role.label)
    if kinds is None:
        return
    if not post.unit_code:
        raise Refused("unit_needed", role=post.role.label)
    unit = Unit.objects.filter(pk=post.unit_code).first()
    if unit is None:
        raise Refused("unit_unknown", unit=post.unit_code)
    if unit.kind not in kinds:
        raise Refused("unit_kind", role=post.role.label, scope=post.role.get_scope_display(), unit=unit.name)


def _told(posts: Sequence[Post]) -> list[dict[str, Any]]:
    return [{"role": audit.plain(post.role.key), "unit": audit.plain(post.unit_code)} for post in posts]
