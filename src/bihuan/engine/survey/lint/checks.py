"""Rules over one item: its length, choices, scale. One function a rule, called as the rule is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..questionnaire import contracts as c
from ..questionnaire.contracts import Item
from .contracts import Hit
from .ranges import clash
from .rules import Rule, rules

DEGREE = re.compile("^(?:非常|十分|特别|极其?|很|比较|较为?|相对|相当|完全|基本上?|总体|还算|挺|太)+")
BRACKETS = re.compile(r"[（(][^（()）]*[)）]|[，,;；].*$")


def check_item(item: Item) -> list[Hit]:
    """Return what the rules about items find."""
    if not item.asks:
        return []
    found = [CHECKS[rule.id](rule, item) for rule in rules().values() if rule.kind == "item"]
    return [hit for hit in found if hit is not None]


def long_title(rule: Rule, item: Item) -> Hit | None:
    length, limit = len(re.sub(r"\s", "", item.title.default)), rule.limits["characters"]
    return Hit(rule.id, item.name, found={"found": length, "limit": limit}) if length > limit else None


def many_choices(rule: Rule, item: Item) -> Hit | None:
    limit = rule.limits.get(item.type)
    count = len(item.rows if item.type == c.MATRIX else item.choices)
    return Hit(rule.id, item.name, found={"found": count, "limit": limit}) if limit and count > limit else None


def unbalanced_scale(rule: Rule, item: Item) -> Hit | None:
    """Only where every choice is a judgement: then there are as many on either side."""
    choices = item.choices if item.type in (c.RADIO, c.DROPDOWN) else item.columns
    signs = signs_of([choice.text.default for choice in choices], rule)
    if len(signs) < 3 or None in signs:
        return None
    positive, negative = signs.count(1), signs.count(-1)
    if positive == negative or positive + negative < 2:
        return None
    return Hit(rule.id, item.name, found={"positive": positive, "negative": negative})


def no_anchors(rule: Rule, item: Item) -> Hit | None:
    bare = item.type == c.RATING and not (item.low_text and item.high_text)
    return Hit(rule.id, item.name) if bare else None


def anchors_unlike(rule: Rule, item: Item) -> Hit | None:
    if item.type != c.RATING or not (item.low_text and item.high_text):
        return None
    words = rules()["unbalanced_scale"]
    low, high = sign_of(item.low_text.default, words), sign_of(item.high_text.default, words)
    good = (1, -1) if item.reversed else (-1, 1)
    if low is None or high is None or ((low, high) == good and not _apart(rule, item)):
        return None
    return Hit(rule.id, item.name, found={"low": item.low_text.default, "high": item.high_text.default})


def _apart(rule: Rule, item: Item) -> bool:
    """Whether the ends judge two things, as slow and satisfied do."""
    def families(text: str) -> set[str]:
        return {family for family in rule.words["families"] if any(word in text for word in family.split())}

    low, high = families(item.low_text.default), families(item.high_text.default)
    return bool(low and high) and not low & high


def missing_not_applicable(rule: Rule, item: Item) -> Hit | None:
    if item.type not in (c.RATING, c.MATRIX) or item.not_applicable or item.visible_if or item.expects:
        return None
    if item.role == "overall":
        return None
    met = next((word for word in rule.words["experience"] if word in item.title.default), None)
    return Hit(rule.id, item.name, met, item.title.default.index(met), item.title.default.index(met) + len(met),
               found={"found": met}) if met else None


def missing_other(rule: Rule, item: Item) -> Hit | None:
    if item.type not in (c.RADIO, c.CHECKBOX, c.DROPDOWN) or item.other or len(item.choices) < 3:
        return None
    if any(re.search("其他|其它|以上都", choice.text.default) for choice in item.choices):
        return None
    return Hit(rule.id, item.name) if any(word in item.title.default for word in rule.words["asks"]) else None


def overlapping_ranges(rule: Rule, item: Item) -> Hit | None:
    met = clash([choice.text.default for choice in item.choices])
    return Hit(rule.id, item.name, found={"one": met[0], "other": met[1]}) if met else None


def required_open(rule: Rule, item: Item) -> Hit | None:
    return Hit(rule.id, item.name) if item.type == c.COMMENT and item.required else None


def unscored_dimension(rule: Rule, item: Item) -> Hit | None:
    plain = item.type == c.RATING and item.role in ("", "dimension") and item.metric in ("", "rating")
    return Hit(rule.id, item.name) if plain and not item.dimension and not item.expects else None


def signs_of(texts: Sequence[str], rule: Rule) -> list[int | None]:
    """Return the sign of each choice of a scale; a choice for who cannot judge is none of the scale.

    A word nobody listed is a judgement where another choice denies it.

    >>> signs_of(["非常解渴", "解渴", "一般", "不解渴", "没喝过"], rules()["unbalanced_scale"])
    [1, 1, 0, -1]
    """
    bare = [DEGREE.sub("", BRACKETS.sub("", text).strip()) for text in texts]
    denied = {text[1:] for text in bare if text[:1] == "不"}
    judged = [text for text in bare if not _cannot_judge(text, bare, rule)]
    return [1 if text in denied else sign_of(text, rule) for text in judged]


def _cannot_judge(text: str, all_: Sequence[str], rule: Rule) -> bool:
    """不清楚 answers nothing, except on a scale of how clear something was."""
    met = next((word for word in rule.words["none"] if word in text), None)
    return met is not None and not any(met[1:] in other for other in all_ if met not in other)


def sign_of(text: str, rule: Rule) -> int | None:
    """Return -1, 0 or 1 for a judgement's words, None for words that judge nothing.

    >>> [sign_of(text, rules()["unbalanced_scale"]) for text in ("非常不满意", "一般", "比较满意", "上海")]
    [-1, 0, 1, None]
    """
    if re.search(r"[0-9０-９]", text):
        return None
    text = text.replace("不错", "好")
    for sign, words in ((0, "neutral"), (-1, "negative"), (1, "positive")):
        if any(word in text for word in rule.words[words]):
            return sign
    return None


CHECKS: dict[str, Callable[[Rule, Item], Hit | None]] = {
    one.__name__: one for one in (
        long_title, many_choices, unbalanced_scale, no_anchors, anchors_unlike, missing_not_applicable, missing_other,
        overlapping_ranges, required_open, unscored_dimension)}
