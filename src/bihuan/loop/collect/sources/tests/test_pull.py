"""A turn of a source: read in pages, imported in batches, taken up again where it was left."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from bihuan.core.jobs import run_pending
from bihuan.core.models import Job
from bihuan.core.notifications.models import Notice, Receipt
from bihuan.loop.collect.sources.models import Chunk, Pull, Source
from bihuan.loop.collect.sources.services import pull as pulling
from bihuan.loop.collect.sources.services import reset_source
from bihuan.loop.collect.sources.services.keep import due_sources

from .servers import ticket, zendesk
from .turns import batches, cases, turn


def run_turn():
    """The worker's round, as the schedule starts it."""
    Job.objects.create(kind="sources.turn", title="x")
    run_pending()


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
        assert "1 行未导入" in Notice.objects.get().text
        source.refresh_from_db()
        assert source.last_refused == 1
