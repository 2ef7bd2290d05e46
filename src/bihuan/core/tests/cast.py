"""The people of the tests: each room checks what its pages show to every one of them.

Two centres; north has two teams. The outsider leads the one team of the other centre and must never see a thing of
the north; the nobody has an account and no role.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from bihuan.core.models import AuditEntry, AuditHead, Role, RoleAssignment, Unit, User
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user, load_roles
from bihuan.core.services.people import Post
from bihuan.core.tests.kept import any_rows, kept

SYSTEM = SystemActor("test")
UNITS = [
    ("north", "北方中心", "", "centre"), ("n1", "北一组", "north", "team"), ("n2", "北二组", "north", "team"),
    ("south", "南方中心", "", "centre"), ("s1", "南一组", "south", "team"),
    ("v", "外包甲", "", "vendor"), ("v1", "外包一组", "v", "team"),
]
WRITTEN = (Role, Unit, User, RoleAssignment, AuditHead, AuditEntry)


@dataclass(frozen=True)
class Cast:
    """``agent`` is agent "a1" of team n1. Log in with ``client.force_login(cast.leader)``."""

    admin: User       # 系统管理员
    director: User    # 客服总监, all
    manager: User     # 客服主管 of the centre north
    leader: User      # 班组长 of the team n1
    agent: User       # 坐席 a1
    inspector: User   # 质检专员 of the centre north
    vendor: User      # 外包商主管 of the vendor v
    outsider: User    # 班组长 of the team s1
    nobody: User      # no role


def build_cast() -> Cast:
    """Create units, shipped roles and people through the services, or as they were created in an earlier test."""
    if any_rows(WRITTEN):
        _through_the_services()
    else:
        kept("cast", WRITTEN, _through_the_services)
    people = {user.username: user for user in User.objects.all()}
    return Cast(**{field.name: people[field.name] for field in fields(Cast)})


def _through_the_services() -> None:
    load_roles(actor=SYSTEM)
    Unit.objects.bulk_create(
        Unit(code=code, name=name, parent_code=parent, kind=kind) for code, name, parent, kind in UNITS)
    roles = {role.key: role for role in Role.objects.all()}

    def person(name: str, role: str = "", unit: str = "", **more: str) -> User:
        posts = [Post(roles[role], unit)] if role else []
        return create_user(username=name, display_name=name, posts=posts, actor=SYSTEM, **more)

    for name, role, unit in (("admin", "administrator", ""), ("director", "director", ""),
                             ("manager", "manager", "north"), ("leader", "team_leader", "n1")):
        person(name, role, unit)
    person("agent", "agent", agent_id="a1")
    for name, role, unit in (("inspector", "inspector", "north"), ("vendor", "vendor_manager", "v"),
                             ("outsider", "team_leader", "s1"), ("nobody", "", "")):
        person(name, role, unit)
