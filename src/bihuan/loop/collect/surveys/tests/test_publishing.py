"""From a questionnaire that is written to one that is asked: advice, skips, versions, waves, the form."""

import io
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from bihuan.engine.survey.questionnaire import read

from ..models import Dimension, Survey, Wave
from ..queries.pages import survey_lines
from ..services import draft_of, load_dimensions, plan_wave, publish_version
from .acts import act, at, item_form, names


def test_the_linters_wording_is_taken_over_with_one_click(manager, survey):
    manager.post(at("item_edit", survey, 1, "q1"), item_form(survey, "q1", title="您是否认为我们的服务很好？"))
    page = manager.get(at("builder", survey, 1)).content.decode()
    assert "诱导式提问" in page and "您对服务的评价是？" in page
    act(manager, survey, "rewrite", name="q1", rule="leading")
    assert read(survey.versions.get().document).item("q1").title.default == "您对服务的评价是？"


def test_skips_quotas_and_variables(manager, survey):
    base = {"base": "0"}
    manager.post(at("rules", survey, 1), {**base, "do": "skip", "goto": "", "skip-name0": "q1", "skip-operator0": "=",
                                          "skip-value0": "5"})
    manager.post(at("rules", survey, 1), {"base": "1", "do": "quota", "name": "低分", "limit": "20",
                                          "quota-name0": "q1",
                                          "quota-operator0": "<=", "quota-value0": "2"})
    manager.post(at("rules", survey, 1), {"base": "2", "do": "variables", "variables": "product = 宽带"})
    found = read(survey.versions.get().document)
    assert (found.skips[0].expression, found.skips[0].goto) == ("{q1} = 5", "")
    assert (found.quotas[0].expression, found.quotas[0].limit) == ("{q1} <= 2", 20)
    assert found.variables[0].sample == "宽带"
    manager.post(at("rules", survey, 1), {"base": "3", "do": "drop_skip", "place": "0"})
    assert read(survey.versions.get().document).skips == ()
    assert manager.post(at("rules", survey, 1), {"base": "4", "do": "skip", "goto": ""}).status_code == 422


def test_pasted_questions_are_shown_then_added(manager, survey):
    told = {"base": "0", "text": "1. 您的性别？\nA. 男\nB. 女"}
    assert "读出的题目" in manager.post(at("paste", survey, 1), told).content.decode()
    assert names(survey) == ("q1", "q2")
    assert manager.post(at("paste", survey, 1), {**told, "take": "yes"}).status_code == 302
    assert names(survey) == ("q1", "q2", "q3")
    assert manager.post(at("paste", survey, 1), {"base": "1", "text": "没有题号"}).status_code == 422


def test_json_goes_out_and_comes_in_with_what_is_not_shown_listed(manager, survey):
    out = json.loads(manager.get(at("give_out", survey, 1)).content)
    assert read(out) == read(survey.versions.get().document)
    out["pages"][0]["elements"].append({"type": "signaturepad", "name": "sign"})
    file = SimpleUploadedFile("q.json", json.dumps(out).encode())
    assert manager.post(at("take_in", survey, 1), {"base": "0", "file": file}).status_code == 302
    page = manager.get(at("builder", survey, 1)).content.decode()
    assert "保留但不显示的内容" in page and "signaturepad" in page
    assert json.loads(manager.get(at("give_out", survey,
                                     1)).content)["pages"][0]["elements"][2]["type"] == "signaturepad"
    for wrong in (b"{", b'{"pages": {}}'):
        answer = manager.post(at("take_in", survey, 1), {"base": "1", "file": SimpleUploadedFile("q.json", wrong)})
        assert answer.status_code == 422
    assert manager.post(at("take_in", survey, 1), {"base": "1", "begin": "nps"}).status_code == 302
    assert names(survey) == ("nps", "why", "improve")


def test_the_preview_follows_the_answers_and_keeps_nothing(manager, survey):
    manager.post(at("item_edit", survey, 1, "q2"), item_form(survey, "q2", **{
        "when-name0": "q1", "when-operator0": "<=", "when-value0": "3"}))
    before = survey.versions.get().edits
    shut = manager.post(at("preview", survey, 1), {"q1": "5"}, headers={"HX-Request": "true"}).content.decode()
    opened = manager.post(at("preview", survey, 1), {"q1": "2"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="q-q2"' not in shut and 'id="q-q2"' in opened and 'value="2" checked' in opened
    assert survey.versions.get().edits == before
    page = manager.get(at("preview", survey, 1) + "?width=desktop&language=zh-hant").content.decode()
    assert "ask-desktop" in page and "您對我們服務的總體評價是？" in page


def test_published_is_frozen_and_versions_are_compared(manager, survey, cast):
    manager.post(at("publish", survey, 1))
    assert survey.versions.get().state == "published"
    act(manager, survey, "add", kind="comment", page="page1", status=422)
    for view in ("head_edit", "rules", "paste", "take_in"):
        assert manager.get(at(view, survey, 1)).status_code == 404
    manager.post(at("begin_draft", survey))
    manager.post(at("item_edit", survey, 2, "q1"), item_form(survey, "q1", title="您对服务的评价是？"))
    page = manager.get(at("diff", survey, 2)).content.decode()
    assert "各期不可比" in page and "<del>" in page
    plan_wave(survey=survey, actor=cast.manager, version=survey.versions.get(number=1))
    plan_wave(survey=survey, actor=cast.manager, version=survey.versions.get(number=2))
    assert "与上期有 1 处不可比" in manager.get(at("survey", survey)).content.decode()


def test_what_cannot_be_asked_is_said_on_the_builder(manager, survey):
    act(manager, survey, "delete", name="q1")
    act(manager, survey, "delete", name="q2")
    answer = manager.post(at("publish", survey, 1))
    assert answer.status_code == 422 and "问卷还没有题目" in answer.content.decode()


def test_waves_are_planned_opened_and_closed_from_the_page(manager, survey):
    manager.post(at("publish", survey, 1))
    version = survey.versions.get().pk
    manager.post(at("wave_new", survey), {"version": version, "name": "一季度", "closes_at": "2099-01-01T00:00"})
    wave = Wave.objects.get()
    manager.post(reverse("surveys:wave_switch", args=[wave.pk]), {"to": "open"})
    assert Wave.objects.get().state == "open"
    manager.post(reverse("surveys:wave_edit", args=[wave.pk]), {"version": version, "name": "Q1"})
    assert Wave.objects.get().name == "Q1"
    manager.post(reverse("surveys:wave_switch", args=[wave.pk]), {"to": "closed"})
    assert Wave.objects.get().state == "closed"


def test_form_one_says_topic_dates_person_and_scope(manager, survey, cast):
    Survey.objects.update(scope_text="=VIP 200 户")
    content = {kind: b"".join(manager.get(at("basics", survey, kind)).streaming_content) for kind in ("xlsx", "docx",
                                                                                                      "pdf")}
    sheet = load_workbook(io.BytesIO(content["xlsx"])).active
    assert [cell.value for cell in sheet[3]] == ["调查主题", "调查日期", "调查负责人", "调查范围（客户类型/数量）"]
    assert [cell.value for cell in sheet[4]] == ["客户满意度调查", "—", "manager", "=VIP 200 户"]
    assert sheet["D4"].data_type == "s"
    cells = [cell.text for row in Document(io.BytesIO(content["docx"])).tables[-1].rows for cell in row.cells]
    assert cells[:4] == [cell.value for cell in sheet[3]] and "=VIP 200 户" in cells
    assert content["pdf"].startswith(b"%PDF")
    assert manager.get(at("basics", survey, "exe")).status_code == 404


def test_the_bank_of_dimensions_is_kept_on_its_page(manager, cast):
    load_dimensions(actor=cast.manager)
    address = reverse("surveys:dimension_list")
    manager.post(address, {"code": "network", "name": "网络质量", "active": "on"})
    manager.post(address, {"move": "network", "step": "up"})
    assert [one.code for one in Dimension.objects.all()][5] == "network"
    assert manager.post(address, {"code": "x", "name": "网络质量"}).status_code == 422


def test_a_draft_is_dropped_and_a_survey_copied_and_archived(manager, survey, cast):
    publish_version(version=survey.versions.get(), actor=cast.manager)
    draft_of(survey=survey, actor=cast.manager)
    manager.post(at("drop", survey, 2))
    assert survey.versions.count() == 1
    manager.post(at("survey_copy", survey))
    assert Survey.objects.filter(title__contains="副本").count() == 1
    manager.post(at("survey_archive", survey))
    assert [line.survey.title for line in survey_lines(cast.manager)] == ["客户满意度调查（副本）"]
    assert [line.survey for line in survey_lines(cast.manager, archived=True)] == [survey]
