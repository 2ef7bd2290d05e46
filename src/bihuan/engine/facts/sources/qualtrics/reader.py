"""Qualtrics responses: the answers of a response, which are fields of an object, as a list; and answers a row each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

METRICS = (("NPS", "nps"), ("CSAT", "csat"), ("SAT", "csat"), ("CES", "ces"))
SKIPPED = ("_NPS_GROUP", "_DO", "_GROUP")


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One record a response, with ``answers``: question, coded value, label or text, the response's time."""
    for document in documents:
        if "question_id" in document:
            yield _row(document)
            continue
        held = document.get("responses")
        for response in held if isinstance(held, list) else [document]:
            if "responseId" in response:
                yield {**response, "answers": list(_answers(response))}


def _answers(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    values, labels = response.get("values") or {}, response.get("labels") or {}
    for question, value in values.items():
        if not question.startswith("QID") or question.endswith(SKIPPED) or value in (None, ""):
            continue
        label = labels.get(question)
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        text = label if label is not None else None if number is not None else value
        yield {"question": question, "value": number, "text": _said(text), "metric": _metric(question),
               "at": values.get("recordedDate"), "status": values.get("status"),
               "customer": values.get("externalDataReference")}


def _row(told: dict[str, Any]) -> dict[str, Any]:
    """A row of the connector's table: its question with the part of it that is asked, and what the words of it say."""
    asked = " ".join(str(part) for part in (told.get("question") or told["question_id"], told.get("sub_question_text"))
                     if part)
    return {**told, "asked": asked, "said": told.get("text"), "metric": _metric(asked)}


def _said(text: Any) -> str | None:
    if isinstance(text, list):
        return "┋".join(str(one) for one in text)
    return None if text is None else str(text)


def _metric(question: str) -> str:
    """Ids of questions say nothing of what is asked, but parts of them do for questions of that type."""
    return next((metric for word, metric in METRICS if word in question.upper()), "other")
