"""A response as rows of the lake's answers."""

from __future__ import annotations

from typing import Any

from bihuan.engine.survey.questionnaire import Answered, rows
from bihuan.loop.collect.surveys.contracts import WaveInfo

from .contracts import CHANNEL_IN_RECORDS
from .models import Response
from .sealing import unseal
from .waves import questions_of

GONE = "_gone"


def rows_of(response: Response, wave: WaveInfo) -> list[dict[str, Any]]:
    """Return the rows that a response makes; of one that was withdrawn, the same rows with nothing in them."""
    if response.sealed is None:
        return []
    answers = unseal(response.sealed)
    if GONE in answers:
        return [_owned({"id": f"{wave.code}:{response.pk}#{name}", "question": name, "metric": "other",
                        "survey": wave.code, "at": response.received_at, "status": response.status}, response, wave)
                for name in answers[GONE]]
    told = Answered(
        id=str(response.pk), answers=answers, at=response.received_at, channel=response.channel,
        customer=response.customer, case=response.case, agent=response.agent, entered_by=response.entered_by,
        status=response.status, seconds=response.seconds, device=response.device, version=str(response.version_id))
    found = rows(questions_of(response.version_id), told, wave=wave.code)
    if response.place:
        found.append({"id": f"{wave.code}:{response.pk}#_place", "question": "_place", "metric": "other",
                      "survey": wave.code, "text": response.place, "at": response.received_at,
                      "status": response.status})
    return [_owned(row, response, wave) for row in found]


def items_of(response: Response, wave: WaveInfo) -> list[str]:
    """Return the names under which a response stands in the lake."""
    return [row["question"] for row in rows_of(response, wave)]


def _owned(row: dict[str, Any], response: Response, wave: WaveInfo) -> dict[str, Any]:
    """A case is known under the name of the system it came from: rows about one belong to that system."""
    return {**row, "channel": CHANNEL_IN_RECORDS.get(response.channel, "other"), "case": response.case or None,
            "source": response.case.partition(":")[0] or wave.code}
