"""From an export to a batch and back: the steps of the wizard as the manager walks them."""

from dataclasses import replace

from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry
from bihuan.engine.facts import journal, store
from bihuan.loop.collect.records import completeness
from bihuan.loop.collect.records.models import Upload

from .conftest import ROWS, csv_bytes
from .steps import at, chosen_fields, mapped, send, text


def imported(client, data=None):
    upload = mapped(client, data)
    client.post(at("import_start", upload))
    run_pending()
    upload.refresh_from_db()
    return upload


def test_file_page_shows_what_was_recognised(manager):
    page = text(manager.get(at("file", send(manager))))
    assert "工单号" in page and "退款" in page
    assert '<option value="gb18030" selected>' in page


def test_wrong_encoding_can_be_chosen_and_taken_back(manager):
    upload = send(manager)
    manager.post(at("file_reading", upload), {"encoding": "latin-1", "delimiter": ",", "header_row": "1"})
    assert "工单号" not in text(manager.get(at("file", upload)))
    manager.post(at("file_reading", upload), {"encoding": "gb18030", "delimiter": ",", "header_row": "1"})
    assert "工单号" in text(manager.get(at("file", upload)))


def test_a_file_without_a_header_asks_whether_it_has_none(manager):
    upload = send(manager, "A1,2024-03-01 09:00,电话\nA2,2024-03-02 10:00,电话\n".encode())
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    columns = {"column_external_id": "column_1", "column_opened": "column_2"}
    manager.post(at("mapping", upload), chosen_fields(manager, upload, **columns))
    page = text(manager.get(at("questions", upload)))
    assert "请您决定（1 项）" in page and "没有表头，第一行就是记录" in page
    manager.post(at("file_reading", upload), {"encoding": "utf-8", "delimiter": ",", "header_row": "0"})
    assert Upload.objects.get().mapping["reading"]["header_row"] == 0
    assert "请您决定（0 项）" in text(manager.get(at("questions", upload)))


def test_what_leaves_nothing_to_read_is_taken_back_on_the_page_that_says_so(manager):
    upload = send(manager, b"PK\x03\x04", name="a.xlsx")
    Upload.objects.update(state=Upload.State.RECEIVED, mapping={"reading": {"sheet": "gone"}})
    assert "恢复自动识别" in text(manager.get(at("file", upload)))
    assert manager.post(at("file_reading", upload)).status_code == 302
    assert Upload.objects.get().mapping["reading"] == {}


def test_likely_columns_are_chosen_and_samples_shown(manager):
    upload = send(manager)
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    response = manager.get(at("mapping", upload))
    draft = Upload.objects.get().mapping["draft"]["fields"]
    assert draft["opened"]["column"] == "受理时间"
    assert draft["channel"]["column"] == "渠道"
    assert draft["first_response_at"]["column"] == "首次响应时间"
    assert "2024-03-01 09:00" in text(response)


def test_preview_shows_rows_as_they_will_be(manager):
    upload = send(manager)
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    manager.post(at("mapping", upload), chosen_fields(manager, upload, column_external_id="工单号", preview="1"))
    page = text(manager.get(at("mapping_preview", upload)))
    assert "<td>A001</td>" in page and "电话" in page
    assert "2024-03-01 09:00:00</td>" in page and "+0" not in page


def test_refused_mapping_keeps_what_was_typed(manager):
    upload = send(manager)
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    answer = manager.post(at("mapping", upload), chosen_fields(
        manager, upload, column_opened="", source="热线甲", column_kind="=", constant_kind=""))
    assert answer.status_code == 422
    assert 'value="热线甲"' in text(answer)
    assert "这个字段不能缺" in text(answer)
    assert "请填写固定值" in text(answer)


def test_dry_run_lists_bad_cells_and_writes_nothing(manager, workspace_home):
    upload = mapped(manager)
    page = text(manager.get(at("check", upload)))
    found = upload.check_result
    assert (found["read"], found["accepted"], found["quarantined"]) == (4, 3, 1)
    assert found["cells"][0]["row"] == 4
    assert found["cells"][0]["column"] == "受理时间"
    for part in ("三月一日", "bad_datetime", "对指标的影响", "按人统计的指标不含这些工单"):
        assert part in page
    assert "3 行没有单位，导入后您在看板上看不到" in page
    assert journal.batches(workspace_home) == []
    listed = manager.get(at("check_cells", upload))
    assert "三月一日" in b"".join(listed.streaming_content).decode("utf-8-sig")


def test_import_makes_a_batch_whose_counts_add_up(manager, cast, workspace_home, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        upload = imported(manager)
    batch = journal.get(workspace_home, upload.batch)
    # Bad cells are not masked: the list beside the journal is the only one, and a deletion looks there.
    assert "cells" not in upload.check_result and upload.check_result["quarantined"] == 1
    counts = batch.counts
    assert counts["read"] == counts["accepted"] + counts["updated"] + counts["unchanged"] + counts["quarantined"] == 4
    assert batch.actor == f"user:{cast.manager.pk}"
    page = text(manager.get(reverse("records:batch", args=[upload.batch])))
    for part in ("热线工单_2024-03.csv", "manager", "读取 = 新增 + 更新 + 无变化 + 未导入", "工单"):
        assert part in page
    assert "有未导入的行" in page
    board = manager.get(reverse("records:batch_board", args=[upload.batch]))
    assert board.url == f"{reverse('indicators:board')}?period=custom&from=2024-03-01&to=2024-03-02"
    assert not upload.path.exists()
    assert AuditEntry.objects.filter(action="collect.batch_imported", object_id=upload.batch).count() == 1
    assert manager.get(at("importing", upload)).url == reverse("records:batch", args=[upload.batch])


def test_rejected_rows_can_be_corrected_and_complete_the_batch(manager, workspace_home):
    upload = imported(manager)
    answer = manager.get(reverse("records:batch_rejected", args=[upload.batch]))
    rejected = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "三月一日" in rejected and "A003" in rejected and "A001" not in rejected
    assert AuditEntry.objects.filter(action="collect.import_paper_downloaded").exists()
    corrected = [*ROWS[:2], ["A003", "2024-03-01 11:00", *ROWS[2][2:]], ROWS[3]]
    again = imported(manager, csv_bytes(corrected))
    counts = journal.get(workspace_home, again.batch).counts
    assert (counts["accepted"], counts["unchanged"], counts["quarantined"]) == (1, 3, 0)


def test_a_line_of_totals_is_nothing_to_correct(manager):
    total = ["合计", "", "", "", "", "", "", ""]
    page = text(manager.get(reverse("records:batch", args=[imported(manager, csv_bytes([*ROWS[:2], total])).batch])))
    assert "未导入" in page and "有未导入的行" not in page


def test_same_file_again_adds_nothing(manager, workspace_home):
    imported(manager, csv_bytes(ROWS[:2]))
    again = imported(manager, csv_bytes(ROWS[:2]))
    counts = journal.get(workspace_home, again.batch).counts
    assert (counts["accepted"], counts["updated"], counts["unchanged"]) == (0, 0, 2)


def test_completeness_names_what_is_missing_and_what_it_costs(manager, workspace_home):
    upload = imported(manager)
    page = text(manager.get(reverse("records:batch_completeness", args=[upload.batch])))
    assert "首次响应时长与响应达标率不含这些工单" in page
    assert "1 / 3" in page
    assert "对各指标的影响" in page and "无法计算的指标" in page
    # The page leads to where each table's rows are seen; tables without watched fields lack nothing.
    assert f'href="{reverse("records:batch_board", args=[upload.batch])}">看板' in text(
        manager.get(reverse("records:batch", args=[upload.batch])))
    batch = journal.get(workspace_home, upload.batch)
    none = {"accepted": 0, "updated": 0, "unchanged": 3}
    assert completeness.gaps(replace(batch, tables={"customers": none | {"accepted": 3}})) == []
    assert completeness.gaps(replace(batch, tables={"customers": none})) is None


def test_completeness_of_every_source_is_for_who_sees_the_whole_workspace(manager, client, cast):
    imported(manager)
    assert manager.get(reverse("records:source_completeness")).status_code == 404
    client.force_login(cast.admin)
    assert "热线工单" in text(client.get(reverse("records:source_completeness")))


def test_undo_needs_a_reason_and_takes_the_rows_back(manager, workspace_home):
    upload = imported(manager)
    undo = reverse("records:batch_undo", args=[upload.batch])
    refused = manager.post(undo, {"reason": ""})
    assert refused.status_code == 422
    assert "data-open" in text(refused)
    answer = manager.post(undo, {"reason": "选错了文件"})
    assert answer.url == reverse("records:batch", args=[upload.batch])
    assert journal.get(workspace_home, upload.batch).state == "undone"
    assert store.connect(workspace_home).execute("SELECT count(*) FROM cases").fetchone() == (0,)
    run_pending()
    assert store.connect(workspace_home).execute("SELECT count(*) FROM fact_case").fetchone() == (0,)
    entry = AuditEntry.objects.get(action="collect.batch_undone")
    assert "选错了文件" not in str(entry.data)
    assert manager.post(undo, {"reason": "再来一次"}).status_code == 422
    assert AuditEntry.objects.filter(action="collect.batch_undone").count() == 1
