"""How long a questionnaire takes, by what there is to read and to do. Rules of thumb, to be held against the clock."""

from __future__ import annotations

from dataclasses import dataclass

from ..questionnaire import contracts as c
from ..questionnaire.contracts import Item, Questionnaire, Text

READ_PER_SECOND = 5.0         # characters of Chinese read with attention, 300 a minute
ACT_S = {c.RATING: 5.0, c.RADIO: 4.0, c.DROPDOWN: 5.0, c.CHECKBOX: 4.0, c.MATRIX: 1.0, c.RANKING: 2.0, c.COMMENT: 30.0,
         c.TEXT: 8.0}
PER_PART_S = {c.RADIO: 0.5, c.DROPDOWN: 0.3, c.CHECKBOX: 1.0, c.MATRIX: 3.5, c.RANKING: 3.0}   # a choice or row each
CONDITIONAL = 0.5             # what only some are shown counts half


@dataclass(frozen=True)
class Estimate:
    """``seconds`` of somebody who reads everything; ``by_item`` in the order asked."""

    seconds: float
    by_item: dict[str, float]

    @property
    def minutes(self) -> float:
        return round(self.seconds / 60, 1)


def estimate(found: Questionnaire) -> Estimate:
    """Return the time a questionnaire takes.

    >>> from ..questionnaire import read
    >>> estimate(read({"title": "", "elements": []})).minutes
    0.0
    """
    by_item: dict[str, float] = {}
    for page in found.pages:
        for item in page.elements:
            share = CONDITIONAL if page.visible_if else 1.0
            by_item[item.name] = share * _seconds(item)
            for inner in item.elements:
                by_item[inner.name] = share * (CONDITIONAL if item.visible_if else 1.0) * _seconds(inner)
    heads = sum(_read(text) for text in (found.title, found.description, found.consent or c.EMPTY))
    return Estimate(heads + sum(by_item.values()), by_item)


def _seconds(item: Item) -> float:
    if not item.known:
        return 0.0
    parts = item.rows if item.type == c.MATRIX else item.choices
    words = [item.title, item.description, *(part.text for part in (*item.choices, *item.rows))]
    seconds = sum(_read(text) for text in words) + ACT_S.get(item.type, 0) + len(parts) * PER_PART_S.get(item.type, 0)
    return seconds * (CONDITIONAL if item.visible_if else 1.0)


def _read(text: Text) -> float:
    return len(text.default) / READ_PER_SECOND
