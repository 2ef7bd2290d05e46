"""Answers that are kept: computed once for all who ask at once, and never at the cost of later ones."""

import fcntl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bihuan.engine import stopping
from bihuan.loop.evaluate.indicators.queries import shared
from bihuan.loop.evaluate.indicators.queries.cache import BoundedCache


def test_who_asks_for_what_another_computes_waits_for_it_and_an_error_is_not_kept():
    cache, computed, go = BoundedCache(2), [], threading.Event()

    def compute():
        computed.append(1)
        go.wait(60)
        return cache.get("within", lambda: len(computed))

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(cache.get, "key", compute) for _ in range(4)]
        go.set()
        assert [one.result() for one in asked] == [1] * 4 and len(computed) == 1
    with pytest.raises(ZeroDivisionError):
        cache.get("wrong", lambda: 1 / 0)
    assert cache.get("wrong", lambda: "mended") == "mended" and len(cache) == 2


def ask(home, version, question, compute):
    return shared.left(home, (version,), (question,), compute, write=lambda answer: answer, read=lambda told: told)


def test_an_answer_to_former_facts_takes_none_of_the_present_away(home, monkeypatch):
    assert ask(home, "facts 1", "question", lambda: 1) == 1

    def slow():
        assert ask(home, "facts 2", "question", lambda: 2) == 2
        return 3

    assert ask(home, "facts 0", "question", slow) == 3
    assert ask(home, "facts 2", "question", lambda: pytest.fail("it was left")) == 2
    time.sleep(0.01)    # the clock of a file system ticks slowly
    assert ask(home, "facts 3", "question", lambda: 4) == 4
    assert len(list((home.path / "cache" / "answers").iterdir())) == 1, "former facts' answers go"
    monkeypatch.setattr(shared, "MOST", 1)
    assert [ask(home, "facts 3", "more", lambda: 5), ask(home, "facts 3", "more", lambda: 6)] == [5, 6]
    assert not list(home.locks.glob("answer-*")), "nobody waits where nothing is left"


@pytest.mark.parametrize("others", [False, True])
def test_an_answer_that_was_broken_off_is_left_for_nobody_and_one_that_others_wait_for_is(home, others):
    stop, cache = stopping.Stop(), BoundedCache(3)
    stop.wish()

    def compute():
        cache._askers._asking["key"] += others
        stop.strike()                       # what the statement raised was swallowed
        return "whole" if others else "half"

    with stop.in_force():
        if others:
            assert cache.get("key", compute) == "whole" and len(cache) == 1
            return
        with pytest.raises(stopping.Stopped):
            cache.get("key", compute)
        with pytest.raises(stopping.Stopped):
            ask(home, "facts 1", "question", compute)
    assert not list(home.locks.glob("answer-*")), "nor the files by which others would have waited"
    assert not len(cache) and ask(home, "facts 1", "question", lambda: "whole") == "whole"


def test_another_worker_that_waits_for_an_answer_is_seen(tmp_path):
    queue = tmp_path / "answer.waiting"
    assert not shared._is_waited_for(queue)
    with queue.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        assert shared._is_waited_for(queue)
    assert not shared._is_waited_for(queue)
