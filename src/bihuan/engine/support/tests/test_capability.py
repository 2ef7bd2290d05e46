from datetime import UTC, datetime

from bihuan.engine.support.capability import Assessment, Stay, masters, team


def day(month, number=1):
    return datetime(2026, month, number, tzinfo=UTC)


STAYS = [Stay("A1", "T"), Stay("A2", "T", day(1), day(3)), Stay("A3", "T", day(2, 10)), Stay("A4", "T", day(4)),
         Stay("A5", "U"), Stay("A6", "T", day(1), day(2, 15)), Stay("A6", "T2", day(2, 15))]


def sheet(*assessments, units=("T",), least=3):
    return team(units, STAYS, assessments, start=day(2), end=day(3), least=least)


def test_headcount_and_its_changes_are_those_of_the_days():
    found = sheet()
    assert (found.headcount, found.joined, found.left, list(found.people)) == (3, 1, 1, ["A1", "A2", "A3"])
    whole = sheet(units=("T", "T2"))         # whoever moves within the same team stays
    assert (whole.headcount, whole.joined, whole.left) == (4, 1, 0)
    ever = team(("T",), STAYS, (), start=None, end=day(3), least=3)
    assert (ever.headcount, ever.joined, ever.left) == (3, None, None)
    assert (found.assessed, found.skills) == (0, ()) and masters([found], 3) is None


def test_the_newest_level_holds_and_the_scale_is_dreyfus():
    """S. E. Dreyfus 2004, Bulletin of Science, Technology and Society 24(3):177-181, table 1: the third of five stages,
    competent, is the first in which a person plans and answers for the work alone."""
    found = sheet(Assessment("A1", "VPN", 2), Assessment("A1", "VPN", 4, day(2)), Assessment("A1", "VPN", 1, day(3)),
                  Assessment("A2", "VPN", 2), Assessment("A3", "邮箱", 3), Assessment("A5", "VPN", 5))
    assert found.people == {"A1": {"VPN": 4}, "A2": {"VPN": 2}, "A3": {"邮箱": 3}}
    vpn, mail = found.skills
    assert (vpn.name, vpn.counts, vpn.assessed, vpn.masters, vpn.alone) == ("VPN", (0, 1, 0, 1, 0), 2, 1, True)
    assert (mail.masters, found.assessed) == (1, 3)
    assert masters([found, found], 3) == {"VPN": 1, "邮箱": 1} and masters([found], 5) == {"VPN": 0, "邮箱": 0}
