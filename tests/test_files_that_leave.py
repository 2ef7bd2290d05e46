"""Files that hold rows carry who took them, when and what for, and none lets out what identifies a person."""

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse

import bihuan
from bihuan.core.privacy.contracts import Watermark
from bihuan.core.privacy.services import marked_excel

from .leaving import LeakedError, leaks_in, looked_through

SOURCE = Path(bihuan.__file__).parent
# Numbers of a report are no rows; the bundle of an archive is checked byte by byte against its hash.
WITHOUT_ROWS = {"loop/evaluate/reports/services/tables.py", "loop/evaluate/reports/services/reports.py",
                "loop/learn/archives/services/keeping.py"}
ATTACHED = {"Content-Disposition": 'attachment; filename="a.csv"'}


def test_every_service_that_lets_rows_out_marks_them():
    asking = [path for path in SOURCE.rglob("*.py") if "tests" not in path.parts and "/core/privacy/" not in str(path)
              and re.search(r"^\s+may_export_now\(", path.read_text("utf-8"), re.MULTILINE)]
    assert len(asking) >= 12
    found = {str(path.relative_to(SOURCE)) for path in asking if "watermark" not in path.read_text("utf-8")}
    assert found == WITHOUT_ROWS


def test_the_mark_stands_on_every_sheet_and_in_the_properties():
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain, {"in_memory": True}) as book:
        for name in ("甲", "乙"):
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, "x&y")
        sheet.set_landscape()
        sheet.set_footer("&P")
    mark = Watermark(person="张 & 三", at="2026-11-29 10:00", purpose="内部<改进>")
    with zipfile.ZipFile(io.BytesIO(marked_excel(plain.getvalue(), mark))) as made:
        assert made.testzip() is None
        for number in (1, 2):
            xml = made.read(f"xl/worksheets/sheet{number}.xml").decode()
            assert xml.count("<oddHeader>") == 1 and "张 &amp;&amp; 三" in xml
            assert xml.index("<pageMargins") < xml.index("<headerFooter>")
        assert "内部&lt;改进&gt;" in made.read("docProps/core.xml").decode()


@pytest.mark.parametrize("value", ["13800138000", "a.b@example.com", "11010519491231002X"])
def test_a_file_that_names_somebody_fails_the_test_that_takes_it(value):
    with pytest.raises(LeakedError):
        looked_through(HttpResponse(f"工单,{value}\n", headers=ATTACHED), "room:export")
    streamed = looked_through(StreamingHttpResponse([b"x,", value.encode()], headers=ATTACHED), "room:export")
    with pytest.raises(LeakedError):
        b"".join(streamed.streaming_content)
    assert looked_through(HttpResponse(value, headers=ATTACHED), "privacy:export_file").status_code == 200
    assert leaks_in("138****8000,〔邮箱〕".encode()) == []
