"""Several dimensions at once: against Das Gupta's published example, and three of them against all orders tried out."""

from itertools import permutations

import numpy as np
import pytest

from bihuan.engine.findings.joint import BETWEEN, _factors, decompose_jointly, shares_of_change
from bihuan.engine.indicators.contracts import Passport, Result

MEAN = Passport("deaths", {"zh": "死亡率"}, {"zh": ""}, "case", "opened", "mean")
# Das Gupta 1993, example 5.3: deaths per 1,000 in the United States by race and age, thousands of people.
SIZE_1985 = ([3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472],
             [707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236])
SIZE_1970 = ([2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315],
             [535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117])
RATE_1985 = ([9.163, .462, .248, .929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570],
             [17.208, .738, .328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161])
RATE_1970 = ([18.469, .751, .391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837],
             [36.993, 1.352, .541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902, 123.205])


def cells(sizes, rates):
    return [Result("deaths", "1", "all", {"channel": str(race), "topic": str(age)}, rate, size, numerator=rate * size)
            for race, (row, told) in enumerate(zip(sizes, rates)) for age, (size, rate) in enumerate(zip(row, told))]


def test_two_dimensions_give_the_published_effects():
    """Das Gupta 1993, table 5.3, as the package DasGuptR prints it: race .0197749, age 1.5217347, rates -2.2277254."""
    found = decompose_jointly(MEAN, cells(SIZE_1970, RATE_1970), cells(SIZE_1985, RATE_1985), ("channel", "topic"))
    assert found is not None
    assert [round(one, 7) for one in found.mixes] == [0.0197749, 1.5217347]
    assert (round(found.cells.rate, 7), round(found.cells.change, 7)) == (-2.2277254, -0.6862158)


def test_three_dimensions_leave_nothing_over_with_empty_cells_too():
    """Each factor is the mean over all orders in which the dimensions may be told one after the other."""
    rng = np.random.default_rng(5)
    names = [(a, b, c) for a in "xy" for b in "pqr" for c in "mn"]
    sides = []
    for _side in range(2):
        sizes = rng.integers(5, 90, len(names))
        sizes[3] = 0
        sides.append([Result("deaths", "1", "all", dict(zip(("channel", "topic", "tier"), name)), float(rate), int(n))
                      for name, n, rate in zip(names, sizes, rng.random(len(names)))])
    found = decompose_jointly(MEAN, sides[0], sides[1], ("channel", "topic", "tier"))
    assert found is not None
    assert sum(found.mixes) + found.cells.rate == pytest.approx(found.cells.change)
    told = [part.group.split(BETWEEN) for part in found.cells.parts]
    n = np.array([part.n_before for part in found.cells.parts], float)

    def rows(cell, kept):
        return sum(count for name, count in zip(told, n) if all(name[d] == cell[d] for d in kept))

    for place, cell in enumerate(told):
        expected = 1.0
        for order in permutations(range(3)):
            before = order[:order.index(1)]
            expected *= (rows(cell, (*before, 1)) / rows(cell, before)) ** (1 / 6)
        assert _factors(told, n)[1][place] == pytest.approx(expected)


def test_causes_add_up_to_the_change_of_the_rate():
    """20 of 100 become 45 of 150: .2 to .3. The clause has 10 and 30 of them: .1 to .2, all of the change."""
    found = shares_of_change({"条款七": 10, "服务": 10}, 100, {"条款七": 30.0, "服务": 15.0}, 150)
    assert [(one.name, round(one.change, 9)) for one in found] == [("条款七", 0.1), ("服务", 0.0)]
    assert found[0].low < 0.1 < found[0].high and found[1].low < 0 < found[1].high
