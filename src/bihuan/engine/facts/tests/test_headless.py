"""A file without a header: its first row is a record, and whether it is one is asked."""

import pytest

from bihuan.engine.facts.decisions import OPEN, SURE, change, decisions
from bihuan.engine.facts.importing import import_file, sniff
from bihuan.engine.facts.mapping import parse

from .files import written

pytestmark = pytest.mark.usefixtures("without_facts")

ROWS = "G1,2024-03-01 09:00,C1\nG2,2024-03-02 10:30,C2\nG3,someday,C1\n"
MAPPING = parse('table = "cases"\nsource = "x"\n[fields]\nexternal_id = "column_1"\nopened = "column_2"\n')


@pytest.mark.parametrize("asked", [None, 0])
def test_the_first_row_is_a_record_and_rows_keep_their_numbers(home, tmp_path, asked):
    file = written(tmp_path, "a.csv", ROWS)
    seen = sniff(home, file, header_row=asked)
    assert (seen.header_row, seen.columns, seen.rows[0][0]) == (0, ("column_1", "column_2", "column_3"), "G1")
    mapping = MAPPING if asked is None else change(MAPPING, "header_row", "0")
    header = next(one for one in decisions(home, file, mapping=mapping) if one.code == "header_row")
    assert (header.state, header.options[0].value) == (OPEN if asked is None else SURE, "0")
    done = import_file(home, file, mapping=mapping, dry_run=True)
    assert (done.read, done.unchanged + done.accepted, [cell.row for cell in done.cells]) == (3, 2, [3])


def test_a_header_that_names_days_is_a_header(home, tmp_path):
    assert sniff(home, written(tmp_path, "a.csv", "坐席,2024-03-01,2024-03-02\n甲,3,4\n")).header_row == 1
