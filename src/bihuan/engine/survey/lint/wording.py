"""Rules over the words of one title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contracts import Hit
from .manner import FEWEST, likeliest, strongest, suspicion, threshold
from .rules import Rule, rules

IDIOM = 4          # characters of a set phrase
# Scores and anchors in brackets, and piped answers, are no wording of the question.
BESIDE = re.compile(r"[（(][^（()）]*[)）]|\{[^{}]*\}")


def check_words(text: str, *, item: str = "", type_: str = "rating") -> list[Hit]:
    """Return what the wording rules find in a title, one hit a rule, in the order of the rules.

    >>> [hit.rule_id for hit in check_words("您是否认为我们的服务很好？")]
    ['leading']
    >>> check_words("您对服务的评价是？")
    []
    """
    return list(_hits(text, item, type_))


def _hits(text: str, item: str, type_: str) -> Iterator[Hit]:
    told = False
    blanked = BESIDE.sub(lambda match: " " * len(match[0]), text)
    for rule in rules().values():
        if rule.kind != "wording" or (rule.types and type_ not in rule.types):
            continue
        found = _first(rule, blanked)
        if found is not None:
            told = True
            yield Hit(rule.id, item, text[found.start():found.end()], found.start(), found.end(), rewritten(rule, text))
    if not told and len(text) >= FEWEST and suspicion(blanked) >= threshold():
        yield _suspect(text, blanked, item)


def _suspect(text: str, blanked: str, item: str) -> Hit:
    """What no pattern names: the kind it is likely of; the word that speaks most for it is marked."""
    word = strongest(blanked)
    start = text.find(word) if word else 0
    return Hit("suspect", item, word, max(start, 0), max(start, 0) + len(word), like=likeliest(blanked))


def _first(rule: Rule, text: str) -> re.Match[str] | None:
    if any(pattern.search(text) for pattern in rule.unless):
        return None
    for word in rule.ignore:
        # Of the same length, so that places stay true; a sign that no pattern speaks of.
        text = word.sub(lambda match: "\x00" * len(match[0]), text)
    found = [match for pattern in rule.patterns if (match := pattern.search(text))]
    if rule.idioms and (idiom := _idiom(text)):
        found.append(idiom)
    return min(found, key=lambda match: match.start(), default=None)


def _idiom(text: str) -> re.Match[str] | None:
    """The first set phrase, as the segmenter's dictionary marks them."""
    import rjieba

    phrase = next((word for word, kind in rjieba.tag(text) if kind == "i" and len(word) >= IDIOM), None)
    return re.search(re.escape(phrase), text) if phrase else None


def rewritten(rule: Rule, text: str) -> str | None:
    """Return a title as the rule would put it, None where it cannot say or its own words would be hit again.

    >>> rewritten(rules()["leading"], "您是否认为我们的服务很好？")
    '您对服务的评价是？'
    """
    better = text
    for pattern, replacement in rule.rewrites:
        better = pattern.sub(replacement, better).strip()
    if not better or better == text or _first(rule, better) is not None:
        return None
    return better
