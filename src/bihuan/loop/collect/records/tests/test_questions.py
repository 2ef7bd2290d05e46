"""What nobody can decide is asked before the dry run; answers make a mapping that can be kept and shared."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.core import workspace
from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry
from bihuan.core.tests.kept import kept
from bihuan.engine.facts import presets
from bihuan.loop.collect.records.models import Upload

from .conftest import csv_bytes
from .test_journey import at, chosen_fields, send, text

HEADER = ["工单号", "受理时间", "解决时间", "渠道", "坐席工号", "是否解决"]
ROWS = [["A001", "03/04/2024 09:00", "04/04/2024 12:00", "电话", "a1", "已办"],
        ["A002", "05/04/2024 10:00", "06/04/2024 10:00", "在线", "a2", "是"]]
ANSWERS = {"date_order|受理时间": "dmy", "date_order|解决时间": "dmy", "yes_no|是否解决|已办": "yes"}


@pytest.fixture
def asked(manager):
    """A file at the questions."""
    kept("asked", (Upload,), lambda: ask(manager), folder=workspace.home().uploads)
    return Upload.objects.get()


def ask(manager):
    upload = send(manager, csv_bytes(ROWS, HEADER))
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    fields = chosen_fields(manager, upload, column_resolved="是否解决", parser_resolved="bool")
    answer = manager.post(at("mapping", upload), fields)
    assert answer.url == at("questions", upload)


def test_open_questions_come_first_with_the_likeliest_answer_first(manager, asked):
    page = manager.get(at("questions", asked))
    found = page.context["questions"]
    assert {question.name for question in found.asked} == set(ANSWERS)
    assert all(not any(chosen for _, _, chosen, _ in question.options) for question in found.asked)
    assert {"yes_no_words|是否解决"} == {note.name for note in found.notes}
    assert all(question.options for question in found.decided)
    shown = text(page)
    assert shown.index("系统已判断") < shown.index("说明（1 项）")
    assert shown.index("请您决定（3 项）") < shown.index("系统已判断")
    for part in ("最可能", "先日后月", "03/04/2024 09:00", "“已办”是什么意思", "GB18030", "时区"):
        assert part in shown


def test_a_big_file_s_page_says_that_it_is_being_read(manager, asked, monkeypatch):
    monkeypatch.setattr("bihuan.loop.collect.records.views.questions.QUICK_BYTES", 0)
    page = manager.get(at("questions", asked))
    assert "questions" not in page.context and "正在读取整个文件" in text(page)
    assert f'hx-get="{at("questions", asked)}" hx-trigger="load"' in page.content.decode()
    assert "请您决定（3 项）" in text(manager.get(at("questions", asked), headers={"HX-Request": "true"}))
    assert "请您决定（3 项）" in text(manager.get(at("questions", asked), {"now": "1"}))


def test_the_dry_run_waits_for_every_answer(manager, asked):
    refused = manager.post(at("questions", asked), {"go": "1", "date_order|受理时间": "dmy"})
    assert refused.status_code == 422 and "还有问题没有回答" in text(refused)
    # What was answered stays answered.
    assert {question.name for question in refused.context["questions"].asked} == set(ANSWERS) - {"date_order|受理时间"}
    asked.refresh_from_db()
    assert asked.check_job is None


def test_answers_are_read_by_the_dry_run(manager, asked):
    assert manager.post(at("questions", asked), {"go": "1", **ANSWERS}).url == at("check", asked)
    run_pending()
    asked.refresh_from_db()
    assert (asked.check_result["accepted"], asked.check_result["quarantined"]) == (2, 0)


def test_a_changed_answer_reads_the_preview_anew(manager, asked):
    fragment = manager.post(at("questions", asked), ANSWERS, headers={"HX-Request": "true"})
    assert "<html" not in text(fragment) and "没有需要您决定的" in text(fragment)
    assert "2024-04-03" in text(manager.get(at("mapping_preview", asked)))
    manager.post(at("questions", asked), {"date_order|受理时间": "mdy"})
    assert "2024-03-04" in text(manager.get(at("mapping_preview", asked)))


def test_a_choice_that_makes_the_file_unreadable_is_explained_and_can_be_taken_back(manager, asked):
    broken = manager.post(at("questions", asked), {"header_row": "2"})
    assert "按现在的选择读不出这个文件" in text(broken)
    assert "恢复系统的判断" in text(broken)
    mended = manager.post(at("questions", asked), {"forget": "1"})
    assert "按现在的选择读不出这个文件" not in text(mended)
    manager.post(at("questions", asked), {"header_row": "2"})
    manager.post(at("file_reading", asked), {"encoding": "gb18030", "delimiter": ",", "header_row": "1"})
    assert "按现在的选择读不出这个文件" not in text(manager.get(at("questions", asked)))


def test_a_mapping_with_answers_is_kept_taken_along_and_brought_in_again(manager, asked, workspace_home):
    manager.post(at("questions", asked), ANSWERS)
    manager.post(at("mapping_save", asked), {"title": "热线导出"})
    name = next(iter(presets.own(workspace_home)))
    answer = manager.get(reverse("records:mapping_file", args=[name]))
    assert "attachment" in answer["Content-Disposition"] and 'yes = ["已办"]' in text(answer)
    manager.post(reverse("records:mapping_remove", args=[name]))
    assert presets.own(workspace_home) == {}
    assert AuditEntry.objects.filter(action="collect.mapping_removed").count() == 1
    manager.post(reverse("records:mapping_upload"), {"file": SimpleUploadedFile("shared.toml", answer.content)})
    (again,) = presets.own(workspace_home).values()
    assert again.columns["是否解决"]["yes"] == ("已办",) and again.title["zh"] == "热线导出"


def test_a_mapping_file_that_cannot_be_used_says_where(manager):
    useless = SimpleUploadedFile("x.toml", b'table = "nothing"')
    answer = manager.post(reverse("records:mapping_upload"), {"file": useless})
    assert answer.status_code == 422 and "请写出要填充的表" in text(answer)
    answer = manager.post(reverse("records:mapping_upload"), {"file": SimpleUploadedFile("x.toml", b"\xff\xfe")})
    assert answer.status_code == 422


def test_shipped_mappings_are_not_removed_and_outsiders_find_nothing(manager, client, cast):
    assert manager.post(reverse("records:mapping_remove", args=["cases"])).status_code == 404
    assert manager.get(reverse("records:mapping_file", args=["nothing"])).status_code == 404
    client.force_login(cast.outsider)
    assert client.get(reverse("records:mapping_file", args=["cases"])).status_code == 404
    assert client.post(reverse("records:mapping_upload")).status_code == 404


def test_words_that_nobody_knows_are_asked_and_kept_with_the_mapping(manager, workspace_home):
    rows = [["A001", "2024-03-01 09:00", "", "400热线", "a1", ""], ["A002", "2024-03-02 09:00", "", "电话", "a1", ""]]
    upload = send(manager, csv_bytes(rows, HEADER))
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    manager.post(at("mapping", upload), chosen_fields(manager, upload))
    shown = text(manager.get(at("questions", upload)))
    assert "“400热线”是什么意思" in shown and "电话（最可能）" in shown and "没有说明，留空" in shown
    word = "coded_word|渠道|channel|400热线"
    assert manager.post(at("questions", upload), {"go": "1"}).status_code == 422
    decided = manager.post(at("questions", upload), {word: "social"})
    assert "没有需要您决定的" in text(decided)
    assert "社交媒体" in text(manager.get(at("mapping_preview", upload)))
    assert manager.post(at("questions", upload), {"go": "1", word: "phone"}).url == at("check", upload)
    run_pending()
    upload.refresh_from_db()
    assert (upload.check_result["accepted"], upload.check_result["costs"]["cases.channel"]["bad"]) == (2, 0)
    manager.post(at("mapping_save", upload), {"title": "热线导出"})
    (kept,) = presets.own(workspace_home).values()
    assert dict(kept.columns["渠道"]["of_field"]["channel"])["400热线"] == "phone"
