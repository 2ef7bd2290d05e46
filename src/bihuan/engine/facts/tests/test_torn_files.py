"""Files that arrive torn or packed to hurt: what is wrong is named, what is right is read."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.readers import archive

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

HEAD = "case_id,opened,agent"
LINES = [f"{number},2024-03-0{number},A{number}" for number in range(1, 6)]


def ids(home):
    return [name for (name,) in rows(home, "SELECT external_id FROM cases ORDER BY 1")]


@pytest.mark.parametrize("ends", [["\r\n", "\n"], ["\r", "\n"], ["\n", "\r\n", "\r"]])
@pytest.mark.parametrize("title", ["", "三月报表,,"])
def test_lines_may_end_in_any_mixture_also_below_a_title(home, tmp_path, ends, title):
    lines = [title, HEAD, *LINES] if title else [HEAD, *LINES]
    text = "".join(line + ends[place % len(ends)] for place, line in enumerate(lines))
    result = import_file(home, written(tmp_path, "a.csv", text), preset="cases")
    assert (result.read, result.accepted) == (5, 5) and ids(home) == list("12345")


def test_a_quotation_mark_left_open_spoils_its_own_line_only(home, tmp_path):
    text = "\n".join([HEAD, LINES[0], '2,2024-03-02,"A2', *LINES[2:]]) + "\n"
    result = import_file(home, written(tmp_path, "a.csv", text), preset="cases")
    assert [(cell.row, cell.code) for cell in result.cells] == [(3, "unclosed_quote")]
    assert (result.read, ids(home)) == (5, ["1", "3", "4", "5"])
    assert "引号" in result.cells[0].message


def test_a_line_of_totals_that_could_be_read_is_no_agent(home, tmp_path):
    result = import_file(home, written(tmp_path, "a.csv", "id,name\na1,甲\n合计,1人\n"), preset="agents")
    assert (result.accepted, [(cell.row, cell.code) for cell in result.cells]) == (1, [(3, "total_row")])


def test_rejected_rows_of_a_spreadsheet_are_corrected_and_imported_alone(home, tmp_path):
    book = openpyxl.Workbook()
    for line in (["工单编号", "创建时间", "坐席"], ["0012345678901234567", "2024-03-01 09:00", "A1"],
                 ["0000000000000000002", "昨天", "A2"]):
        book.active.append(line)
    book.save(tmp_path / "三月.xlsx")
    first = import_file(home, tmp_path / "三月.xlsx", preset="cases")
    assert (first.accepted, first.quarantined) == (1, 1)
    told = list(csv.DictReader(io.StringIO(Path(str(first.rejected_file)).read_text("utf-8-sig"))))
    assert (told[0]["工单编号"], told[0]["_row"], told[0]["_column"]) == ("0000000000000000002", "3", "创建时间")
    assert "写成 2024-02-29 13:05" in told[0]["_message"]
    corrected = Path(str(first.rejected_file)).read_text("utf-8-sig").replace(",昨天,A2", ",2024-03-02 10:00,A2", 1)
    second = import_file(home, written(tmp_path, "改正.csv", corrected), preset="cases")
    assert (second.read, second.accepted) == (1, 1)
    assert ids(home) == ["0000000000000000002", "0012345678901234567"]


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused_even_when_it_lies(home, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "RATIO_FROM_BYTES", 1 << 16)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (1 << 22))
    raw = path.read_bytes().replace((1 << 22).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    for content in (path.read_bytes(), raw):
        path.write_bytes(content)
        with pytest.raises(FactsError) as refused:
            import_file(home, path, preset="cases")
        assert refused.value.code == "bomb"


def test_an_archive_of_other_files_is_no_spreadsheet_and_says_what_to_do(home, tmp_path):
    path = tmp_path / "tickets.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("三月.csv", "case_id,opened\n1,2024-03-01\n")
    with pytest.raises(FactsError) as refused:
        import_file(home, path, preset="cases")
    assert refused.value.code == "packed_files"
    assert "三月.csv" in refused.value.text("zh") and "解压" in refused.value.text("zh")


@pytest.mark.parametrize(("name", "content", "code"), [
    ("a.xlsx", b"PK\x03\x04broken", "broken_sheet"), ("a.parquet", b"PAR1 broken", "unreadable"),
    ("a.packed", b"\x1f\x8b\x08broken", "broken_packing"), ("a.json", b"[" * 200_000, "unreadable"),
])
def test_what_cannot_be_opened_is_refused_with_advice_and_without_the_folder(home, tmp_path, name, content, code):
    with pytest.raises(FactsError) as refused:
        import_file(home, written(tmp_path, name, content), preset="cases")
    assert refused.value.code == code
    assert "重新" in refused.value.text("zh") and str(tmp_path) not in str(refused.value)
