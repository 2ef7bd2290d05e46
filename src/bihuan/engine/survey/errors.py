"""What can be wrong with a survey's design: a code, and a sentence in Chinese and English with the way out."""

from __future__ import annotations

from ..errors import CodedError

SENTENCES: dict[str, tuple[str, str]] = {
    "unknown_key": ("[survey] 里没有“{key}”这一项。可用：{keys}。", "[survey] knows no “{key}”. It knows: {keys}."),
    "bad_value": ("[survey] 的“{key}”写法不对：{value}。", "“{key}” of [survey] cannot be read: {value}."),
    "unknown_item": ("题目“{item}”在答卷里一次也没有出现。答卷里的题目：{items}。",
                     "Nobody was asked “{item}”. The answers hold: {items}."),
    "no_answers": ("文件里没有可用的答卷。", "The file holds no usable answers."),
}


class SurveyError(CodedError):
    """A survey that cannot be computed; ``code`` names the reason and ``text`` is the sentence for the person."""

    sentences = SENTENCES
