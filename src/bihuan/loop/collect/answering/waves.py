"""What this process remembers of waves for a moment, so that an answer costs two statements and not six."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from functools import lru_cache

from bihuan.engine.survey.questionnaire import Questionnaire
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import questionnaire_of, wave_info

from .models import Dispatch

KEPT_S = 2.0
_lock = threading.Lock()
_kept: dict[int, tuple[float, WaveInfo]] = {}


def wave_of(number: int) -> WaveInfo:
    """Return a wave as it was at most two seconds ago; its deadline counts to the second all the same."""
    now = time.monotonic()
    with _lock:
        kept = _kept.get(number)
    if kept is not None and now - kept[0] < KEPT_S:
        return kept[1]
    found = wave_info(number)
    if found is None:
        raise LookupError(f"wave {number}")
    with _lock:
        if len(_kept) > 1000:
            _kept.clear()
        _kept[number] = now, found
    return found


@lru_cache(maxsize=64)
def questions_of(version: int) -> Questionnaire:
    """Return the questions of a version, read once a process: a published version never changes."""
    return questionnaire_of(version)


def forget() -> None:
    """Forget what is remembered: after a change in this process, and in tests."""
    with _lock:
        _kept.clear()
    questions_of.cache_clear()
    _rewarded.cache_clear()


def standing(wave: WaveInfo, now: datetime) -> str:
    """Return planned, open or closed as it is at a moment: a deadline needs no job to count."""
    if wave.state == "closed" or (wave.closes_at is not None and wave.closes_at <= now):
        return "closed"
    return "planned" if wave.state == "planned" or (wave.opens_at is not None and now < wave.opens_at) else "open"


def reward_of(wave: int) -> bool:
    """Return whether who answers a wave is promised a reward, as it was at most two seconds ago."""
    return _rewarded(wave, int(time.monotonic() / KEPT_S))


@lru_cache(maxsize=1000)
def _rewarded(wave: int, _moment: int) -> bool:
    return Dispatch.objects.filter(wave_id=wave, reward=True).exists()
