"""What each role may do and see."""

import pytest

from bihuan.core.models import Role, Unit
from bihuan.core.rights import (
    NOTHING,
    PERMISSIONS,
    NotAllowed,
    SystemActor,
    can,
    closed_to,
    descendants,
    require,
    scope_of,
    shows,
)
from bihuan.core.services import assign_role, deactivate_user, load_roles
from bihuan.core.services.roles import presets
from bihuan.core.tests.cast import SYSTEM

VIEW = "evaluate.view_board"
ROWS = "evaluate.view_rows"


def test_reach_follows_the_unit_tree(cast):
    assert scope_of(cast.director, VIEW).units is None
    assert scope_of(cast.manager, VIEW).units == ("n1", "n2", "north")
    assert scope_of(cast.leader, VIEW).units == ("n1",)
    assert scope_of(cast.vendor, VIEW).units == ("v", "v1")
    assert scope_of(cast.outsider, VIEW).units == ("s1",)


def test_an_agent_sees_only_their_own_work(cast):
    scope = scope_of(cast.agent, VIEW)
    assert (scope.units, scope.agents) == (None, ("a1",))


def test_without_a_role_nothing_is_seen(cast):
    assert scope_of(cast.nobody, VIEW) == NOTHING == scope_of(cast.nobody, ROWS)
    assert NOTHING.units == () and NOTHING.agents == ()


def test_administering_people_shows_no_service_data(cast):
    assert can(cast.admin, "core.manage_people")
    assert scope_of(cast.admin, VIEW) == NOTHING


def test_only_roles_that_carry_the_purpose_give_reach(cast):
    """HR sees everybody's indicators but no case; being a team leader too does not open everybody's cases."""
    assign_role(user=cast.leader, role=Role.objects.get(key="hr"), actor=SYSTEM)
    assert scope_of(cast.leader, VIEW).units is None
    assert scope_of(cast.leader, ROWS).units == ("n1",)


def test_several_units_add_up(cast):
    assign_role(user=cast.leader, role=Role.objects.get(key="team_leader"), unit_code="s1", actor=SYSTEM)
    assert scope_of(cast.leader, VIEW).units == ("n1", "s1")


def test_a_closed_account_sees_nothing(cast):
    user = deactivate_user(user=cast.director, actor=SYSTEM)
    assert scope_of(user, VIEW) == NOTHING


def test_personal_columns_are_masked_unless_revealed(cast):
    assert "phone" in scope_of(cast.director, VIEW).masked
    assign_role(user=cast.director, role=Role.objects.get(key="complaint_officer"), actor=SYSTEM)
    assert scope_of(cast.director, VIEW).masked == ()


def test_revealing_in_one_place_does_not_reveal_in_another(cast):
    """A callback officer of one centre who also sees all indicators does not see all customers' numbers."""
    assign_role(user=cast.director, role=Role.objects.get(key="callback_officer"), unit_code="north", actor=SYSTEM)
    assert scope_of(cast.director, VIEW).units is None
    assert "phone" in scope_of(cast.director, VIEW).masked


def test_a_closed_field_opens_only_as_far_as_another_role_reaches(cast):
    """The centre's manager closes telephone and customer number; a second role opens them for one team only."""
    Role.objects.filter(key="manager").update(closed_fields=["phone", "customer"])
    Role.objects.filter(key="complaint_officer").update(closed_fields=["phone"])
    assert set(scope_of(cast.manager, ROWS).masked) == {"name", "phone", "email", "customer"}
    assign_role(user=cast.manager, role=Role.objects.get(key="team_leader"), unit_code="n1", actor=SYSTEM)
    assert "customer" in scope_of(cast.manager, ROWS).masked
    assign_role(user=cast.manager, role=Role.objects.get(key="complaint_officer"), actor=SYSTEM)
    assert scope_of(cast.manager, ROWS).masked == ("phone",), "over all units it shows names and customers"
    assert closed_to(cast.manager, "core.reveal_personal") == {"phone"}
    assert not shows(cast.manager, ROWS, "phone")
    assert shows(cast.manager, ROWS, "customer") and not shows(cast.nobody, ROWS, "customer")


def test_a_thing_of_a_foreign_unit_is_not_there(cast):
    require(cast.leader, VIEW, Team("n1"))
    for unit in ("n2", "north", "s1", ""):
        with pytest.raises(NotAllowed):
            require(cast.leader, VIEW, Team(unit))


def test_an_agents_own_reach_contains_no_unit(cast):
    with pytest.raises(NotAllowed):
        require(cast.agent, VIEW, Team("n1"))


class Team:
    def __init__(self, unit_code):
        self.unit_code = unit_code


def test_a_permission_that_does_not_exist_is_a_mistake(cast):
    with pytest.raises(ValueError, match="no permission"):
        can(cast.admin, "core.everything")
    assert can(SystemActor("cli:root"), "core.manage_people")


def test_a_circle_of_units_ends(db):
    units = [Unit(code="a", parent_code="b"), Unit(code="b", parent_code="a")]
    assert descendants(["a"], units) == ("a", "b")


def test_reading_rights_twice_costs_nothing(cast, django_assert_num_queries):
    user = type(cast.manager).objects.get(pk=cast.manager.pk)
    with django_assert_num_queries(2):
        scope_of(user, VIEW)
        can(user, ROWS)
        can(user, "core.read_audit")


def test_there_are_seventeen_roles_and_each_permission_exists():
    """SPEC 226 and the list in the issue: seventeen named roles."""
    shipped = presets()
    assert len(shipped) == 17
    assert {key for role in shipped for key in role["permissions"]} <= set(PERMISSIONS)
    assert [role["name"] for role in shipped][:4] == ["客服总监", "客服主管", "班组长", "坐席"]


def test_loading_the_roles_again_changes_nothing(cast):
    assert load_roles(actor=SYSTEM) == 0


def test_an_edited_role_stays_and_an_untouched_one_is_renewed(cast):
    edited = Role.objects.get(key="hr")
    edited.permissions = ["evaluate.view_board"]
    edited.save()
    outdated = Role.objects.get(key="trainer")
    outdated.preset_hash = "older"
    outdated.save()
    assert load_roles(actor=SYSTEM) == 0, "both differ from what was shipped to them, so both count as edited"
    edited.refresh_from_db()
    assert edited.permissions == ["evaluate.view_board"]
