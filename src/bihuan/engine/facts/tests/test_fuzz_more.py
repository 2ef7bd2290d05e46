"""The second half of the damaged files, so that two processes share them."""

import pytest

from .fuzzing import faults_of


@pytest.mark.long
@pytest.mark.parametrize("start", range(5000, 10_000, 500))
def test_thousands_more_of_damaged_files(home, tmp_path, start):
    assert faults_of(home, tmp_path, range(start, start + 500))[0] == []
