"""CSAT, call-back score and inspection score of the same cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.facts import store
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.survey import scores
from bihuan.engine.survey.matching import SOURCES, Agreement, Scored, agreements, read_scores

from ..rights import ROWS, minimum_for, seen_by
from .lake import kept
from .words import plain_result, score_result


@dataclass(frozen=True)
class PairLine:
    """Two sources over the cases they share; ``difference`` is second minus first in points of 100."""

    first: str
    second: str
    n: int
    difference: Result | None
    concordance: float | None
    correlation: float | None


@dataclass(frozen=True)
class CaseLine:
    case: str
    scores: tuple[float | None, ...]


@dataclass(frozen=True)
class AgreementPage:
    """Means by source, each two sources, and the cases one by one for those who may read answers."""

    sources: tuple[tuple[str, Result | None], ...]
    pairs: tuple[PairLine, ...]
    page: Page[Any] | None
    cases: tuple[CaseLine, ...]


def source_labels() -> dict[str, str]:
    return {"csat": _("客户自评（CSAT）"), "callback": _("回访评分"), "inspection": _("质检得分")}


def agreement_page(user: User, survey: str, page: str | None) -> AgreementPage:
    """Return the page within what the person may see, of one survey or of all."""
    seen, minimum = seen_by(user), minimum_for(user)

    def compute() -> tuple[Scored, list[Agreement]]:
        with store.connect(workspace.home()) as con:
            scored = read_scores(con, survey or None, seen)
        return scored, agreements(scored, max(minimum, 5))

    scored, found = kept(("agreement", survey, seen, minimum), compute)
    labels = source_labels()
    sources = []
    for name in SOURCES:
        score = scores.mean(scored.scores[name])
        sources.append((labels[name], score_result(score, "mean") if score.n >= max(minimum, 5) else None))
    rows = seen_by(user, ROWS)
    shown = Paginator(range(len(scored.cases)), 30).get_page(page) if rows == seen and len(scored.cases) >= minimum \
        else None
    return AgreementPage(tuple(sources), tuple(_pair(one, labels) for one in found), shown, tuple(
        CaseLine(scored.cases[place], tuple(None if np.isnan(scored.scores[name][place]) else
                                            round(float(scored.scores[name][place]), 1) for name in SOURCES))
        for place in (shown.object_list if shown else ())))


def _pair(one: Agreement, labels: dict[str, str]) -> PairLine:
    difference = None if one.difference is None else plain_result(one.difference, one.low, one.high, one.n, "mean")
    return PairLine(labels[one.first], labels[one.second], one.n, difference, one.concordance, one.correlation)
