"""The text of a survey's report in versions, and the forms that go out and come back."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ..models import SurveyText
from ..queries import texts

CODE = "care.2"


def at(name):
    return reverse(f"opinions:{name}", args=[CODE])


@pytest.fixture
def director(client, cast):
    client.force_login(cast.director)
    return client


def sheet_of(client):
    file = b"".join(client.get(at("forms_file")).streaming_content)
    return openpyxl.load_workbook(io.BytesIO(file))


def sent(client, book, name="forms_back"):
    file = io.BytesIO()
    book.save(file)
    return client.post(at(name), {"file": SimpleUploadedFile("f.xlsx", file.getvalue())})


def test_a_text_names_numbers_that_cannot_be_typed_and_is_kept_in_versions(director):
    page = director.get(at("text"))
    token = next(token for token, title in page.context["numbers"] if title == "净推荐值（NPS）")
    wrong = director.post(at("text"), {"base": 0, "conclusion": "共 [[n_nothing]] 分"})
    assert wrong.status_code == 422 and not SurveyText.objects.exists()
    assert director.post(at("text"), {"base": 0, "conclusion": f"净推荐值 {token}。"}).status_code == 302
    assert SurveyText.objects.get().content == {"chapters": {"conclusion": "净推荐值 [[n_nps]]。"}, "dimensions": {}}
    value = token.split(":")[1].removesuffix("]]")
    assert f"净推荐值 {value}。" in director.get(reverse("opinions:report", args=[CODE])).content.decode()
    assert director.post(at("text"), {"base": 0, "conclusion": "别的"}).status_code == 422, "somebody saved meanwhile"
    director.post(at("text"), {"base": 1, "conclusion": "改过", "note": "二稿"})
    assert director.get(at("text") + "?version=1").context["form"]["conclusion"].value().startswith("净推荐值")
    assert [one.number for one in director.get(at("text")).context["versions"]] == [2, 1]


def test_the_forms_come_back_with_a_cell_diff_and_locked_cells_do_not(director):
    book = sheet_of(director)
    sheet = book.worksheets[0]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
    assert {"（一）调查基本信息", "（二）客户基本信息", "（三）满意度调查评分与反馈"} <= set(cells)
    assert sheet.protection.sheet and "13800000000" not in cells and "138****0000" in cells
    row = cells["物流"].row
    assert sheet.cell(row, 2).protection.locked and not sheet.cell(row, 3).protection.locked
    sheet.cell(row, 3).value = "客户说：等了五天"
    page = sent(director, book)
    assert [(one.dimension, one.was, one.now) for one in page.context["changes"]] == [("物流", "", "客户说：等了五天")]
    assert not SurveyText.objects.exists(), "nothing is taken before somebody says so"
    director.post(at("forms_take"), {"base": 0, "dimension": ["物流"], "text": ["客户说：等了五天"]})
    assert SurveyText.objects.get().content["dimensions"] == {"物流": "客户说：等了五天"}
    assert "第 0 版" in sent(director, book).content.decode(), "made from an older version"
    fresh = sheet_of(director)
    fresh.worksheets[0].cell(row, 2).value = "5"
    page = sent(director, fresh)
    assert not page.context["changes"] and "不能改动" in page.content.decode()


def test_a_list_of_customers_that_is_cut_says_so_and_still_comes_back(director, monkeypatch):
    monkeypatch.setattr(texts, "MOST_CUSTOMERS", 3)
    book = sheet_of(director)
    row = next(cell.row for cell in book.worksheets[0]["A"] if cell.value == "（二）客户基本信息")
    assert book.worksheets[0].cell(row, 2).value.endswith("只列前 3 位")
    page = sent(director, book)
    assert not page.context["changes"] and "不能改动" not in page.content.decode()


def test_who_may_not_write_or_see_gets_404(client, cast):
    for name in ("outsider", "nobody"):
        client.force_login(getattr(cast, name))
        assert client.get(at("text")).status_code == 404 and client.get(at("forms_file")).status_code == 404
        assert client.post(at("forms_back")).status_code == 404 and client.post(at("forms_take")).status_code == 404
