"""Data sources have a term of their own: their rhythm is not guessed from their batches besides."""

from datetime import timedelta

import pytest

from bihuan.core.notifications.models import Notice
from bihuan.engine.facts import journal
from bihuan.loop.collect.sources.models import Source
from bihuan.loop.evaluate.realtime.services import watch

from .desk import NOW

DAY = timedelta(days=1)


@pytest.mark.django_db
def test_a_data_source_asked_in_vain_is_not_silent(cast, monkeypatch):
    """Without news it makes no batches: by these alone it would seem silent."""
    batches = [journal.Batch(f"{name}{n}", "x", NOW - (10 - n) * DAY, NOW - (10 - n) * DAY, source=name)
               for name in ("zendesk", "呼叫中心") for n in range(6)]
    monkeypatch.setattr(watch.journal, "batches", lambda home: batches)
    Source.objects.create(kind="zendesk", name="Z", code="zendesk", cron="0 * * * *", lake_names=["zendesk"])
    assert watch.watch_sources(now=NOW) == 1
    assert "呼叫中心" in Notice.objects.get().title
