"""A plan of columns as the mapping by which the normal import reads the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from glob import escape
from typing import Any

from ...facts.mapping.values import vocabulary
from ...facts.mapping.writing import dumps
from ..questionnaire import contracts as c
from ..questionnaire.contracts import Choice, Item, Questionnaire
from ..questionnaire.showing import columns_of, extra_choices
from .contracts import AT, CUSTOMER, ID, SECONDS, STATUS, WEIGHT, ColumnPlan, Target

DAYS = 366
# What 问卷星 and Qualtrics write where nobody answered, and what Qualtrics calls its own trials.
SKIPPED = ("(跳过)", "（跳过）", "(空)", "（空）", "-99")
TRIALS = {"IP Address": "valid", "0": "valid", "Survey Preview": "test", "1": "test", "Survey Test": "test",
          "2": "test", "Imported": "valid", "4": "valid", "Spam": "test", "8": "test"}
YES = {"1": "1", "0": "0", "是": "1", "否": "0", "true": "1", "false": "0"}


def mapping_text(plan: ColumnPlan, asked: Questionnaire, target: Target, *, title: str) -> str:
    """Return the mapping as the text of a file. A cell that is no code of its item is told as bad and left blank."""
    told: dict[str, Any] = {"title": title, "table": "answers", "source": target.source}
    if plan.dates:
        told["dates"] = [plan.dates]
    if plan.below_header:
        told["below_header"] = plan.below_header
    if target.closes_at is not None:
        told["late_after"] = target.closes_at.isoformat()
    told["fields"] = _fields(plan, target)
    told["spread"] = list(_spreads(plan, asked))
    if not told["spread"]:
        del told["spread"]
    return dumps(told)


def _fields(plan: ColumnPlan, target: Target) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": plan.column(ID), "at": _at(plan, target), "survey": {"constant": target.wave},
        "question": {"constant": "_version"}, "metric": {"constant": "other"}, "text": {"constant": target.version},
        "channel": {"constant": "online"}}
    if column := plan.column(WEIGHT):
        fields["weight"] = {"column": column, "on_error": "cell"}
    if column := plan.column(STATUS):
        fields["status"] = {"column": column, "map": TRIALS, "default": "valid"}
    if (column := plan.column(CUSTOMER)) and not target.anonymous:
        # Nobody invited: every parameter is unknown, and told so.
        known = {number: number for number in target.invited} or {"\x1f": "\x1f"}
        fields["customer"] = {"column": column, "map": known, "only": True, "on_error": "cell"}
    return fields


def _at(plan: ColumnPlan, target: Target) -> dict[str, Any]:
    column = plan.column(AT)
    if not column:
        return {"constant": plan.day}
    if plan.first_day:
        first = date.fromisoformat(plan.first_day)
        return {"column": column, "map": {str(number + 1): (first + timedelta(days=number)).isoformat()
                                          for number in range(DAYS)}, "only": True, "on_error": "row"}
    return {"column": column, "parser": "date" if target.anonymous else "datetime"}


def _spreads(plan: ColumnPlan, asked: Questionnaire) -> Iterator[dict[str, Any]]:
    """One entry a column. Reasons go with the item they belong to."""
    if column := plan.column(SECONDS):
        yield {"columns": [escape(column)], "question": "_seconds", "parser": "duration", "texts": False}
    for column, role in plan.roles.items():
        name, _dot, part = role.partition(".")
        item = asked.item(name)
        if item is None or role.startswith("@"):
            continue
        told = _of_item(item, part)
        _called_otherwise(told, offered(item, part), plan.codes.get(column, {}))
        if reason := plan.column(role + c.COMMENT_SUFFIX):
            told |= {"reason": reason, "texts": True}
        known = {cell.lower() for key in ("map", "words") for cell in told.get(key, {})}
        known |= {cell.lower() for cells in told.get("choices", {}).values() for cell in cells}
        missing = [code for code in (*plan.missing, *SKIPPED) if code.lower() not in known]
        if "choices" in told:
            told["separator"] = plan.separator
        yield {"columns": [escape(column)], "question": role, "missing": list(dict.fromkeys(missing)), **told}


def _of_item(item: Item, part: str) -> dict[str, Any]:
    if item.type == c.RATING:
        metric = {item.metric: ["*"]} if item.metric in c.SCALES and not item.reversed else {}
        return {"map": _scores(item), "only": True, "texts": False, "metrics": metric}
    if item.type == c.RANKING:
        return {"map": {str(place): str(place) for place in range(1, len(item.choices) + 1)}, "only": True,
                "texts": False}
    if item.type == c.CHECKBOX:
        choices = (*item.choices, *extra_choices(item))
        return {"map": YES, "only": True, "texts": False} if part else {"choices": _cells(choices)}
    if item.type in (c.RADIO, c.DROPDOWN):
        return _one_of((*item.choices, *extra_choices(item)))
    if item.type == c.MATRIX:
        return _one_of(columns_of(item))
    if item.type == c.TEXT and item.input_type == "number":
        return {"texts": False}
    return {"values": False}


def offered(item: Item, part: str = "") -> dict[str, str]:
    """Return {value: words} of what a cell of an item can be; empty where that is no choice."""
    if item.type == c.RATING:
        return {f"{score}": f"{score}" for score in range(item.low, item.high + 1)}
    if item.type in (c.RADIO, c.DROPDOWN) or (item.type == c.CHECKBOX and not part):
        return {choice.value: choice.text.default or choice.value for choice in (*item.choices, *extra_choices(item))}
    if item.type == c.MATRIX:
        return {choice.value: choice.text.default or choice.value for choice in columns_of(item)}
    return {}


def _called_otherwise(told: dict[str, Any], known: Mapping[str, str], codes: Mapping[str, str]) -> None:
    for cell, value in codes.items():
        if value not in known:
            continue
        if "choices" in told:
            told["choices"].setdefault(value, []).append(cell.lower())
        if "words" in told:
            told["words"][cell.lower()] = known[value]
        if "map" in told:
            told["map"][cell.lower()] = value


def _scores(item: Item) -> dict[str, str]:
    """What a rating's cell may say: the number, the number with 分, the words of its ends, five worded grades."""
    found: dict[str, str] = {}
    for score in range(item.low, item.high + 1):
        found |= {f"{score}": f"{score}", f"{score}.0": f"{score}", f"{score}分": f"{score}"}
    if item.scale == (1, 5):
        for word, grade in vocabulary("five_grades").items():
            found.setdefault(word, str(6 - int(grade)) if item.reversed else str(grade))
    for text, end in ((item.low_text, item.low), (item.high_text, item.high)):
        found |= {words.lower(): str(end) for words in _texts(text)}
    return found


def _one_of(choices: tuple[Choice, ...]) -> dict[str, Any]:
    """A single choice: its words, and its number where every choice is one."""
    words = {cell: choice.text.default or choice.value for choice, cell in _named(choices)}
    told: dict[str, Any] = {"words": words, "only": True}
    if all(_is_number(choice.value) for choice in choices):
        told["map"] = {cell: choice.value for choice, cell in _named(choices)}
    return told


def _cells(choices: tuple[Choice, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for choice, cell in _named(choices):
        found.setdefault(choice.value, []).append(cell)
    return found


def _named(choices: tuple[Choice, ...]) -> Iterator[tuple[Choice, str]]:
    """Each cell that stands for a choice: its value, its words, else its place in the list ("按选项序号")."""
    taken: set[str] = set()
    named = [(choice, cell) for choice in choices for cell in (choice.value, *_texts(choice.text))]
    for choice, cell in [*named, *((choice, str(place)) for place, choice in enumerate(choices, 1))]:
        if cell and cell.lower() not in taken:
            taken.add(cell.lower())
            yield choice, cell.lower()


def _texts(text: c.Text) -> list[str]:
    return [words for words in (text.default, *(other for _code, other in text.others)) if words]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
