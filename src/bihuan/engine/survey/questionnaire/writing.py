"""A questionnaire -> its document in the normal form: one order of keys, nothing said that is understood by itself."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from . import contracts as c
from .contracts import Choice, Item, NotShown, Page, Questionnaire, Text
from .reading import NONE_WORDS, NOT_APPLICABLE_WORDS, OTHER_WORDS


def write(found: Questionnaire) -> dict[str, Any]:
    """Return the document of a questionnaire; ``read`` gives the questionnaire back, unknown keys included."""
    triggers: list[Any] = [
        {"type": "skip", "expression": skip.expression, "gotoName": skip.goto} if skip.goto
        else {"type": "complete", "expression": skip.expression} for skip in found.skips]
    extra = dict(found.extra)
    triggers += extra.pop("triggers", [])
    return _told(
        title=_text(found.title), description=_text(found.description), locale=found.locale,
        pages=[_page(page) for page in found.pages], completedHtml=_text(found.completed),
        quotas=[{"name": one.name, "expression": one.expression, "limit": one.limit} for one in found.quotas],
        triggers=triggers, consent=_text(found.consent), reward=_text(found.reward),
        variables=[_told(name=one.name, sample=one.sample) for one in found.variables]) | extra


def content_hash(document: dict[str, Any]) -> str:
    """Return what tells two documents apart, whatever the order of their keys."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def not_shown(found: Questionnaire) -> list[NotShown]:
    """List what an imported document holds that is kept and never shown: unknown types and unknown keys."""
    told = [NotShown("", key) for key in found.extra]
    for page in found.pages:
        told += [NotShown(page.name, key) for key in page.extra]
    for item in found.items():
        told += [NotShown(item.name, key) for key in item.extra] if item.known else [NotShown(item.name, item.type)]
    return told


def _page(page: Page) -> dict[str, Any]:
    head = _told(name=page.name, title=_text(page.title), description=_text(page.description),
                 visibleIf=page.visible_if)
    return head | {"elements": [write_item(item) for item in page.elements]} | dict(page.extra)


def write_item(item: Item) -> dict[str, Any]:
    """Return one element as it stands in the document."""
    if not item.known:
        return {**item.extra, "name": item.name}
    head = _told(type=item.type, name=item.name, title=None if item.type == c.HTML else _text(item.title),
                 description=_text(item.description), isRequired=item.required or None, visibleIf=item.visible_if,
                 dimension=item.dimension, role=item.role)
    return head | _own(item) | dict(item.extra)


def _own(item: Item) -> dict[str, Any]:
    if item.type == c.RATING:
        return {"rateMin": item.low, "rateMax": item.high} | _told(
            minRateDescription=_text(item.low_text), maxRateDescription=_text(item.high_text), metric=item.metric,
            reversed=item.reversed or None, expects=item.expects) | (
            {} if item.reason_below is None else {"reasonBelow": item.reason_below}) | _not_applicable(item)
    if item.type == c.MATRIX:
        return {"rows": [_choice(row) for row in item.rows], "columns": [_choice(one) for one in item.columns]} | _told(
            metric=item.metric) | _not_applicable(item)
    if item.type in c.CHOOSING:
        listed = {"choices": [_choice(one) for one in item.choices]}
        return listed | _told(maxSelectedChoices=item.most) | _offered(item)
    if item.type == c.TEXT:
        return _told(inputType=item.input_type if item.input_type != "text" else None)
    if item.type == c.HTML:
        return {"html": _text(item.title) or ""}
    return {"elements": [write_item(one) for one in item.elements]} if item.type == c.PANEL else {}


def _offered(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if item.other is not None:
        told |= {"showOtherItem": True} | _told(otherText=_text(item.other) if item.other != OTHER_WORDS else None)
    if item.none is not None:
        told |= {"showNoneItem": True} | _told(noneText=_text(item.none) if item.none != NONE_WORDS else None)
    return told


def _not_applicable(item: Item) -> dict[str, Any]:
    if item.not_applicable is None:
        return {}
    return {"notApplicable": True if item.not_applicable == NOT_APPLICABLE_WORDS else _text(item.not_applicable)}


def _choice(choice: Choice) -> Any:
    if choice.text == Text(choice.value) and not choice.dimension:
        return choice.value
    return _told(value=choice.value, text=_text(choice.text), dimension=choice.dimension)


def _text(text: Text | None) -> Any:
    if text is None or not text.default:
        return None
    return {"default": text.default, **dict(text.others)} if text.others else text.default


def _told(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != "" and value != []}
