"""One theme as the page tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from bihuan.core.languages import chosen
from bihuan.engine import stats
from bihuan.engine.facts.privacy import mask_text
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.survey import scores
from bihuan.engine.survey.telling import may_tell
from bihuan.engine.text.themes.aspects import aspect_of
from bihuan.engine.text.themes.telling import passage

from .comments import Comment
from .words import plain_result, score_result

QUOTES = 3


@dataclass(frozen=True)
class Quote:
    """A masked comment; ``answer`` its id, by which it is moved, ``passage`` what of it speaks of the theme."""

    answer: str
    text: str
    passage: str = ""


@dataclass(frozen=True)
class ThemeLine:
    """One theme: ``share`` of the people who commented with its interval, ``score`` the mean overall rating of who
    spoke of it, None where they or all other raters are too few. Several comments of one person are one person's.
    ``p`` of the change; ``sure``: it stands after correction over all themes of the page.
    """

    place: int
    name: str
    terms: tuple[str, ...]
    share: Result
    score: Result | None
    change: Result | None
    sure: bool
    flagged: bool
    named: bool
    quotes: tuple[Quote, ...]
    p: float = float("nan")

    @property
    def label(self) -> str:
        """The name in the person's language where the theme is a known aspect that nobody renamed."""
        return theme_label(self.name)

    @property
    def words(self) -> tuple[str, ...]:
        """The terms beside the name."""
        return self.terms[1:] if aspect_of(self.terms) and self.terms[0] == self.name else self.terms


def terms_label(terms: Sequence[str]) -> str:
    """Return how a theme is called that is known by its terms alone: by its aspect, else by the first of them."""
    return theme_label(terms[0]) if aspect_of(terms) else _("、").join(terms[:3])


def theme_label(name: str) -> str:
    aspect = aspect_of((name,))
    return name if aspect is None else chosen({"zh": aspect.name, "en": aspect.english})


def people_of(comments: list[Comment], members: Iterable[int] | None = None) -> dict[str, None]:
    """Return who wrote some of the comments (all where none are named), each once, in order."""
    chosen_ones = comments if members is None else [comments[at] for at in members]
    return dict.fromkeys(one.respondent for one in chosen_ones)


def told_line(place: int, one: Any, comments: list[Comment], rated: dict[str, float], rest: dict[str, tuple[int, int]],
          rules: Any, fewest: int) -> ThemeLine:
    """Return one theme over comments; ``rest`` is {theme: (people, all people)} of the wave before.

    Beside the mean of everybody that of all but a few would tell how those few rated.
    """
    theme, n, people = one.theme, len(people_of(comments)), people_of(comments, one.theme.members)
    low, high = stats.wilson(len(people), n)
    share = Result("", "1", "", {}, len(people) / n, n, float(low), float(high), numerator=len(people), unit="%")
    score = scores.mean(np.array([rated.get(respondent, np.nan) for respondent in people], float))
    told = may_tell(score.n, sum(value == value for value in rated.values()), fewest)
    change, p = None, float("nan")
    if theme.name in rest:
        compared = stats.compare_rates(before=rest[theme.name], after=(len(people), n))
        change = plain_result(float(compared.difference), float(compared.low), float(compared.high), n, "share")
        p = float(compared.p)
    quotes, seen = [], set()
    for at in theme.members:
        text = mask_text(comments[at].text, rules)
        if text not in seen:
            seen.add(text)
            quotes.append(Quote(comments[at].answer, text, passage(text, theme.terms)))
        if len(quotes) == QUOTES:
            break
    return ThemeLine(place, theme.name, theme.terms, share, score_result(score, "mean") if told else None, change,
                     False, one.flagged, one.named, tuple(quotes), p)
