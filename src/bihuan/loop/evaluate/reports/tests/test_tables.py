"""表1 is made from data, filled in by people, read back from Excel, and its computed side never changes."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.core.models import AuditEntry, Role
from bihuan.core.tests.kept import kept
from bihuan.engine.report.table1 import is_running
from bihuan.engine.report.table1_contracts import Table1
from bihuan.engine.report.words import RUNNING, words_for
from bihuan.loop.plan.goals.services import create_scope

from ..models import EvaluationTable, EvaluationTableVersion
from ..services import standing_line

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
# Team n1 in January 2026: 80 tickets, all closed and none repeated; tickets have no pick-up and no chat.
ORDER = {"title": "一月评价表", "period": "custom", "start": "2026-01-01", "end": "2026-01-31", "subject": "unit",
         "unit": ["n1", "n2"]}
SCENE = "1 月 5 日申请退款，客户说：等了一个半小时没人回"


def made(client, person, **changes):
    client.force_login(person)
    response = client.post(reverse("reports:table_new"), ORDER | changes)
    assert response.status_code == 302, response.context["form"].errors
    return EvaluationTable.objects.latest("pk")


def content(table):
    return Table1.from_json(table.versions.first().content)


@pytest.fixture
def table(client, cast):
    client.force_login(cast.manager)
    kept("table", (EvaluationTable, EvaluationTableVersion), lambda: made(client, cast.manager))
    return EvaluationTable.objects.get()


def filled(client, table, block=1, **fields):
    """Post the form of a block with some fields changed."""
    address = reverse("reports:table_fill", args=[table.pk, block])
    page = client.get(address)
    given = {"base": page.context["form"]["base"].value(), "note": ""}
    for _line, form in page.context["pairs"]:
        given |= {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    return client.post(address, given | fields)


def download(client, table):
    response = client.get(reverse("reports:table_file", args=[table.pk]))
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def upload(client, table, book):
    file = io.BytesIO()
    book.save(file)
    return client.post(reverse("reports:table_upload", args=[table.pk]),
                       {"file": SimpleUploadedFile("表1.xlsx", file.getvalue())})


def test_the_computed_cells_are_filled_from_data(client, cast):
    table = made(client, cast.manager)
    one = content(table)
    assert [block.customer for block in one.blocks] == ["北一组", "北二组"]
    fcr, closure = one.blocks[0].cells[2], one.blocks[0].cells[3]
    assert (fcr.value, fcr.n, fcr.score) == (1.0, 80, 5) and 0.95 < fcr.low < 1
    assert (closure.value, closure.score) == (1.0, 5)
    assert [cell.score for cell in one.blocks[0].cells[:2]] == [None, None], "no calls and no chats: no score, not 1"
    assert AuditEntry.objects.filter(action="evaluate.table_created").count() == 1


def test_each_computed_cell_opens_its_rows(client, cast, table):
    page = client.get(reverse("reports:table", args=[table.pk]))
    line = page.context["page"].object_list[0].lines[2]
    rows = client.get(line.rows_url)
    assert rows.context["found"].sums.denominator == line.cell.n == 80


def test_a_customers_rate_is_a_count_beside_the_units_level(client, cast):
    table = made(client, cast.director, subject="customer", codes="Ka110\nKa111", unit=[])
    one = content(table)
    assert [block.key for block in one.blocks] == ["Ka110", "Ka111"]
    cell = one.blocks[0].cells[2]
    assert cell.of_unit and (cell.own_n, cell.n) == (1, 130) and cell.note.startswith("1/1 次")
    view = client.get(reverse("reports:table", args=[table.pk])).context["page"].object_list[0].lines[2]
    assert client.get(view.rows_url).context["found"].sums.denominator == 1
    assert client.get(view.unit_url).context["found"].sums.denominator == 130


def test_an_agents_table_and_one_of_nobody(client, cast):
    assert content(made(client, cast.manager, subject="agent", codes="a1", unit=[])).blocks[0].cells[2].n == 40
    client.force_login(cast.manager)
    refused = client.post(reverse("reports:table_new"), ORDER | {"subject": "agent", "codes": "c1", "unit": []})
    assert refused.status_code == 422 and "没有这些对象的记录" in refused.content.decode()


def test_a_managers_table_speaks_of_their_own_centre(client, cast):
    table = made(client, cast.manager, unit=[])
    assert content(table).blocks[0].cells[2].n == 110
    assert table.filters == {"unit": ["north"]}


def test_a_table_obeys_its_review_scope(client, cast):
    scope = create_scope(name="投诉", values={"kind": ["complaint"]}, period_kind="month", actor=cast.director)
    table = made(client, cast.director, review_scope=str(scope.versions.get().pk))
    assert content(table).blocks[0].cells[2].n == 20 and table.review_scope.scope == scope


def test_people_score_by_halves_and_sign(client, cast, table):
    before = content(table).fingerprint
    assert filled(client, table, **{"line4-score": "4.5", "line4-scene": "全程称呼客户姓氏并致谢"}).status_code == 302
    mark = content(table).blocks[1].marks[4]
    assert (mark.score, mark.scored_by) == (4.5, "manager") and mark.scored_at
    assert content(table).fingerprint == before and table.versions.count() == 2
    client.force_login(cast.director)
    filled(client, table, **{"line4-second": "5", "line4-effect": "复评 20 通录音，全部规范"})
    mark = content(table).blocks[1].marks[4]
    assert (mark.scored_by, mark.second, mark.second_by) == ("manager", 5.0, "director")
    assert AuditEntry.objects.filter(action="evaluate.table_filled").count() == 2


@pytest.mark.parametrize(("scene", "word"), [("", "客户原话或场景"), ("服务差", "过于笼统")])
def test_a_low_score_needs_what_happened(client, cast, table, scene, word):
    response = filled(client, table, **{"line5-score": "2", "line5-scene": scene})
    assert response.status_code == 422 and word in response.content.decode()
    assert table.versions.count() == 1
    assert filled(client, table, **{"line5-score": "2", "line5-scene": SCENE}).status_code == 302


def test_a_score_without_evidence_is_marked(client, cast, table):
    filled(client, table, **{"line4-score": "4"})
    page = client.get(reverse("reports:table", args=[table.pk]))
    assert page.context["sums"].bare == 1 and "无依据" in page.content.decode()


def test_an_old_page_overwrites_nothing(client, cast, table):
    filled(client, table, **{"line4-score": "4"})
    assert filled(client, table, **{"line4-score": "5", "base": "1"}).status_code == 422
    assert filled(client, table).status_code == 302 and table.versions.count() == 2, "nothing changed, no version"


def test_the_excel_comes_back_with_peoples_cells(client, cast, table):
    book = download(client, table)
    sheet = book["表1"]
    assert sheet["A4"].value.startswith("评价对象：北一组") and sheet["E6"].value.startswith("系统 5")
    sheet["F8"], sheet["G8"], sheet["H8"] = 1.5, SCENE, "北一组"
    assert upload(client, table, book).status_code == 302
    mark = content(table).blocks[0].marks[4]
    assert (mark.score, mark.scene, mark.scored_by) == (1.5, SCENE, "manager")
    assert AuditEntry.objects.filter(action="evaluate.table_uploaded").count() == 1
    stale = upload(client, table, book)
    assert stale.status_code == 422 and "现已有第 2 版" in stale.content.decode()


def test_a_changed_computed_cell_is_refused_with_its_place(client, cast, table):
    book = download(client, table)
    book["表1"]["E6"] = "系统 1"
    book["表1"]["F8"] = 4
    response = upload(client, table, book)
    assert response.status_code == 422 and "第 6 行 E 列" in response.content.decode()
    assert table.versions.count() == 1


def test_what_is_no_table_is_refused(client, cast, table):
    address = reverse("reports:table_upload", args=[table.pk])
    response = client.post(address, {"file": SimpleUploadedFile("x.xlsx", b"hello")})
    assert response.status_code == 422 and "读不了这个文件" in response.content.decode()
    other = made(client, cast.manager)
    assert "不是这张评价表的" in upload(client, table, download(client, other)).content.decode()


def test_only_those_who_see_the_whole_of_its_scope_read_it(client, cast, table):
    seen = {}
    for name in ("director", "manager", "inspector", "leader", "agent", "outsider", "vendor", "nobody"):
        client.force_login(getattr(cast, name))
        seen[name] = client.get(reverse("reports:table", args=[table.pk])).status_code
        if seen[name] == 404:
            assert client.get(reverse("reports:table_fill", args=[table.pk, 0])).status_code == 404
            assert client.get(reverse("reports:table_file", args=[table.pk])).status_code == 404
            assert client.post(reverse("reports:table_upload", args=[table.pk])).status_code == 404
    assert seen == {"director": 200, "manager": 200, "inspector": 200, "leader": 404, "agent": 404, "outsider": 404,
                    "vendor": 404, "nobody": 404}
    client.force_login(cast.outsider)
    assert not client.get(reverse("reports:table_list")).context["page"].object_list


def test_a_table_of_customers_is_not_for_those_whose_numbers_are_closed(client, cast, table):
    EvaluationTable.objects.update(subject="customer")
    assert client.get(reverse("reports:table", args=[table.pk])).status_code == 200
    Role.objects.filter(key="manager").update(closed_fields=["customer"])
    assert client.get(reverse("reports:table", args=[table.pk])).status_code == 404


def test_those_who_may_not_fill_in_get_404(client, cast, table):
    for name in ("agent", "vendor", "nobody"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("reports:table_new")).status_code == 404
    client.force_login(cast.inspector)
    assert client.get(reverse("reports:table_file", args=[table.pk])).status_code == 404, "an inspector exports nothing"


def test_a_report_obeys_its_review_scope(client, cast):
    from ..models import Report

    scope = create_scope(name="投诉", values={"kind": ["complaint"]}, period_kind="month", actor=cast.director)
    client.force_login(cast.director)
    order = {"title": "投诉报告", "period": "custom", "start": "2026-01-01", "end": "2026-01-31", "by": "team",
             "review_scope": str(scope.versions.get().pk)}
    assert client.post(reverse("reports:report_new"), order).status_code == 302
    report = Report.objects.get()
    assert report.review_scope.scope == scope and report.query["where"] == 'kind in ("complaint")'


@pytest.mark.parametrize("address", COUNTS)
def test_a_list_page_asks_no_more_however_long_it_is(client, cast, address):
    def count():
        client.force_login(cast.director)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    made(client, cast.director)
    first = count()
    for _ in range(2):
        made(client, cast.director)
    assert count() == first == COUNTS[address]


def test_the_api_gives_a_table_as_an_export(client, cast):
    table = made(client, cast.leader, unit=["n1"])
    assert [one["id"] for one in client.get("/api/v1/tables").json()] == [table.pk]
    told = client.get(f"/api/v1/tables/{table.pk}").json()
    assert len(told["blocks"][0]["lines"]) == 6 and told["blocks"][0]["key"] == "n1"
    assert AuditEntry.objects.filter(action="evaluate.table_exported").count() == 1
    client.force_login(cast.outsider)
    assert client.get("/api/v1/tables").json() == []
    for name in ("outsider", "agent", "inspector", "nobody"):
        client.force_login(getattr(cast, name))
        assert client.get(f"/api/v1/tables/{table.pk}").status_code == 404, name


def test_one_made_before_its_period_was_over_is_made_anew_with_what_people_wrote(client, cast, table):
    filled(client, table, **{"line4-score": "4.5", "line4-scene": "全程称呼客户姓氏并致谢"})
    address, renew = (reverse(f"reports:{name}", args=[table.pk]) for name in ("table", "table_renew"))
    assert not client.get(address).context["is_over_by_now"]
    assert client.post(renew)["Location"] == address and not table.renewals.exists()
    version = table.versions.first()
    early = content(table)
    early = replace(early, period=early.period + words_for(early.lang).say(RUNNING, day="2026-01-20"))
    EvaluationTableVersion.objects.filter(pk=version.pk).update(content=early.to_json())
    assert "按完整数据另出一份" in client.get(address).content.decode()
    client.force_login(cast.outsider)
    assert client.post(renew).status_code == 404
    client.force_login(cast.director)       # whoever makes it anew, it stays readable to those who wrote into it
    assert client.post(renew, headers={"accept-language": "en"})["Location"] != address
    client.force_login(cast.manager)
    assert client.post(renew)["Location"] == client.post(renew)["Location"]     # a second click makes no second one
    made = EvaluationTable.objects.get(replaces=table)
    mark = content(made).blocks[1].marks[4]
    assert (mark.score, mark.scored_by, mark) == (4.5, "manager", early.blocks[1].marks[4])
    assert not is_running(content(made)) and made.units == table.units is not None
    assert content(made).lang == early.lang
    page = client.get(address)
    assert "留作记录" in page.content.decode() and not page.context["may_fill"]
    assert "已被取代" in client.get(reverse("reports:table_list")).content.decode()
    assert filled(client, table, **{"line4-score": "3"}).status_code == 422 and content(table) == early
    assert standing_line(table, 1) == (made, 1)     # where a verdict writes its second score
