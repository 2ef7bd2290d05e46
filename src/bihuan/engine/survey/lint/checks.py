"""Rules over one item: its length, choices, scale. One function a rule, called as the rule is."""

from __future__ import annotations

import re
from collections.abc import Callable

from bihuan.engine.characters import simplified

from ..questionnaire import contracts as c
from ..questionnaire.contracts import Item
from .choices import is_answered_whole, sides, sign_of
from .contracts import Hit
from .ranges import clash
from .rules import Rule, english_words, is_english, rules

# Of one time that whoever is asked has met.
THIS_TIME = re.compile(r"[本这此]次|(?:最近|上)一次|刚才"
                       r"|\b(?:this|your (?:last|latest|most recent)) (?:visit|call|order|stay|time)\b", re.IGNORECASE)


def check_item(item: Item) -> list[Hit]:
    """Return what the rules about items find."""
    if not item.asks:
        return []
    found = [CHECKS[rule.id](rule, item) for rule in rules().values() if rule.kind == "item"]
    return [hit for hit in found if hit is not None]


def long_title(rule: Rule, item: Item) -> Hit | None:
    title = item.title.default
    english = is_english(title)
    length = len(title.split()) if english else len(re.sub(r"\s", "", title))
    limit = rule.limits["words" if english else "characters"]
    return Hit(rule.id, item.name, found={"found": length, "limit": limit}) if length > limit else None


def many_choices(rule: Rule, item: Item) -> Hit | None:
    limit = rule.limits.get(item.type)
    count = len(item.rows if item.type == c.MATRIX else item.choices)
    return Hit(rule.id, item.name, found={"found": count, "limit": limit}) if limit and count > limit else None


def unbalanced_scale(rule: Rule, item: Item) -> Hit | None:
    """Only where every choice is a judgement: then there are as many on either side."""
    choices = item.choices if item.type in (c.RADIO, c.DROPDOWN) else item.columns
    counted = sides([choice.text.default for choice in choices])
    if counted is None or counted[0] == counted[1] or sum(counted) < 2:
        return None
    positive, negative = counted
    return Hit(rule.id, item.name, found={"positive": positive, "negative": negative})


def no_anchors(rule: Rule, item: Item) -> Hit | None:
    bare = item.type == c.RATING and not (item.low_text and item.high_text)
    return Hit(rule.id, item.name) if bare else None


def anchors_unlike(rule: Rule, item: Item) -> Hit | None:
    if item.type != c.RATING or not (item.low_text and item.high_text):
        return None
    low, high = sign_of(item.low_text.default), sign_of(item.high_text.default)
    good = (1, -1) if item.reversed else (-1, 1)
    if low is None or high is None or ((low, high) == good and not _apart(rule, item)):
        return None
    return Hit(rule.id, item.name, found={"low": item.low_text.default, "high": item.high_text.default})


def _apart(rule: Rule, item: Item) -> bool:
    """Whether the ends judge two things, as slow and satisfied do."""
    def families(text: str) -> set[str]:
        return {family for family in rule.words["families"]
                if any(word in simplified(text) for word in family.split())}

    low, high = families(item.low_text.default), families(item.high_text.default)
    return bool(low and high) and not low & high


def missing_not_applicable(rule: Rule, item: Item) -> Hit | None:
    if item.type not in (c.RATING, c.MATRIX) or item.not_applicable or item.visible_if or item.expects:
        return None
    if item.role == "overall":
        return None
    title = item.title.default
    if THIS_TIME.search(simplified(title)):
        return None
    pattern = english_words()["met"] if is_english(title) else re.compile("|".join(rule.words["experience"]))
    met = pattern.search(simplified(title))
    quote = title[met.start():met.end()] if met else ""
    return Hit(rule.id, item.name, quote, met.start(), met.end(), found={"found": quote}) if met else None


def missing_other(rule: Rule, item: Item) -> Hit | None:
    if item.type not in (c.RADIO, c.CHECKBOX, c.DROPDOWN) or item.other or len(item.choices) < 3:
        return None
    title, texts = simplified(item.title.default), [simplified(choice.text.default) for choice in item.choices]
    if is_english(title):
        words = english_words()
        asks = words["asks"].search(title) is not None
        complete = any(words["complete"].search(text) is not None for text in texts)
    else:
        asks = any(word in title for word in rule.words["asks"])
        complete = any(word in text for word in rule.words["complete"] for text in texts)
    if not asks or complete or re.search("[吗么][？?]?$", title) or is_answered_whole(texts):
        return None
    return Hit(rule.id, item.name)


def overlapping_ranges(rule: Rule, item: Item) -> Hit | None:
    met = clash([choice.text.default for choice in item.choices])
    return Hit(rule.id, item.name, found={"one": met[0], "other": met[1]}) if met else None


def required_open(rule: Rule, item: Item) -> Hit | None:
    return Hit(rule.id, item.name) if item.type == c.COMMENT and item.required else None


def unscored_dimension(rule: Rule, item: Item) -> Hit | None:
    plain = item.type == c.RATING and item.role in ("", "dimension") and item.metric in ("", "rating")
    return Hit(rule.id, item.name) if plain and not item.dimension and not item.expects else None


CHECKS: dict[str, Callable[[Rule, Item], Hit | None]] = {
    one.__name__: one for one in (
        long_title, many_choices, unbalanced_scale, no_anchors, anchors_unlike, missing_not_applicable, missing_other,
        overlapping_ranges, required_open, unscored_dimension)}
