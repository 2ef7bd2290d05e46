"""What the reading of a document is made of: names, texts, choices, scales, conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import contracts as c
from .contracts import Choice, Text, steps_of
from .errors import Problem, QuestionnaireError
from .expressions import normal

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
TAG = re.compile(r"<[^<>]*>")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MOST_STEPS, MOST_VALUE, MOST_TEXT = 11, 60, 4000
CODES = {"default": "", "zh-cn": "", "zh-hans": "", "zh-tw": "zh-tw", "zh-hant": "zh-tw", "en": "en"}
# Values that a choice of one's own cannot have where the additional choice of that value is offered.
RESERVED = {c.OTHER: ("showOtherItem", "hasOther"), c.NONE: ("showNoneItem", "hasNone"),
            c.NOT_APPLICABLE: ("notApplicable",)}


def word_of(value: Any) -> str:
    """Return a value as the text it is kept as: 1.0 is "1", None is "".

    >>> word_of(1.0), word_of(" a "), word_of(None)
    ('1', 'a', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


class Parts:
    """Gathers what is wrong, so that all of it is told together."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.names: set[str] = set()

    def wrong(self, path: str, code: str, item: str = "", **params: Any) -> None:
        self.problems.append(Problem(path, code, item, params))

    def listed(self, value: Any, key: str, path: str) -> Sequence[Any]:
        if isinstance(value, list | tuple):
            return value
        self.wrong(path or key, "not_a_list", key=key)
        return []

    def name(self, told: Mapping[str, Any], path: str, *, page: bool = False) -> str:
        name = str(told.get("name") or "")
        if not NAME.fullmatch(name):
            self.wrong(path, "bad_name", name, name=name)
        elif (kept := f"page {name}" if page else name) in self.names:
            self.wrong(path, "same_name", name, name=name)
        else:
            self.names.add(kept)
        return name

    def text(self, told: Mapping[str, Any], key: str, path: str) -> Text:
        return self.text_of(told.get(key), key, path)

    def text_of(self, value: Any, key: str, path: str) -> Text:
        if value is None or value is False:
            return c.EMPTY
        if isinstance(value, str | int | float):
            return Text(str(value).strip()[:MOST_TEXT])
        if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
            self.wrong(f"{path}.{key}".strip("."), "not_a_text", key=key)
            return c.EMPTY
        found = {CODES.get(str(code).lower(), str(code)): one.strip()[:MOST_TEXT] for code, one in value.items()}
        # Without a first text the simplified Chinese, else whatever comes first, is it.
        first = found.pop("", "") or next(iter(found.values()), "")
        return Text(first, tuple(sorted((code, one) for code, one in found.items() if one)))

    def plain(self, told: Mapping[str, Any], key: str, path: str) -> Text:
        """A text that SurveyJS takes as HTML: tags are dropped, nothing of a document is ever markup here."""
        found = self.text(told, key, path)
        return Text(_without_tags(found.default), tuple((code, _without_tags(one)) for code, one in found.others))

    def offered(self, told: Mapping[str, Any], switches: Sequence[str], key: str, usual: Text,
                path: str) -> Text | None:
        """The words of an additional choice where a switch is on; words of its own where it has some."""
        if not any(told.get(switch) for switch in switches):
            return None
        own = told.get(key)
        return usual if own is None or own is True else (self.text_of(own, key, path) or usual)

    def choices(self, told: Mapping[str, Any], key: str, path: str, name: str) -> tuple[Choice, ...]:
        found: list[Choice] = []
        for one in self.listed(told.get(key, []), key, path):
            value = one.get("value") if isinstance(one, Mapping) else one
            word = word_of(value)
            reserved = {own for own, switches in RESERVED.items() if any(told.get(switch) for switch in switches)}
            if not word or word in reserved or len(word) > MOST_VALUE or "#" in word or CONTROL.search(word) or any(
                    word == other.value for other in found):
                self.wrong(f"{path}.{key}", "bad_choice", name, name=name, value=word)
                continue
            text = self.text_of(one.get("text"), key, path) if isinstance(one, Mapping) else c.EMPTY
            dimension = word_of(one.get("dimension")) if isinstance(one, Mapping) else ""
            found.append(Choice(word, text or Text(word), dimension))
        if not found:
            self.wrong(f"{path}.{key}", "no_choices", name, name=name)
        return tuple(found)

    def scale(self, told: Mapping[str, Any], metric: str, path: str, name: str) -> tuple[int, int]:
        usual = c.SCALES.get(metric, (1, 5))
        values = told.get("rateValues")
        if values:
            listed = self.listed(values, "rateValues", path)
            steps = [one.get("value") if isinstance(one, Mapping) else one for one in listed]
            ends = steps_of(tuple(Choice(word_of(step), c.EMPTY) for step in steps))
            if ends is None or ends[1] - ends[0] > MOST_STEPS - 1 or ends[0] == ends[1]:
                self.wrong(path, "bad_scale", name, name=name, low=steps[:1], high=steps[-1:])
                return usual
            return ends
        low = self.number(told, "rateMin", path, name)
        high = self.number(told, "rateMax", path, name)
        low = usual[0] if low is None else low
        if high is None:
            count = self.number(told, "rateCount", path, name)
            high = usual[1] if count is None else low + count - 1
        if not low < high <= low + MOST_STEPS - 1:
            self.wrong(path, "bad_scale", name, name=name, low=low, high=high)
            return usual
        return low, high

    def number(self, told: Mapping[str, Any], key: str, path: str, name: str) -> int | None:
        value = told.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            self.wrong(path, "not_a_number", name, key=key, value=value)
            return None
        return int(value)

    def one_of(self, told: Mapping[str, Any], key: str, values: Sequence[str], path: str, name: str) -> str:
        value = word_of(told.get(key))
        if value in values:
            return value
        self.wrong(path, "unknown_value", name, key=key, value=value, values=", ".join(one for one in values if one))
        return ""

    def condition(self, told: Mapping[str, Any], key: str, path: str, name: str = "") -> str:
        text = str(told.get(key) or "").strip()
        try:
            return normal(text) if text else ""
        except QuestionnaireError as error:
            self.problems += [Problem(f"{path}.{key}", one.code, name, one.params) for one in error.problems]
            return ""


def _without_tags(text: str) -> str:
    return TAG.sub("", text).strip()
