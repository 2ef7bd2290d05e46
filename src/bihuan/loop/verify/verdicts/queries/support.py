"""What call-backs say beside a verdict: evidence for or against it, never a verdict and never a part of one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.loop.verify.callbacks.contracts import Support
from bihuan.loop.verify.callbacks.queries.results import open_rounds_of, support_of, verdict_words

from ..contracts import CANNOT_TELL, NO_EFFECT, WORSE
from ..models import Verdict


@dataclass(frozen=True)
class SupportView:
    """One round of call-backs in words; ``stands`` says how it stands to the verdict: for, against or neither."""

    support: Support
    word: str
    numbers: str
    stands: str


def supports_of(measure_id: int, newest: Verdict | None) -> tuple[list[SupportView], list[tuple[str, int]]]:
    """Return what concluded rounds say of a measure, newest first, and (number, id) of those still being called."""
    views = [SupportView(one, verdict_words(one.verdict), numbers_of(one), stands(one.verdict, newest))
             for one in support_of(measure_id)]
    return views, [(one.number, one.pk) for one in open_rounds_of(measure_id)]


def stands(word: str, newest: Verdict | None) -> str:
    """Return whether call-backs stand for, against or beside a verdict."""
    if newest is None or CANNOT_TELL in (word, newest.verdict):
        return "neither"
    bad = (NO_EFFECT, WORSE)
    return "for" if word == newest.verdict or (word in bad and newest.verdict in bad) else "against"


def numbers_of(one: Support) -> str:
    """Return the numbers of a round in one sentence."""
    if one.mean_after is None or one.mean_before is None:
        return _("没有可比的评分。")
    text = _("受影响客户 {before:.2f} → {after:.2f} 分（n = {n}）").format(
        before=one.mean_before, after=one.mean_after, n=one.n_touched)
    if one.effect is None or one.low is None or one.high is None:
        return text
    words = _("与对照客户之差 {effect}（95% {low} 至 {high}，对照 n = {n}）") if one.compared else _(
        "自身变化 {effect}（95% {low} 至 {high}），没有可比对照，不是效果")
    return text + "，" + words.format(effect=_signed(one.effect), low=_signed(one.low), high=_signed(one.high),
                                     n=one.n_others)


def after_score(measure_id: int) -> float | None:
    """Return the mean mark that affected customers gave when called back, to the nearest half as 表1 has it."""
    newest = next(iter(support_of(measure_id)), None)
    return None if newest is None or newest.mean_after is None else math.floor(2 * newest.mean_after + 0.5) / 2


def table_text(measure_id: int) -> str:
    """Return what the newest round says, for the line of 表1; empty without one."""
    newest = next(iter(support_of(measure_id)), None)
    if newest is None:
        return ""
    return _("；回访 {number} {word}：{numbers}").format(
        number=newest.number, word=verdict_words(newest.verdict), numbers=numbers_of(newest))


def _signed(value: float) -> str:
    return f"{value:+.2f}"

