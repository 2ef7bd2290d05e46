"""A computation is broken off alone, and not while somebody else waits for what it works out."""

import threading
from contextlib import contextmanager

import duckdb
import pytest

from bihuan.engine import stopping
from bihuan.engine.facts.connection import share_engine
from bihuan.engine.facts.held import HeldConnection
from bihuan.engine.facts.store import connect

LONG = "SELECT count(*) FROM range(20000000000) WHERE hash(range) % 7 = 3"


@contextmanager
def computing(stop, work):
    """Run ``work`` in a thread under ``stop``; what it raised is in the list."""
    raised, begun = [], threading.Event()

    def run():
        try:
            with stop.in_force():
                begun.set()
                work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait(60)
    yield thread, raised
    thread.join(60)
    assert not thread.is_alive()


def struck(stop, thread):
    while thread.is_alive():
        stop.strike()
        thread.join(0.01)


def test_the_statement_of_a_stopped_computation_ends_and_no_other_one(home):
    other, stop = connect(home), stopping.Stop()
    running = threading.Event()

    def long():
        con = share_engine(home)        # on which nothing looks before a statement whether it is to stop
        running.set()
        con.execute(LONG).fetchall()

    with computing(stop, long) as (thread, raised):
        running.wait(60)
        stop.strike()
        assert thread.is_alive(), "nobody wished it"
        stop.wish()
        struck(stop, thread)
    assert isinstance(raised[0], duckdb.InterruptException)
    assert other.execute("SELECT count(*) FROM range(1000000) WHERE hash(range) % 2 < 2").fetchall() == [(1000000,)]


def test_a_held_connection_is_struck_only_while_the_computation_has_it(home):
    held, stop = HeldConnection(), stopping.Stop()
    with stop.in_force(), held.on(home) as con:
        con.execute("SELECT 1").fetchall()
        assert len(stop._connections) == 1
    assert not stop._connections
    stop.wish()
    stop.strike()
    with held.on(home) as con:
        assert con.execute("SELECT 1").fetchall() == [(1,)]
    with stop.in_force(), pytest.raises(stopping.Stopped), held.on(home) as con:
        con.execute("SELECT 1")


def test_what_others_wait_for_is_worked_out_to_its_end(home):
    held, stop, waiting, go = HeldConnection(), stopping.Stop(), threading.Event(), threading.Event()
    query = "SELECT count(*) AS n FROM range(10)"
    found: list[object] = []

    def ours():
        with held.on(home, asking=query) as con:
            waiting.set()
            go.wait(60)
            found.append(con.execute(f"SELECT n FROM {held.keep(query)}").fetchall())

    def theirs():
        with held.on(home, asking=query) as con:
            rows = con.execute(f"SELECT n FROM {held.keep(query)}").fetchall()
            found.append((held._made, rows))

    with computing(stop, ours) as (thread, raised):
        waiting.wait(60)
        other = threading.Thread(target=theirs)
        other.start()
        while held._askers._asking[query] < 2:
            other.join(0.01)
        stop.wish()
        go.set()
        other.join(60)
    assert isinstance(raised[0], stopping.Stopped) and found == [(1, [(10,)])], "it was there, and stopped after it"


def test_a_part_that_others_wait_for_is_finished_and_then_the_computation_stops():
    askers, stop = stopping.Askers(), stopping.Stop()
    stop.wish()
    done = []
    with pytest.raises(stopping.Stopped), stop.in_force(), askers.asking("it"):
        with askers.asking("it"), askers.working_out("it"):
            stopping.check()
            assert not stop.due()
            done.append("others wait")
        stopping.whole()
        with askers.working_out("it"):
            stopping.check()
    assert done == ["others wait"] and stop.due() and not askers._asking


def test_what_was_broken_off_stays_so_whoever_comes_then():
    askers, stop = stopping.Askers(), stopping.Stop()
    stop.wish()
    with pytest.raises(stopping.Stopped), stop.in_force(), askers.asking("it"), askers.working_out("it"):
        stop.strike()
        askers._asking["it"] += 1       # somebody comes when the statement has been interrupted
    assert stop.due()


def test_who_is_stopped_while_waiting_for_a_lock_gives_up():
    lock, stop = threading.Lock(), stopping.Stop()
    with lock:
        stop.wish()
        with pytest.raises(stopping.Stopped), stop.in_force(), stopping.alone(lock):
            raise AssertionError("nobody gets it twice")
    with stopping.alone(lock):
        assert lock.locked()
