"""``python -m bench.intake``: how many pushes a second the product takes, and what it does with twice as many.

On SQLite, and on PostgreSQL where scripts/with_postgres.py runs it. Rates are of one run on one machine, with the
client on it too: what counts is their ratio to the view that does nothing behind the same middleware. After 30 s at
twice the capacity every request that was answered with 2xx must be in the lake once, every other one must have been
told when to come again; a second such run is disturbed by kill -9 of the web server and of the worker.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench.hammer import Told, hammer, post
from bench.served import Served
from bench.table import Table

CONNECTIONS, WARM_S, ROUND_S, ROUNDS, OVERLOAD_S, DRAIN_S = 32, 3, 2, 9, 30, 240
GOAL = 0.30
LIFTED = {"BIHUAN_PUSH_REQUESTS": 10**8, "BIHUAN_PUSH_WAITING_ROWS": 10**8}
MAKE = """
import json
from bihuan.core.models import Role, User
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tokens.services import create_token
from bihuan.loop.collect.intake.services import create_hook
posts = [Post(role) for role in Role.objects.filter(key="administrator")]
user = create_user(username="bench", password=None, posts=posts, actor=SystemActor("bench"))
token, key = create_token(name="bench", scopes=["push:cases"], days=1, source="api", actor=user)
hook, secret = create_hook(name="bench", scheme="bihuan", table="cases", source="hook", actor=user)
print(json.dumps({"key": key, "address": hook.address, "secret": secret}))
"""
LEFT = """
from bihuan.core.jobs.schedule import hasten
from bihuan.loop.collect.intake.models import Receipt
hasten("intake.flush")
print(Receipt.objects.filter(state__in=("waiting", "writing")).count(), Receipt.objects.filter(state="failed").count())
"""
KEPT = """
import json
from bihuan.core import workspace
from bihuan.engine.facts import journal, store
with store.connect(workspace.home()) as con:
    found = con.execute("SELECT external_id, count(*) FROM cases WHERE source = 'hook' GROUP BY 1").fetchall()
written = sum(batch.tables["cases"]["accepted"] + batch.tables["cases"]["updated"]
              for batch in journal.batches(workspace.home()) if batch.source == "hook")
print(json.dumps({"found": found, "written": written}))
"""


class Sender:
    """Makes the requests of one product: number -> bytes. A number is the id of the case that is pushed."""

    def __init__(self, keys: dict[str, str]) -> None:
        self.keys = keys

    def body(self, number: int) -> bytes:
        return json.dumps([{
            "external_id": f"N{number}", "opened": "2024-03-01T01:00:00Z", "customer": f"c{number % 5000}",
            "channel": "phone", "agent": f"a{number % 200}", "topic": "退款", "priority": "normal", "status": "open",
        }], ensure_ascii=False).encode()

    def bare(self, number: int) -> bytes:
        return post("/bare/", self.body(number), {})

    def api(self, number: int) -> bytes:
        return post("/api/v1/records/cases", self.body(number), {"Authorization": f"Bearer {self.keys['key']}"})

    def hook(self, number: int) -> bytes:
        body, stamp = self.body(number), str(int(time.time()))
        digest = hmac.new(self.keys["secret"].encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return post(f"/hooks/{self.keys['address']}/", body, {
            "X-Bihuan-Timestamp": stamp, "X-Bihuan-Signature": f"sha256={digest}"})


def measure(table: Table, name: str, folder: Path, database: str | None, rounds_each: int) -> None:
    """One database: capacity, then twice as much, then the same with kill -9 in between."""
    table.head(f"Pushes on {name}")
    home = folder / name.lower()
    product = Served(home, database=database, **LIFTED)
    product.start()
    try:
        sender = Sender(json.loads(product.run(MAKE).splitlines()[-1]))
        rounds = _capacity(product, sender, rounds_each)
    finally:
        product.stop()
    shares = {kind: statistics.median(ours / bare for ours, bare in zip(rounds[kind], rounds["bare"]) if bare)
              for kind in ("api", "hook")}
    rates = {kind: statistics.median(found) for kind, found in rounds.items()}
    table.plain("bare view, requests a second", f"{rates['bare']:>7.0f}")
    table.plain("pushes by the API, 2xx a second", f"{rates['api']:>7.0f}")
    table.plain("signed webhooks, 2xx a second", f"{rates['hook']:>7.0f}")
    table.share("pushes by the API / bare view", shares["api"], GOAL)
    table.share("signed webhooks / bare view", shares["hook"], GOAL)
    limits = {"BIHUAN_PUSH_REQUESTS": int(rates["hook"] * 10)}
    for disturbed in (False, True):
        product = Served(home, database=database, **limits)
        product.start()
        try:
            _overload(table, product, sender, rates, disturbed)
        finally:
            product.stop()


def _capacity(product: Served, sender: Sender, rounds: int) -> dict[str, list[float]]:
    """Answers a second, of each kind in short rounds in turn: other work on the machine then hits all kinds alike."""
    found: dict[str, list[float]] = {"bare": [], "api": [], "hook": []}
    first = 10**9
    for kind in found:
        hammer(product.port, getattr(sender, kind), seconds=WARM_S, connections=CONNECTIONS, first=first)
    for _ in range(rounds):
        for kind in found:
            first += 10**7
            told = hammer(product.port, getattr(sender, kind), seconds=ROUND_S, connections=CONNECTIONS, first=first)
            if told.refused:
                sys.exit(f"{kind}: {told.statuses} although no limit was set.")
            found[kind].append(told.rate)
    _drain(product)
    return found


def _overload(table: Table, product: Served, sender: Sender, rates: dict[str, float], disturbed: bool) -> None:
    first = 2 * 10**9 + disturbed * 10**8
    disturber = threading.Thread(target=_disturb, args=(product,)) if disturbed else None
    if disturber:
        disturber.start()
    told = hammer(product.port, sender.hook, seconds=OVERLOAD_S, connections=CONNECTIONS * 4, rate=2 * rates["hook"],
                  first=first)
    if disturber:
        disturber.join()
    _drain(product)
    _check(product, told, first)
    what = "with kill -9 of server and worker" if disturbed else "undisturbed"
    table.plain(f"30 s at twice the capacity, {what}: offered a second", f"{told.offered:>7.0f}")
    table.plain("  2xx a second, each in the lake once", f"{told.rate:>7.0f}")
    table.share("  2xx / bare view", told.rate / rates["bare"], None)
    table.plain("  answers", ", ".join(f"{status}: {count}" for status, count in sorted(told.statuses.items()))
                + (f", none: {len(told.unanswered)}" if told.unanswered else ""))
    table.plain("  95 of 100 were taken within", f"{told.slow():>7.2f} s")


def _disturb(product: Served) -> None:
    """Kill the worker after a third of the run and the web server after two; `bihuan up` starts both anew."""
    time.sleep(OVERLOAD_S / 3)
    if not product.kill("bihuan.config.worker"):
        os._exit(3)
    time.sleep(OVERLOAD_S / 3)
    if not product.kill("granian"):
        os._exit(3)
    if not product.answers():
        os._exit(3)


def _drain(product: Served) -> None:
    """Wait until nothing waits to be written."""
    until = time.monotonic() + DRAIN_S
    while time.monotonic() < until:
        waiting, failed = map(int, product.run(LEFT).split())
        if failed:
            sys.exit(f"{failed} pushes could not be written.")
        if not waiting:
            return
        time.sleep(1)
    sys.exit(f"{waiting} pushes still wait after {DRAIN_S} s.")


def _check(product: Served, told: Told, first: int) -> None:
    """Each 2xx is in the lake once; what else is there was sent and left without an answer; the rest was told when."""
    kept = json.loads(product.run(KEPT).splitlines()[-1])
    found = {int(name[1:]): count for name, count in kept["found"]}
    mine = {number for number in found if first <= number < first + 10**8}
    lost = set(told.taken) - mine
    twice = [number for number, count in found.items() if count != 1]
    unasked = mine - set(told.taken) - set(told.unanswered)
    rewritten = kept["written"] - len(found)
    if lost or twice or unasked or rewritten:
        sys.exit(f"{len(lost)} lost, {len(twice)} twice, {rewritten} written again, {len(unasked)} never taken.")
    if told.without_wait or set(told.statuses) - {200, 429, 503}:
        sys.exit(f"Other answers than 200, 429 and 503 with Retry-After: {told.statuses}, {told.without_wait} without.")


def databases() -> dict[str, str | None]:
    """{name: address}; PostgreSQL gets a database of its own beside the one that is given."""
    found: dict[str, str | None] = {"SQLite": None}
    if url := os.environ.get("BIHUAN_TEST_DATABASE_URL"):
        import psycopg

        with psycopg.connect(url, autocommit=True) as con:
            con.execute("DROP DATABASE IF EXISTS bench_intake")
            con.execute("CREATE DATABASE bench_intake")
        found["PostgreSQL"] = urlunsplit(urlsplit(url)._replace(path="/bench_intake"))
    return found


def on_each(work: Callable[[Table, str, Path, str | None, int], None], *, name: str, rounds: int) -> None:
    """Run a measurement on SQLite and, where there is one, PostgreSQL, each in a folder of its own; print the table."""
    parser = argparse.ArgumentParser(prog=f"bench.{name}")
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"), help="one database alone")
    parser.add_argument("--rounds", type=int, default=rounds, help="rounds of two seconds of each kind")
    args = parser.parse_args()
    table = Table()
    for database, url in databases().items():
        if args.only in (None, database):
            with tempfile.TemporaryDirectory(prefix=f"bihuan-{name}-") as folder:
                work(table, database, Path(folder), url, args.rounds)
    table.end()


if __name__ == "__main__":
    on_each(measure, name="intake", rounds=ROUNDS)
