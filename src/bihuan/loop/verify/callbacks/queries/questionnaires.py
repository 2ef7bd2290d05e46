"""The targeted questionnaire of a round: which waves its list was put on, and what its customers answered there.

A questionnaire is read and a call is heard: another channel and other words. So its answers stand beside the calls',
with the way they came, and are never among the marks that a round's comparison is made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.stats.means import mean_from_sums
from bihuan.engine.survey.questionnaire.contracts import COMMENT
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import questionnaire_of, wave_info
from bihuan.serve.customers.queries.session import ask

from ..contracts import Group
from ..models import Round, Target, TargetedWave
from .masking import masked

FEW = 10
ANSWERS = """
    SELECT customer, split_part(id, '#', 1) AS response, metric, question, value, text, "at" FROM answers
    WHERE survey = $1 AND "at" >= $2 AND customer IN (SELECT unnest($3::VARCHAR[]))
        AND coalesce(status, 'valid') = 'valid' AND (metric = 'csat' OR question IN (SELECT unnest($4::VARCHAR[])))
    ORDER BY "at", id"""


@dataclass(frozen=True)
class Written:
    """What one customer answered last: ``score`` the mean of the marks of 1 to 5, of ``items`` questions, or None."""

    customer: str
    wave: str
    on: date
    at: datetime
    score: float | None
    items: int
    opinion: str


@dataclass(frozen=True)
class SideLine:
    """One side of one wave: of ``asked`` customers ``n`` gave a mark; no interval of marks that are all the same."""

    label: str
    asked: int
    answered: int
    n: int
    mean: float | None
    low: float | None
    high: float | None

    @property
    def few(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True)
class WaveLine:
    """One wave that a round's list was put on."""

    wave: WaveInfo
    added: int
    refused: int
    by: Any
    since: datetime
    sides: tuple[SideLine, ...]

    @property
    def name(self) -> str:
        return name_of(self.wave)


def name_of(wave: WaveInfo) -> str:
    return f"{wave.title} · {wave.name}"


def score_words(told: Written) -> str:
    """Return a mark as it is written; a mean of several questions says of how many."""
    if told.score is None:
        return ""
    mark = f"{told.score:.4g}"
    return mark if told.items == 1 else _("{mark}（{n} 题平均）").format(mark=f"{told.score:.1f}", n=told.items)


def written_by(round_: Round) -> dict[str, Written]:
    """Return {customer: their last answer} to any of the waves that a round's list was put on."""
    told: dict[str, Written] = {}
    customers: list[str] = []
    for wave, acts in _linked(round_):
        customers = customers or list(Target.objects.filter(round=round_).values_list("customer", flat=True))
        for one in _answers(wave, acts[0].at, customers):
            if one.customer not in told or told[one.customer].at <= one.at:
                told[one.customer] = one
    return told


def waves_of(round_: Round) -> list[WaveLine]:
    """Return the waves that a round's list was put on, each with what both sides answered."""
    linked = _linked(round_)
    sides: dict[str, list[str]] = defaultdict(list)
    if linked:
        for customer, group in Target.objects.filter(round=round_, why="").values_list("customer", "group"):
            sides[group].append(customer)
    found = []
    for wave, acts in linked:
        everybody = [one for side in sides.values() for one in side]
        told = {one.customer: one for one in _answers(wave, acts[0].at, everybody)}
        lines = tuple(_side(str(label), [told.get(one) for one in sides[group]]) for group, label in Group.choices)
        found.append(WaveLine(wave, sum(one.added for one in acts), acts[-1].refused, acts[-1].by, acts[0].at, lines))
    return found


def _linked(round_: Round) -> list[tuple[WaveInfo, list[TargetedWave]]]:
    acts: dict[int, list[TargetedWave]] = defaultdict(list)
    for one in TargetedWave.objects.filter(round=round_).select_related("by"):
        acts[one.wave_id].append(one)
    known = ((wave_info(number), told) for number, told in acts.items())
    return [(wave, told) for wave, told in known if wave is not None]


def _answers(wave: WaveInfo, since: datetime, customers: list[str]) -> Iterable[Written]:
    """The last response of each customer since a moment; of an anonymous wave nobody's, for nobody knows whose."""
    if wave.anonymous or not customers:
        return ()
    texts = [one.name for one in questionnaire_of(wave.version_id).items() if one.type == COMMENT]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    last: dict[str, str] = {}
    for row in ask(ANSWERS, [wave.code, since, sorted(customers), texts]):
        last[row["customer"]] = row["response"]
        found[row["response"]].append(row)
    return [_written(customer, wave, found[response]) for customer, response in last.items()]


def _written(customer: str, wave: WaveInfo, rows: list[dict[str, Any]]) -> Written:
    marks = [row["value"] for row in rows
             if row["metric"] == "csat" and row["value"] is not None and 1 <= row["value"] <= 5]
    at = max(row["at"] for row in rows)
    said = _("；").join(row["text"] for row in rows if row["text"])
    return Written(customer, name_of(wave), timezone.localtime(at, workspace.zone()).date(), at,
                   sum(marks) / len(marks) if marks else None, len(marks), masked(said))


def _side(label: str, told: list[Written | None]) -> SideLine:
    answered = [one for one in told if one is not None]
    marks = [one.score for one in answered if one.score is not None]
    if not marks:
        return SideLine(label, len(told), len(answered), 0, None, None, None)
    mean, low, high = mean_from_sums(len(marks), sum(marks), sum(one * one for one in marks))
    # Marks that are all the same do not tell how far others may lie.
    ends = (float(low), float(high)) if len(set(marks)) > 1 else (None, None)
    return SideLine(label, len(told), len(answered), len(marks), float(mean), *ends)
