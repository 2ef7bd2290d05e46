"""Of a big spreadsheet the page comes before the file is read, and it is read once."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from bihuan.engine.facts import importing
from bihuan.loop.collect.records import looks
from bihuan.loop.collect.records.models import Upload

from .conftest import HEADER, ROWS
from .steps import at, send, text

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def readings(monkeypatch):
    """Every spreadsheet is a big one; what is read is noted."""
    noted, sniff = [], importing.sniff
    monkeypatch.setattr(looks, "QUICK_BYTES", 0)
    monkeypatch.setattr(importing, "sniff", lambda *told, **more: noted.append(more) or sniff(*told, **more))
    return noted


def test_the_page_of_a_big_spreadsheet_comes_before_it_is_read_once(
        manager, readings, workspace_home, django_capture_on_commit_callbacks):
    book, packed = Workbook(), BytesIO()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.save(packed)
    upload = send(manager, packed.getvalue(), name="工单.xlsx")
    page = text(manager.get(at("file", upload)))
    assert "正在读取文件（" in page and "可以离开这个页面" in page and 'href="?now=1"' in page
    assert f'hx-get="{at("file", upload)}" hx-trigger="load"' in page
    with looks.turn() as mine:      # another page reads a file
        waiting = text(manager.get(at("file", upload), headers=FRAGMENT))
        assert mine and 'hx-trigger="load delay:2s"' in waiting and "<html" not in waiting
        assert "正在读取文件（" in text(manager.get(at("file", upload), {"now": "1"}))
    assert readings == []
    fragment = text(manager.get(at("file", upload), headers=FRAGMENT))
    assert "<html" not in fragment and "工单号" in fragment and "退款" in fragment
    assert "退款" in text(manager.get(at("file", upload)))
    manager.post(at("file", upload), {"way": "own", "table": "cases"})
    assert "2024-03-01 09:00" in text(manager.get(at("mapping", upload)))
    assert len(readings) == 1
    manager.post(at("file_reading", upload), {"sheet": "Sheet", "header_row": "2"})
    assert "正在读取文件（" in text(manager.get(at("file", upload)))
    assert "A001" in text(manager.get(at("file", upload), {"now": "1"})) and len(readings) == 2
    upload.cells_path.write_text("三月一日")     # of a trial run
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(at("upload_discard", upload))
    assert not list(workspace_home.uploads.iterdir())


def test_a_big_spreadsheet_that_cannot_be_read_says_so_in_the_same_place(manager, readings):
    upload = send(manager, b"PK\x03\x04", name="a.xlsx")
    Upload.objects.update(state=Upload.State.RECEIVED)
    upload.path.write_bytes(b"PK\x03\x04")
    refused = manager.get(at("file", upload), headers=FRAGMENT)
    assert refused.status_code == 422 and "读不出这个文件" in text(refused) and "<html" not in text(refused)
    again = manager.get(at("file", upload))
    assert again.status_code == 422 and "打不开电子表格 a.xlsx" in text(again) and len(readings) == 1
