"""A pull that was cut off, asked for by hand, or told to send its secret elsewhere."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry, Job
from bihuan.loop.collect.sources.errors import Refused
from bihuan.loop.collect.sources.models import Chunk, Pull, Source
from bihuan.loop.collect.sources.services import chunks, pause_source, run_now
from bihuan.loop.collect.sources.services import pull as pulling

from .servers import ticket, zendesk
from .turns import batches, cases, turn


class TestCrashes:
    """What a killed worker leaves: fetched and not imported, imported and not noted."""

    @pytest.fixture
    def source(self, zendesk_source, serve, unhurried):
        self.system = serve(zendesk([ticket(number) for number in range(1, 6)]))
        return zendesk_source(self.system)

    def cut_off(self, source, killed, place):
        killed(chunks, place, lambda: turn(source))
        assert Pull.objects.get().state == "running", "nobody was left to say otherwise"

    @pytest.mark.parametrize("place,asked_again", [("store", 1), ("_note", 1)])
    def test_what_was_fetched_is_not_fetched_again(self, source, workspace_home, killed, place, asked_again):
        self.cut_off(source, killed, place)
        self.system.asked.clear()
        pull = turn(source)
        assert (pull.state, pull.read) == ("done", 5)
        assert [query.get("cursor") for _path, query in self.system.asked] == ["c5"] * asked_again
        assert len(batches(workspace_home)) == 1 and len(cases(workspace_home)) == 5
        assert AuditEntry.objects.filter(action="collect.batch_imported").count() == 1

    def test_the_next_round_goes_on_without_waiting_for_the_clock(self, source, workspace_home, killed):
        self.cut_off(source, killed, "store")
        Source.objects.update(next_at=timezone.now() + timedelta(days=1))
        run_turn()
        assert Pull.objects.get().state == "done" and len(cases(workspace_home)) == 5

    def test_a_torn_file_is_fetched_again(self, source, workspace_home, killed):
        self.cut_off(source, killed, "store")
        path = Chunk.objects.get().path
        path.write_bytes(path.read_bytes()[:100])
        assert turn(source).read == 5 and len(cases(workspace_home)) == 5
        assert not path.exists()


class TestOnDemand:
    def test_somebody_runs_it_now_and_sees_what_came(self, zendesk_source, serve, cast, workspace_home, unhurried):
        source = zendesk_source(serve(zendesk([ticket(1), ticket(2)])))
        job = run_now(source=source, actor=cast.admin)
        assert run_now(source=source, actor=cast.admin) == job, "one at a time"
        run_pending()
        job.refresh_from_db()
        assert job.state == "done" and "读取 2 行：新增 2" in job.result["message"]
        assert Pull.objects.get().by == cast.admin

    def test_a_paused_source_has_no_turn(self, zendesk_source, serve, cast, unhurried):
        system = serve(zendesk([ticket(1)]))
        source = zendesk_source(system)
        pause_source(source=source, actor=cast.admin)
        run_turn()
        assert system.asked == [] and not Pull.objects.exists()

    def test_two_workers_do_not_read_the_same_source(self, zendesk_source, serve, unhurried, workspace_home):
        from bihuan.engine.facts.locks import locked

        system = serve(zendesk([ticket(1)]))
        source = zendesk_source(system)
        Source.objects.update(next_at=timezone.now())
        with locked(workspace_home, f"source-{source.pk}"):
            run_turn()
        assert system.asked == []


def test_a_source_that_breaks_does_not_stop_the_others(zendesk_source, serve, unhurried, monkeypatch):
    system = serve(zendesk([ticket(1)]))
    zendesk_source(system, name="A", code="a")
    zendesk_source(system, name="B", code="b")
    real = pulling.setup_of
    monkeypatch.setattr(pulling, "setup_of", lambda source: {}["x"] if source.code == "a" else real(source))
    Source.objects.update(next_at=timezone.now())
    run_turn()
    assert {source.code: source.trouble.get("code") for source in Source.objects.all()} == {"a": "broken", "b": None}
    assert set(Pull.objects.values_list("source__code", "state")) == {("a", "failed"), ("b", "done")}


def test_no_secret_lies_open(zendesk_source, serve, workspace_home, unhurried, cast):
    from .servers import SECRET

    system = serve(zendesk([ticket(1)]))
    source = zendesk_source(system)
    system.faults = [(403, {}, {})]
    turn(source)
    turn(source)
    stored = json.dumps([list(model.objects.values()) for model in (Source, Pull, Chunk, Job, AuditEntry)],
                        default=str)
    assert SECRET not in stored
    for path in workspace_home.path.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


def run_turn():
    """The worker's round, as the schedule starts it."""
    Job.objects.create(kind="sources.turn", title="x")
    run_pending()


def test_a_stored_secret_is_not_sent_to_another_server(cast, serve, zendesk_source, workspace_home):
    """Whoever may set up sources could else read it on a server of their own; the path below may change."""
    first, second = serve(zendesk([])), serve(zendesk([]))
    source = zendesk_source(first)
    kept = source.subject
    with pytest.raises(Refused) as refused:
        zendesk_source(second, source=source, secret="")
    assert refused.value.code == "secret_again"
    below = {"address": f"{first.url}/api", "user": "ann@example.com", "per_minute": 6000}
    assert zendesk_source(first, source=source, secret="", config=below).subject == kept
    zendesk_source(second, source=source, secret="fresh")
