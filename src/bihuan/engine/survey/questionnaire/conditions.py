"""Conditions over answers, a subset of SurveyJS's: text -> tree -> true or false.

    condition = and { "or" and } ;   and = not { "and" not } ;   not = ["not" | "!"] ( test | "(" condition ")" )
    test      = "{" name "}" ( "empty" | "notempty" | operator value )
    operator  = "=" | "<>" | "<" | "<=" | ">" | ">=" | "contains" | "notcontains" | "anyof"
    value     = number | 'text' | "text" | true | false | "[" value { "," value } "]"

``==``, ``!=``, ``&&`` and ``||`` are read as well. As in SurveyJS, ``<>`` and ``notcontains`` hold for an item that was
not answered; every other comparison with it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .errors import Problem, QuestionnaireError

OPERATORS = ("=", "<>", "<", "<=", ">", ">=", "contains", "notcontains", "anyof", "empty", "notempty")
ALONE = ("empty", "notempty")
DEPTH = 40
_ALIASES = {"==": "=", "!=": "<>", "equal": "=", "notequal": "<>", "anyOf": "anyof", "contain": "contains"}

_TOKEN = re.compile(r"""
    (?P<space>\s+)
  | \{(?P<name>[^{}]{1,120})\}
  | (?P<number>-?\d+(?:\.\d+)?)(?![\w.])
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<op><=|>=|<>|!=|==|=|<|>)
  | (?P<mark>\(|\)|\[|\]|,|!|&&|\|\|)
  | (?P<word>[A-Za-z]+)
""", re.VERBOSE)

Value = str | float | bool | tuple["Value", ...]


@dataclass(frozen=True)
class Test:
    """One comparison; ``value`` None for empty and notempty."""

    __test__ = False  # no test of pytest's

    name: str
    operator: str
    value: Value | None = None


@dataclass(frozen=True)
class All:
    """Every part."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """One of the parts at least."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    part: Condition


Condition = Test | All | Some | Not


@lru_cache(maxsize=2048)
def parse(text: str) -> Condition:
    """Return the tree of a condition. Raises QuestionnaireError with the place that cannot be read.

    >>> parse("{q1} <= 2 and {q2} notempty")
    All(parts=(Test(name='q1', operator='<=', value=2.0), Test(name='q2', operator='notempty', value=None)))
    """
    return _Reader(text).whole()


class _Reader:
    """Reads one condition; ``at`` counts characters for the message."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._tokens())
        self.place = 0

    def whole(self) -> Condition:
        found = self._either(0)
        if self.place < len(self.tokens):
            self._refuse()
        return found

    def _tokens(self) -> Iterator[tuple[str, str, int]]:
        at = 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._error(at)
            kind = match.lastgroup or ""
            if kind != "space":
                yield kind, match[kind], at
            at = match.end()

    def _error(self, at: int) -> QuestionnaireError:
        return QuestionnaireError([Problem("", "bad_expression", params={"text": self.text, "position": at + 1})])

    def _refuse(self) -> None:
        raise self._error(self.tokens[self.place][2] if self.place < len(self.tokens) else len(self.text))

    def _next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            self._refuse()
        kind, text, _ = self.tokens[self.place]
        self.place += 1
        return kind, text

    def _takes(self, *words: str) -> bool:
        if self.place < len(self.tokens):
            kind, text, _ = self.tokens[self.place]
            if kind in ("word", "mark") and text.lower() in words:
                self.place += 1
                return True
        return False

    def _either(self, depth: int) -> Condition:
        parts = [self._both(depth)]
        while self._takes("or", "||"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _both(self, depth: int) -> Condition:
        parts = [self._not(depth)]
        while self._takes("and", "&&"):
            parts.append(self._not(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self, depth: int) -> Condition:
        if depth > DEPTH:
            self._refuse()
        if self._takes("not", "!"):
            return Not(self._not(depth + 1))
        if self._takes("("):
            found = self._either(depth + 1)
            if not self._takes(")"):
                self._refuse()
            return found
        return self._test()

    def _test(self) -> Test:
        kind, name = self._next()
        if kind != "name":
            self.place -= 1
            self._refuse()
        kind, operator = self._next()
        operator = _ALIASES.get(operator, operator.lower() if kind == "word" else operator)
        if operator not in OPERATORS:
            self.place -= 1
            self._refuse()
        return Test(name.strip(), operator, None if operator in ALONE else self._value(0))

    def _value(self, depth: int) -> Value:
        kind, text = self._next()
        if kind == "number":
            return float(text)
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S)
        if kind == "word" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if kind == "mark" and text == "[" and depth == 0:
            return self._list()
        self.place -= 1
        self._refuse()
        raise AssertionError  # _refuse raises

    def _list(self) -> Value:
        values: list[Value] = []
        while not self._takes("]"):
            if values and not self._takes(","):
                self._refuse()
            values.append(self._value(1))
        return tuple(values)
