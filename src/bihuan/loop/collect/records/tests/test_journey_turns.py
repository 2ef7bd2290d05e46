"""Turns of the way of a file: saved mappings, refusals, stopped trial runs, other people's imports."""

from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.models import Job
from bihuan.engine.facts import importing, presets
from bihuan.engine.facts.privacy.leaks import files_with
from bihuan.loop.collect.records import looks

from .conftest import csv_bytes
from .steps import at, chosen_fields, mapped, send, text


def test_saved_mapping_is_recognised_next_time(manager, workspace_home):
    upload = mapped(manager)
    manager.post(at("mapping_save", upload), {"title": "热线导出"})
    again = send(manager, name="热线工单_2024-04.csv")
    page = manager.get(at("file", again))
    assert "认出来了：热线导出" in text(page)
    assert page.context["form"]["preset"].value() == presets.own(workspace_home).popitem()[0]
    manager.post(at("file", again), {"way": "preset", "preset": page.context["form"]["preset"].value()})
    ready = text(manager.get(at("mapping", again)))
    assert "受理时间" in ready
    manager.post(at("check_start", again))
    run_pending()
    again.refresh_from_db()
    assert again.check_result["accepted"] == 3


def test_name_of_another_mapping_is_not_taken_again(manager):
    first = mapped(manager)
    manager.post(at("mapping_save", first), {"title": "热线导出"})
    second = mapped(manager)
    answer = manager.post(at("mapping_save", second), {"title": "热线导出"}, follow=True)
    assert "已有名为“热线导出”的映射" in text(answer)


def test_file_without_one_usable_row_says_so_and_offers_no_import(manager):
    upload = mapped(manager, csv_bytes([["A1", "何时", "", "", "电话", "a1", "c1", "退款"]]))
    page = text(manager.get(at("check", upload)))
    assert "没有一行可以导入" in page
    assert at("import_start", upload) not in page


def test_file_of_a_header_alone_is_said_to_hold_no_record(manager):
    page = text(manager.get(at("check", mapped(manager, csv_bytes([])))))
    assert "文件里没有记录" in page and "可以导入。" not in page and "没有一行可以导入" not in page


def test_unreadable_file_is_explained(manager):
    upload = send(manager, csv_bytes(), name="a.csv")
    upload.path.unlink()
    looks._sniffed.cache_clear()
    answer = manager.get(at("file", upload))
    assert answer.status_code == 422
    assert "请重新上传" in text(answer)


def test_waiting_page_asks_for_news_until_the_job_is_done(manager):
    upload = send(manager)
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    manager.post(at("mapping", upload), chosen_fields(manager, upload))
    manager.post(at("questions", upload), {"go": "1"})
    waiting = text(manager.get(at("check", upload)))
    assert f'hx-get="{at("check", upload)}"' in waiting
    fragment = manager.get(at("check", upload), headers={"HX-Request": "true"})
    assert "<html" not in text(fragment)
    run_pending()
    done = manager.get(at("check", upload), headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == at("check", upload)


def test_stopped_dry_run_can_be_started_again(manager):
    upload = send(manager)
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    manager.post(at("mapping", upload), chosen_fields(manager, upload))
    manager.post(at("questions", upload), {"go": "1"})
    manager.post(at("job_stop", upload))
    assert Job.objects.get().state == "cancelled"
    assert "没有留下任何数据" in text(manager.get(at("check", upload)))
    manager.post(at("check_start", upload))
    run_pending()
    upload.refresh_from_db()
    assert upload.state == "checked"


def test_discarded_file_is_gone(manager, django_capture_on_commit_callbacks):
    upload = send(manager)
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(at("upload_discard", upload))
    assert not upload.path.exists()
    assert manager.get(at("file", upload)).status_code == 404


def test_changing_the_mapping_makes_the_dry_run_worthless(manager):
    upload = mapped(manager)
    manager.post(at("file", upload), {"way": "own", "table": "events"})
    upload.refresh_from_db()
    assert upload.state == "received"
    assert upload.check_result == {}
    answer = manager.post(at("import_start", upload))
    assert answer.url == at("check", upload)
    assert not Job.objects.filter(kind="records.import").exists()


def test_import_by_command_shows_to_who_keeps_the_workspace(client, cast, workspace_home):
    importing.import_rows(workspace_home, "agents", [{"id": "a1", "name": "甲"}], source="hr", actor="cli:ops")
    client.force_login(cast.admin)
    assert "命令行（ops）" in text(client.get(reverse("records:batch_list")))
    client.force_login(cast.manager)
    page = text(client.get(reverse("records:batch_list")))
    assert "cli:ops" not in page
    assert "这里只列出您自己导入的批次" in page


def test_a_name_in_a_files_name_is_kept_nowhere(manager, workspace_home):
    upload = send(manager, name="王小明13800138000客户.csv")
    assert upload.name == "〔姓名〕〔手机号〕客户.csv"
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    manager.post(at("mapping", upload), chosen_fields(manager, upload))
    for step in ("check_start", "import_start"):
        manager.post(at(step, upload))
        run_pending()
    upload.refresh_from_db()
    shown = text(manager.get(reverse("records:batch", args=[upload.batch])))
    assert "〔姓名〕〔手机号〕客户.csv" in shown and "王小明" not in shown
    assert not Job.objects.filter(title__contains="王小明").exists()
    assert files_with(workspace_home.path, "王小明") == []
