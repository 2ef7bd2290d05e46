"""The rows behind a number are all there, add up to it, and belong to the asker."""

import csv
import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import openpyxl
import pytest
from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry
from bihuan.core.privacy.contracts import Preferences
from bihuan.core.privacy.models import DataSet
from bihuan.core.privacy.models import Export as ApprovedExport
from bihuan.core.privacy.services import approve_export
from bihuan.engine.facts.derive import refresh
from bihuan.engine.indicators.rows import total
from bihuan.loop.plan.goals.tests.conftest import put

from ..contracts import BoardState
from ..queries import engine, nameless
from ..queries.lines import cells_of
from ..queries.rows import all_rows, rows_page, rows_question, sums_of
from ..queries.worked import worked_example
from ..views import rows_export

JANUARY = "period=custom&from=2026-01-01&to=2026-01-31"


def rows(client, person, name="response_compliance", address=JANUARY, expect=200):
    client.force_login(person)
    response = client.get(f"{reverse('indicators:rows', args=[name])}?{address}")
    assert response.status_code == expect
    return response


def export(client, person, form, name="response_compliance", address=JANUARY):
    client.force_login(person)
    return client.get(f"{reverse('indicators:rows_export', args=[name])}?{address}&format={form}")


@pytest.mark.parametrize("name", ["response_compliance", "csat", "csat_mean", "contact_volume"])
def test_the_rows_add_up_to_the_number(cast, company, name):
    question = rows_question(name, BoardState(preset="all"), (), cast.director)
    sums = sums_of(question)
    table = engine.ask_rows(question.query, question.scope)
    assert table.num_rows == sums.total
    assert total(question.passport, table) == pytest.approx(sums.result.value)


def test_an_answer_to_an_anonymous_survey_says_neither_how_nor_when_it_came(cast, company, monkeypatch):
    monkeypatch.setattr(nameless, "_anonymous", set)
    question, columns = rows_question("csat", BoardState(preset="all"), (), cast.director), ("channel", "at", "answer")
    line = rows_page(question, columns=columns, page=1).lines[0]
    assert {text for name, text in line.cells if name in ("渠道", "时间")} == {"—"} and line.cells[1][1] != "—"
    told = all_rows(question, columns)
    assert told.num_rows and told["channel"].null_count == told["at"].null_count == told.num_rows


def test_a_group_shows_its_own_rows_with_their_sums(client, cast):
    """Team n1 answered all its 80 cases of January in time."""
    found = rows(client, cast.director, address=f"{JANUARY}&group=team=n1").context["found"]
    assert (found.sums.total, found.sums.numerator) == (80, 80)
    assert found.sums.equation.startswith("80 ÷ 80")
    assert len(found.lines) == 50


def test_the_sums_are_worked_out_once_for_all_pages_and_for_each_scope(cast, company, monkeypatch):
    asked = []
    evaluate = engine.evaluate_on
    monkeypatch.setattr(engine, "evaluate_on", lambda *given, **more: asked.append(given) or evaluate(*given, **more))
    whole = sums_of(rows_question("response_compliance", BoardState(preset="all"), (), cast.director))
    first = len(asked)
    assert first > 0
    assert sums_of(rows_question("response_compliance", BoardState(preset="all"), (), cast.director)) == whole
    assert len(asked) == first
    own = sums_of(rows_question("response_compliance", BoardState(preset="all"), (), cast.agent))
    assert len(asked) > first and own.total < whole.total


def test_the_last_page_holds_the_rest(client, cast, monkeypatch):
    monkeypatch.setattr(sys.modules[rows_export.__module__], "MANY", 80)
    page = rows(client, cast.director, address=f"{JANUARY}&group=team=n1&page=99")
    assert "请只点一次" in page.content.decode(), "so many that a workbook takes its time"
    found = page.context["found"]
    assert len(found.lines) == 30


def test_those_without_the_right_get_404(client, cast):
    rows(client, cast.nobody, expect=404)
    assert export(client, cast.agent, "csv").status_code == 404
    rows(client, cast.director, name="no_such_indicator", expect=404)


def test_a_leaders_export_is_complete_and_holds_no_foreign_row(client, cast):
    response = export(client, cast.leader, "csv-bom")
    data = b"".join(response.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    mark, _end, told = data.decode("utf-8-sig").partition("\r\n")
    assert mark.startswith(f"# 导出人：{cast.leader}")
    assert f" {cast.leader}-20" in unquote(export(client, cast.leader, "csv")["Content-Disposition"])
    lines = list(csv.DictReader(io.StringIO(told, newline="")))
    assert len(lines) == 80
    assert {line["归属坐席"] for line in lines} == {"a1", "a2"}
    assert not [head for head in lines[0] if head.isascii()], "every column has a word"
    assert {line["原系统编号"][:3] for line in lines} == {"001"}, "leading zeros survive"


def test_an_export_leaves_an_audit_line(client, cast):
    assert b"".join(export(client, cast.leader, "parquet").streaming_content).startswith(b"PAR1")
    entry = AuditEntry.objects.filter(action="evaluate.rows_exported").get()
    assert (entry.data["rows"], entry.data["format"]) == (80, "parquet")


def test_a_foreign_group_has_no_rows(client, cast):
    assert rows(client, cast.leader, address=f"{JANUARY}&group=team=s1").context["found"].sums.total == 0


def test_a_format_nobody_knows_is_refused_with_words(client, cast):
    assert export(client, cast.leader, "doc").status_code == 422


def test_an_own_scope_is_ones_own_rows(client, cast):
    found = rows(client, cast.agent).context["found"]
    assert found.sums.total == 40


def test_many_rows_leave_only_with_a_second_person_and_a_mark_inside(client, cast, monkeypatch):
    """Asked for at the export, approved by somebody else, made in the background, complete and marked."""
    monkeypatch.setattr("bihuan.core.privacy.services.exports.preferences", lambda: Preferences(export_rows=79))
    assert export(client, cast.agent, "csv").status_code == 404, "nothing is asked for without the right"
    sent = export(client, cast.leader, "csv")
    assert sent.status_code == 302 and sent.url.startswith(reverse("privacy:export_ask"))
    assert "80" in client.get(sent.url).content.decode()
    assert client.post(sent.url, {"use": "improvement", "purpose": "短"}).status_code == 422
    assert client.post(sent.url, {"use": "improvement", "purpose": "一月响应复盘"}).status_code == 302
    asked = ApprovedExport.objects.get()
    approve_export(export=asked, actor=cast.director)
    run_pending()
    response = client.post(reverse("privacy:export_file", args=[asked.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book["明细"].max_row == 81 and "一月响应复盘" in book["明细"].oddHeader.center.text
    assert any("一月响应复盘" in str(value) for line in book["说明"].values for value in line)


def test_an_address_that_was_tampered_with_asks_for_nothing(client, cast):
    client.force_login(cast.leader)
    sent = client.post(reverse("privacy:export_ask") + "?what=abc", {"purpose": "一月响应复盘"}, follow=True)
    assert "重新导出" in sent.content.decode() and not ApprovedExport.objects.exists()
    client.force_login(cast.nobody)
    assert client.get(reverse("privacy:export_ask") + "?what=abc").status_code == 404


def worked(client, person, name="response_compliance", address=JANUARY):
    client.force_login(person)
    return client.get(f"{reverse('indicators:worked', args=[name])}?{address}")


def test_a_definition_is_worked_out_on_real_rows_to_the_number_shown(client, cast):
    """In January 120 of 130 are answered in time; c1's 2000 minutes are too long for the promise."""
    response = worked(client, cast.director)
    found = response.context["found"]
    shown = rows(client, cast.director).context["found"].sums
    assert found.sums.equation == shown.equation and shown.equation in response.content.decode()
    assert {row.mark.label for row in found.rows} == {"计入分子", "只计入分母"}
    late = next(row for row in found.rows if row.mark.code == "out")
    assert [reason.holds for reason in late.reasons] == [False]
    assert "首次响应工作时长不超过承诺响应时限" in late.reasons[0].text
    means = worked(client, cast.leader, "csat_mean").context["found"]
    assert means.sums.equation.startswith("取值之和") and all(row.case.endswith(("a1", "a2")) for row in means.rows)
    window = worked(client, cast.director, "fcr", "period=all").context["found"]
    young = next(row for row in window.rows if row.mark.code == "immature")
    assert "观察期到" in young.reasons[0].text
    question = rows_question("fcr", BoardState(preset="all"), (), cast.director)
    veiled = worked_example(replace(question, scope=replace(question.scope, masked=("customer",))))
    assert veiled.is_hidden and not any(row.reasons for row in veiled.rows), "a veiled cell is no reason"
    assert worked(client, cast.director, address="period=custom&from=2020-01-01&to=2020-01-31").status_code == 200
    assert worked(client, cast.nobody).status_code == 404 == worked(client, cast.director, "nonsense").status_code


def test_a_use_that_was_not_agreed_is_refused_and_stays_in_the_log(client, cast):
    DataSet.objects.create(code="cases", name="工单", holds="编号", purposes=["service"], bodies=["cases"], keeper="甲")
    assert not export(client, cast.leader, "csv").streaming
    assert AuditEntry.objects.filter(action="privacy.use_blocked").count() == 1


def test_spans_of_time_are_written_with_their_units():
    """83,700 s are 23 hours and a quarter."""
    assert cells_of([{"next_contact_s": 83_700}], ("next_contact_s",)) == [(("距下次联系", "23 小时 15 分"),)]


def test_a_ratio_over_customers_says_apart_what_its_two_tables_count(client, cast, company):
    """A quarter of the 130 cases of January are complaints; 25,085 customers are no rows of the list."""
    put(company, "exposures", [{"id": "e1", "start": datetime(2026, 1, 1, tzinfo=UTC), "kind": "customer",
                                "end": datetime(2026, 2, 1, tzinfo=UTC), "count": 25085.0, "source": "desk"}])
    refresh(company)
    response = worked(client, cast.director, "complaint_rate_customer")
    sums = response.context["found"].sums
    assert sums.beside and sums.counted == sums.total == sums.numerator and sums.denominator == 25085
    assert f"计入分子 {sums.counted}" in response.content.decode()
    assert "计入 25,085" not in rows(client, cast.director, "complaint_rate_customer").content.decode()
