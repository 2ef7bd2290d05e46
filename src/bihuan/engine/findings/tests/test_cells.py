"""Cells that are worse than the rest, against the rows they were made of."""

from datetime import date

import pytest
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.findings.cells import Look, worse_cells
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.tests.company import case, connection, session

TEAMS, EACH = 12, 60
LOOKS = (Look("fcr_flag", "region", 0.02), Look("fcr_flag", "topic", 0.02))


@pytest.fixture(scope="module")
def found():
    """Twelve regions of sixty cases and two topics; 24 cases of the first region and 48 of every other are solved."""
    rows = [case(region * 100 + one, "2024-01-10 09:00", region=f"r{region}", topic="ab"[one % 2], channel="phone",
                 priority="1", resolved=one < (24 if region == 0 else 48))
            for region in range(TEAMS) for one in range(EACH)]
    return worse_cells(session(connection(case=rows)), shipped(), start=date(2024, 1, 1), end=date(2024, 1, 31),
                       among=LOOKS)


def test_a_cell_was_picked_from_all_cells_and_not_from_the_looks(found):
    """Twelve regions and two topics were compared, in two looks."""
    spotted, tally = found
    assert [one.group for one in spotted] == [{"region": "r0"}]
    assert spotted[0].selected_from == tally.looked == TEAMS + 2


def test_the_interval_beside_a_value_is_its_own(found):
    """statsmodels: Wilson's interval of 24 of 60; the difference from 528 of 660 has another, kept apart."""
    one = found[0][0]
    assert (one.low, one.high) == pytest.approx(proportion_confint(24, 60, method="wilson"))
    assert one.difference is not None and one.difference[0] == pytest.approx(24 / 60 - 528 / 660)
    assert one.difference[1] < one.difference[0] < one.difference[2] < 0
