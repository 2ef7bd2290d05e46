"""Damaged files: no crash, nothing lost without a word. ``test_fuzz_more`` goes on with further seeds."""

import pytest

from .fuzzing import faults_of


def test_forty_damaged_files_lose_nothing_and_break_nothing(home, tmp_path):
    faults, outcomes = faults_of(home, tmp_path, range(40))
    assert faults == []
    # Files of every fate are among them: read, refused as a spreadsheet, as XML, as JSON, for lack of a column.
    assert outcomes["read"] > 10
    assert {"broken_sheet", "broken_xml", "broken_json", "missing_columns", "broken_packing"} <= set(outcomes)


@pytest.mark.long
@pytest.mark.parametrize("start", range(40, 5000, 496))
def test_thousands_of_damaged_files(home, tmp_path, start):
    assert faults_of(home, tmp_path, range(start, start + 496))[0] == []
