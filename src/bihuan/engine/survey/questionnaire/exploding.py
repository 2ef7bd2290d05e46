"""A response as rows of the lake's ``answers``, and what the items mean to the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..contracts import Design, Rules
from . import contracts as c
from .contracts import Answered, Item, Questionnaire, steps_of
from .showing import columns_of, extra_choices

SECONDS, DEVICE, VERSION = "_seconds", "_device", "_version"
PLAIN = "other"     # the metric of every row that no indicator counts


def rows(found: Questionnaire, response: Answered, *, wave: str) -> list[dict[str, Any]]:
    """Return one row for every answer; what was not answered has none.

    ``id`` is ``<wave>:<response>#<question>``. A rating's value is its score and its text the reason given with it; a
    choice's text are its words in simplified Chinese. Rows of a matrix and choices of several or of a ranking are
    questions of their own, ``item.row``: the score, 1 or 0, the place. "Not applicable" is a text without a value.
    """
    base = {
        "case": response.case or None, "customer": response.customer or None, "agent": response.agent or None,
        "survey": wave, "at": response.at, "channel": response.channel or None,
        "entered_by": response.entered_by or None, "status": response.status, "weight": response.weight}
    told = [(name, metric, value, text) for item in found.items() if item.asks and item.name in response.answers
            for name, metric, value, text in _exploded(item, response.answers)]
    told.append((VERSION, PLAIN, None, response.version or None))
    if response.seconds is not None:
        told.append((SECONDS, PLAIN, float(response.seconds), None))
    if response.device:
        told.append((DEVICE, PLAIN, None, response.device))
    return [{"id": f"{wave}:{response.id}#{name}", "question": name, "metric": metric, "value": value, "text": text,
             **base} for name, metric, value, text in told if value is not None or text is not None]


def _exploded(item: Item, answers: Mapping[str, Any]) -> Iterator[tuple[str, str, float | None, str | None]]:
    answer = answers[item.name]
    comment = answers.get(item.name + c.COMMENT_SUFFIX) or None
    if item.type == c.RATING:
        score = float(answer) if answer != c.NOT_APPLICABLE else None
        words = comment if score is not None else (item.not_applicable or c.EMPTY).default
        yield item.name, _metric(item), score, words
    elif item.type in (c.RADIO, c.DROPDOWN):
        words = comment if answer == c.OTHER and comment else _words(item, answer)
        yield item.name, PLAIN, _score(item, answer), words
    elif item.type == c.CHECKBOX:
        for choice in (*item.choices, *extra_choices(item)):
            chosen = choice.value in answer
            words = (comment if choice.value == c.OTHER and comment else choice.text.default) if chosen else None
            yield f"{item.name}.{choice.value}", PLAIN, float(chosen), words
    elif item.type == c.RANKING:
        for place, value in enumerate(answer, 1):
            yield f"{item.name}.{value}", PLAIN, float(place), _words(item, value)
    elif item.type == c.MATRIX:
        for row, column in answer.items():
            words = next((one.text.default for one in columns_of(item) if one.value == column), column)
            yield f"{item.name}.{row}", PLAIN, _number(column), words
    elif item.type == c.TEXT and item.input_type == "number":
        yield item.name, PLAIN, float(answer), None
    else:
        yield item.name, PLAIN, None, str(answer)


def _metric(item: Item) -> str:
    """A plain rating is nobody's indicator: six dimensions beside the overall question would otherwise be six CSATs."""
    return item.metric if item.metric in c.SCALES and not item.reversed else PLAIN


def _words(item: Item, value: str) -> str:
    return next((one.text.default for one in (*item.choices, *extra_choices(item)) if one.value == value), value)


def _score(item: Item, value: str) -> float | None:
    """A choice's number where every choice is one: the steps of a scale, written as choices."""
    return _number(value) if all(_number(one.value) is not None for one in item.choices) else None


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def design_of(found: Questionnaire, *, rules: Mapping[str, Any], minimum_n: int, segments: tuple[str, ...] = (),
              ) -> Design:
    """Return what the items mean to the engine: rated items by dimension, expectations, overall, NPS, CES.

    The dimensions' scale is the one most of their items have; an item on another scale is left out, since means of
    unlike scales cannot be compared. ``rules`` go by the names of the engine's ``Rules``, unknown ones are ignored.
    """
    rated = [(name, dimension, item) for item in found.items() for name, dimension in _rated(item) if dimension]
    scales = Counter(scale for _, _, item in rated if (scale := scale_of(item)))
    scale = scales.most_common(1)[0][0] if scales else (1, 5)
    kept = [(name, dimension, item) for name, dimension, item in rated if scale_of(item) == scale]
    dimensions: dict[str, tuple[str, ...]] = {}
    for name, dimension, item in kept:
        if not item.expects and item.role != "overall":
            dimensions[dimension] = (*dimensions.get(dimension, ()), name)
    here = {name for names in dimensions.values() for name in names}
    told = Rules(**{key: value for key, value in rules.items() if key in Rules.__dataclass_fields__})
    return Design(
        scale=(float(scale[0]), float(scale[1])), dimensions=dimensions,
        expectations={item.expects: item.name for item in found.items()
                      if item.expects and item.expects in here and scale_of(item) == scale},
        reversed=frozenset(name for name, _, item in kept if item.reversed),
        overall=_first(found, "overall") or _first(found, "csat"), nps=_first(found, "nps"), ces=_first(found, "ces"),
        segments=segments, seconds=SECONDS, device=DEVICE if told.one_per_device else "", rules=told,
        minimum_n=minimum_n)


def titles_of(found: Questionnaire, language: str) -> dict[str, str]:
    """Return what is asked by the names under which it stands in the lake; a matrix's rows by their own words."""
    titles = {item.name: item.title.in_language(language) for item in found.items() if item.asks}
    return titles | {f"{item.name}.{row.value}": row.text.in_language(language)
                     for item in found.items() if item.type == c.MATRIX for row in item.rows}


def profile_of(found: Questionnaire) -> tuple[str, ...]:
    """Return what answers are divided by: items with one answer of a list that say who somebody is, else all such.

    What only some are asked, as whether they may be contacted, divides nobody.
    """
    single = [item for item in found.items() if item.type in (c.RADIO, c.DROPDOWN)]
    told = [item for item in single if item.role == "profile"] or [item for item in single if not item.visible_if]
    return tuple(item.name for item in told)


def scale_of(item: Item) -> tuple[int, int] | None:
    """Return the lowest and highest score of a rating, or of a matrix whose columns are consecutive numbers."""
    if item.type == c.RATING:
        return item.scale
    return steps_of(item.columns) if item.type == c.MATRIX else None


def _rated(item: Item) -> list[tuple[str, str]]:
    if item.type == c.RATING:
        return [(item.name, item.dimension)]
    if item.type == c.MATRIX and steps_of(item.columns):
        return [(f"{item.name}.{row.value}", row.dimension or item.dimension) for row in item.rows]
    return []


def _first(found: Questionnaire, meaning: str) -> str:
    """The first rating with a role or a metric."""
    return next((item.name for item in found.items() if item.type == c.RATING and not item.expects
                 and meaning in (item.role, item.metric)), "")
