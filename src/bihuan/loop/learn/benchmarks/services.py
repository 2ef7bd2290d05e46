"""Giving a benchmark away, taking one in, and letting one go."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from django.db import transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.engine.benchmarks.files import from_bytes, make, require_same, to_bytes
from bihuan.engine.benchmarks.noise import fresh_dice
from bihuan.loop.evaluate.indicators.queries import engine

from .errors import Refused
from .models import BenchmarkFile, BenchmarkTurn
from .queries import given, mismatch_words, periods, raws
from .rights import require_exchange

Kind = BenchmarkFile.Kind


@transaction.atomic
def make_benchmark(*, industry: str, period: str, issuer: str, epsilon: float, indicators: Sequence[str], actor: User,
                   dice: np.random.Generator | None = None) -> BenchmarkFile:
    """Make a file of the company's numbers with noise; what was told of a period before is told as it was.

    Raises the engine's BenchmarkError when nothing may be told or the budget is out of bounds.
    """
    require_exchange(actor)
    if period not in periods():
        raise Refused("period")
    passports = engine.passports()
    names = [name for name in indicators if name in passports]
    if not names:
        raise Refused("indicators")
    # One at a time: what a period has given away must be known before more of it is given.
    BenchmarkTurn.objects.get_or_create(pk=1)
    BenchmarkTurn.objects.select_for_update().get(pk=1)
    benchmark = make(raws(names, period), passports, industry=industry, period=period, issuer=issuer.strip(),
                     epsilon=epsilon, dice=dice or fresh_dice(), given=given(period))
    raw = to_bytes(benchmark)
    row = _keep(Kind.MADE, raw, actor)
    audit.record("learn.benchmark_made", row, actor=actor, epsilon=benchmark.epsilon, cells=len(benchmark.cells),
                 withheld=len(benchmark.withheld), sha256=audit.plain(row.sha256))
    return row


@transaction.atomic
def take_benchmark(*, name: str, raw: bytes, actor: User) -> BenchmarkFile:
    """Take in another company's file; the engine's BenchmarkError names every definition that is not one's own."""
    require_exchange(actor)
    benchmark = from_bytes(raw, name)
    require_same(benchmark, engine.passports(), mismatch_words)
    row = _keep(Kind.TAKEN, raw, actor)
    audit.record("learn.benchmark_taken", row, actor=actor, cells=len(benchmark.cells), sha256=audit.plain(row.sha256))
    return row


@transaction.atomic
def remove_benchmark(*, file: BenchmarkFile, actor: User) -> None:
    """Let a foreign file go. One's own stay: they say what was given away, and keep the noise what it was."""
    require_exchange(actor)
    if file.kind == Kind.MADE:
        raise Refused("own")
    audit.record("learn.benchmark_removed", file, actor=actor, sha256=audit.plain(file.sha256))
    file.delete()


def _keep(kind: str, raw: bytes, actor: User) -> BenchmarkFile:
    digest, benchmark = hashlib.sha256(raw).hexdigest(), from_bytes(raw)
    if BenchmarkFile.objects.filter(sha256=digest).exists():
        raise Refused("known")
    return BenchmarkFile.objects.create(
        kind=kind, industry=benchmark.industry, period=benchmark.period, issuer=benchmark.issuer,
        epsilon=benchmark.epsilon, content=raw.decode(), sha256=digest, by=actor)
