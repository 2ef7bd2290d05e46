"""The small language of passports and filters: text -> tree. What a tree means is in ``checking`` and ``compiling``.

    condition  = and { "or" and } ;            and = not { "and" not } ;      not = "not" not | test
    test       = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum
                     | ["not"] "in" "(" literal { "," literal } ")"
                     | "is" ["not"] "null" ]
               | "repeat" ["complaint"] "within" duration | "any" "contact" "within" duration
    sum        = atom { ("+" | "-") atom } ;   atom = field | literal | "(" condition ")"
    literal    = "text" | 'text' | number | duration | true | false ;   duration = 7d | 24h | 15m | 30s

Names are those of the fact table. To the right of a comparison a word that is no field is text: ``channel=phone``.
A comparison with an empty cell is neither true nor false; a row counts only where the whole condition is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .errors import IndicatorError

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
DEPTH = 40  # far beyond any real definition, far below Python's own limit
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
WORDS = ("and", "or", "not", "in", "is", "null", "true", "false", "repeat", "within", "any")

# What Chinese keyboards type; each maps to one character so that positions stay true.
_FOLD = str.maketrans("（），＝＜＞！“”‘’＋－　", "(),=<>!\"\"''+- ")

_TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<duration>\d+[dhms](?!\w))
  | (?P<number>\d+(?:\.\d+)?(?!\w))
  | (?P<text>"[^"]*"|'[^']*')
  | (?P<op><=|>=|!=|<>|==|=|<|>|\(|\)|,|\+|-)
  | (?P<word>[^\W\d]\w*)
""", re.VERBOSE)


@dataclass(frozen=True)
class Literal:
    """A fixed value; ``kind`` is text, number, duration (seconds) or flag."""

    value: str | int | float | bool
    kind: str
    at: int


@dataclass(frozen=True)
class Name:
    """A field, or (``bare``) a word to the right of a comparison that is text unless a field is called so."""

    name: str
    at: int
    bare: bool = False


@dataclass(frozen=True)
class Compare:
    op: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True)
class In:
    left: Node
    values: tuple[Literal, ...]
    negated: bool
    at: int


@dataclass(frozen=True)
class IsNull:
    left: Node
    negated: bool
    at: int


@dataclass(frozen=True)
class Not:
    inner: Node
    at: int


@dataclass(frozen=True)
class Both:
    """``op`` is "and" or "or"."""

    op: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True)
class Sum:
    op: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True)
class Within:
    """The same customer came again within ``seconds``; ``what``: repeat (same topic), complaint or any (any topic)."""

    what: str
    seconds: int
    at: int


Node = Literal | Name | Compare | In | IsNull | Not | Both | Sum | Within


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int  # 1-based position, as people count


@lru_cache(maxsize=2000)
def parse(text: str) -> Node:
    """Return the tree of an expression; ``IndicatorError`` names the position and what is expected there.

    >>> parse("channel=phone").op
    '='
    """
    reader = _Reader(tokens(text))
    tree = reader.condition()
    if reader.here.kind != "end":
        raise reader.unexpected("运算符（and、or、=、in、is …）或结尾", "an operator (and, or, =, in, is …) or the end")
    return tree


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of an expression in their order, the last of kind "end"; IndicatorError for a stray sign."""
    folded, found, at = text.translate(_FOLD), [], 0
    while at < len(folded):
        # A text in straight quotes ends at a straight one: a Chinese quote inside is part of the text, or a value
        # that somebody imported could end it and say something of its own.
        end = text.find(text[at], at + 1) if text[at] in "\"'" else -1
        if end > 0:
            found.append(Token("text", text[at:end + 1], at + 1))
            at = end + 1
            continue
        match = _TOKEN.match(folded, at)
        if match is None:
            code = "quote_open" if folded[at] in "\"'" else "character"
            raise IndicatorError(code, position=at + 1, found=text[at])
        if match.lastgroup != "space":
            # Quoted text keeps the characters that were typed.
            content = text[at + 1:match.end() - 1].join("\"\"") if match.lastgroup == "text" else match.group()
            found.append(Token(str(match.lastgroup), content, at + 1))
        at = match.end()
    return (*found, Token("end", "", len(text) + 1))


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens, self.index, self.depth = tokens, 0, 0

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def take(self, *texts: str) -> Token | None:
        """Step over the next token when it is one of these words or signs."""
        token = self.here
        if token.kind in ("word", "op") and token.text.lower() in texts:
            self.index += 1
            return token
        return None

    def need(self, text: str) -> Token:
        token = self.take(text)
        if token is None:
            raise self.unexpected(f"“{text}”", f"“{text}”")
        return token

    def unexpected(self, wanted_zh: str, wanted: str) -> IndicatorError:
        here = self.here
        ended = here.kind == "end"
        return IndicatorError("expected", position=here.at, wanted=wanted, wanted_zh=wanted_zh,
                              found="the end" if ended else f"“{here.text}”",
                              found_zh="结尾" if ended else f"“{here.text}”")

    def condition(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH:
            raise IndicatorError("too_deep", limit=DEPTH)
        tree = self.conjunction()
        while token := self.take("or"):
            tree = Both("or", tree, self.conjunction(), token.at)
        self.depth -= 1
        return tree

    def conjunction(self) -> Node:
        tree = self.negation()
        while token := self.take("and"):
            tree = Both("and", tree, self.negation(), token.at)
        return tree

    def negation(self) -> Node:
        signs = []
        while token := self.take("not"):
            signs.append(token)
        tree = self.test()
        for token in reversed(signs):
            tree = Not(tree, token.at)
        return tree

    def test(self) -> Node:
        if (within := self.within()) is not None:
            return within
        left = self.sum()
        token = self.here
        if self.take(*COMPARISONS, "<>", "=="):
            op = {"<>": "!=", "==": "="}.get(token.text, token.text)
            return Compare(op, left, self.sum(bare=True), token.at)
        if self.take("is"):
            negated = self.take("not") is not None
            self.need("null")
            return IsNull(left, negated, token.at)
        if self.take("in"):
            return In(left, self.literals(), False, token.at)
        if self.take("not"):
            self.need("in")
            return In(left, self.literals(), True, token.at)
        return left

    def within(self) -> Within | None:
        token, following = self.here, self.tokens[min(self.index + 1, len(self.tokens) - 1)].text.lower()
        if token.kind != "word":
            return None
        if token.text.lower() == "repeat" and following in ("within", "complaint"):
            self.index += 1
            what = "complaint" if self.take("complaint") else "repeat"
        elif token.text.lower() == "any" and following == "contact":
            self.index += 2
            what = "any"
        else:
            return None
        self.need("within")
        if self.here.kind != "duration":
            raise self.unexpected("时长，例如 7d、24h、15m、30s", "a duration such as 7d, 24h, 15m, 30s")
        self.index += 1
        return Within(what, _seconds(self.tokens[self.index - 1].text), token.at)

    def sum(self, bare: bool = False) -> Node:
        tree = self.atom(bare)
        while token := self.take("+", "-"):
            tree = Sum(token.text, tree, self.atom(bare), token.at)
        return tree

    def atom(self, bare: bool) -> Node:
        token = self.here
        if self.take("("):
            tree = self.condition()
            self.need(")")
            return tree
        if token.kind == "word" and token.text.lower() not in WORDS:
            self.index += 1
            return Name(token.text, token.at, bare)
        return self.literal()

    def literals(self) -> tuple[Literal, ...]:
        self.need("(")
        values = [self.literal(words=True)]
        while self.take(","):
            values.append(self.literal(words=True))
        self.need(")")
        return tuple(values)

    def literal(self, words: bool = False) -> Literal:
        token, at = self.here, self.here.at
        self.index += token.kind != "end"
        if token.kind == "text":
            return Literal(token.text[1:-1], "text", at)
        if token.kind == "duration":
            return Literal(_seconds(token.text), "duration", at)
        if token.kind == "number":
            return Literal(float(token.text) if "." in token.text else int(token.text), "number", at)
        if token.kind == "word" and token.text.lower() in ("true", "false"):
            return Literal(token.text.lower() == "true", "flag", at)
        if words and token.kind == "word" and token.text.lower() not in WORDS:
            return Literal(token.text, "text", at)
        self.index -= token.kind != "end"
        raise self.unexpected("字段、加引号的文本、数字或时长", "a field, quoted text, a number or a duration")


def _seconds(text: str) -> int:
    return int(text[:-1]) * SECONDS[text[-1]]
