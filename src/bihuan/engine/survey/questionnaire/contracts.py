"""What a questionnaire is: pages of items, texts in three languages, rules of what is shown to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .traditional import traditional

LANGUAGES = {"zh-hans": "default", "zh-hant": "zh-tw", "en": "en"}

RATING, RADIO, CHECKBOX, DROPDOWN = "rating", "radiogroup", "checkbox", "dropdown"
MATRIX, RANKING, COMMENT, TEXT, HTML, PANEL = "matrix", "ranking", "comment", "text", "html", "panel"
TYPES = (RATING, RADIO, CHECKBOX, DROPDOWN, MATRIX, RANKING, COMMENT, TEXT, HTML, PANEL)
CHOOSING = (RADIO, CHECKBOX, DROPDOWN, RANKING)
SILENT = (HTML, PANEL)                                # shown, never answered
METRICS = ("csat", "nps", "ces", "rating")
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
ROLES = ("overall", "dimension", "open", "profile", "screening")
INPUTS = ("text", "number", "date", "email", "tel")
OTHER, NONE, NOT_APPLICABLE = "other", "none", "na"   # values that stand for themselves
COMMENT_SUFFIX = "-Comment"
END = ""                                              # where a skip leads that ends the questionnaire


@dataclass(frozen=True)
class Text:
    """A text in simplified Chinese, and in other languages by SurveyJS's codes (zh-tw, en)."""

    default: str = ""
    others: tuple[tuple[str, str], ...] = ()

    def in_language(self, language: str) -> str:
        """Return the text in a language: traditional Chinese is converted, English falls back to the first text.

        >>> Text("满意", (("en", "Satisfied"),)).in_language("zh-hant")
        '滿意'
        """
        found = dict(self.others).get(LANGUAGES.get(language, language))
        if found:
            return found
        return traditional(self.default) if language == "zh-hant" else self.default

    def has(self, language: str) -> bool:
        return language == "zh-hans" or bool(dict(self.others).get(LANGUAGES[language]))

    def __bool__(self) -> bool:
        return bool(self.default)


EMPTY = Text()


@dataclass(frozen=True)
class Choice:
    """One choice, row or column. A row of a matrix may be tied to a ``dimension``."""

    value: str
    text: Text
    dimension: str = ""


def steps_of(choices: tuple[Choice, ...]) -> tuple[int, int] | None:
    """Return the ends of choices that are consecutive whole numbers, None for others."""
    words = [choice.value for choice in choices]
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        return None
    numbers = sorted(int(word) for word in words)
    return (numbers[0], numbers[-1]) if numbers == list(range(numbers[0], numbers[0] + len(numbers))) else None


@dataclass(frozen=True)
class Item:
    """One element of a page. For ``html`` the title is the text shown; a ``panel`` holds ``elements``.

    ``reason_below``: at this score or a lower one a reason is required. ``other``, ``none`` and ``not_applicable``:
    the words of these additional choices, None where not offered. ``extra``: keys of SurveyJS that are kept and not
    shown; an item of a type that is not in ``TYPES`` is kept whole.
    """

    name: str
    type: str
    title: Text = EMPTY
    description: Text = EMPTY
    required: bool = False
    visible_if: str = ""
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()
    low: int = 1
    high: int = 5
    low_text: Text = EMPTY
    high_text: Text = EMPTY
    reversed: bool = False
    metric: str = ""
    dimension: str = ""
    expects: str = ""
    reason_below: int | None = None
    role: str = ""
    input_type: str = "text"
    most: int | None = None
    other: Text | None = None
    none: Text | None = None
    not_applicable: Text | None = None
    elements: tuple[Item, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return self.type in TYPES

    @property
    def asks(self) -> bool:
        """Whether somebody can answer it."""
        return self.known and self.type not in SILENT

    @property
    def scale(self) -> tuple[int, int]:
        return self.low, self.high


@dataclass(frozen=True)
class Page:
    name: str
    title: Text = EMPTY
    description: Text = EMPTY
    visible_if: str = ""
    elements: tuple[Item, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Quota:
    """No more than ``limit`` responses for which ``expression`` holds are wanted."""

    name: str
    expression: str
    limit: int


@dataclass(frozen=True)
class Skip:
    """Where ``expression`` holds, what lies between its last item and ``goto`` is left out; END leaves out the rest."""

    expression: str
    goto: str = END


@dataclass(frozen=True)
class Variable:
    """Something a link tells beside the answers, never personal data; ``sample`` is what a preview shows."""

    name: str
    sample: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """``description``: the notice of purpose. ``completed``: the thanks. ``consent``: what must be agreed to first."""

    title: Text
    pages: tuple[Page, ...] = ()
    description: Text = EMPTY
    completed: Text = EMPTY
    consent: Text | None = None
    reward: Text | None = None
    quotas: tuple[Quota, ...] = ()
    skips: tuple[Skip, ...] = ()
    variables: tuple[Variable, ...] = ()
    locale: str = "zh-cn"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def items(self) -> Iterator[Item]:
        """Every item in the order asked, those of panels after their panel."""
        for page in self.pages:
            for item in page.elements:
                yield item
                yield from item.elements

    def item(self, name: str) -> Item | None:
        return next((item for item in self.items() if item.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.items())


@dataclass(frozen=True)
class ShownChoice:
    """A choice in the language asked. ``chosen``: of a row, the value of its column; of a ranking, its place."""

    value: str
    text: str
    chosen: str = ""


@dataclass(frozen=True)
class ShownItem:
    """An item as its reader sees it, with what was answered so far (``answer``, texts), the reason and the ``error``.

    ``choices`` holds other, none and not applicable as well; for a rating the steps of the scale.
    """

    name: str
    type: str
    title: str
    description: str = ""
    required: bool = False
    choices: tuple[ShownChoice, ...] = ()
    rows: tuple[ShownChoice, ...] = ()
    columns: tuple[ShownChoice, ...] = ()
    low_text: str = ""
    high_text: str = ""
    input_type: str = "text"
    most: int | None = None
    reason_below: int | None = None
    has_other: bool = False
    answer: str = ""
    reason: str = ""
    error: str = ""
    conditional: bool = False
    leads: bool = False        # whether a condition or a text depends on it

    @property
    def steps(self) -> tuple[ShownChoice, ...]:
        """The choices on the scale of a rating."""
        return tuple(choice for choice in self.choices if choice.value != NOT_APPLICABLE)

    @property
    def low(self) -> tuple[str, ...]:
        """The scores that need a reason.

        >>> ShownItem("q", "rating", "", choices=(ShownChoice("1", "1"), ShownChoice("3", "3")), reason_below=2).low
        ('1',)
        """
        return tuple(step.value for step in self.steps
                     if self.reason_below is not None and int(step.value) <= self.reason_below)

    @property
    def beside(self) -> tuple[ShownChoice, ...]:
        """The choice beside the scale: not applicable."""
        return tuple(choice for choice in self.choices if choice.value == NOT_APPLICABLE)


@dataclass(frozen=True)
class ShownPage:
    name: str
    title: str
    description: str
    items: tuple[ShownItem, ...]


@dataclass(frozen=True)
class Checked:
    """``clean``: the answers that may be kept. ``errors``: item -> code (see ``checking.CODES``)."""

    clean: dict[str, Any]
    errors: dict[str, str]


@dataclass(frozen=True)
class Answered:
    """One response, checked. ``device`` is a hash, empty in an anonymous survey. ``version`` names the wording."""

    id: str
    answers: Mapping[str, Any]
    at: datetime
    channel: str = ""
    customer: str = ""
    case: str = ""
    agent: str = ""
    entered_by: str = ""
    status: str = "valid"
    seconds: float | None = None
    device: str = ""
    version: str = ""
    weight: float | None = None


@dataclass(frozen=True)
class NotShown:
    """Something of an imported document that is kept and not shown: where, and which key or type."""

    path: str
    what: str
