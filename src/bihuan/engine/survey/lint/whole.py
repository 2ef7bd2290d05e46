"""Rules over the whole questionnaire: order, length, what is missing. One function a rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from ..questionnaire import contracts as c
from ..questionnaire.contracts import Item, Page, Questionnaire
from ..questionnaire.exploding import scale_of
from ..questionnaire.expressions import names_in
from .contracts import Hit
from .duration import estimate
from .rules import Rule, rules

# Where an item belongs: screening, overall, dimensions, recommendation and effort, open, personal details.
SCREENING, OVERALL, DIMENSIONS, OPEN, PROFILE = range(5)


def check_whole(found: Questionnaire) -> list[Hit]:
    """Return what the rules about the whole find; an empty questionnaire is not judged."""
    if not any(item.asks for item in found.items()):
        return []
    hits = [CHECKS[rule.id](rule, found) for rule in rules().values() if rule.kind == "whole"]
    return [hit for hit in hits if hit is not None]


def place_of(item: Item) -> int | None:
    """Return the part of a questionnaire an item belongs to, None for one that belongs to its neighbours."""
    if item.role == "screening":
        return SCREENING
    if item.role == "overall" or item.metric == "csat":
        return OVERALL
    if item.role == "profile":
        return PROFILE
    if item.role == "open" or (item.type == c.COMMENT and not item.dimension and not item.visible_if):
        return OPEN
    # What is expected may be asked before or after what was met: it stays where it is.
    return DIMENSIONS if item.type in (c.RATING, c.MATRIX) and not item.expects else None


def order(rule: Rule, found: Questionnaire) -> Hit | None:
    placed = [(item, place) for item in found.items() if (place := place_of(item)) is not None]
    for (_, before), (item, place) in zip(placed, placed[1:]):
        if place < before:
            return Hit(rule.id, item.name)
    return None


def reordered(found: Questionnaire) -> Questionnaire:
    """Return the questionnaire with overall, dimensions, open questions and personal details in this order.

    What belongs to no part stays behind the item before it, as does an item that depends on that one. Pages are moved
    whole where each holds one part; else the items of mixed pages are sorted within them and the pages after that.
    """
    pages = [replace(page, elements=_sorted(page.elements)) for page in found.pages]
    if order(rules()["order"], replace(found, pages=tuple(pages))) is None:
        return replace(found, pages=tuple(pages))
    whole = sorted(pages, key=_part_of)
    moved = replace(found, pages=tuple(whole))
    if order(rules()["order"], moved) is None:
        return moved
    return replace(found, pages=_dealt(found, whole))


def _dealt(found: Questionnaire, pages: list[Page]) -> tuple[Page, ...]:
    """All items in order, dealt out to the pages by the sizes these had."""
    waiting = list(_sorted(tuple(item for page in found.pages for item in page.elements)))
    dealt = []
    for page in pages:
        count = len(page.elements)
        dealt.append(replace(page, elements=tuple(waiting[:count])))
        waiting = waiting[count:]
    return tuple(dealt)


def _sorted(items: tuple[Item, ...]) -> tuple[Item, ...]:
    keyed: list[tuple[int, int, Item]] = []
    part = SCREENING
    for at, item in enumerate(items):
        own = place_of(item) if not item.elements else _first_part(item.elements)
        depends = item.visible_if and at and any(
            name.partition(".")[0] == items[at - 1].name for name in names_in(item.visible_if))
        part = part if own is None or depends else own
        keyed.append((part, at, item))
    return tuple(item for _, _, item in sorted(keyed, key=lambda one: one[:2]))


def _first_part(items: tuple[Item, ...]) -> int | None:
    return next((place for item in items if (place := place_of(item)) is not None), None)


def _part_of(page: Page) -> int:
    found = _first_part(tuple(inner for item in page.elements for inner in (item, *item.elements)))
    return SCREENING if found is None else found


def too_slow(rule: Rule, found: Questionnaire) -> Hit | None:
    minutes, limit = estimate(found).minutes, rule.limits["minutes"]
    return Hit(rule.id, found={"found": f"{minutes:g}", "limit": limit}) if minutes > limit else None


def many_open(rule: Rule, found: Questionnaire) -> Hit | None:
    count = sum(item.type == c.COMMENT and not item.visible_if for item in found.items())
    return Hit(rule.id, found={"found": count, "limit": rule.limits["items"]}) if count > rule.limits["items"] else None


def no_overall(rule: Rule, found: Questionnaire) -> Hit | None:
    rated = [item for item in found.items() if item.type in (c.RATING, c.MATRIX)]
    dimensions = [item for item in rated if item.dimension or any(row.dimension for row in item.rows)]
    return Hit(rule.id) if dimensions and not any(place_of(item) == OVERALL for item in rated) else None


def no_open(rule: Rule, found: Questionnaire) -> Hit | None:
    return None if any(item.type == c.COMMENT for item in found.items()) else Hit(rule.id)


def no_required(rule: Rule, found: Questionnaire) -> Hit | None:
    return None if any(item.required for item in found.items()) else Hit(rule.id)


def no_notice(rule: Rule, found: Questionnaire) -> Hit | None:
    return None if found.description else Hit(rule.id)


def mixed_scales(rule: Rule, found: Questionnaire) -> Hit | None:
    scales = Counter(scale_of(item) for item in found.items()
                     if (item.dimension or any(row.dimension for row in item.rows)) and scale_of(item))
    told = "、".join(f"{scale[0]}-{scale[1]}" for scale in sorted(scale for scale in scales if scale))
    return Hit(rule.id, found={"found": told}) if len(scales) > 1 else None


def mixed_direction(rule: Rule, found: Questionnaire) -> Hit | None:
    rated = [item for item in found.items() if item.type == c.RATING]
    turned = next((item.name for item in rated if item.reversed), None)
    return Hit(rule.id, turned) if turned and not all(item.reversed for item in rated) else None


def mixed_address(rule: Rule, found: Questionnaire) -> Hit | None:
    titles = [(item.name, item.title.default) for item in found.items()]
    polite = any("您" in title for _, title in titles)
    plain = next(((name, title) for name, title in titles if "你" in title and "你们" not in title), None)
    if not polite or plain is None:
        return None
    return Hit(rule.id, plain[0], "你", plain[1].index("你"), plain[1].index("你") + 1, plain[1].replace("你", "您"))


def same_question(rule: Rule, found: Questionnaire) -> Hit | None:
    seen: dict[str, str] = {}
    for item in found.items():
        bare = re.sub(r"[\s，。？?、！：:（）()]|请问|您|我们的?|的|是", "", item.title.default)
        if not item.asks or len(bare) < 4:
            continue
        if bare in seen:
            return Hit(rule.id, item.name, found={"one": seen[bare], "other": item.title.default})
        seen[bare] = item.title.default
    return None


CHECKS: dict[str, Callable[[Rule, Questionnaire], Hit | None]] = {
    one.__name__: one for one in (order, too_slow, many_open, no_overall, no_open, no_required, no_notice, mixed_scales,
                                  mixed_direction, mixed_address, same_question)}
