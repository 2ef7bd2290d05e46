"""The pages of a drawn sample: reasons, files, key accounts, the rule, the planner, and who sees them."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import AuditEntry, Role, User
from bihuan.core.notifications.models import Receipt
from bihuan.core.privacy.models import Export
from bihuan.core.privacy.services import exports as privacy_exports
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.collect.samples import services
from bihuan.loop.collect.samples.models import Frame, Task
from bihuan.loop.collect.samples.queries.plans import Plan
from bihuan.loop.collect.samples.tests.company import answer, make_survey
from bihuan.loop.collect.samples.urls import urlpatterns

SYSTEM = SystemActor("test")
COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def at(name, *args):
    return reverse(f"samples:{name}", args=args)


@pytest.fixture
def northern(north_wave, cast):
    """A sample of the centre north: of no concern to the outsider, who leads a team of the south."""
    frame = services.start_frame(wave=north_wave.pk, rule=FrameRule(date(2026, 3, 1), date(2026, 3, 31)),
                                 actor=cast.manager)
    drawing = services.start_draw(frame=frame, plan=Plan(total=10), actor=cast.manager)
    one = drawing.members.first().customer
    services.assign_tasks(drawing=drawing, kind="chase", customers=[one], owner=cast.manager, due=date(2026, 6, 1),
                          actor=cast.manager)
    return drawing


def test_everybody_has_a_reason_on_the_page_and_in_the_file(client, cast, drawn):
    client.force_login(cast.director)
    page = client.get(at("reasons", drawn.wave_id)).content.decode()
    assert "n = 60" in page and "n = 52" in page
    only = client.get(at("reasons", drawn.wave_id), {"reason": "outside_no_service"}).content.decode()
    assert ">K51<" in only and ">K01<" not in only
    told = b"".join(client.get(at("reasons_export", drawn.wave_id)).streaming_content).decode("utf-8-sig")
    mark, _end, lines = told.partition("\r\n")
    assert mark.startswith("# 导出人：")
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert len(rows) == 60 and {row["是否询问"] for row in rows} == {"是", "否"}
    assert not any("1380013" in str(row) for row in rows)
    assert AuditEntry.objects.filter(action="collect.sample_exported").count() == 1


def test_a_large_file_needs_somebody_elses_consent(client, cast, drawn, monkeypatch):
    Frame.objects.update(universe=200_000)
    client.force_login(cast.director)
    sent = client.get(at("reasons_export", drawn.wave_id))
    assert sent.status_code == 302 and "/exports/ask/" in sent["Location"]
    client.post(sent["Location"], {"use": "improvement", "purpose": "核对未询问原因"})
    export = Export.objects.get()
    privacy_exports.approve_export(export=export, actor=_approver(cast))
    privacy_exports.make_export(export=export)
    export.refresh_from_db()
    assert export.digest


def _approver(cast):
    return create_user(username="qm", display_name="qm", actor=SYSTEM,
                       posts=[Post(Role.objects.get(key="quality_manager"), "")])


def test_the_list_as_excel_holds_numbers_and_the_mark(client, cast, drawn):
    client.force_login(cast.director)
    book = openpyxl.load_workbook(io.BytesIO(client.get(at("members_export", drawn.wave_id)).content))
    sheets = {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}
    assert len(sheets["明细"]) == 27
    assert any("director" in str(cell) for row in sheets["说明"] for cell in row)
    assert any(drawn.seed in str(cell) for row in sheets["说明"] for cell in row)


def test_key_accounts_are_chased_until_they_answer(client, cast, drawn, company, officer):
    keys = sorted(drawn.members.filter(stratum="key").values_list("customer", flat=True))
    client.force_login(cast.director)
    page = client.get(at("reach", drawn.wave_id)).content.decode()
    assert all(f'value="{key}"' in page for key in keys)
    answer(company, "csat.1", keys[:1])
    assert f'value="{keys[0]}"' not in client.get(at("reach", drawn.wave_id)).content.decode()
    given = client.post(at("assign", drawn.wave_id), {"kind": "chase", "owner": officer.pk, "due": "2026-06-01",
                                                      "customers": keys[1:3]})
    assert given.status_code == 302
    assert Receipt.objects.filter(user=officer).count() == 1
    client.force_login(officer)
    assert keys[1] in client.get(at("my_tasks")).content.decode()
    task = Task.objects.get(customer=keys[1])
    assert client.post(at("task_close", task.pk), {f"t{task.pk}-state": "reached"}).status_code == 422
    done = client.post(at("task_close", task.pk), {
        f"t{task.pk}-state": "reached", f"t{task.pk}-note": "已答应 13800138000"})
    task.refresh_from_db()
    assert done.status_code == 302 and (task.state, task.note) == ("reached", "已答应 〔手机号〕")
    again = client.post(at("task_close", task.pk), {f"t{task.pk}-state": "reached", f"t{task.pk}-note": "再来"})
    assert again.status_code == 422 and "已经办结" in again.content.decode()


def test_silent_customers_are_listed_for_somebody_to_reach(client, cast, drawn):
    client.force_login(cast.director)
    page = client.get(at("reach", drawn.wave_id), {"kind": "silent"}).content.decode()
    silent = drawn.members.filter(stratum="silent")
    assert silent.exists() and all(one.customer in page for one in silent)
    none = client.post(at("assign", drawn.wave_id), {"kind": "silent", "owner": cast.director.pk, "due": "2026-06-01"})
    assert none.status_code == 422 and "请先勾选客户" in none.content.decode()


def test_the_rule_of_asking_has_a_page(client, cast):
    client.force_login(cast.director)
    assert client.post(at("rule"), {"quiet_days": 45, "most_a_year": 3, "note": "少打扰"}).status_code == 302
    assert "45 天，一年 3 次" in client.get(at("rule")).content.decode()
    client.force_login(cast.manager)
    assert "只有数据范围为全部" in client.get(at("rule")).content.decode()
    assert client.post(at("rule"), {"quiet_days": 1, "most_a_year": 9}).status_code == 404


def test_the_planner_tells_how_many_to_invite(client, cast):
    """Cochran 1977: 385 answers for ±5 points; 1,000 customers need 278. At 20 % and 90 % valid: 385 / 0.18."""
    client.force_login(cast.director)
    page = client.get(at("planner"))
    assert (page.context["plan"].n, page.context["plan"].invite) == (385, 2139)
    assert client.get(at("planner"), {"population": 1000}).context["plan"].n == 278
    pair = client.get(at("planner"), {"goal": "difference", "before": 60, "after": 70}).context["plan"]
    assert (pair.n, pair.groups) == (356, 2)
    assert client.get(at("planner"), {"goal": "difference", "before": 60, "after": 60}).status_code == 422
    assert client.get(at("planner"), {"population": 300}).context["plan"].beyond


# Page -> who of the cast may open the northern sample's; everybody else gets 404.
NORTH = ("director", "manager")
PAGES = {
    "sample": "wave", "members": "wave", "reasons": "wave", "reach": "wave", "members_export": "wave",
    "reasons_export": "wave", "frame_new": "wave", "frame": "frame", "table": "frame",
}
ACTS = {"draw": "frame", "member_add": "draw", "member_remove": "draw", "check": "draw", "assign": "wave",
        "task_close": "task"}
WHOLE = ("sample_list", "planner", "rule", "my_tasks")


def test_outsiders_find_nothing(client, cast, northern):
    keys = {"wave": northern.wave_id, "frame": northern.frame_id, "draw": northern.pk, "task": Task.objects.get().pk}
    # The outsider draws samples too, for the south alone.
    Role.objects.filter(key="team_leader").update(permissions=[
        "collect.draw_samples", "evaluate.export", "evaluate.view_board"])
    for name in ("outsider", "leader", "vendor", "agent", "nobody", "admin"):
        client.force_login(User.objects.get(username=name))
        for page, key in PAGES.items():
            assert client.get(at(page, keys[key])).status_code == 404, (name, page)
        for act, key in ACTS.items():
            assert client.post(at(act, keys[key])).status_code == 404, (name, act)
    for name in NORTH:
        client.force_login(getattr(cast, name))
        for page, key in PAGES.items():
            assert client.get(at(page, keys[key])).status_code == 200, (name, page)
    client.force_login(cast.nobody)
    assert {client.get(at(page)).status_code for page in WHOLE} == {404}
    assert len(urlpatterns) == len(PAGES) + len(ACTS) + len(WHOLE)


def test_the_list_of_samples_names_only_ones_own(client, cast, drawn, northern):
    client.force_login(cast.manager)
    page = client.get(at("sample_list")).content.decode()
    assert "north 调查" in page and "csat 调查" not in page


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_pages_take_as_many_statements_however_long_they_are(client, cast, drawn, name):
    for code in ("a", "b", "c"):
        make_survey(code, waves=3)
    client.force_login(cast.director)
    address = at(name) if name in WHOLE else at(name, drawn.wave_id)
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200
    assert len(statements) == COUNTS[name], [one["sql"][:90] for one in statements]
