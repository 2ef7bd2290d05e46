"""Which items somebody with certain answers is shown: conditions, then skips, in the order of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import contracts as c
from .contracts import Item, Page, Questionnaire
from .expressions import holds, names_in


def walk(found: Questionnaire, answers: Mapping[str, Any], variables: Mapping[str, Any] | None = None,
         ) -> Iterator[tuple[Page, Item]]:
    """Yield what is shown, in order. The answers are read while walking: a caller may take some out on the way."""
    visible = Progress(found, answers, variables or {})
    for page in found.pages:
        if not visible.page(page):
            continue
        for item in page.elements:
            if not visible.item(item):
                continue
            yield page, item
            for inner in item.elements:
                if visible.item(inner):
                    yield page, inner


class Progress:
    """Knows while a questionnaire is walked through what a skip leaves out."""

    def __init__(self, found: Questionnaire, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        self.answers, self.variables = answers, variables
        self.places = {name: place for place, name in enumerate(found.names)}
        first = {page.name: self.places[page.elements[0].name] for page in found.pages if page.elements}
        self.skips = [(self._source(skip.expression), first.get(skip.goto, self.places.get(skip.goto, len(self.places)))
                       if skip.goto else len(self.places), skip.expression) for skip in found.skips]

    def page(self, page: Page) -> bool:
        return holds(page.visible_if, self.answers, self.variables)

    def item(self, item: Item) -> bool:
        if not item.known or not holds(item.visible_if, self.answers, self.variables):
            return False
        place = self.places[item.name]
        return not any(source < place < target and holds(expression, self.answers, self.variables)
                       for source, target, expression in self.skips)

    def _source(self, expression: str) -> int:
        """The place of the last item a skip asks about: it acts once that is answered."""
        return max((self.places.get(name.partition(".")[0], -1) for name in names_in(expression)), default=-1)


def asked(found: Questionnaire) -> list[Item]:
    """Return the items that can be answered, whatever the conditions."""
    return [item for item in found.items() if item.asks and item.type not in c.SILENT]
