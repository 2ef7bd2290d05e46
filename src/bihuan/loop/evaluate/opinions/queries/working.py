"""Analyses of many responses: worked out in the background, shown when they are there."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language

from bihuan import __version__
from bihuan.core import workspace
from bihuan.core.models import Job, User
from bihuan.loop.evaluate.indicators.queries.cache import data_version

from ..contracts import State, Wave
from ..models import WorkedOut
from ..rights import minimum_for, seen_by
from .analysis import analysis_page, segments_of
from .cross import scan_of
from .lake import kept, load
from .trends import waves_joined
from .within import asked

# More responses than this take longer than a page may: 20,000 of 20 items take half a second.
AT_ONCE = 20_000
Step = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Work:
    """What a page shows: ``result`` or None; ``stale``: of former facts; ``run`` and its ``job`` while there is one."""

    result: Any = None
    stale: bool = False
    run: WorkedOut | None = None
    job: Job | None = None

    @property
    def is_under_way(self) -> bool:
        return self.job is not None and not self.job.is_finished


def work_of(user: User, wave: Wave, state: State, kind: str) -> Work:
    """Return the result at once where the wave is small, else what was worked out and how far the next one is."""
    if wave.responses <= AT_ONCE:
        return Work(compute(user, wave, state, kind))
    key, base = keys_of(user, wave, state, kind)
    done = WorkedOut.objects.exclude(done_at=None).filter(base=base).defer("content")
    same = done.filter(key=key).first()
    if same is not None and (result := _result(same)) is not None:
        return Work(result, run=same)
    older, latest = done.first(), WorkedOut.objects.filter(base=base).defer("content").first()
    job = Job.objects.filter(pk=latest.job).first() if latest and latest.done_at is None and latest.job else None
    former = _result(older) if older else None
    return Work(former, former is not None, older or latest, job)


def keys_of(user: User, wave: Wave, state: State, kind: str) -> tuple[str, str]:
    """Return what tells this result from others, with the facts and without."""
    told = (__version__, str(kind), wave.code, wave.wording, state, seen_by(user), minimum_for(user), get_language(),
            tuple(one.code for one in waves_joined(user, wave, state)))
    base = hashlib.sha256(repr(told).encode()).hexdigest()
    return hashlib.sha256(repr((base, data_version(workspace.home()))).encode()).hexdigest(), base


def compute(user: User, wave: Wave, state: State, kind: str, step: Step = lambda done, total, text: None) -> Any:
    """Work a page's result out: an ``AnalysisPage``, or (``Scan``, its segments)."""
    if kind == WorkedOut.Kind.ANALYSIS:
        return analysis_page(user, wave, state, step)
    return scan_of(user, wave, state, step), segments_of(load(wave, seen_by(user), state.within), minimum_for(user))


def state_of(run: WorkedOut) -> State:
    return asked(run.created_by, QueryDict(run.address))


def packed(result: Any) -> bytes:
    """Return a result as it is kept, sealed with the installation's secret."""
    body = zlib.compress(pickle.dumps(result))
    return _seal(body) + body


def _seal(body: bytes) -> bytes:
    return salted_hmac("bihuan.opinions.worked_out", body, algorithm="sha256").digest()


def _result(run: WorkedOut) -> Any:
    """Return a kept result; None where it bears no seal of ours: then it is worked out anew, and never opened."""
    def opened() -> Any:
        content = bytes(WorkedOut.objects.only("content").get(pk=run.pk).content)
        seal, body = content[:32], content[32:]
        return pickle.loads(zlib.decompress(body)) if constant_time_compare(seal, _seal(body)) else None

    return kept(("worked out", run.pk), opened)
