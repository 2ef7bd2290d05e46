"""Responses as staff may see them: without the answers in lists, masked one by one, raw only with right and reason."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import named
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.survey.questionnaire import Item

from ..models import Response
from ..sealing import Unreadable, unseal
from ..waves import questions_of, wave_of


def responses(wave: int, *, status: str = "", channel: str = "", staff: bool = False) -> QuerySet[Response]:
    """Return a wave's responses, the newest first; ``staff``: only those that somebody entered for a customer.

    Those of an anonymous wave come in the order of their random numbers, whatever channel is asked for, and not before
    there are so many of a status that none of them leads to a person.
    """
    found = Response.objects.filter(wave_id=wave).defer("sealed").select_related("site").order_by("-received_at", "pk")
    known = wave_of(wave)
    if known.mode == "anonymous":
        found = _many(found.order_by("pk"), known.minimum_n)
    elif channel:
        found = found.filter(channel=channel)
    if status in Response.Status.values:
        found = found.filter(status=status)
    return found.exclude(entered_by="") if staff else found


def _many(found: QuerySet[Response], least: int) -> QuerySet[Response]:
    """Those whose status enough others have too."""
    counts = found.order_by().values_list("status").annotate(n=Count("pk"))
    return found.filter(status__in=[status for status, n in counts if n >= least])


def raw_answers(response: Response) -> dict[str, Any] | None:
    """Return what was answered, as it came; None when it is gone."""
    if response.sealed is None or response.status == Response.Status.WITHDRAWN:
        return None
    try:
        return unseal(response.sealed)
    except Unreadable:
        return None


def masked_answers(response: Response) -> dict[str, Any] | None:
    """Return what was answered with personal data in texts masked."""
    found, rules = raw_answers(response), load_rules(workspace.home())
    if found is None:
        return None
    return {name: mask_text(value, rules) if isinstance(value, str) else value for name, value in found.items()}


def answers_shown(response: Response, answers: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return the answers with the titles of their questions, in the order of the questionnaire."""
    if not answers:
        return []
    language, shown = get_language() or "zh-hans", []
    for item in questions_of(response.version_id).items():
        title = item.title.in_language(language)
        if item.name in answers:
            shown.append((title, _text(answers[item.name], item, language)))
        if (reason := answers.get(f"{item.name}-Comment")):
            shown.append((f"{title} · {_('原因')}", str(reason)))
    return shown


def _text(value: Any, item: Item, language: str) -> str:
    words = {choice.value: choice.text.in_language(language) for choice in (*item.choices, *item.columns)}
    rows = {row.value: row.text.in_language(language) for row in item.rows}
    if isinstance(value, dict):
        return _("；").join(named(rows.get(row, row), words.get(str(told), told)) for row, told in value.items())
    if isinstance(value, list):
        return _("、").join(str(words.get(str(one), one)) for one in value)
    return str(words.get(str(value), value))
