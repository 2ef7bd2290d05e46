"""A vendor reads its own cases and their figures without the name of anybody else (docs/decisions/0025)."""

import io
import json
import shutil
import zipfile

import pyarrow as pa
import pytest
from django.urls import reverse

from bihuan.core.colleagues import named_to
from bihuan.core.models import Role, RoleAssignment, User
from bihuan.core.rights import scope_of
from bihuan.core.services import assign_role
from bihuan.core.tests.cast import SYSTEM
from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.store import connect
from bihuan.engine.home import open_home
from bihuan.engine.indicators.contracts import OTHERS

from .company import append

CASE = "desk:001000a1"
ROWS = "/evaluate/indicators/contact_volume/rows/"
LABEL = "其他单位的坐席"


@pytest.fixture(scope="module")
def built_over(built_company, tmp_path_factory):
    """A case of the vendor that a1 (王敏) of the company took over, with what systems write about them."""
    home = open_home(shutil.copytree(built_company.path, tmp_path_factory.mktemp("over") / "home"))
    with connect(home) as con:
        (row,) = con.sql(f"SELECT * FROM cases WHERE id = '{CASE}'").to_arrow_table().to_pylist()
        (event,) = con.sql(f"SELECT * FROM events WHERE id = '{CASE}/1'").to_arrow_table().to_pylist()
    append(home, "units", [{"id": "v1", "name": "外包一组", "kind": "team"}])
    append(home, "agents", [{"id": "70", "name": "钱七"}])
    append(home, "cases", [{**row, "unit": "v1", "subject": "转王敏处理", "attributes": json.dumps(
        {"原处理人": "王敏", "工号": "a1", "件数": 70, "订单": "a100"})}])
    append(home, "events", [{**event, "activity": "转李强", "actor_kind": "supervisor"}])
    append(home, "messages", [
        {"id": f"m{sender}", "case": CASE, "at": row["opened"], "seq": 9, "sender": sender, "text": "好"}
        for sender in ("a2", "Ka110")])
    refresh(home, touched=pa.array([CASE]))
    return home


@pytest.fixture
def company(built_over, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    return open_home(shutil.copytree(built_over.path, settings.BIHUAN_HOME))


@pytest.fixture
def taken_over(cast):
    return cast.vendor


def text_of(answer):
    assert answer.status_code == 200
    return b"".join(answer).decode("utf-8-sig")


def test_neither_a_page_nor_a_file_says_who_of_the_company_took_a_case_over(client, taken_over):
    client.force_login(taken_over)
    case = reverse("indicators:case", args=[CASE])
    for address in (case, f"{ROWS}?period=all&columns=agent", f"{ROWS}export/?period=all&format=csv"):
        told = text_of(client.get(address))
        assert LABEL in told and not [name for name in ("王敏", "李强", "(a1)") if name in told], address
    page = client.get(case).context["page"]
    facts = dict(page.facts)
    assert (facts["标题"], facts["原处理人"], facts["工号"], facts["件数"], facts["订单"]) == (
        f"转{LABEL}处理", LABEL, LABEL, "***", "a100")
    assert f"转{LABEL}" in [line.what for line in page.timeline]
    assert [line.who for line in page.timeline if line.text] == [LABEL, "Ka110"], "no kind is told: the customer stays"
    told = client.get("/api/v1/evaluate?indicators=contact_volume&by=agent").json()
    assert [(one["group"], one["value"]) for one in told] == [({"agent": OTHERS}, 1)]


def test_no_name_can_be_had_by_typing_numbers(client, taken_over):
    client.force_login(taken_over)
    for address in (f"{ROWS}?period=all&group=agent=a2", "/evaluate/indicators/contact_volume/?agent=a2&agent=nobody"):
        told = text_of(client.get(address))
        assert LABEL in told and "李强" not in told, address
    book = b"".join(client.get(f"{ROWS}export/?period=all&format=xlsx&group=agent=a2"))
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        told = "".join(file.read(name).decode("utf-8", "ignore") for name in file.namelist())
    assert LABEL in told and "李强" not in told


def test_no_second_role_makes_one_of_the_company(client, taken_over):
    """What counts is where somebody reaches, whatever their roles are called."""
    def reading():
        return scope_of(User.objects.get(pk=taken_over.pk), "evaluate.view_rows")

    roles = {role.key: role for role in Role.objects.filter(key__in=("agent", "team_leader", "manager"))}
    User.objects.filter(pk=taken_over.pk).update(agent_id="v9")
    taken_over.refresh_from_db()
    assign_role(user=taken_over, role=roles["agent"], actor=SYSTEM)
    assert reading().outside
    assign_role(user=taken_over, role=roles["team_leader"], unit_code="v1", actor=SYSTEM)
    RoleAssignment.objects.filter(user=taken_over, role__key="vendor_manager").delete()
    assert reading().outside and reading().units == ("v1",)
    client.force_login(User.objects.get(pk=taken_over.pk))
    assert "王敏" not in text_of(client.get(reverse("indicators:case", args=[CASE])))
    assign_role(user=taken_over, role=roles["manager"], unit_code="n1", actor=SYSTEM)
    assert not reading().outside


def test_a_vendors_agent_with_their_own_work_alone_is_from_outside(client, cast, company, taken_over):
    """The last unit decides: the same person, now in a team of the company, reads all names."""
    append(company, "units", [{"id": "v", "name": "外包甲", "kind": "vendor"},
                              {"id": "v1", "name": "外包一组", "kind": "team", "parent": "v"}])
    append(company, "memberships", [{"agent": "v9", "unit": "v1"}, {"agent": "v8", "unit": "v1"}])
    with connect(company) as con:
        (row,) = con.sql(f"SELECT * FROM cases WHERE id = '{CASE}'").to_arrow_table().to_pylist()
    append(company, "cases", [{**row, "agent": "v9"}])
    refresh(company, touched=pa.array([CASE]))
    User.objects.filter(pk=cast.agent.pk).update(agent_id="v9")
    own = scope_of(User.objects.get(pk=cast.agent.pk), "evaluate.view_rows")
    assert own.agents == ("v9",) and named_to(own) == {"v8", "v9"}
    client.force_login(cast.agent)
    page = client.get(reverse("indicators:case", args=[CASE])).context["page"]
    assert dict(page.facts)["标题"] == f"转{LABEL}处理"
    append(company, "memberships", [{"agent": "v9", "unit": "n1", "valid_from": row["opened"]}])
    assert named_to(own) is None
