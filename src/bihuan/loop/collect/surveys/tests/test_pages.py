"""The pages: who gets in, what the builder's acts do, two editors at once, what goes in and out."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from bihuan.core import workspace
from bihuan.engine.facts import importing
from bihuan.engine.survey.lint import lint
from bihuan.engine.survey.questionnaire import faults, read

from ..models import Survey, Version, Wave
from ..queries.minutes import measured_minutes
from ..services import edit_draft, load_dimensions, plan_wave
from ..templating import SHIPPED, shipped
from .acts import act, at, item_form, names

FORM = {"title": "季度满意度", "kind": "wave", "purpose": "提升服务", "unit_code": "north", "mode": "confidential",
        "minimum_n": "5", "one_per_device": "on"}


def every_address(survey, wave):
    version = (survey.pk, 1)
    reads = [("survey", (survey.pk,)), ("wave", (wave.pk,)), ("builder", version), ("give_out", version),
             ("preview", version), ("diff", version),
             ("basics", (survey.pk, "xlsx"))]
    writes = [("survey_edit", (survey.pk,)), ("wave_new", (survey.pk,)), ("wave_edit", (wave.pk,)),
              ("item_edit", (*version, "q1")), ("page_edit", (*version, "page1")), ("head_edit", version),
              ("rules", version),
              ("paste", version), ("take_in", version)]
    posts = [("survey_copy", (survey.pk,)), ("survey_archive", (survey.pk,)), ("wave_switch", (wave.pk,)),
             ("act", version),
             ("publish", version), ("drop", version), ("begin_draft", (survey.pk,))]
    return reads, writes, posts


def test_the_outsider_gets_404(client, survey, cast):
    wave = plan_wave(survey=survey, actor=cast.manager)
    reads, writes, posts = every_address(survey, wave)
    before = Version.objects.values_list("document", "edits", "state").get()
    for name in ("outsider", "leader", "agent", "vendor", "nobody"):
        client.force_login(getattr(cast, name))
        for view, args in (*reads, *writes):
            assert client.get(reverse(f"surveys:{view}", args=args)).status_code == 404, (name, view)
        for view, args in (*posts, *writes):
            assert client.post(reverse(f"surveys:{view}", args=args)).status_code == 404, (name, view)
        for view in ("survey_new", "dimension_list"):
            assert client.get(reverse(f"surveys:{view}")).status_code == 404, (name, view)
        # Who reads surveys of their own unit has a list; what is not theirs does not stand in it.
        listed = client.get(reverse("surveys:survey_list"))
        assert listed.status_code == 404 or survey.title not in listed.content.decode(), name
    assert (Version.objects.values_list("document", "edits", "state").get(), Survey.objects.count()) == (before, 1)
    assert Wave.objects.get().state == "planned"
    client.force_login(cast.nobody)
    assert client.get(reverse("surveys:survey_list")).status_code == 404


def test_everybody_else_sees_every_page(manager, survey, cast):
    load_dimensions(actor=cast.manager)
    reads, writes, _posts = every_address(survey, plan_wave(survey=survey, actor=cast.manager))
    for view, args in (*reads, *writes):
        assert manager.get(reverse(f"surveys:{view}", args=args)).status_code == 200, view
    for view in ("survey_list", "survey_new", "dimension_list"):
        assert manager.get(reverse(f"surveys:{view}")).status_code == 200, view


def test_a_survey_is_begun_from_a_shipped_questionnaire_and_its_purpose_is_judged(manager, cast):
    answer = manager.post(reverse("surveys:survey_new"), {**FORM, "begin": "satisfaction"})
    survey = Survey.objects.get()
    assert answer.url == at("survey", survey) and names(survey)[:2] == ("overall", "nps")
    assert survey.rules == {"minimum_n": 5, "one_per_device": True, "one_per_customer": False}
    page = manager.get(answer.url).content.decode()
    assert "没有写明" in page and "哪个期间" in page
    manager.post(at("survey_edit", survey), {**FORM, "purpose": "测量2026年第一季度宽带新装客户的总体满意度"})
    assert "没有写明" not in manager.get(answer.url).content.decode()


def test_a_survey_beyond_the_persons_units_is_not_offered(manager):
    assert manager.post(reverse("surveys:survey_new"), {**FORM, "unit_code": "south"}).status_code == 422
    assert Survey.objects.count() == 0


@pytest.mark.parametrize("key", SHIPPED)
def test_shipped_questionnaires_can_be_asked_and_are_clean(key):
    found = read(shipped(key))
    assert faults(found) == [] and lint(found) == []
    assert all(text.has("en") for item in found.items() for text in (item.title, *(one.text for one in item.choices)))


def test_the_builders_buttons(manager, survey):
    act(manager, survey, "add", kind="nps", page="page1")
    assert names(survey) == ("q1", "q2", "q3")
    act(manager, survey, "up", name="q3")
    act(manager, survey, "copy", name="q1")
    assert names(survey) == ("q1", "q4", "q3", "q2")
    act(manager, survey, "delete", name="q4")
    act(manager, survey, "place", name="q2", page="page1", place="0")
    assert names(survey) == ("q2", "q1", "q3")
    assert "一键调整顺序" in act(manager, survey, "page_add")
    act(manager, survey, "reorder")
    assert names(survey) == ("q1", "q3", "q2")
    act(manager, survey, "undo")
    assert names(survey) == ("q2", "q1", "q3")
    act(manager, survey, "traditional")
    title = read(survey.versions.first().document).item("q1").title
    assert dict(title.others)["zh-tw"] == "您對我們服務的總體評價是？"


def test_a_group_is_filled_in_the_builder(manager, survey):
    act(manager, survey, "add", kind="panel", page="page1")
    body = act(manager, survey, "add", kind="nps", page="q3")
    assert "在分组里添加" in body and "移入分组" in body
    act(manager, survey, "group", name="q1", group="q3")
    act(manager, survey, "add", kind="panel", page="q3")
    found = read(survey.versions.first().document)
    assert [item.name for item in found.pages[0].elements] == ["q2", "q3"]
    assert [item.name for item in found.item("q3").elements] == ["q4", "q1"]
    act(manager, survey, "down", name="q1")
    assert [item.name for item in read(survey.versions.first().document).pages[0].elements] == ["q2", "q3", "q1"]


def test_an_item_is_edited_in_its_line_and_the_preview_follows_what_is_typed(manager, survey):
    """Unsaved words are seen and not kept; what cannot stand leaves the preview as it was; saving draws the builder."""
    head, edit, live = {"HX-Request": "true"}, at("item_edit", survey, 1, "q1"), at("preview", survey, 1)
    page = manager.get(at("builder", survey, 1)).content.decode()
    assert 'hx-trigger="load, change, questionnaireChanged from:body"' in page and edit in page
    form = manager.get(edit, headers=head)
    assert "<html" not in form.content.decode() and 'name="edit-title"' in form.content.decode()
    typed = {f"edit-{name}": value for name, value in item_form(survey, "q1", title="还没有保存的题目？").items()
             if not name.startswith("when-")} | {"edit-item": "q1"}
    assert "还没有保存的题目？" in manager.post(live, typed, headers=head).content.decode()
    assert "您对我们服务的总体评价是？" in manager.post(live, typed | {"edit-title": ""}, headers=head).content.decode()
    assert read(survey.versions.first().document).item("q1").title.default == "您对我们服务的总体评价是？"
    refused = manager.post(edit, typed | {"edit-title": ""}, headers=head)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#edit-q1")
    saved = manager.post(edit, typed, headers=head)
    assert "questionnaireChanged" in saved["HX-Trigger"] and 'id="line-q1"' in saved.content.decode()
    assert read(survey.versions.first().document).item("q1").title.default == "还没有保存的题目？"


def test_the_builder_holds_the_estimate_against_the_clock(manager, survey, cast):
    """The median of nine valid answers with the 2nd and the 8th of them (Conover 1999, table A3); few are not told."""
    wave = plan_wave(survey=survey, actor=cast.manager)
    rows = [{"id": f"{wave.code}:{at}#_seconds", "survey": wave.code, "question": "_seconds", "metric": "other",
             "at": datetime(2026, 3, 2, tzinfo=UTC), "value": 60.0 * at, "status": "test" if at == 10 else "valid"}
            for at in range(1, 11)]
    importing.import_rows(workspace.home(), "answers", rows[:4], source="survey", actor="test")
    assert measured_minutes(survey) == []
    importing.import_rows(workspace.home(), "answers", rows[4:], source="survey", actor="test")
    body = manager.get(at("builder", survey, 1)).content.decode()
    assert "预计与实际用时" in body and "n = 9 · 2.0 – 8.0" in body
    survey.rules = survey.rules | {"fastest_s": 90}
    assert [one.took.n for one in measured_minutes(survey)] == [8], "the analysis drops who took 60 s"


def test_an_item_others_speak_of_is_not_deleted(manager, survey):
    manager.post(at("item_edit", survey, 1, "q2"), item_form(survey, "q2", **{
        "when-name0": "q1", "when-operator0": "<=", "when-value0": "3"}))
    assert "还被用到" in act(manager, survey, "delete", name="q1", status=422)
    assert names(survey) == ("q1", "q2")


def test_an_item_is_edited_in_three_languages_with_its_condition(manager, survey, cast):
    load_dimensions(actor=cast.manager)
    answer = manager.post(at("item_edit", survey, 1, "q1"), item_form(
        survey, "q1", title_en="Overall?", title_hant="總體？", reason_below="2", dimension="value", required="on",
        not_applicable="on"))
    assert answer.status_code == 302, answer.content.decode()
    manager.post(at("item_edit", survey, 1, "q2"), item_form(survey, "q2", **{
        "when-name0": "q1", "when-operator0": "<=", "when-value0": "3", "when-name1": "q1",
        "when-operator1": "notempty",
        "when-join": "all"}))
    found = read(survey.versions.first().document)
    item = found.item("q1")
    assert [item.title.in_language(one) for one in ("zh-hant", "en")] == ["總體？", "Overall?"]
    assert (item.reason_below, item.dimension, item.required, bool(item.not_applicable)) == (2, "value", True, True)
    assert found.item("q2").visible_if == "{q1} <= 3 and {q1} notempty"
    page = manager.get(at("item_edit", survey, 1, "q2")).content.decode()
    assert 'value="&lt;=" selected' in page and 'value="3"' in page


def test_choices_keep_their_codes_when_words_and_order_change(manager, survey):
    act(manager, survey, "add", kind="radiogroup", page="page1")
    lines = {"choices-0-order": "2", "choices-0-text": "甲", "choices-0-value": "c1", "choices-1-order": "1",
             "choices-1-text": "乙", "choices-1-value": "c2", "choices-2-text": "丙", "choices-2-en": "third",
             "other": "on"}
    assert manager.post(at("item_edit", survey, 1, "q3"), item_form(survey, "q3", **lines)).status_code == 302
    item = read(survey.versions.first().document).item("q3")
    assert [(one.value, one.text.default) for one in item.choices] == [("c2", "乙"), ("c1", "甲"), ("c3", "丙")]
    assert item.other is not None
    assert manager.post(at("item_edit", survey, 1, "q3"), item_form(survey, "q3",
                                                                    **{"choices-0-text": "甲"})).status_code == 422


def test_a_metric_keeps_to_its_scale(manager, survey):
    answer = manager.post(at("item_edit", survey, 1, "q1"), item_form(survey, "q1", metric="nps"))
    assert answer.status_code == 422 and "0 到 10" in answer.content.decode()


def test_a_late_save_is_told_what_it_missed_and_loses_nothing(manager, survey, cast):
    late = item_form(survey, "q1", title="我的新题目？")
    edit_draft(version=survey.versions.get(), base=0, what="x", actor=cast.manager, change=lambda now: read({
        **survey.versions.get().document, "title": "别人改的标题"}))
    answer = manager.post(at("item_edit", survey, 1, "q1"), late)
    page = answer.content.decode()
    assert answer.status_code == 422 and "我的新题目？" in page and "别人改的标题" in page.replace("<ins>",
                                                                                       "").replace("</ins>", "")
    assert read(survey.versions.get().document).item("q1").title.default == "您对我们服务的总体评价是？"
    again = manager.post(at("item_edit", survey, 1, "q1"), {**late, "base": "1"})
    assert again.status_code == 302
    assert survey.versions.get().document["title"] == "别人改的标题"
    assert read(survey.versions.get().document).item("q1").title.default == "我的新题目？"


def test_a_stale_button_does_nothing(manager, survey):
    act(manager, survey, "add", kind="comment", page="page1")
    assert "修改了这份问卷" in act(manager, survey, "delete", name="q1", base=0, status=422)
    assert names(survey) == ("q1", "q2", "q3")
