"""A ready mapping beside a file: found and missing columns, going on by hand, ratings in the row, refused rows."""

from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.engine.facts import journal, presets, store
from bihuan.engine.facts.mapping import parse, text_of_mapping
from bihuan.loop.collect.records.models import Upload

from .test_journey import at, chosen_fields, mapped, send, text

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


CALLS = ("通话编号,来电日期,来电时间,接听时间,挂机时间,话后时长,坐席,满意度\n"
         "K1,2024-03-01,09:00:00,2024-03-01 09:00:20,2024-03-01 09:05:20,40,a1,5\n"
         "K2,2024-03-01,09:10:00,,,,,\n").encode()


def test_a_rows_further_times_become_events_and_its_day_and_time_one_moment(manager, workspace_home):
    upload = send(manager, CALLS)
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    draft = Upload.objects.get().mapping["draft"]
    assert [(told["column"], told["kind"]) for told in draft["events"]] == [
        ("接听时间", "answered"), ("挂机时间", "ended")]
    assert (draft["fields"]["opened"]["column"], draft["fields"]["opened"]["time"]) == ("来电日期", "来电时间")
    told = chosen_fields(manager, upload, **{
        "column_external_id": "通话编号", "column_channel": "=",
        "constant_channel": "phone", "column_agent": "坐席", "rating_column": "满意度", "events-0-actor": "坐席",
        "events-0-actor_kind": "agent", "events-2-column": "挂机时间", "events-2-plus": "话后时长"})
    refused = manager.post(at("mapping", upload), told)
    assert refused.status_code == 422 and "请选择这个时间发生了什么" in text(refused)
    twice = manager.post(at("mapping", upload), {**told, "events-2-kind": "wrapped", "events-2-activity": "挂机"})
    assert twice.status_code == 422 and "已有同名的事件" in text(twice)
    manager.post(at("mapping", upload), {**told, "events-2-kind": "wrapped"})
    assert Upload.objects.get().mapping["draft"]["events"][2]["activity"] == "话后处理完成"
    manager.post(at("questions", upload), {"go": "1"})
    run_pending()
    manager.post(at("import_start", upload))
    run_pending()
    con = store.connect(workspace_home)
    found = con.sql("SELECT external_id, epoch(opened)::BIGINT % 86400, wait_s, talk_s, wrap_s FROM fact_case "
                    "ORDER BY external_id").fetchall()
    assert found == [("K1", 3600, 20, 300, 40), ("K2", 4200, None, None, None)]
    assert con.sql("SELECT value FROM answers").fetchall() == [(5.0,)]


def test_a_kept_mapping_with_events_can_be_worked_on(manager, workspace_home):
    told = parse('table = "cases"\n[fields]\nexternal_id = "通话编号"\n'
                 'opened = {columns = ["来电日期", "来电时间"], how = "join"}\n'
                 '[[event]]\nactivity = "挂"\nkind = "ended"\n'
                 'at = {column = "挂机时间", plus = ["话后时长"]}\nactor = "坐席"\n', name="own-a")
    presets.save(workspace_home, "own-a", text_of_mapping(told, name="own-a", title="通话"))
    upload = send(manager, CALLS)
    manager.post(at("file", upload), {"way": "preset", "preset": "own-a"})
    manager.post(at("mapping_adjust", upload))
    draft = Upload.objects.get().mapping["draft"]
    assert draft["fields"]["opened"] == {"column": "来电日期", "time": "来电时间", "parser": "datetime"}
    assert draft["events"] == [{"column": "挂机时间", "parser": "datetime", "activity": "挂", "kind": "ended",
                                "plus": "话后时长", "actor": "坐席"}]


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


def test_a_mapping_is_described_in_words(manager):
    """No code of ours: what kind of event, of which rows alone, and which rows the file has no columns for."""
    sheet = ("通话编号,日期,时间,坐席,是否接听,等待时长,通话时长,满意度\n"
             "K1,2024-03-01,09:00:00,a1,Y,20,00:05:00,5\nK2,2024-03-01,09:10:00,,N,15,,\n")
    upload = send(manager, sheet.encode())
    page = text(manager.post(at("file", upload), {"way": "preset", "preset": "call_records"}, follow=True))
    assert "工单事件 · 接听" in page and "固定值：电话" in page and "满意度答卷 · 满意度（1-5 分）" in page
    assert "“是否接听”是 Y、Yes、true、1等" in page
    assert "不会生成：工单事件 · 保持、工单事件 · 转接或转派" in page
    assert [code for code in ("固定值：phone", "not_held", "stamp", "queued") if code in page] == []
    assert "不会导入的列：" not in page
