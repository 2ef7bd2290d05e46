"""``python -m bench.answers``: how many survey answers a second the product keeps, beside the view that does nothing.

On SQLite, and on PostgreSQL where scripts/with_postgres.py runs it. Every request posts one filled page of four
questions with a form of its own, as a browser without JavaScript does; 2xx is the page of thanks, shown once the answer
is committed. Rates are of one run on one machine with the client on it too: what counts is the ratio, of short rounds in
turn. It ends with an error unless every answer that was thanked for is in the lake once.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from bench.hammer import Told, hammer, post
from bench.intake import on_each
from bench.served import Served
from bench.table import Table

CONNECTIONS, WARM_S, ROUND_S, ROUNDS, DRAIN_S, FORMS = 16, 3, 2, 7, 240, 30_000
GOAL = 0.30
MAKE = """
import json, sys
from datetime import timedelta
from django.utils import timezone
from bihuan.core.rights import SystemActor
from bihuan.loop.collect.answering.models import Site
from bihuan.loop.collect.answering.tokens import new_form, shared_token
from bihuan.loop.collect.surveys.models import Survey, Version, Wave
rated = {"type": "rating", "rateMin": 1, "rateMax": 5}
document = {"title": "服务评价", "pages": [{"name": "all", "elements": [
    {**rated, "name": "overall", "title": "总体满意吗？", "isRequired": True, "metric": "csat", "role": "overall"},
    {**rated, "name": "speed", "title": "响应速度如何？", "dimension": "response_speed"},
    {"type": "radiogroup", "name": "use", "title": "主要用途？", "choices": [{"value": "home", "text": "家用"},
                                                                        {"value": "work", "text": "办公"}]},
    {"type": "comment", "name": "open", "title": "最需要改进的是？"}]}]}
survey = Survey.objects.create(code="bench", title="服务评价", mode="confidential")
version = Version.objects.create(survey=survey, number=1, state="published", document=document)
now = timezone.now()
wave = Wave.objects.create(survey=survey, version=version, number=1, code="bench.1", name="第 1 期", state="open",
                           opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
site = Site.objects.create(wave=wave, kind=Site.Kind.OPEN, name="bench", token=shared_token())
print(json.dumps({"token": site.token, "forms": [new_form(site.token) for _ in range(NUMBER)]}))
"""
LEFT = """
from bihuan.core.jobs.schedule import hasten
from bihuan.loop.collect.answering.models import Response
hasten("answering.flush")
print(Response.objects.exclude(state="stored").exclude(state="failed").count(),
      Response.objects.filter(state="failed").count(), Response.objects.count())
"""
KEPT = """
import json
from bihuan.core import workspace
from bihuan.engine.facts import journal, store
with store.connect(workspace.home()) as con:
    found = con.execute("SELECT text, count(*) FROM answers WHERE question = 'open' GROUP BY 1").fetchall()
    scores = con.execute("SELECT count(*) FROM answers WHERE question = 'overall'").fetchone()[0]
print(json.dumps({"found": found, "scores": scores}))
"""


class Sender:
    """Makes the requests: number -> bytes. The number is what the open question is answered with."""

    def __init__(self, told: dict[str, object]) -> None:
        self.token, self.forms = told["token"], told["forms"]

    def bare(self, number: int) -> bytes:
        return post("/bare/", b"x" * 200, {})

    def answer(self, number: int) -> bytes:
        assert isinstance(self.forms, list)
        body = urlencode({"_form": self.forms[number % len(self.forms)], "_page": "all", "_go": "next", "overall": 1 + number % 5,
                          "speed": 1 + number % 4, "use": "home", "open": f"N{number}"}).encode()
        return post(f"/a/{self.token}/", body, {}).replace(b"application/json", b"application/x-www-form-urlencoded", 1)


def measure(table: Table, name: str, folder: Path, database: str | None, rounds: int) -> None:
    """One database: rounds of answers and of bare requests in turn, then what is in the lake."""
    table.head(f"Survey answers on {name}")
    product = Served(folder / name.lower(), database=database)
    product.start()
    try:
        sender = made(product, FORMS)
        bare, answers = _in_turn(product, sender, rounds)
        drain(product, DRAIN_S)
        check(product, taken=[number for told in answers for number in told.taken], unanswered=[])
    finally:
        product.stop()
    ratio = statistics.median(ours.rate / other.rate for ours, other in zip(answers, bare) if other.rate)
    table.plain("bare view, requests a second", f"{statistics.median(told.rate for told in bare):>7.0f}")
    table.plain("answers kept a second", f"{statistics.median(told.rate for told in answers):>7.0f}")
    table.share("answers / bare view", ratio, GOAL)
    for what, found in (("bare requests", bare), ("answers", answers)):
        table.plain(f"95 of 100 {what} were answered within", f"{statistics.median(told.slow() for told in found):>7.3f} s")


def made(product: Served, forms: int) -> Sender:
    """An open wave in the product, and so many forms as its page would show them."""
    return Sender(json.loads(product.run(MAKE.replace("NUMBER", str(forms))).splitlines()[-1]))


def _in_turn(product: Served, sender: Sender, rounds: int) -> tuple[list[Told], list[Told]]:
    bare, answers, first = [], [], 0
    hammer(product.port, sender.bare, seconds=WARM_S, connections=CONNECTIONS)
    for _ in range(rounds):
        bare.append(hammer(product.port, sender.bare, seconds=ROUND_S, connections=CONNECTIONS))
        told = hammer(product.port, sender.answer, seconds=ROUND_S, connections=CONNECTIONS, first=first)
        if told.refused:
            sys.exit(f"answers were refused: {told.statuses}")
        answers.append(told)
        first = max([first, *told.taken, *told.unanswered]) + 1
        if first > FORMS:
            sys.exit("More answers than forms: raise FORMS.")
    return bare, answers


def drain(product: Served, seconds: float) -> int:
    """Wait until every answer is in the lake; returns how many there are."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        waiting, failed, count = map(int, product.run(LEFT).split())
        if failed:
            sys.exit(f"{failed} answers could not be written.")
        if not waiting:
            return count
        time.sleep(1)
    sys.exit(f"{waiting} answers still wait after {seconds} s.")


def check(product: Served, *, taken: list[int], unanswered: list[int]) -> None:
    """Each answer that was thanked for is in the lake once; of those without a reply some may be."""
    kept = json.loads(product.run(KEPT).splitlines()[-1])
    found = {int(text[1:]): count for text, count in kept["found"]}
    lost, twice = set(taken) - set(found), [number for number, count in found.items() if count != 1]
    unasked = set(found) - set(taken) - set(unanswered)
    if lost or twice or unasked or kept["scores"] != len(found):
        sys.exit(f"{len(lost)} lost, {len(twice)} twice, {len(unasked)} never taken, {kept['scores']} scores of {len(found)}.")


if __name__ == "__main__":
    on_each(measure, name="answers", rounds=ROUNDS)
