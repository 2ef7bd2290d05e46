"""The weekly pack: made from the data, within reach, as a page and as files."""

from datetime import UTC, datetime

from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice
from bihuan.loop.diagnose.findings.models import Finding, Search, WeeklyPack
from bihuan.loop.diagnose.findings.queries.weekly import pack_of
from bihuan.loop.diagnose.findings.services.weekly import keep_pack

from .test_priorities import built, cast  # noqa: F401


def seen(key, day, **more):
    moment = datetime(2026, 1, day, 4, tzinfo=UTC)
    return Finding.objects.create(key=key, kind="manual", title=key, unit_code="n1", first_seen=moment,
                                  last_seen=moment, **more)


def test_a_pack_holds_what_was_seen_in_its_week_and_what_is_open(cast):  # noqa: F811
    seen("本周", 20)
    seen("从前", 6)
    seen("了结", 21, state="settled")
    pack = pack_of(cast.director, "2026-W04")
    assert (str(pack.start), str(pack.end)) == ("2026-01-19", "2026-01-25")
    assert {line.title for line in pack.anomalies} == {"本周", "了结"}
    assert {line.title for line in pack.waiting} == {"本周", "从前"} and pack.issues == ()
    assert not pack_of(cast.outsider, "2026-W04").waiting
    assert pack_of(cast.director, "2031-W01").week == pack_of(cast.director).week == "2026-W04"


def test_the_pack_is_a_page_and_two_files_that_leave_a_line(client, cast):  # noqa: F811
    seen("晚间接通慢", 20)
    client.force_login(cast.leader)
    assert "晚间接通慢" in client.get(reverse("findings:weekly")).content.decode()
    word, pdf = (client.get(reverse("findings:weekly_file", args=[form])) for form in ("docx", "pdf"))
    assert word.content[:2] == b"PK" and pdf.content[:4] == b"%PDF"
    assert AuditEntry.objects.filter(action="diagnose.pack_exported").count() == 2
    assert client.get(reverse("findings:weekly_file", args=["xlsx"])).status_code == 404
    for person in (cast.agent, cast.nobody):
        client.force_login(person)
        assert client.get(reverse("findings:weekly")).status_code == 404
        assert client.get(reverse("findings:weekly_file", args=["pdf"])).status_code == 404


def test_the_pack_of_a_week_stays_as_it_was_and_is_told_once(client, cast):  # noqa: F811
    mine = seen("晚间接通慢", 20, n=200, value=0.7, low=0.64, high=0.76, unit="%")
    seen("别处的问题", 20)
    Search.objects.create(as_of="2026-01-24T10:00:00+00:00", ended_at=datetime(2026, 1, 26, tzinfo=UTC))
    assert keep_pack() is None      # nobody has looked through the week's last day yet
    Search.objects.create(as_of="2026-01-26T10:00:00+00:00", ended_at=datetime(2026, 1, 27, tzinfo=UTC))
    Finding.objects.filter(key="别处的问题").update(unit_code="s1")
    pack = keep_pack()
    assert pack.week == "2026-W04" and keep_pack() is None
    notice = Notice.objects.get(event="weekly_pack")
    assert notice.url.endswith("?week=2026-W04") and "700" not in notice.text
    Finding.objects.filter(pk=mine.pk).update(state="settled", value=0.9, low=0.86, high=0.93, n=400)
    seen("后来的问题", 21)
    for person, titles in ((cast.director, {"晚间接通慢", "别处的问题"}), (cast.leader, {"晚间接通慢"})):
        assert {line.title for line in pack_of(person, "2026-W04").waiting} == titles
    line = next(one for one in pack_of(cast.leader, "2026-W04").waiting)
    assert (line.value, line.finding.n, line.finding.state) == ("70.0%", 200, "new")
    client.force_login(cast.leader)
    page = client.get(reverse("findings:weekly")).content.decode()
    assert "数字与状态是当时的" in page and "后来的问题" not in page


def test_the_pack_of_a_company_without_findings_is_not_made(cast):  # noqa: F811
    assert keep_pack() is None and not WeeklyPack.objects.exists()
