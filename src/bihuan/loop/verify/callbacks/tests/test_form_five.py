"""Form (五) of a round: out as a workbook, filled in, and back; other files are refused."""

from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.engine.survey.questionnaire import Questionnaire
from bihuan.engine.survey.questionnaire.contracts import Text
from bihuan.loop.collect.surveys.models import Survey, Version, Wave
from bihuan.loop.verify.callbacks.models import SetAside, Target, TargetedWave
from bihuan.loop.verify.callbacks.queries import questionnaires
from bihuan.loop.verify.callbacks.services.concluding import judge_scores

from .conftest import NOON, at, person


def sheet_of(client, round_):
    answer = client.get(at("form5_file", round_.pk))
    assert answer.status_code == 200, answer.content
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))


def upload(client, round_, book):
    file = BytesIO()
    book.save(file)
    return client.post(at("form5_upload", round_.pk), {"file": SimpleUploadedFile("f.xlsx", file.getvalue())})


def test_out_and_back_without_a_word_is_no_change(client, assigned, caller, cast):
    """Form (五): 回访日期, 客户满意度评分(1-5分), 客户意见建议, 是否持续改进, 备注, in this order."""
    client.force_login(cast.director)
    book = sheet_of(client, assigned)
    head = [cell.value for cell in book.worksheets[0][3]]
    assert head[2:] == ["回访日期", "客户满意度评分(1-5分)", "客户意见建议", "是否持续改进",
                        "备注（如客户流失风险降低）"]
    assert "对照" not in " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    client.force_login(caller)
    assert "没有修改" in upload(client, assigned, book).content.decode()


def test_what_was_filled_in_is_taken_and_the_bad_cells_are_set_aside(client, assigned, caller, cast):
    client.force_login(cast.director)
    book = sheet_of(client, assigned)
    sheet = book.worksheets[0]
    day = NOON.date().isoformat()
    for column, text in zip("CDEFG", (day, 5, "好多了，打我 13912345678", "是", "客户流失风险降低"), strict=True):
        sheet[f"{column}4"] = text
    for place, (column, text) in enumerate((("D", 7), ("F", "也许"), ("C", "2199-01-01"), ("B", "金"))):
        sheet[f"{column}{5 + place}"] = text
    client.force_login(caller)
    page = upload(client, assigned, book)
    changes = {one.place: one for one in page.context["changes"]}
    assert len(changes) == 9 and [changes[f"{one}4"].refusal for one in "CDEFG"] == [""] * 5
    assert "1 至 5" in changes["D5"].refusal and "“是”或“否”" in changes["F6"].refusal
    assert "今天之后" in changes["C7"].refusal and "系统填入" in changes["B8"].refusal
    done = client.post(at("form5_take", assigned.pk), {"cell": [one.key for one in changes.values()]})
    assert done["Location"] == at("round", assigned.pk)
    taken = Target.objects.get(round=assigned, state="done")
    assert (taken.score, taken.way, taken.improve, taken.entered_by) == (5, "file", "yes", caller)
    assert "13912345678" not in taken.opinion
    aside = {(one.letter, one.row): one.value for one in SetAside.objects.all()}
    assert aside == {("D", 5): "7", ("F", 6): "也许", ("C", 7): "2199-01-01", ("B", 8): "金"}
    assert "未采用的单元格" in client.get(done["Location"]).content.decode()


def test_what_the_questionnaire_says_stands_beside_and_is_no_part_of_the_comparison(
        client, called, caller, cast, monkeypatch):
    survey = Survey.objects.create(code="t", title="定向问卷", unit_code="n1")
    version = Version.objects.create(survey=survey, number=1)
    wave = Wave.objects.create(survey=survey, version=version, number=1, name="第一期", code="t-1")
    TargetedWave.objects.create(round=called, wave=wave, added=2, refused=0, by=caller)
    before = judge_scores(called)
    one = Target.objects.filter(round=called, group="affected", state="done").first()
    rows = [{"customer": one.customer, "response": "t-1:1", "metric": metric, "question": name, "value": value,
             "text": text, "at": NOON} for metric, name, value, text in (
                ("csat", "a", 2.0, None), ("csat", "b", 5.0, None), ("other", "c", None, "还行，13912345678"))]
    monkeypatch.setattr(questionnaires, "ask", lambda sql, params: rows)
    monkeypatch.setattr(questionnaires, "questionnaire_of", lambda number: Questionnaire(Text("")))
    told = questionnaires.written_by(called)[one.customer]
    assert (told.score, told.items, told.wave) == (3.5, 2, "定向问卷 · 第一期")
    assert told.opinion.startswith("还行") and "13912345678" not in told.opinion
    side = questionnaires.waves_of(called)[0].sides[0]
    assert (side.n, side.mean, side.low, side.few) == (1, 3.5, None, True)
    assert judge_scores(called) == before
    client.force_login(cast.director)
    sheet = sheet_of(client, called).worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    assert heads[7:] == ["问卷答复日期", "问卷评分（1–5 分）", "问卷意见建议", "问卷来源"]
    rows_of_sheet = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    line = next(row for row in rows_of_sheet if row[0] == one.customer)
    assert (line[3], line[8], line[10]) == (one.score, "3.5（2 题平均）", "定向问卷 · 第一期")
    client.force_login(person("runner", "quality_manager"))
    assert "不进入上面的评分比较" in client.get(at("round", called.pk)).content.decode()
    assert "2 题平均" in client.get(at("target_list", called.pk), {"state": "done"}).content.decode()


def test_other_files_are_refused(client, assigned, caller):
    client.force_login(caller)
    bad = client.post(at("form5_upload", assigned.pk), {"file": SimpleUploadedFile("f.xlsx", b"no")})
    assert bad.status_code == 422 and "不是从本系统下载" in bad.content.decode()
    assert client.post(at("form5_take", assigned.pk)).status_code == 404


def test_who_may_not_call_hears_it_before_the_file_is_read(client, assigned):
    client.force_login(runner := person("runner", "quality_manager"))
    assert not client.get(at("form5_upload", assigned.pk)).context["barred"]
    assigned.measure.helpers.add(runner)
    page = client.get(at("form5_upload", assigned.pk))
    assert page.context["barred"] and page.context["barred"] in page.content.decode()
    assert "<input type=\"file\"" not in page.content.decode()
