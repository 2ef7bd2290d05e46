"""A questionnaire as somebody sees it: visible pages and items, texts in their language with answers piped in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from . import contracts as c
from .contracts import Choice, Item, Page, Questionnaire, ShownChoice, ShownItem, ShownPage, Text
from .expressions import names_in
from .flow import walk

PIPED = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
NOTHING: Mapping[str, Any] = {}


def shown(found: Questionnaire, answers: Mapping[str, Any], variables: Mapping[str, Any] = NOTHING, *,
          language: str = "zh-hans", errors: Mapping[str, str] = NOTHING) -> list[ShownPage]:
    """Return the pages and items visible with these answers; a page with nothing to show is left out.

    ``variables`` are told by the link; what is neither answered nor told is piped as nothing. ``errors`` by item, as
    ``check`` gives them, and the answers stand on the items, as texts, so that a form can be drawn again as it was.
    """
    teller = _Teller(found, answers, variables, language, errors)
    pages: dict[str, tuple[Page, list[ShownItem]]] = {}
    for page, item in walk(found, answers, variables):
        pages.setdefault(page.name, (page, []))[1].append(teller.item(item))
    told = [ShownPage(name, teller.text(page.title), teller.text(page.description), _with_leads(found, tuple(items)))
            for name, (page, items) in pages.items()]
    return [page for page in told if any(item.type != c.PANEL for item in page.items)]


def piped_names(text: Text) -> tuple[str, ...]:
    """Return the names that are piped into a text, in any language."""
    texts = [text.default, *(one for _, one in text.others)]
    return tuple(dict.fromkeys(name for one in texts for name in PIPED.findall(one)))


class _Teller:
    def __init__(self, found: Questionnaire, answers: Mapping[str, Any], variables: Mapping[str, Any], language: str,
                 errors: Mapping[str, str]) -> None:
        self.found, self.answers, self.variables = found, answers, variables
        self.language, self.errors = language, errors

    def text(self, text: Text | None) -> str:
        if not text:
            return ""
        return PIPED.sub(lambda match: self.answer_in_words(match[1]), text.in_language(self.language))

    def answer_in_words(self, name: str) -> str:
        item = self.found.item(name)
        if item is None:
            value = self.variables.get(name)
            return "" if value is None else str(value)
        value = self.answers.get(name)
        if value is None:
            return ""
        values = value if isinstance(value, list | tuple) else [value]
        words = {one.value: one.text for one in (*item.choices, *extra_choices(item))}
        join = ", " if self.language == "en" else "、"
        told = [words[str(one)].in_language(self.language) if str(one) in words else str(one) for one in values]
        return join.join(told)

    def item(self, item: Item) -> ShownItem:
        answer = self.answers.get(item.name)
        reason = self.answers.get(item.name + c.COMMENT_SUFFIX)
        return ShownItem(
            name=item.name, type=item.type, title=self.text(item.title), description=self.text(item.description),
            required=item.required, choices=self.choices(item, answer), rows=self.rows(item, answer),
            columns=tuple(ShownChoice(one.value, self.text(one.text)) for one in columns_of(item)),
            low_text=self.text(item.low_text), high_text=self.text(item.high_text), input_type=item.input_type,
            most=item.most, reason_below=item.reason_below, has_other=item.other is not None,
            answer=as_text(answer), reason=as_text(reason), error=self.errors.get(item.name, ""),
            conditional=bool(item.visible_if))

    def choices(self, item: Item, answer: Any) -> tuple[ShownChoice, ...]:
        if item.type == c.RATING:
            steps = [Choice(str(step), Text(str(step))) for step in range(item.low, item.high + 1)]
            return self._chosen([*steps, *extra_choices(item)], {as_text(answer)})
        if item.type == c.RANKING:
            places = ranked(answer)
            return tuple(ShownChoice(one.value, self.text(one.text), places.get(one.value, "")) for one in item.choices)
        chosen = {as_text(one) for one in answer} if isinstance(answer, list | tuple) else {as_text(answer)}
        return self._chosen([*item.choices, *extra_choices(item)], chosen)

    def rows(self, item: Item, answer: Any) -> tuple[ShownChoice, ...]:
        given = answer if isinstance(answer, Mapping) else {}
        return tuple(ShownChoice(row.value, self.text(row.text), as_text(given.get(row.value))) for row in item.rows)

    def _chosen(self, choices: list[Choice], chosen: set[str]) -> tuple[ShownChoice, ...]:
        return tuple(ShownChoice(one.value, self.text(one.text), "yes" if one.value in chosen else "")
                     for one in choices)


def extra_choices(item: Item) -> tuple[Choice, ...]:
    """Return the choices that stand for themselves: other, none, not applicable."""
    offered = ((c.OTHER, item.other), (c.NONE, item.none), (c.NOT_APPLICABLE, item.not_applicable))
    return tuple(Choice(value, text) for value, text in offered if text is not None and item.type != c.MATRIX)


def columns_of(item: Item) -> tuple[Choice, ...]:
    """Return the columns of a matrix, the one for not applicable last."""
    last = (Choice(c.NOT_APPLICABLE, item.not_applicable),) if item.columns and item.not_applicable else ()
    return (*item.columns, *last)


def ranked(answer: Any) -> dict[str, str]:
    """Return choice -> place, as texts, of an answer by order or by places.

    >>> ranked(["b", "a"]), ranked({"a": 1, "b": 1})
    ({'b': '1', 'a': '2'}, {'a': '1', 'b': '1'})
    """
    if isinstance(answer, Mapping):
        return {str(value): as_text(place) for value, place in answer.items()}
    if isinstance(answer, list | tuple):
        return {str(value): str(place) for place, value in enumerate(answer, 1)}
    return {}


def as_text(value: Any) -> str:
    if value is None or isinstance(value, list | tuple | Mapping):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _with_leads(found: Questionnaire, items: tuple[ShownItem, ...]) -> tuple[ShownItem, ...]:
    """Mark the items on whose answers a condition or a text depends: a page may have to be drawn again after them."""
    texts = [page.visible_if for page in found.pages] + [item.visible_if for item in found.items()]
    texts += [skip.expression for skip in found.skips]
    leading = {name.partition(".")[0] for text in texts for name in names_in(text)}
    leading |= {name for item in found.items() for name in piped_names(item.title)}
    return tuple(replace(item, leads=item.name in leading) for item in items)
