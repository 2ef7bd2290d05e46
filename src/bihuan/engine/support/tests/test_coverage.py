import pytest

from bihuan.engine.support.coverage import Volume, coverage, familiar

# Spiders on girdled and logged plots, as the R package iNEXT ships them (data "spider": Sackett et al. 2011).
GIRDLED = [46, 22, 17, 15, 15, 9, 8, 6, 6, 4, 2, 2, 2, 2, *[1] * 12]
LOGGED = [88, 22, 16, 15, 13, 10, 8, 8, 7, 7, 7, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, *[1] * 14]


@pytest.mark.parametrize(("counts", "n", "kinds", "published"), [(GIRDLED, 168, 26, 0.9289), (LOGGED, 252, 37, 0.9446)])
def test_sample_coverage_as_published(counts, n, kinds, published):
    """Hsieh, Ma and Chao 2016, Methods in Ecology and Evolution 7:1451-1456: DataInfo(spider), column SC."""
    found = familiar(counts)
    assert found.value and found.low and found.high
    assert (found.n, len(counts), round(found.value, 4)) == (n, kinds, published)
    assert found.low < found.value < found.high <= 1


def test_the_share_handled_carries_wilsons_interval():
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3: 81/263 and 15/148."""
    for part, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        share = coverage([Volume("VPN", "OA", n, part)]).share
        assert share.low and share.high and (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_types_and_systems_that_nobody_covers():
    found = coverage([Volume("VPN", "OA", 30, 30), Volume("VPN", "ERP", 4, 0), Volume("打印", None, 9, 0),
                      Volume("邮箱", "Mail", 6, 6), Volume(None, "OA", 2, 1)], {"VPN": 2, "邮箱": 0})
    assert [(line.problem, line.n, line.masters) for line in found.lines] == [
        ("VPN", 34, 2), ("打印", 9, None), ("邮箱", 6, 0), (None, 2, None)], "nobody was assessed in 打印: not known"
    assert [(line.problem, line.unhandled, line.unmastered) for line in found.uncovered] == [
        ("打印", True, False), ("邮箱", False, True)]
    assert (found.problems, found.systems_handled) == (2, 2)
    assert found.systems == (("OA", 32, 31), (None, 9, 0), ("Mail", 6, 6), ("ERP", 4, 0))
    assert found.lines[0].cells["ERP"] == (4, 0) and (found.share.value, found.share.n) == (37 / 51, 51)


def test_nothing_known_is_none_and_no_zero():
    empty = coverage([])
    assert (empty.share.value, empty.familiar.value, empty.lines, empty.uncovered) == (None, None, (), ())
    unknown = coverage([Volume("VPN", "OA", 3, 3)])
    assert unknown.lines[0].masters is None and not unknown.uncovered
