"""Single changes of a questionnaire: each returns a new one; what others depend on does not go unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from . import contracts as c
from .contracts import Choice, Item, Page, Questionnaire, Text
from .errors import Problem, QuestionnaireError
from .expressions import names_in, renamed
from .showing import PIPED, piped_names

Thing = TypeVar("Thing")
SATISFACTION = (Text("非常不满意", (("en", "Very dissatisfied"),)), Text("非常满意", (("en", "Very satisfied"),)))
LIKELIHOOD = (Text("非常不可能", (("en", "Not at all likely"),)), Text("非常可能", (("en", "Extremely likely"),)))
EFFORT = (Text("非常费力", (("en", "Very difficult"),)), Text("非常轻松", (("en", "Very easy"),)))
# What a new item of a kind begins with; nps and ces are ratings.
FRESH: dict[str, Item] = {
    c.RATING: Item("", c.RATING, Text("您对的评价是？"), metric="rating", low_text=SATISFACTION[0],
                   high_text=SATISFACTION[1]),
    "csat": Item("", c.RATING, Text("您对我们服务的总体评价是？"), metric="csat", role="overall",
                 low_text=SATISFACTION[0], high_text=SATISFACTION[1]),
    "nps": Item("", c.RATING, Text("您有多大可能向朋友或同事推荐我们？"), metric="nps", low=0, high=10,
                low_text=LIKELIHOOD[0], high_text=LIKELIHOOD[1]),
    "ces": Item("", c.RATING, Text("为解决这个问题，您费了多大力气？"), metric="ces", low=1, high=7, low_text=EFFORT[0],
                high_text=EFFORT[1]),
    **{kind: Item("", kind, Text("新的题目"), choices=(Choice("c1", Text("选项1")), Choice("c2", Text("选项2"))))
       for kind in c.CHOOSING},
    c.MATRIX: Item("", c.MATRIX, Text("您对以下各方面的评价是？"), metric="rating",
                   rows=(Choice("r1", Text("方面1")), Choice("r2", Text("方面2"))),
                   columns=tuple(Choice(str(score), Text(words)) for score, words in enumerate(
                       ("非常不满意", "不满意", "一般", "满意", "非常满意"), 1))),
    c.COMMENT: Item("", c.COMMENT, Text("您认为最需改进的环节是？"), role="open"),
    c.TEXT: Item("", c.TEXT, Text("新的题目")),
    c.HTML: Item("", c.HTML, Text("说明文字")),
    c.PANEL: Item("", c.PANEL, Text("分组标题")),
}


def free_name(found: Questionnaire, begin: str = "q") -> str:
    """Return the next name of the form q1 that nothing has."""
    taken = {*found.names, *(page.name for page in found.pages)}
    number = 1 + max((int(match[1]) for name in taken if (match := re.fullmatch(rf"{begin}(\d+)", name))), default=0)
    return f"{begin}{number}"


def add_item(found: Questionnaire, kind: str, page: str, after: str = "") -> tuple[Questionnaire, str]:
    """Return the questionnaire with a fresh item on a page or in a group, behind ``after`` or last, and its name.

    Groups hold no groups: one that is to stand in another is put nowhere.
    """
    name = free_name(found)
    if kind == c.PANEL and page in groups_of(found):
        return found, ""
    return insert(found, replace(FRESH[kind], name=name), page, after), name


def groups_of(found: Questionnaire) -> tuple[str, ...]:
    """Return the names of the groups, in order."""
    return tuple(item.name for item in found.items() if item.type == c.PANEL)


def insert(found: Questionnaire, item: Item, page: str, after: str = "") -> Questionnaire:
    def put(items: tuple[Item, ...]) -> tuple[Item, ...]:
        place = next((at + 1 for at, one in enumerate(items) if one.name == after), len(items))
        return (*items[:place], item, *items[place:])

    return _on_lists(found, lambda holder, items: put(items) if (
        any(one.name == after for one in items) if after else holder == page) else items)


def replace_item(found: Questionnaire, name: str, item: Item) -> Questionnaire:
    """Put an item in another's place; its new name is taken over by every condition and text that speaks of it."""
    changed = _on_lists(found, lambda _, items: tuple(item if one.name == name else one for one in items))
    return changed if item.name == name else _renamed(changed, name, item.name)


def duplicate(found: Questionnaire, name: str) -> tuple[Questionnaire, str]:
    """Return the questionnaire with a copy of an item behind it, and the copy's name."""
    item = _needed(found, name)
    copy = free_name(found)
    start = int(copy[1:])
    elements = tuple(replace(one, name=f"q{start + at}") for at, one in enumerate(item.elements, 1))
    return insert(found, replace(item, name=copy, elements=elements), "", name), copy


def remove(found: Questionnaire, name: str) -> Questionnaire:
    """Take an item out. Raises QuestionnaireError while a condition, a skip, a quota or a text speaks of it."""
    item = _needed(found, name)
    gone = {name, *(one.name for one in item.elements)}
    left = _on_lists(found, lambda _, items: tuple(one for one in items if one.name != name))
    problems = [Problem(path, "still_used", of, {"name": one, "other": of or path})
                for path, of, names in _speakers(left) for one in names if one in gone]
    if problems:
        raise QuestionnaireError(problems)
    return left


def move(found: Questionnaire, name: str, step: int) -> Questionnaire:
    """Move an item one place up (-1) or down (1): past its neighbour, over the page's edge to the next page, over a
    group's edge out of the group."""
    for at, page in enumerate(found.pages):
        for holder in (page.elements, *(one.elements for one in page.elements)):
            names = [one.name for one in holder]
            if name not in names:
                continue
            place = names.index(name)
            if 0 <= place + step < len(names):
                return _exchanged(found, name, place, step)
            if holder is not page.elements:
                return _out_of_group(found, page, name, step)
            if not 0 <= at + step < len(found.pages):
                return found
            there = found.pages[at + step].name
            return place_item(found, name, there, 0 if step > 0 else len(found.pages[at + step].elements))
    return found


def _out_of_group(found: Questionnaire, page: Page, name: str, step: int) -> Questionnaire:
    """Put an item of a group before (-1) or behind (1) the group."""
    place = next(at for at, one in enumerate(page.elements) if name in [inner.name for inner in one.elements])
    return place_item(found, name, page.name, place if step < 0 else place + 1)


def place_item(found: Questionnaire, name: str, page: str, place: int) -> Questionnaire:
    """Put an item at a place of a page or of a group, counted without the item itself; a group goes into no group."""
    item = _needed(found, name)
    if item.type == c.PANEL and page in groups_of(found):
        return found
    left = _on_lists(found, lambda _, items: tuple(one for one in items if one.name != name))
    return _on_lists(left, lambda holder, items: (*items[:place], item, *items[place:]) if holder == page else items)


def add_page(found: Questionnaire) -> Questionnaire:
    return replace(found, pages=(*found.pages, Page(free_name(found, "page"))))


def move_page(found: Questionnaire, name: str, step: int) -> Questionnaire:
    place = [page.name for page in found.pages].index(name)
    return replace(found, pages=_swapped(found.pages, place, step)) if 0 <= place + step < len(found.pages) else found


def remove_page(found: Questionnaire, name: str) -> Questionnaire:
    """Take an empty page out; the last page stays. Raises QuestionnaireError for one that holds items."""
    page = next(page for page in found.pages if page.name == name)
    if page.elements or len(found.pages) == 1 or any(skip.goto == name for skip in found.skips):
        raise QuestionnaireError([Problem(name, "page_used", "", {"name": name})])
    return replace(found, pages=tuple(one for one in found.pages if one.name != name))


def appended(found: Questionnaire, other: Questionnaire) -> Questionnaire:
    """Return the questionnaire with the pages of another behind its own, under names that are still free."""
    for page in other.pages:
        items: list[Item] = []
        for item in page.elements:
            name = free_name(replace(found, pages=(*found.pages, Page("_", elements=tuple(items)))))
            items.append(replace(item, name=name))
        new = replace(page, name=free_name(found, "page"), elements=tuple(items))
        found = replace(found, pages=(*found.pages, new))
    kept = tuple(page for page in found.pages if page.elements) or found.pages
    return replace(found, pages=kept, title=found.title or other.title,
                   description=found.description or other.description)


def _needed(found: Questionnaire, name: str) -> Item:
    item = found.item(name)
    if item is None:
        raise QuestionnaireError([Problem("", "unknown_item", name, {"name": name})])
    return item


def _on_lists(found: Questionnaire, change: Callable[[str, tuple[Item, ...]], tuple[Item, ...]]) -> Questionnaire:
    """Apply a change to the items of every page and of every group, named by who holds them."""
    pages = []
    for page in found.pages:
        elements = change(page.name, page.elements)
        elements = tuple(replace(one, elements=change(one.name, one.elements)) if one.type == c.PANEL else one
                         for one in elements)
        pages.append(replace(page, elements=elements))
    return replace(found, pages=tuple(pages))


def _exchanged(found: Questionnaire, name: str, place: int, step: int) -> Questionnaire:
    return _on_lists(found, lambda _, items: _swapped(items, place, step)
                     if name in [one.name for one in items] else items)


def _swapped(items: tuple[Thing, ...], place: int, step: int) -> tuple[Thing, ...]:
    listed = list(items)
    listed[place], listed[place + step] = listed[place + step], listed[place]
    return tuple(listed)


def _speakers(found: Questionnaire) -> list[tuple[str, str, set[str]]]:
    """Who speaks of which items: (path, item or nothing, names)."""
    def bare(*names: str) -> set[str]:
        return {name.partition(".")[0] for name in names}

    told = [(item.name, item.name, bare(*names_in(item.visible_if), *piped_names(item.title),
                                        *piped_names(item.description), item.expects)) for item in found.items()]
    told += [(page.name, "", bare(*names_in(page.visible_if))) for page in found.pages]
    told += [("quotas", "", bare(*names_in(quota.expression))) for quota in found.quotas]
    told += [("triggers", "", bare(*names_in(skip.expression), skip.goto)) for skip in found.skips]
    return told


def _renamed(found: Questionnaire, old: str, new: str) -> Questionnaire:
    def text(text: Text) -> Text:
        def name(match: re.Match[str]) -> str:
            return "{" + new + "}" if match[1] == old else match[0]

        return Text(PIPED.sub(name, text.default), tuple((code, PIPED.sub(name, one)) for code, one in text.others))

    def item(one: Item) -> Item:
        return replace(one, title=text(one.title), description=text(one.description),
                       visible_if=renamed(one.visible_if, old, new), expects=new if one.expects == old else one.expects)

    changed = _on_lists(found, lambda _, items: tuple(item(one) for one in items))
    return replace(
        changed, pages=tuple(replace(page, visible_if=renamed(page.visible_if, old, new)) for page in changed.pages),
        quotas=tuple(replace(one, expression=renamed(one.expression, old, new)) for one in changed.quotas),
        skips=tuple(replace(one, expression=renamed(one.expression, old, new),
                            goto=new if one.goto == old else one.goto) for one in changed.skips))
