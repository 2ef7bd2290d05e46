"""Rules over the words of one title: Chinese in either script, and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bihuan.engine.characters import simplified

from ..questionnaire.contracts import Item
from ..questionnaire.traditional import traditional
from .choices import excuses
from .contracts import Hit
from .manner import FEWEST, likeliest, strongest, suspicion, threshold
from .rules import Rule, is_english, rules

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


def check_title(item: Item) -> list[Hit]:
    """Return what the wording rules find in the title of an item, less what its choices make good."""
    hits = check_words(item.title.default, item=item.name, type_=item.type)
    return [hit for hit in hits if not excuses(item, hit)]


def _hits(text: str, item: str, type_: str) -> Iterator[Hit]:
    told, english = False, is_english(text)
    said = BESIDE.sub(lambda match: " " * len(match[0]), text if english else simplified(text))
    for rule in rules().values():
        if rule.kind != "wording" or (rule.types and type_ not in rule.types):
            continue
        found = _first(rule, said, english)
        if found is not None:
            told = True
            yield Hit(rule.id, item, text[found.start():found.end()], found.start(), found.end(),
                      None if english else _in_its_script(rule, text))
    if not told and not english and len(text) >= FEWEST and suspicion(said) >= threshold():
        yield _suspect(text, said, item)


def _in_its_script(rule: Rule, text: str) -> str | None:
    """The rewrite of a title in the characters it is written in."""
    plain = simplified(text)
    better = rewritten(rule, plain)
    return traditional(better) if better is not None and plain != text else better


def _suspect(text: str, blanked: str, item: str) -> Hit:
    """What no pattern names: the kind it is likely of; the word that speaks most for it is marked."""
    word = strongest(blanked)
    start = max(blanked.find(word), 0) if word else 0
    return Hit("suspect", item, text[start:start + len(word)], start, start + len(word), like=likeliest(blanked))


def _first(rule: Rule, text: str, english: bool = False) -> re.Match[str] | None:
    if english:
        return _found(rule.english, _without(rule.english_ignore, text))
    if any(pattern.search(text) for pattern in rule.unless):
        return None
    text = _without(rule.ignore, text)
    idiom = _idiom(text) if rule.idioms else None
    return _found(rule.patterns, text, *([idiom] if idiom else []))


def _without(words: Iterable[re.Pattern[str]], text: str) -> str:
    """Of the same length, so that places stay true; a sign that no pattern speaks of."""
    for word in words:
        text = word.sub(lambda match: "\x00" * len(match[0]), text)
    return text


def _found(patterns: Iterable[re.Pattern[str]], text: str, *more: re.Match[str]) -> re.Match[str] | None:
    found = [match for pattern in patterns if (match := pattern.search(text))]
    return min([*found, *more], key=lambda match: match.start(), default=None)


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
