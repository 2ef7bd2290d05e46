"""Collected dialogues of three layouts as records of one: turns of a side, pairs of turns, speaker and text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import fmean
from typing import Any

SIDES = {"helpdesk": "agent", "system": "agent", "user": "customer", "action": "system"}


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One record a dialogue: ``id``, ``messages`` in their order and ``answers`` (what readers or customers judged)."""
    for told in documents:
        name = told.get("id") or told.get("dialogue_id") or told.get("convo_id")
        if name is None:
            # The list may lie in an object, beside its count or the page it is.
            yield from records(one for held in told.values() if isinstance(held, list)
                               for one in held if isinstance(one, dict))
        else:
            said = [(side, text) for side, text in _turns(told) if text and text.strip()]
            yield {"id": str(name), "answers": list(_answers(told)), "messages": [
                {"seq": order, "sender_kind": SIDES.get(side, side), "text": text}
                for order, (side, text) in enumerate(said)]}


def _turns(told: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """(Side, text) of every utterance; empty ones stand for pictures that were not collected."""
    for turn in told.get("turns") or told.get("original") or ():
        if isinstance(turn, list):
            yield str(turn[0]), str(turn[1])
        elif "utterances" in turn:
            yield from ((str(turn["sender"]), text) for text in turn["utterances"])
        else:
            yield "user", turn.get("user")
            yield "system", turn.get("system")


def _answers(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Judgements: the mean of several annotators, or the number given to a turn or the whole."""
    votes = [vote["quality"] for vote in told.get("annotations") or ()]
    for quality in votes[0] if votes else ():
        yield {"question": quality, "value": fmean(vote[quality] for vote in votes)}
    if told.get("overall_satisfaction") is not None:
        yield {"question": "overall", "value": told["overall_satisfaction"]}
    for number, turn in enumerate(told.get("turns") or ()):
        if isinstance(turn, dict) and turn.get("satisfaction") is not None:
            yield {"question": f"turn {number}", "value": turn["satisfaction"]}
