"""What was clicked in a preview, as answers: field names are those of the shared fragments."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from bihuan.engine.survey.questionnaire import Questionnaire, check
from bihuan.engine.survey.questionnaire import contracts as c


def typed(found: Questionnaire, post: QueryDict) -> dict[str, Any]:
    """Return the answers that a form of the shared fragments holds, as far as they are answers."""
    given: dict[str, Any] = {}
    for item in found.items():
        if item.type == c.CHECKBOX:
            given[item.name] = post.getlist(item.name)
        elif item.type == c.MATRIX:
            given[item.name] = {row.value: post.get(f"{item.name}.{row.value}") for row in item.rows}
        elif item.type == c.RANKING:
            given[item.name] = {one.value: post.get(f"{item.name}.{one.value}", "") for one in item.choices}
        elif item.asks:
            given[item.name] = post.get(item.name)
        given[item.name + c.COMMENT_SUFFIX] = post.get(item.name + c.COMMENT_SUFFIX, "")
    return check(found, given).clean
