"""Answers as they were sent -> answers that may be kept, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from . import contracts as c
from .contracts import Checked, Item, Questionnaire
from .flow import walk
from .showing import columns_of, extra_choices

# required: not answered. range, choice, number, date, email, phone: no possible answer. reason: one is needed for this
# score. too_many: more choices than allowed. rows: some rows are left out. places: not each choice has a place of its
# own. long: more than MOST characters. other: the words of "other" are missing.
CODES = ("required", "range", "choice", "number", "date", "email", "phone", "reason", "too_many", "rows", "places",
         "long", "other")
MOST = 4000
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[\d\s()-]{5,25}")


class _Wrong(Exception):
    """An answer that cannot be kept; the first argument is its code."""


def check(found: Questionnaire, answers: Mapping[str, Any], *, page: str | None = None,
          variables: Mapping[str, Any] | None = None) -> Checked:
    """Return what may be kept of ``answers`` and what is wrong, by item.

    Names that are no items, and answers to what is not shown, are dropped. Texts of a form become numbers where the
    item asks for one. A matrix takes a mapping row -> column; a ranking a list in order or a mapping choice -> place.
    With ``page`` only that page's errors are told; what is wrong elsewhere is dropped without a word.
    """
    clean: dict[str, Any] = {}
    errors: dict[str, str] = {}
    # Walked with the answers kept so far: a condition never hangs on an answer that is itself not shown.
    for at, item in walk(found, clean, variables):
        if not item.asks:
            continue
        told = page is None or at.name == page
        try:
            value, reason = _value(item, answers.get(item.name)), _reason(item, answers)
        except _Wrong as wrong:
            if told:
                errors[item.name] = wrong.args[0]
            continue
        if value is not None:
            clean[item.name] = value
            if reason:
                clean[item.name + c.COMMENT_SUFFIX] = reason
        problem = _missing(item, value, reason)
        if problem and told:
            errors[item.name] = problem
    return Checked(clean, errors)


def _missing(item: Item, value: Any, reason: str) -> str:
    if value is None:
        return "required" if item.required else ""
    if item.type == c.MATRIX and item.required and len(value) < len(item.rows):
        return "rows"
    if item.type == c.RATING and item.reason_below is not None and isinstance(value, int):
        return "" if reason or value > item.reason_below else "reason"
    if item.other is not None and c.OTHER in (value if isinstance(value, list) else [value]) and not reason:
        return "other"
    return ""


def _reason(item: Item, answers: Mapping[str, Any]) -> str:
    """The words beside an answer: the reason of a score, or what "other" means."""
    text = answers.get(item.name + c.COMMENT_SUFFIX)
    if not isinstance(text, str) or not (item.type == c.RATING or item.other is not None):
        return ""
    return _words(text)


def _value(item: Item, given: Any) -> Any:
    """Return the answer as it is kept, None for none. Raises _Wrong."""
    if given is None or given == "" or given == [] or given == {}:
        return None
    return _TAKES[item.type](item, given)


def _rating(item: Item, given: Any) -> Any:
    if item.not_applicable is not None and given == c.NOT_APPLICABLE:
        return c.NOT_APPLICABLE
    number = _whole(given)
    if number is None or not item.low <= number <= item.high:
        raise _Wrong("range")
    return number


def _one(item: Item, given: Any) -> str:
    word = _word(given)
    if word not in {choice.value for choice in (*item.choices, *extra_choices(item))}:
        raise _Wrong("choice")
    return word


def _several(item: Item, given: Any) -> list[str] | None:
    listed = [_one(item, one) for one in (given if isinstance(given, list | tuple) else [given]) if one != ""]
    chosen = list(dict.fromkeys(listed))
    if c.NONE in chosen and item.none is not None and len(chosen) > 1:
        raise _Wrong("choice")
    if item.most is not None and len(chosen) > item.most:
        raise _Wrong("too_many")
    return chosen or None


def _matrix(item: Item, given: Any) -> Any:
    if not isinstance(given, Mapping):
        raise _Wrong("choice")
    columns = {column.value for column in columns_of(item)}
    rows = {row.value: _word(given[row.value]) for row in item.rows if given.get(row.value) not in (None, "")}
    if not set(rows.values()) <= columns:
        raise _Wrong("choice")
    return rows or None


def _ranking(item: Item, given: Any) -> Any:
    if isinstance(given, Mapping):
        places = {str(value): _whole(place) for value, place in given.items() if place not in (None, "")}
        if not places:
            return None
        if sorted(place or 0 for place in places.values()) != list(range(1, len(item.choices) + 1)):
            raise _Wrong("places")
        given = sorted(places, key=lambda value: places[value] or 0)
    listed = [_one(item, one) for one in given] if isinstance(given, list | tuple) else []
    if len(listed) != len(item.choices) or len(set(listed)) != len(listed):
        raise _Wrong("places")
    return listed


def _comment(item: Item, given: Any) -> str | None:
    if not isinstance(given, str | int | float):
        raise _Wrong("choice")
    return _words(str(given)) or None


def _text(item: Item, given: Any) -> Any:
    text = _comment(item, given)
    if text is None or item.input_type == "text":
        return text
    if item.input_type == "number":
        return _any_number(text)
    if item.input_type == "date":
        return _day(text)
    pattern, code = (EMAIL, "email") if item.input_type == "email" else (PHONE, "phone")
    if not pattern.fullmatch(text):
        raise _Wrong(code)
    return text


def _any_number(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        raise _Wrong("number") from None
    if not abs(number) < 1e15:    # nan too
        raise _Wrong("number")
    return int(number) if number == int(number) else number


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _Wrong("date") from None


def _words(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) > MOST:
        raise _Wrong("long")
    return text


def _whole(given: Any) -> int | None:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        number = float(given)
        return int(number) if number == int(number) else None
    except (ValueError, OverflowError):
        return None


def _word(given: Any) -> str:
    if not isinstance(given, str | int | float):
        raise _Wrong("choice")
    return f"{given:g}" if isinstance(given, float) else str(given)


_TAKES: dict[str, Callable[[Item, Any], Any]] = {
    c.RATING: _rating, c.RADIO: _one, c.DROPDOWN: _one, c.CHECKBOX: _several, c.MATRIX: _matrix, c.RANKING: _ranking,
    c.COMMENT: _comment, c.TEXT: _text,
}
