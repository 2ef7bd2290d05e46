"""The weekly pack: made from the data, within reach, as a page and as files."""

from datetime import UTC, datetime

from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.queries.weekly import pack_of

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
