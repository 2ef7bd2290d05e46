"""One limit over all processes of the server."""

import pytest

from bihuan.core.tokens import limits
from bihuan.core.tokens.models import Spent

pytestmark = pytest.mark.django_db


def test_no_more_than_the_limit_passes_in_a_window_and_the_next_begins_anew():
    passed = [limits.take("a", limit=50, now=1000 + n / 100) == 0 for n in range(80)]
    assert sum(passed) == 50 and all(passed[:50])
    assert limits.take("a", limit=50, now=1004) == pytest.approx(6)
    assert limits.waiting("a", now=1004) == pytest.approx(6) and limits.waiting("b", now=1004) == 0
    assert limits.take("a", limit=50, now=1010) == 0


def test_senders_do_not_use_up_each_others_limit():
    for _ in range(9):
        limits.take("a", limit=5, now=1000)
    assert limits.take("b", limit=5, now=1000) == 0


def test_processes_share_one_limit(monkeypatch):
    processes = [{}, {}, {}]
    passed = 0
    for n in range(300):
        monkeypatch.setattr(limits, "_held", processes[n % 3])
        passed += limits.take("a", limit=100, now=1000 + n / 100) == 0
    assert passed == 100


def test_who_comes_second_at_the_beginning_of_a_window_is_not_shut_out(monkeypatch):
    """Another process begins the window between this one's look and its own beginning."""
    real = Spent.objects.bulk_create

    def late(*args, **more):
        Spent.objects.create(key="a", window=100, taken=50)
        return real(*args, **more)

    monkeypatch.setattr(Spent.objects, "bulk_create", late)
    assert limits.take("a", limit=1000, now=1000) == 0
    assert Spent.objects.get().taken == 100


def test_the_database_is_asked_once_for_many_requests(django_assert_max_num_queries):
    limits.take("a", limit=1000, now=1000)
    with django_assert_max_num_queries(0):
        assert all(limits.take("a", limit=1000, now=1001) == 0 for _ in range(49))


def test_counts_of_the_past_are_removed():
    limits.take("a", limit=10, now=1000)
    limits.take("a", limit=10, now=2000)
    limits.forget(now=2000)
    assert Spent.objects.count() == 1
