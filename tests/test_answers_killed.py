"""Customers answer while the worker and then the web server are killed with kill -9: nothing that was thanked for is
lost, nothing counts twice, although who got no reply sends the same form again."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bench.answers import check, drain, made
from bench.hammer import Told, hammer
from bench.intake import databases
from bench.served import Served

pytestmark = pytest.mark.long
CONNECTIONS, RATE, SECONDS, FORMS = 8, 20, 24, 1_000


def test_every_answer_is_in_the_lake_once(tmp_path: Path):
    name, url = list(databases().items())[-1]       # PostgreSQL where there is one
    product = Served(tmp_path / "home", database=url)
    product.start()
    try:
        sender, killed = made(product, FORMS), {}
        disturber = threading.Thread(target=disturb, args=(product, killed))
        disturber.start()
        told = hammer(product.port, sender.answer, seconds=SECONDS, connections=CONNECTIONS, rate=RATE)
        disturber.join()
        assert killed["worker"] >= 1 and killed["server"] >= 1, f"nothing was killed on {name}"
        again = sent_again(product, sender, told)
        count = drain(product, 300)
        taken = sorted({*told.taken, *again.taken})
        assert len(again.taken) == len(told.unanswered) and len(taken) > 50
        check(product, taken=taken, unanswered=[])
        assert count == len(taken), "one row of the database an answer"
    finally:
        product.stop()


def disturb(product: Served, killed: dict[str, int]) -> None:
    """Kill the worker, then the web server; `bihuan up` starts both anew."""
    threading.Event().wait(SECONDS / 3)
    killed["worker"] = product.kill("bihuan.config.worker")
    threading.Event().wait(SECONDS / 3)
    killed["server"] = product.kill("granian")
    assert product.answers(), "the web server did not come back"


def sent_again(product: Served, sender, told: Told) -> Told:
    """Whoever got no reply sends the form once more; some of what was thanked for comes again by a double click."""
    numbers = [*told.unanswered, *told.taken[:20]]
    again = hammer(product.port, lambda place: sender.answer(numbers[place]), seconds=30, connections=1,
                   rate=len(numbers) / 30)
    again.taken = sorted({numbers[place % len(numbers)] for place in again.taken} - set(told.taken))
    return again
