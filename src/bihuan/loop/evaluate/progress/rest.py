"""The HTTP API of goals: where each stands, as the page computes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from bihuan.core.rights import require
from bihuan.loop.plan.goals.queries.goals import goal_for, history, newest_terms

from .queries.goals import Progress, progresses
from .queries.problems import REFUSALS, said

MOST = 20       # as many as a page shows
VIEW = "evaluate.view_board"

router = Router(tags=["goals"])


@router.get("/goals", summary="Goals with their progress", response={200: dict, 422: dict})
def goals(request: HttpRequest, offset: int = 0) -> Any:
    """List goals, those that end first at the top, 20 at a time."""
    require(request.user, VIEW)
    offset, terms = max(0, min(offset, 10**9)), newest_terms(request.user)
    total = terms.count()
    try:
        found = progresses(list(terms[offset:offset + MOST]), request.user)
    except REFUSALS as error:
        return Status(422, {"code": "refused", "detail": said(error)})
    return {"goals": [_goal(one) for one in found], "total": total,
            "next_offset": offset + MOST if offset + MOST < total else None}


@router.get("/goals/{pk}", summary="One goal", response={200: dict, 422: dict})
def goal(request: HttpRequest, pk: int) -> Any:
    """Return where one goal stands."""
    require(request.user, VIEW)
    try:
        return _goal(progresses(list(history(goal_for(request.user, pk))[:1]), request.user)[0])
    except REFUSALS as error:
        return Status(422, {"code": "refused", "detail": said(error)})


def _goal(one: Progress) -> dict[str, Any]:
    terms, window, result = one.terms, one.window, one.result
    return {
        "id": terms.goal_id, "version": terms.number, "indicator": terms.goal.indicator, "title": one.title,
        "where": [{"name": name, "value": value} for name, value in one.words], "target": terms.target,
        "due": terms.due, "stage": one.stage, "verdict": one.verdict, "progress": one.share, "low": one.low,
        "high": one.high, "days_left": one.days_left,
        "window": {"start": window.span.start, "end": window.span.end, "whole": window.whole} if window else None,
        "value": result.value if result else None, "n": result.n if result else 0,
        "value_low": result.low if result else None, "value_high": result.high if result else None,
        "suppressed": bool(result and result.suppressed),
    }
