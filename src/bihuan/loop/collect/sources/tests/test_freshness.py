"""A source that is older than expected is told, once a silence, and shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.notifications.models import Notice
from bihuan.engine.facts import importing
from bihuan.engine.facts.ages import ages_by_source
from bihuan.loop.collect.sources.models import Source
from bihuan.loop.collect.sources.queries import late_sources, lines
from bihuan.loop.collect.sources.services.turn import tell_late

from .servers import zendesk


@pytest.fixture
def source(zendesk_source, serve):
    source = zendesk_source(serve(zendesk([])))
    Source.objects.update(fresh_at=timezone.now())
    source.refresh_from_db()
    return source


def test_late_is_told_once_a_silence(source):
    now = timezone.now()
    assert tell_late(now=now + timedelta(hours=23)) == 0
    later = now + timedelta(hours=26)
    assert tell_late(now=later) == 1
    assert tell_late(now=later + timedelta(hours=1)) == 0
    notice = Notice.objects.get()
    assert notice.event == "source_silent" and "已超时 2 小时" in notice.title and "最多 1 天" in notice.text
    assert [state.code for state in late_sources(later)] == ["zendesk"]
    assert lines(later)[0].state == "late"
    Source.objects.update(fresh_at=later)
    assert tell_late(now=later + timedelta(hours=25)) == 1, "another silence"


def test_a_paused_source_is_not_late(source):
    Source.objects.update(is_active=False)
    assert tell_late(now=timezone.now() + timedelta(days=9)) == 0


def test_a_source_that_was_never_read_is_late_after_its_term(source):
    Source.objects.update(fresh_at=None)
    assert tell_late(now=timezone.now() + timedelta(hours=25)) == 1
    assert "从未" in Notice.objects.get().text


def test_age_and_gaps_of_a_source(source, workspace_home):
    rows = [{"external_id": f"T{number}", "opened": f"2026-03-0{number + 1}T09:00:00Z", "channel": "email",
             "agent": "a1" if number else None, "customer": f"c{number}"} for number in range(4)]
    importing.import_rows(workspace_home, "cases", rows, source="zendesk", actor="x")
    importing.import_rows(workspace_home, "cases", [{"external_id": "X", "opened": "2026-05-01T09:00:00Z"}],
                          source="other", actor="x")
    age = ages_by_source(workspace_home)["zendesk"]
    assert (age.latest.isoformat(), age.cases) == ("2026-03-04T09:00:00+00:00", 4)
    assert age.missing == {"agent": 1, "channel": 0, "customer": 0, "opened": 0}
    line = lines(timezone.now())[0]
    assert (line.latest, line.gaps) == (age.latest, ("坐席缺 25%",))
