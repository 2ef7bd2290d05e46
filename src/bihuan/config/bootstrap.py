"""What `bihuan up` does before it serves: tables, roles, units, the first administrator, the demonstration log-ins."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.utils import translation

from bihuan.config.tables import bring_tables_up_to_date
from bihuan.core.models import Role, Unit, User
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user, load_roles, set_assignments, sync_units
from bihuan.core.services.people import KINDS_OF_REACH, Post
from bihuan.engine.home import Home, write_atomically
from bihuan.loop.collect.conversations.services import load_tags
from bihuan.loop.collect.surveys.services import load_dimensions
from bihuan.loop.diagnose.causes.services import load_causes

ACTOR = SystemActor("cli:up")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LOGINS_FILE = "demo-logins.json"
# What the first person of a new workspace holds: administering it, and seeing its numbers.
FIRST_ROLES = ("administrator", "director", "quality_manager")


@dataclass(frozen=True)
class Login:
    """One line of the table that `bihuan up` prints."""

    username: str
    password: str
    role: str


def draw_password() -> str:
    """Return a password of 59 random bits that can be read aloud and typed: no letter looks like another.

    >>> len(draw_password())
    14
    """
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def bring_up_to_date() -> None:
    """Create or change the tables, load the shipped roles, mirror the units."""
    bring_tables_up_to_date()
    call_command("createcachetable", verbosity=0)
    load_roles(actor=ACTOR)
    sync_units(actor=ACTOR)
    load_tags(actor=ACTOR)
    load_dimensions(actor=ACTOR)
    load_causes(actor=ACTOR)


def first_admin() -> list[Login]:
    """Create the first administrator of an empty workspace; returns the log-in to print, nothing when there is one."""
    if User.objects.exists():
        return []
    given = os.environ.get("BIHUAN_ADMIN_PASSWORD")
    password = given or draw_password()
    roles = {role.key: role for role in Role.objects.filter(key__in=FIRST_ROLES)}
    create_user(username="admin", display_name="管理员", password=password, must_change_password=not given,
                posts=[Post(roles[key]) for key in FIRST_ROLES], actor=ACTOR)
    return [Login("admin", "(BIHUAN_ADMIN_PASSWORD)" if given else password, "、".join(
        roles[key].name for key in FIRST_ROLES))]


def demo_logins(home: Home) -> list[Login]:
    """Give every shipped role one person to try it with; passwords are drawn once for each workspace and kept there."""
    sync_units(actor=ACTOR)
    file = home.path / LOGINS_FILE
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    agent_id = a_busy_agent(home)
    logins = []
    with translation.override("zh-hans"):
        for role in Role.objects.exclude(preset_hash=""):
            password = kept.setdefault(role.key, draw_password())
            post = Post(role, unit_for(role, agent_id, home))
            if (agent_id if role.scope == Role.Reach.OWN else post.unit_code or role.scope not in KINDS_OF_REACH):
                _demo_person(role, post, password, agent_id)
                logins.append(Login(role.key, password, role.name))
    write_atomically(file, json.dumps(kept, indent=1))
    os.chmod(file, 0o600)
    return logins


def _demo_person(role: Role, post: Post, password: str, agent_id: str) -> None:
    user = User.objects.filter(username=role.key).first()
    if user is None:
        create_user(username=role.key, display_name=role.name, password=password,
                    agent_id=agent_id if role.scope == Role.Reach.OWN else "", posts=[post], actor=ACTOR)
    elif not user.assignments.exists():
        set_assignments(user=user, posts=[post], actor=ACTOR)


def unit_for(role: Role, agent_id: str, home: Home) -> str:
    """Return a unit of the role's own kind that has work in it; empty when the role needs none or there is none."""
    kind = {"team": "team", "centre": "centre", "vendor": "vendor"}.get(role.scope)
    if kind is None:
        return ""
    if role.key == "department_contact":
        kind = "department" if Unit.objects.filter(kind="department", is_current=True).exists() else kind
    candidates = list(Unit.objects.filter(kind=kind, is_current=True).order_by("code"))
    above = set(_above(unit_of_agent(home, agent_id)))
    return next((unit.code for unit in candidates if unit.code in above),
                candidates[0].code if candidates else "")


def _above(code: str) -> Iterator[str]:
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        yield code
        code = Unit.objects.filter(pk=code).values_list("parent_code", flat=True).first() or ""


def a_busy_agent(home: Home) -> str:
    """Return the agent with the most cases, empty without any: the demonstration's 坐席 should have work to see."""
    return _first(home, "SELECT agent FROM cases WHERE agent IS NOT NULL GROUP BY agent ORDER BY count(*) DESC, agent")


def unit_of_agent(home: Home, agent_id: str) -> str:
    """Return the unit the agent belongs to last, empty when none is known."""
    return _first(home, "SELECT unit FROM memberships WHERE agent = $1 ORDER BY valid_from DESC NULLS LAST", agent_id)


def _first(home: Home, query: str, *parameters: str) -> str:
    from bihuan.engine.facts import store

    with store.connect(home) as con:
        row = con.execute(f"{query} LIMIT 1", list(parameters)).fetchone()
    return row[0] if row else ""


def run_quietly(command: list[str]) -> int:
    """Run another command of the product; its messages reach the terminal, its document does not."""
    source = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join(filter(None, [str(source), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": paths}, check=False).returncode
