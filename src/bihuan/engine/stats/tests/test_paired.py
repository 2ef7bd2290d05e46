"""Changes of shares of the same people, against published examples."""

import numpy as np
import pytest

from bihuan.engine.stats.paired import Changed, difference_of_changes, paired_change


def test_the_example_of_statistics_with_confidence():
    """Altman et al., Statistics with Confidence (2000), p. 52, table 6.2: 14, 5, 0, 22; 0.122 (0.011 to 0.226)."""
    change, low, high = paired_change(Changed(14, 0, 5, 22))
    assert (round(change, 3), round(low, 3), round(high, 3)) == (0.122, 0.011, 0.226)


def test_the_example_of_bentur():
    """Fagerland, Lydersen & Laake, Stat Med 33 (2014), Bentur's 21 patients: -0.286 (-0.507 to -0.026)."""
    change, low, high = paired_change(Changed(1, 7, 1, 12))
    assert (round(change, 3), round(low, 3), round(high, 3)) == (-0.286, -0.507, -0.026)


def test_nobody_gives_no_change():
    assert paired_change(Changed(0, 0, 0, 0)) is None


def test_large_groups_come_to_the_plain_normal_interval():
    """For large n the squared distances are 1.96 standard errors: the variances of the two changes add up."""
    one, other = Changed(2000, 3000, 1000, 4000), Changed(2500, 2500, 2400, 2600)
    _, low, high = difference_of_changes(paired_change(one), paired_change(other))

    def variance(told):
        moved, lost = told.only_after / told.n, told.only_before / told.n
        return (moved + lost - (moved - lost) ** 2) / told.n

    reach = 1.959964 * np.sqrt(variance(one) + variance(other))
    assert (high - low) / 2 == pytest.approx(reach, rel=0.01)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """400 draws with a known difference of changes; exact binomial bounds of 95 % at 400 are 92 to 98 %."""
    dice, held = np.random.default_rng(7), 0
    for _ in range(400):
        found = []
        for shares in ((0.3, 0.3, 0.1, 0.3), (0.3, 0.2, 0.2, 0.3)):
            both, only_before, only_after, neither = (int(one) for one in dice.multinomial(60, shares))
            found.append(paired_change(Changed(both, only_before, only_after, neither)))
        _, low, high = difference_of_changes(*found)
        held += low <= -0.2 <= high
    assert 0.92 <= held / 400 <= 0.985
