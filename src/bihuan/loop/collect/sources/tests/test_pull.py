"""A turn of a source: read in pages, imported in batches, taken up again where it was left."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry, Job
from bihuan.core.notifications.models import Notice, Receipt
from bihuan.engine.facts import journal, store
from bihuan.loop.collect.sources.errors import Refused
from bihuan.loop.collect.sources.models import Chunk, Pull, Source
from bihuan.loop.collect.sources.services import chunks, pause_source, reset_source, run_now
from bihuan.loop.collect.sources.services import pull as pulling
from bihuan.loop.collect.sources.services.keep import due_sources
from bihuan.loop.collect.sources.services.pull import pull_slice

from .servers import ticket, zendesk


def turn(source, **more):
    """One slice of a turn, as the worker does it."""
    source.refresh_from_db()
    return pull_slice(source=source, tell=lambda *args: None, cancelled=lambda: False, **more)


def cases(home):
    with store.connect(home) as con:
        return dict(con.execute("SELECT id, status FROM cases ORDER BY id").fetchall())


def batches(home):
    return [batch for batch in journal.batches(home) if batch.state == "done"]


def test_pages_are_read_to_the_end_of_the_stream(zendesk_source, serve, workspace_home, unhurried):
    system = serve(zendesk([ticket(number) for number in range(1, 26)]))
    source = zendesk_source(system)
    pull = turn(source)
    assert (pull.state, pull.read, pull.accepted, pull.quarantined) == ("done", 25, 25, 0)
    assert len(cases(workspace_home)) == 25 and "zendesk:7" in cases(workspace_home)
    assert [query.get("cursor") for _path, query in system.asked] == [None, "c10", "c20"]
    assert source.streams.get().position == {"cursor": "c25"}
    (batch,) = batches(workspace_home)
    assert batch.source == "zendesk" and batch.actor == "source:zendesk" and "Zendesk 生产 工单" in batch.file
    source.refresh_from_db()
    assert source.fresh_at == pull.started_at and source.last_read == 25
    assert not list((workspace_home.path / "pulls").iterdir()), "what was fetched does not stay"


def test_the_next_turn_asks_only_for_what_changed(zendesk_source, serve, workspace_home, unhurried):
    tickets = [ticket(number) for number in range(1, 13)]
    system = serve(zendesk(tickets))
    source = zendesk_source(system)
    turn(source)
    tickets += [ticket(3, status="solved"), ticket(99)]
    system.asked.clear()
    pull = turn(source)
    assert (pull.read, pull.accepted, pull.updated) == (2, 1, 1)
    assert [query["cursor"] for _path, query in system.asked] == ["c12"]
    assert cases(workspace_home)["zendesk:3"] == "solved"


def test_a_turn_without_news_makes_no_batch(zendesk_source, serve, workspace_home, unhurried, cast):
    source = zendesk_source(serve(zendesk([ticket(number) for number in range(1, 6)])))
    turn(source)
    assert turn(source).state == "done" and len(batches(workspace_home)) == 1
    reset_source(source=source, actor=cast.admin)
    pull = turn(source)
    assert (pull.read, pull.accepted, pull.unchanged) == (5, 0, 5)
    assert len(batches(workspace_home)) == 1, "read again, and nothing said anew"


def test_many_rows_become_several_batches_each_with_its_position(
        zendesk_source, serve, workspace_home, unhurried, monkeypatch):
    monkeypatch.setattr(pulling, "CHUNK_ROWS", 20)
    source = zendesk_source(serve(zendesk([ticket(number) for number in range(1, 46)])))
    turn(source)
    assert [batch.counts["read"] for batch in batches(workspace_home)] == [20, 20, 5]
    assert [chunk.position["cursor"] for chunk in Chunk.objects.all()] == ["c20", "c40", "c45"]


def test_big_answers_do_not_pile_up(zendesk_source, serve, workspace_home, unhurried, monkeypatch):
    monkeypatch.setattr(pulling, "CHUNK_BYTES", 1)
    turn(zendesk_source(serve(zendesk([ticket(number) for number in range(1, 21)]))))
    assert [batch.counts["read"] for batch in batches(workspace_home)] == [10, 10]


def test_a_slice_ends_in_time_and_the_turn_goes_on_later(zendesk_source, serve, workspace_home, unhurried):
    source = zendesk_source(serve(zendesk([ticket(number) for number in range(1, 26)])))
    first = turn(source, seconds=0)
    assert (first.state, first.read) == ("waiting", 10)
    assert list(due_sources(timezone.now())) == [source], "an open turn goes on without waiting for the clock"
    assert turn(source, seconds=0).read == 20
    last = turn(source)
    assert (last.pk, last.state, last.read) == (first.pk, "done", 25)


class TestTroubles:
    def test_rows_before_a_trouble_are_kept(self, zendesk_source, serve, workspace_home, unhurried):
        system = serve(zendesk([ticket(number) for number in range(1, 26)]))
        system.faults = [None, None, *[(500, {}, {})] * 4]
        source = zendesk_source(system)
        pull = turn(source)
        assert (pull.state, pull.read) == ("waiting", 20) and "HTTP 500" in pull.trouble_text
        source.refresh_from_db()
        assert source.wait_until > timezone.now() and due_sources(timezone.now()) == []
        assert turn(source).state == "done" and len(cases(workspace_home)) == 25
        source.refresh_from_db()
        assert source.trouble == {} and source.wait_until is None

    def test_a_system_that_stays_away_fails_the_turn(self, zendesk_source, serve, unhurried):
        system = serve(zendesk([]))
        source = zendesk_source(system)
        states = []
        for _ in range(4):
            system.faults = [(502, {}, {})] * 4
            states.append(turn(source).state)
        assert states == ["waiting", "waiting", "waiting", "failed"]

    def test_a_wait_that_was_asked_for_is_kept(self, zendesk_source, serve, workspace_home, unhurried):
        system = serve(zendesk([ticket(number) for number in range(1, 26)]))
        system.faults = [None, (429, {}, {"Retry-After": "90"})]
        source = zendesk_source(system)
        pull = turn(source)
        assert (pull.state, pull.read) == ("waiting", 10) and "HTTP 429" in pull.trouble_text
        source.refresh_from_db()
        assert timedelta(seconds=80) < source.wait_until - timezone.now() < timedelta(seconds=91)
        assert turn(source).read == 25

    def test_an_expired_token_is_told_once(self, zendesk_source, serve, cast, unhurried):
        system = serve(zendesk([ticket(1)]))
        source = zendesk_source(system, secret="expired-0123456789")
        for _ in range(2):
            Source.objects.update(next_at=timezone.now())
            run_turn()
        source.refresh_from_db()
        assert source.trouble["code"] == "unauthorised" and "重新生成" in source.trouble_text
        assert Pull.objects.filter(state="failed").count() == 2
        notice = Notice.objects.get()
        assert notice.event == "import_problem" and "没有读到数据" in notice.title
        assert [receipt.user for receipt in Receipt.objects.all()] == [cast.admin]

    def test_a_torn_answer_loses_nothing(self, zendesk_source, serve, workspace_home, unhurried):
        system = serve(zendesk([ticket(number) for number in range(1, 16)]))
        system.faults = [None, (200, b'{"tickets": [{"id": 11, "cre', {})]
        assert turn(zendesk_source(system)).read == 15

    def test_a_cursor_that_repeats_ends_the_turn(self, zendesk_source, serve, workspace_home, unhurried):
        """Twice the same cursor with "more follows" would be asked for ever."""
        system = serve(zendesk([ticket(number) for number in range(1, 11)]))
        again = {"tickets": [ticket(10)], "after_cursor": "c10", "end_of_stream": False}
        system.faults = [(200, {"tickets": [ticket(9)], "after_cursor": "c10", "end_of_stream": False}, {}),
                         (200, again, {})]
        pull = turn(zendesk_source(system))
        assert (pull.state, len(system.asked)) == ("done", 2)
        assert "同一个游标" in pull.trouble_text and len(cases(workspace_home)) == 2

    def test_an_answer_without_records_says_where_they_should_be(self, zendesk_source, serve, unhurried):
        system = serve(zendesk([]))
        system.faults = [(200, {"error": "maintenance"}, {})]
        pull = turn(zendesk_source(system))
        assert pull.state == "failed" and "tickets" in pull.trouble_text

    def test_a_mapping_that_fits_nothing_leaves_the_position(self, zendesk_source, serve, unhurried):
        source = zendesk_source(serve(zendesk([ticket(1)])), streams={"tickets": "car_complaints"})
        pull = turn(source)
        assert pull.state == "failed" and "car_complaints" in pull.trouble_text
        assert source.streams.get().position == {} and not Chunk.objects.exists()

    def test_rows_that_are_all_bad_leave_the_position(self, zendesk_source, serve, unhurried, workspace_home):
        source = zendesk_source(serve(zendesk([ticket(1, created_at="soon")])))
        pull = turn(source)
        assert pull.state == "failed" and "1 行全部不能导入" in pull.trouble_text
        assert source.streams.get().position == {} and batches(workspace_home) == []
        assert not list((workspace_home.path / "pulls").iterdir())

    def test_bad_rows_are_set_aside_and_told(self, zendesk_source, serve, workspace_home, unhurried):
        source = zendesk_source(serve(zendesk([ticket(1), ticket(2, created_at="soon"), ticket(3)])))
        Source.objects.update(next_at=timezone.now())
        run_turn()
        pull = Pull.objects.get()
        assert (pull.state, pull.accepted, pull.quarantined) == ("done", 2, 1)
        (batch,) = batches(workspace_home)
        assert (workspace_home.batches / f"{batch.id}.rejected.csv").exists()
        assert "1 行被隔离" in Notice.objects.get().text
        source.refresh_from_db()
        assert source.last_refused == 1


class TestCrashes:
    """What a killed worker leaves: fetched and not imported, imported and not noted."""

    @pytest.fixture
    def source(self, zendesk_source, serve, unhurried):
        self.system = serve(zendesk([ticket(number) for number in range(1, 6)]))
        return zendesk_source(self.system)

    def cut_off(self, source, monkeypatch, place):
        class Killed(BaseException):
            pass

        def die(*args, **more):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(chunks, place, die)
            with pytest.raises(Killed):
                turn(source)
        assert Pull.objects.get().state == "running", "nobody was left to say otherwise"

    @pytest.mark.parametrize("place,asked_again", [("store", 1), ("_note", 1)])
    def test_what_was_fetched_is_not_fetched_again(self, source, workspace_home, monkeypatch, place, asked_again):
        self.cut_off(source, monkeypatch, place)
        self.system.asked.clear()
        pull = turn(source)
        assert (pull.state, pull.read) == ("done", 5)
        assert [query.get("cursor") for _path, query in self.system.asked] == ["c5"] * asked_again
        assert len(batches(workspace_home)) == 1 and len(cases(workspace_home)) == 5
        assert AuditEntry.objects.filter(action="collect.batch_imported").count() == 1

    def test_the_next_round_goes_on_without_waiting_for_the_clock(self, source, workspace_home, monkeypatch):
        self.cut_off(source, monkeypatch, "store")
        Source.objects.update(next_at=timezone.now() + timedelta(days=1))
        run_turn()
        assert Pull.objects.get().state == "done" and len(cases(workspace_home)) == 5

    def test_a_torn_file_is_fetched_again(self, source, workspace_home, monkeypatch):
        self.cut_off(source, monkeypatch, "store")
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
