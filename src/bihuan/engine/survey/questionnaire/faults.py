"""What stands in the way of asking a questionnaire, though its document can be read."""

from __future__ import annotations

from . import contracts as c
from .contracts import Item, Questionnaire
from .errors import Problem
from .exploding import scale_of
from .expressions import names_in
from .showing import piped_names


def faults(found: Questionnaire) -> list[Problem]:
    """Return everything that has to be mended before it is published; [] when it can be asked."""
    places = {name: place for place, name in enumerate(found.names)}
    told = [] if found.title else [Problem("title", "no_title_text")]
    if not any(item.asks for item in found.items()):
        told.append(Problem("pages", "empty"))
    for item in found.items():
        if item.known and not item.title and item.type != c.PANEL:
            told.append(Problem(item.name, "no_title", item.name, {"name": item.name}))
        told += [Problem(item.name, "later", item.name, {"name": item.name, "other": name})
                 for name in _spoken_of(item) if places.get(name, -1) >= places[item.name]]
        told += _expectation(found, item)
    return told + _pages(found, places) + _skips(found, places) + _pipes(found)


def _spoken_of(item: Item) -> list[str]:
    names = [*names_in(item.visible_if), *piped_names(item.title), *piped_names(item.description)]
    return list(dict.fromkeys(name.partition(".")[0] for name in names))


def _expectation(found: Questionnaire, item: Item) -> list[Problem]:
    if not item.expects:
        return []
    other = found.item(item.expects)
    fits = other is not None and other.name != item.name and not other.expects and scale_of(other) == scale_of(item)
    return [] if fits else [
        Problem(item.name, "expects_nothing", item.name, {"name": item.name, "other": item.expects})]


def _pages(found: Questionnaire, places: dict[str, int]) -> list[Problem]:
    told = []
    for page in found.pages:
        first = places[page.elements[0].name] if page.elements else 0
        told += [Problem(page.name, "later", "", {"name": page.name, "other": name})
                 for name in {name.partition(".")[0] for name in names_in(page.visible_if)}
                 if places.get(name, -1) >= first]
    return told


def _skips(found: Questionnaire, places: dict[str, int]) -> list[Problem]:
    first = {page.name: places[page.elements[0].name] for page in found.pages if page.elements}
    told = []
    for skip in found.skips:
        source = max((places.get(name.partition(".")[0], -1) for name in names_in(skip.expression)), default=-1)
        if skip.goto and first.get(skip.goto, places.get(skip.goto, len(places))) <= source:
            told.append(Problem("triggers", "skip_back", "", {"text": skip.expression, "name": skip.goto}))
    return told


def _pipes(found: Questionnaire) -> list[Problem]:
    known = set(found.names) | {variable.name for variable in found.variables}
    texts = [("title", "", found.title), ("description", "", found.description)]
    texts += [(item.name, item.name, text) for item in found.items() for text in (item.title, item.description)]
    return [Problem(path, "unknown_item", item, {"name": name})
            for path, item, text in texts for name in piped_names(text) if name not in known]
