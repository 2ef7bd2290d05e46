"""A ready mapping beside a file: found and missing columns, going on by hand, ratings in the row, refused rows."""

from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.engine.facts import journal, store
from bihuan.loop.collect.records.models import Upload

from .test_journey import at, mapped, send, text

SHEET = ("工单编号,受理时间,受理渠道,客服工号,满意度\n"
         "1,2024-03-01 09:00,电话,0007,5\n2,2024-03-01 10:00,在线,0008,非常不满意\n"
         "3,2024-03-01 11:00,微信,0007,\n").encode()


def with_preset(client):
    upload = send(client, SHEET)
    client.post(at("file", upload), {"way": "preset", "preset": "cases"})
    return upload


def test_the_page_names_found_missing_and_unread_columns(manager):
    page = text(manager.get(at("mapping", with_preset(manager))))
    assert "受理渠道" in page
    assert "客服工号" in page.split("其他信息")[1]
    assert "文件中没有的字段" in page and "关闭时间" in page.split("文件中没有的字段")[1]
    assert "via_channel" not in page


def test_a_ready_mapping_can_be_worked_on_with_the_free_columns_guessed(manager):
    upload = with_preset(manager)
    assert manager.post(at("mapping_adjust", upload)).status_code == 302
    upload.refresh_from_db()
    fields = upload.mapping["draft"]["fields"]
    assert fields["external_id"]["column"] == "工单编号"
    assert fields["agent"]["column"] == "客服工号"


def test_a_mapping_that_says_more_than_a_draft_is_not_offered(manager):
    upload = send(manager, SHEET)
    client_page = manager.post(at("file", upload), {"way": "preset", "preset": "call_records"}, follow=True)
    assert "在此基础上逐字段调整" not in text(client_page)
    assert manager.post(at("mapping_adjust", upload)).status_code == 404


def test_the_rating_in_a_row_becomes_an_answer(manager, workspace_home):
    upload = mapped(manager, SHEET, rating_column="满意度", rating_metric="csat")
    manager.post(at("import_start", upload))
    run_pending()
    con = store.connect(workspace_home)
    found = con.sql("SELECT value, metric FROM answers ORDER BY value").fetchall()
    assert found == [(1.0, "csat"), (5.0, "csat")]


def test_the_preview_speaks_of_channels_as_people_do(manager):
    page = text(manager.get(at("mapping_preview", with_preset(manager))))
    assert ">电话<" in page and ">phone<" not in page


def test_refused_rows_are_read_as_the_file_they_came_from(manager, workspace_home):
    data = "单子,来的时候\n1,2024-03-01 09:00\n2,不知道\n".encode()
    upload = mapped(manager, data, column_external_id="单子", column_opened="来的时候")
    manager.post(at("import_start", upload))
    run_pending()
    batch = Upload.objects.get(pk=upload.pk).batch
    rejected = b"".join(manager.get(reverse("records:batch_rejected", args=[batch])).streaming_content)
    mended = rejected.replace("不知道".encode(), b"2024-03-01 10:00")
    again = send(manager, mended, name="热线工单_2024-03-未导入的行.csv")
    assert "沿用当时逐字段的对应" in text(manager.get(at("file", again)))
    manager.post(at("file", again), {"way": "own", "table": "cases"})
    again.refresh_from_db()
    assert again.mapping["draft"]["fields"]["opened"]["column"] == "来的时候"
    assert journal.get(workspace_home, batch).counts["quarantined"] == 1
