"""Procedures from the first text to the day they hold; candidates and rules tried on the invented company's cases."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.loop.diagnose.processes.services import create_process, import_steps, publish
from bihuan.loop.diagnose.processes.tests.test_register_pages import STEPS

from ..contracts import CHAPTERS
from ..models import EscalationRule, Procedure
from ..queries.procedures import in_force
from ..services import ProcedureError, approve, begin_version, create_procedure, submit, write

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
FULL = {key: "写明" for key, _heading, _must in CHAPTERS}
RULE = {"name": "投诉升级", "unit_code": "north", "where": "", "clock": "wall", "levels": "班组长 2.1\n主管：3",
        "done": "关闭", "approvals": "解决\n关闭", "most": "1"}


@pytest.fixture
def procedure(cast):
    return create_procedure(title="退换货办理", unit_code="north", process_id=None, actor=cast.manager)


@pytest.fixture
def rule(client, cast):
    client.force_login(cast.manager)
    assert client.post(reverse("procedures:rule_new"), RULE).status_code == 302
    return EscalationRule.objects.get()


@pytest.mark.parametrize("address", COUNTS)
def test_a_list_page_asks_no_more_than_it_did(client, cast, procedure, address):
    client.force_login(cast.director)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= COUNTS[address], [query["sql"][:120] for query in asked]


def test_a_procedure_is_written_submitted_and_approved_by_another(cast, procedure):
    version = procedure.versions.get()
    with pytest.raises(ProcedureError, match="还是空的"):
        submit(version=version, actor=cast.manager)
    write(version=version, chapters=FULL, exam="", note="", actor=cast.director)
    submit(version=version, actor=cast.manager)
    with pytest.raises(ProcedureError, match="不能批准自己的"):
        approve(version=version, effective_on=date(2026, 4, 1), actor=cast.director)
    procedure.versions.update(author=cast.manager)
    approve(version=version, effective_on=date(2026, 4, 1), actor=cast.director)
    assert [one.number for one in in_force(cast.leader, date(2026, 4, 1))] == []          # the leader reaches n1 only
    assert [one.number for one in in_force(cast.manager, date(2026, 4, 1))] == [procedure.number]
    assert in_force(cast.manager, date(2026, 3, 31)) == []
    second = begin_version(procedure=procedure, actor=cast.manager)
    assert (second.number, second.chapters) == (2, FULL)
    assert AuditEntry.objects.filter(action__startswith="improve.procedure_").count() == 5


def test_the_day_of_a_version_leads_to_its_process_before_and_after(client, cast):
    """Cases of January and February: from 1 February on 28 days stand beside the 28 before; May is not reached yet."""
    process = create_process(name="退换货", unit_code="north", where="", note="", actor=cast.director)
    publish(version=import_steps(process=process, steps=STEPS, source="t", actor=cast.director), note="",
            actor=cast.director)
    row = create_procedure(title="退换货", unit_code="north", process_id=process.pk, actor=cast.manager)
    row.versions.update(state="approved", effective_on=date(2026, 2, 1))
    client.force_login(cast.manager)
    address = client.get(reverse("procedures:procedure", args=[row.pk])).context["compare"].url
    assert "from=2026-02-01" in address and "vs_to=2026-01-31" in address
    assert client.get(address).context["found"].changes
    row.versions.update(effective_on=date(2026, 5, 1))
    assert client.get(reverse("procedures:procedure", args=[row.pk])).context["compare"].url == ""


def test_the_pages_lead_the_same_way(client, cast):
    row = create_process(name="退换货", unit_code="north", where="", note="", actor=cast.director)
    publish(version=import_steps(process=row, steps=STEPS, source="t", actor=cast.director), note="",
            actor=cast.director)
    client.force_login(cast.manager)
    client.post(reverse("procedures:procedure_new"), {"title": "退换货", "unit_code": "north", "process_id": row.pk})
    made = Procedure.objects.get()
    assert "4. 办结" in made.versions.get().chapters["steps"]
    assert client.get(reverse("procedures:procedure_edit", args=[made.pk])).status_code == 200
    client.post(reverse("procedures:procedure_edit", args=[made.pk]), FULL)
    act = reverse("procedures:procedure_act", args=[made.pk])
    client.post(act, {"act": "submit"})
    assert client.post(act, {"act": "approve", "effective_on": "2026-04-01"}).status_code == 404   # may not approve
    client.force_login(cast.director)
    client.post(act, {"act": "refuse", "reason": "补充异常处理"})
    assert "补充异常处理" in client.get(reverse("procedures:procedure", args=[made.pk])).content.decode()
    client.post(act, {"act": "submit"})
    client.post(act, {"act": "approve", "effective_on": "2026-04-01"})
    assert made.versions.get().state == "approved"


def test_outsiders_neither_read_nor_write(client, cast, procedure, rule):
    pages = [reverse("procedures:procedure", args=[procedure.pk]), reverse("procedures:rule", args=[rule.pk]),
             reverse("procedures:rule_rows", args=[rule.pk]) + "?level=0",
             reverse("procedures:procedure_edit", args=[procedure.pk]),
             reverse("procedures:rule_edit", args=[rule.pk])]
    for person in (cast.outsider, cast.nobody, cast.agent):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [404] * 5
        submitted = client.post(reverse("procedures:procedure_act", args=[procedure.pk]), {"act": "submit"})
        assert submitted.status_code == 404
        assert client.get(reverse("procedures:procedure_new")).status_code == 404
    client.force_login(cast.outsider)
    assert not client.get(reverse("procedures:procedure_list")).context["page"].object_list
    assert not client.get(reverse("procedures:rule_list")).context["page"].object_list
    client.force_login(cast.nobody)
    for name in ("procedure_list", "rule_list", "redundant", "rule_new"):
        assert client.get(reverse(f"procedures:{name}")).status_code == 404


def test_a_rule_is_tried_on_past_cases(client, cast, rule):
    """A case runs its minutes to the answer and 2 hours: only b1's 60 cases take 3.5 h, the others 2 h 5 or 2 h 10."""
    tried = client.get(reverse("procedures:rule", args=[rule.pk])).context["tried"].found
    assert [one.reached.count for one in tried.levels] == [60 + 80, 60]
    assert tried.levels[1].left.value == 1800 and tried.open == 0
    assert (tried.excess.count, tried.excess_approvals, tried.excess_hours) == (220, 220, 0)
    rows = client.get(reverse("procedures:rule_rows", args=[rule.pk]), {"level": "1"}).context["found"]
    assert rows.cases == 60
    assert client.get(reverse("procedures:rule_rows", args=[rule.pk]), {"level": "9"}).status_code == 404


def test_a_rule_whose_levels_do_not_grow_is_refused(client, cast, rule):
    address = reverse("procedures:rule_edit", args=[rule.pk])
    assert client.get(address).status_code == 200
    for levels in ("主管 3\n班组长 2", "班组长 soon", ""):
        assert client.post(address, RULE | {"levels": levels}).status_code == 422


def test_candidates_need_a_sign(client, cast):
    """Every case takes the same four steps once and no name is that of a check: nothing to drop."""
    client.force_login(cast.director)
    found = client.get(reverse("procedures:redundant")).context["found"]
    assert (found.cases, found.lines) == (260, ())
