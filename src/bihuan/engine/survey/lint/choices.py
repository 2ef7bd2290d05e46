"""What the choices of an item say: the sides of a scale, whether every answer is there, what they make good."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bihuan.engine.characters import simplified

from ..questionnaire import contracts as c
from ..questionnaire.contracts import Item
from .contracts import Hit
from .rules import english_words, is_english, rules

DEGREE = re.compile("^(?:非常|十分|特别|极其?|很|比较|较为?|相对|相当|完全|基本上?|总体|还算|挺|太)+")
BRACKETS = re.compile(r"[（(][^（()）]*[)）]|[，,;；].*$")
DENIED = re.compile("^(?:不太|不大|不|没有?|未)")
# Too little and too much of one thing: what is right lies in the middle.
AMOUNTS = [re.compile(f"^(?:太|偏|过于?|略|稍|有点|有些)(?:{side})") for side in
           ("多|长|高|快|大|早|贵|热|咸|厚|硬|深", "少|短|低|慢|小|晚|便宜|冷|淡|薄|软|浅")]
YES_NO = re.compile(r"^(?:是|否|有|没有?|会|不会|能|不能|愿意|同意|支持|yes\b|no\b)", re.IGNORECASE)
# Asks for one judgement, without a word of how much and without the verdict of somebody else.
PLAIN = re.compile("^(?:总体来说[，,]?)?(?:您|你)?(?:觉得|认为|感觉)"
                   "(?!.*(?:很|非常|十分|更|最|越|太|特别|一定|肯定|应该|都|真正|不错|比[^如较]))[^，。？?]{2,24}[吗么]?[？?]?$")
HOW_OFTEN = re.compile("^(?:总是|经常|常常|通常|有时|偶尔|很少|极少|从不|从未|从来|每[天日周月次年])")
SILENT = re.compile(r"不愿|不便|不想|拒绝|保密|\b(?:prefer not|rather not|decline)\b", re.IGNORECASE)
WAY_OUT = re.compile("没有?(?:用过|使用|遇到|出现|发生|经历|接触|按过|去过|买过|注意)|"
                     "未(?:遇到|曾|使用|用过|发生|留意|出现|涉及)|尚未|还没有|"
                     r"从未|不适用|不涉及|不记得|\b(?:n/a|not applicable|did not|have not|none of)\b", re.IGNORECASE)


def excuses(item: Item, hit: Hit) -> bool:
    """Whether the choices make good what a title alone would do: a scale with as many on either side holds every
    answer to a plain 您觉得…吗, and who was not concerned or would rather not say finds a choice of his own."""
    kind = hit.like or hit.rule_id
    texts = [choice.text.default for choice in item.choices]
    if kind == "sensitive":
        return any(SILENT.search(simplified(text)) for text in texts)
    if kind in ("presupposing", "suspect") or hit.rule_id == "suspect" and kind in ("leading", "pressure"):
        return any(WAY_OUT.search(simplified(text)) for text in texts)
    if kind != "leading" or not PLAIN.match(simplified(item.title.default)):
        return False
    if item.type == c.RATING:
        return sign_of(item.low_text.default) == -1 and sign_of(item.high_text.default) == 1
    counted = sides(texts)
    return counted is not None and counted[0] == counted[1] >= 1


def is_answered_whole(texts: Sequence[str]) -> bool:
    """Whether choices (simplified) are a scale of one thing or begin with yes or no: then no answer is missing.

    >>> is_answered_whole(["合理", "不太合理", "不知道"]), is_answered_whole(["太贵", "太慢", "不会用"])
    (True, False)
    """
    if texts and YES_NO.match(texts[0]):
        return True
    stems = Counter(DENIED.sub("", DEGREE.sub("", BRACKETS.sub("", text).strip())) for text in texts)
    return None not in signs_of(texts) and max(stems.values(), default=0) > 1


def sides(texts: Sequence[str]) -> tuple[int, int] | None:
    """Return how many choices stand on the positive and the negative side, None for choices that are no scale.

    >>> sides(["满意", "一般", "不满意", "没用过"]), sides(["太少", "偏少", "正好", "太多"]), sides(["上海", "北京"])
    ((1, 1), (1, 2), None)
    >>> sides(["Excellent", "Very good", "Good", "Poor"])
    (3, 1)
    """
    plain = [simplified(text) for text in texts]
    more, less = ([text for text in plain if side.match(text.strip())] for side in AMOUNTS)
    if len(more) + len(less) > 1 and len(plain) - len(more) - len(less) <= 2:
        return len(more), len(less)
    signs = signs_of(plain)
    if sum(HOW_OFTEN.match(text.strip()) is not None for text in plain) > 1:
        return None
    return None if len(signs) < 3 or None in signs else (signs.count(1), signs.count(-1))


def signs_of(texts: Sequence[str]) -> list[int | None]:
    """Return the sign of each choice of a scale; a choice for who cannot judge is none of the scale.

    A word nobody listed is a judgement where another choice denies it.

    >>> signs_of(["非常解渴", "解渴", "一般", "不解渴", "没喝过"])
    [1, 1, 0, -1]
    """
    bare = [DEGREE.sub("", BRACKETS.sub("", text).strip()) for text in texts]
    denied = {text[1:] for text in bare if text[:1] == "不"}
    judged = [text for text in bare if not _cannot_judge(text, bare)]
    return [1 if text in denied else sign_of(text) for text in judged]


def _cannot_judge(text: str, all_: Sequence[str]) -> bool:
    """不清楚 answers nothing, except on a scale of how clear something was."""
    if is_english(text):
        return english_words()["none"].search(text) is not None
    met = next((word for word in rules()["unbalanced_scale"].words["none"] if word in text), None)
    return met is not None and not any(met[1:] in other for other in all_ if met not in other)


def sign_of(text: str) -> int | None:
    """Return -1, 0 or 1 for a judgement's words, None for words that judge nothing.

    >>> [sign_of(text) for text in ("非常不满意", "一般", "比較滿意", "上海", "Very satisfied", "Not at all likely")]
    [-1, 0, 1, None, 1, -1]
    """
    if re.search(r"[0-9０-９]", text):
        return None
    signs = ((0, "neutral"), (-1, "negative"), (1, "positive"))
    if is_english(text):
        return next((sign for sign, words in signs if english_words()[words].search(text)), None)
    text, listed = simplified(text).replace("不错", "好"), rules()["unbalanced_scale"].words
    return next((sign for sign, words in signs if any(word in text for word in listed[words])), None)
