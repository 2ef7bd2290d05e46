"""The pages of measures: from the empty list to done; outsiders find nothing; form (四) travels out and back."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import User
from bihuan.loop.diagnose.causes.models import FindingCause
from bihuan.loop.diagnose.findings.models import Finding, WeeklyPack
from bihuan.loop.improve.measures import services
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.queries.weekly import keep_open, open_parts

from .world import CHANGE

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())
LISTS = ("measure_list", "board", "matrix", "plan", "calendar")
FORM = {"title": "18–21 时北一组增加 2 人", "plan": "晚班由 10 人增到 12 人", "aim": "标记解决由 60% 提高到 75%",
        "kind": "staffing", "term": "quick_win", "unit_code": "n1", "reason": "晚间重复来电占三成",
        "starts_on": "2025-06-01", "due_on": "2025-07-31", "detail_change": "增加 2 人", "detail_period": "18–21 时"}
YARDSTICK = {"indicator": "fcr_flag", "where": "unit = n1", "against": "unit = n2", "worthwhile": "0.15",
             "change": CHANGE.isoformat(), "weeks_before": "26", "weeks_after": "12", "selected_from": "1",
             "ramp": "2"}


def at(name, *args):
    return reverse(f"measures:{name}", args=args)


def test_the_list_bears_the_name_of_the_menu_in_english(client, cast):
    type(cast.manager).objects.filter(pk=cast.manager.pk).update(language="en")
    client.force_login(cast.manager)
    assert "<title>Measures" in client.get(at("measure_list")).content.decode().replace("<title>\n", "<title>")


def test_from_the_form_to_done(client, cast):
    client.force_login(cast.manager)
    assert "没有符合的措施" in client.get(at("measure_list")).content.decode()
    assert "提升服务质量" in client.get(at("measure_new")).content.decode()
    made = client.post(at("measure_new"), FORM | {"accountable": cast.leader.pk})
    row = Measure.objects.get()
    assert made["Location"] == at("yardstick_edit", row.pk)
    preview = client.post(at("yardstick_preview"), YARDSTICK).content.decode()
    assert "数据足以判断" in preview and "<html" not in preview
    short = client.post(at("yardstick_edit", row.pk), YARDSTICK | {"ramp": "12"})
    assert short.status_code == 422 and "复评窗口至少 14 周" in short.content.decode()
    assert client.post(at("yardstick_edit", row.pk), YARDSTICK).status_code == 302
    assert client.post(at("measure_propose", row.pk)).status_code == 302
    own = client.get(at("measure", row.pk)).content.decode()
    assert "批准并冻结标尺" not in own and "不能批准自己的措施" in own and "可以批准的人：director" in own
    assert client.post(at("measure_approve", row.pk), {"accepts_doubt": ""}).status_code == 404
    client.force_login(cast.director)
    assert "批准并冻结标尺" in client.get(at("measure", row.pk)).content.decode()
    client.post(at("measure_approve", row.pk), {"budget": "1000", "staff": "", "accepts_doubt": ""})
    row.refresh_from_db()
    assert row.state == "approved" and row.budget["approved"] == 1000
    page = client.get(at("measure", row.pk)).content.decode()
    assert row.yardstick["hash"] in page and "逐步，2 周内见效" in page
    assert (row.yardstick["terms"]["ramp"], row.yardstick["terms"]["shape"]) == (2, "evenly-1")
    client.force_login(cast.leader)
    client.post(at("progress_add", row.pk), {"share": "30", "text": "排好班表", "difficulty": "缺人"})
    file = SimpleUploadedFile("班表.xlsx", b"roster")
    client.post(at("evidence_add", row.pk), {"kind": "roster", "file": file})
    page = client.get(at("measure", row.pk)).content.decode()
    assert "标记为完成" in page and "缺人" in page and row.evidence.get().sha256 in page
    got = client.get(at("evidence_file", row.evidence.get().pk))
    assert b"".join(got.streaming_content) == b"roster"
    refused = client.post(at("measure_done", row.pk), {"change_on": "2025-06-01"})
    assert refused.status_code == 422 and "延期原因" in refused.content.decode()


def test_what_is_vague_is_said_on_the_page(client, cast):
    client.force_login(cast.manager)
    client.post(at("measure_new"), FORM | {"accountable": cast.leader.pk, "title": "提升服务质量", "aim": ""})
    page = client.get(at("measure", Measure.objects.get().pk)).content.decode()
    assert "没有说清做什么" in page and "disabled" in page
    assert client.post(at("measure_new"), FORM | {"title": ""}).status_code == 422


def test_whoever_answers_for_a_measure_reads_what_it_is_against(client, cast, words):
    """A person of another unit carries it out: they read the problem in words, and are led to no rows of it."""
    found = Finding.objects.create(
        key="k", kind="manual", title="晚间解决率低", unit_code="n1", first_seen="2025-06-01T00:00:00Z",
        last_seen="2025-06-01T00:00:00Z", stated_step="晚班", stated_action="重复审批", stated_metric="标记解决",
        stated_threshold="低于 70%", value=0.6, low=0.57, high=0.63, n=1234, unit="%")
    made = services.draft_measure(words=words(finding_id=found.pk, accountable=cast.outsider), actor=cast.manager)
    client.force_login(cast.manager)
    cause = FindingCause.objects.create(finding=found, text="晚班人手不足")
    begun = client.get(at("measure_new"), {"finding": found.pk}).context["form"].initial
    assert begun["finding_cause"] == str(cause.pk)
    client.force_login(cast.outsider)
    page = client.get(at("measure", made.pk)).content.decode()
    assert "晚间解决率低" in page and "晚班：重复审批，标记解决低于 70%" in page and "n = 1,234" in page
    assert reverse("findings:finding", args=[found.pk]) not in page and "您不能查看的问题" not in page
    client.force_login(cast.manager)
    assert reverse("findings:finding", args=[found.pk]) in client.get(at("measure", made.pk)).content.decode()


def test_a_draft_says_that_nobody_can_approve_it_and_what_its_yardstick_warns_of(client, cast, words, proposal):
    User.objects.filter(pk=cast.director.pk).update(is_active=False)
    made = services.draft_measure(words=words(), actor=cast.manager)
    services.propose_yardstick(measure=made, proposal=replace(proposal, worthwhile=0.02), actor=cast.manager)
    client.force_login(cast.manager)
    page = client.get(at("measure", made.pk))
    text = page.content.decode()
    assert "没有人可以批准这项措施" in text and page.context["approvers"] == []
    assert page.context["preview"]["outlook"].title in text
    assert "批准时须写明理由" in dict(page.context["smart"])["可达成"]


def test_outsiders_find_nothing(client, cast, running):
    proof = services.add_evidence(measure=running, kind="sign_in", name="a.txt", parts=[b"x"], actor=cast.leader)
    phase = services.add_milestone(measure=running, title="一", due_on=date(2025, 7, 1), owner=cast.leader,
                                   actor=cast.manager)
    for person in (cast.outsider, cast.nobody):
        client.force_login(person)
        for name in ("measure", "measure_edit", "yardstick_edit"):
            assert client.get(at(name, running.pk)).status_code == 404
        for name in ("measure_propose", "measure_approve", "measure_return", "measure_withdraw", "measure_start",
                     "measure_done", "progress_add", "milestone_add", "evidence_add", "department_add",
                     "outcome_edit", "use_note", "measure_postpone", "measure_hand_over"):
            assert client.post(at(name, running.pk)).status_code == 404, name
        assert client.get(at("evidence_file", proof.pk)).status_code == 404
        assert client.post(at("milestone_reach", phase.pk)).status_code == 404
        assert client.post(at("acceptance_decide", 9)).status_code == 404
    for name in (*LISTS, "form4_upload", "measure_new"):
        assert client.get(at(name)).status_code == 404, name
    for name in ("form4_take", "yardstick_preview"):
        assert client.post(at(name)).status_code == 404, name
    assert client.get(at("form4_file")).status_code == 404
    client.force_login(cast.outsider)
    assert running.number not in client.get(at("measure_list")).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_as_many_statements_as_agreed(client, cast, draft, words, name):
    def count():
        with CaptureQueriesContext(connection) as statements:
            assert client.get(at(name)).status_code == 200
        return len(statements)

    client.force_login(cast.manager)
    assert count() == COUNTS[name]
    for place in range(3):
        services.draft_measure(words=words(impact=1 + place, ease=3), actor=cast.manager)
    assert count() == COUNTS[name]


def test_boards_show_each_term_and_the_matrix_what_comes_first(client, cast, words):
    services.draft_measure(words=words(impact=5, ease=4), actor=cast.manager)
    services.draft_measure(words=words(title="工单系统合并 3 个表单", term="systemic"), actor=cast.manager)
    client.force_login(cast.manager)
    board = client.get(at("board"), {"term": "systemic"}).content.decode()
    assert "M-0002" in board and "M-0001" not in board and "每月看一次" in board
    matrix = client.get(at("matrix")).content.decode()
    assert matrix.index('class="first"') < matrix.index("M-0001") and "还没有评分" in matrix
    assert "M-0001" in client.get(at("plan")).content.decode()
    assert "M-0001" in client.get(at("calendar"), {"month": "2025-07"}).content.decode()


def fetched(client, tmp_path):
    got = client.get(at("form4_file"))
    path = tmp_path / "form4.xlsx"
    path.write_bytes(b"".join(got.streaming_content))
    return path


def sent(client, path):
    return client.post(at("form4_upload"), {"file": SimpleUploadedFile("f.xlsx", path.read_bytes())})


def test_form_four_comes_back_unchanged_as_no_change(client, cast, draft, words, tmp_path):
    """BEYOND 13: export -> import without edits = 0 changes."""
    services.draft_measure(words=words(problem="客户张三 13800000000 说等太久"), actor=cast.manager)
    client.force_login(cast.manager)
    path = fetched(client, tmp_path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [sheet.cell(3, place).value for place in range(2, 9)] == [
        "问题描述（对应调查维度）", "改进方案（具体措施）", "责任部门/责任人", "计划完成时间", "实际完成时间",
        "实施情况简述", "附证明材料"]
    assert "13800000000" not in str([[cell.value for cell in row] for row in sheet.rows])
    assert "没有修改" in sent(client, path).content.decode()


def test_ten_edits_are_ten_differences_and_only_the_allowed_ones_are_taken(client, cast, draft, words, tmp_path):
    """BEYOND 13: 10 planted edits = 10 diffs; locked cells are refused, conflicts shown."""
    others = [services.draft_measure(words=words(title=f"第 {place} 项 30 分钟"), actor=cast.manager)
              for place in range(2)]
    client.force_login(cast.manager)
    path = fetched(client, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in (4, 5, 6):
        for column, text in ((2, "新问题"), (3, "新做法，晚班"), (7, "已排班")):
            sheet.cell(row, column).value = text
    sheet.cell(4, 4).value = "别的部门"
    book.save(path)
    services.describe_outcome(measure=others[0], outcome="系统里先写了", actor=cast.manager)
    page = sent(client, path)
    changes = page.context["changes"]
    assert len(changes) == 10
    assert sum(one.refusal != "" for one in changes) == 1 and sum(one.conflict for one in changes) == 1
    chosen = [one.key for one in changes if not one.refusal and not one.conflict]
    assert client.post(at("form4_take"), {"cell": chosen}).status_code == 302
    others[0].refresh_from_db()
    assert (others[0].problem, others[0].plan, others[0].outcome) == ("新问题", "新做法，晚班", "系统里先写了")
    assert client.post(at("form4_take"), {"cell": chosen}).status_code == 404


def test_a_file_does_not_say_itself_what_may_be_written(client, cast, draft, tmp_path):
    """Its hidden sheet can be rewritten by whoever holds it: a column of another name would be another field."""
    client.force_login(cast.manager)
    path = fetched(client, tmp_path)
    for forged in (("number", "state", True), ("outcome", "verdict", True), ("duty", "duty", True)):
        book = openpyxl.load_workbook(path)
        told = json.loads("".join(row[0].value for row in book["bihuan"].rows))
        column = next(one for one in told["columns"] if one["key"] == forged[0])
        place = told["columns"].index(column) + 1
        column |= {"key": forged[1], "open": forged[2]}
        book["bihuan"].delete_rows(1, 99)
        book["bihuan"].cell(1, 1).value = json.dumps(told, ensure_ascii=False)
        book.worksheets[0].cell(4, place).value = "approved"
        book.save(tmp_path / "forged.xlsx")
        page = sent(client, tmp_path / "forged.xlsx")
        if forged[1] == "duty":
            assert [one.refusal != "" for one in page.context["changes"]] == [True]
        else:
            assert page.status_code == 422
        client.post(at("form4_take"), {"cell": f"{draft.pk}:{forged[1]}"})
        draft.refresh_from_db()
        assert (draft.state, draft.verdict) == ("draft", "")


def test_uploads_that_nobody_came_back_for_are_removed_after_a_day(client, cast, draft, tmp_path):
    client.force_login(cast.manager)
    sent(client, fetched(client, tmp_path))
    assert services.sweep_uploads(now=datetime.now(UTC)) == 0
    assert services.sweep_uploads(now=datetime.now(UTC) + timedelta(days=2)) == 1
    assert client.post(at("form4_take")).status_code == 404


def test_another_file_is_refused(client, cast, tmp_path):
    client.force_login(cast.manager)
    (tmp_path / "x.xlsx").write_bytes(b"no excel")
    refused = sent(client, tmp_path / "x.xlsx")
    assert refused.status_code == 422 and "不是从本系统下载" in refused.content.decode()


def test_the_weekly_pack_lists_open_measures_within_reach(client, cast):
    client.force_login(cast.manager)
    client.post(at("measure_new"), FORM | {"accountable": cast.leader.pk})
    client.force_login(cast.leader)
    assert FORM["title"] in client.get(at("weekly")).content.decode()
    head, table = open_parts(cast.leader)
    assert head.text == "未结改进措施（现在的状态）" and FORM["title"] in table.rows[0][0]
    assert "逾期" not in table.rows[0][3]
    client.force_login(cast.outsider)
    assert FORM["title"] not in client.get(at("weekly")).content.decode()
    client.force_login(cast.nobody)
    assert client.get(at("weekly")).status_code == 404 and open_parts(cast.nobody) == []


def test_a_kept_pack_shows_measures_as_they_were(client, cast):
    client.force_login(cast.manager)
    client.post(at("measure_new"), {**FORM, "accountable": cast.leader.pk})
    WeeklyPack.objects.create(week="2026-W04", parts={
        "anomalies": [], "waiting": [], "issues": [], "measures": keep_open()})
    Measure.objects.update(title="后来改的名字", state="withdrawn", accountable=cast.director)
    page = client.get(at("weekly") + "?week=2026-W04").content.decode()
    assert FORM["title"] in page and "后来改的名字" not in page and "当时的状态" in page and "leader" in page
    title, table = open_parts(cast.manager, WeeklyPack.objects.get().parts["measures"])
    assert "当时" in title.text and table.rows[0][5] == "草稿"
    assert "现在的状态" in client.get(at("weekly") + "?week=2026-W05").content.decode()
    client.force_login(cast.outsider)
    assert FORM["title"] not in client.get(at("weekly") + "?week=2026-W04").content.decode()
