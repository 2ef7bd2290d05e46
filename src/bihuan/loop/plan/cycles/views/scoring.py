"""Scoring: each member's own sheet, and its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs

from .. import services
from ..contracts import LOW
from ..queries.cycles import cycle_for
from ..queries.scoring import CHOICES, items_of, marks_from, own_scores
from ..rights import MANAGE


@require_http_methods(["GET", "POST"])
@needs("plan.view_cycles")
def cycle_score(request: HttpRequest, pk: int) -> HttpResponse:
    """A member's own scores; those of others are on no page before the scoring has ended."""
    found = cycle_for(request.user, pk)
    member = found.members.filter(user=request.user).first()
    if member is None:
        raise NotAllowed(f"cycle {pk}")
    items, problem, wrong = items_of(found), "", ""
    if request.method == "POST":
        done = "done" in request.POST
        try:
            services.score_cycle(cycle=found, marks=marks_from(request.POST, items), done=done, actor=request.user)
        except services.CycleError as error:
            problem, wrong = str(error), error.field
        else:
            messages.success(request, _("评分已交出。") if done else _("已保存，尚未交出。"))
            return HttpResponseRedirect(reverse("cycles:cycle" if done else "cycles:cycle_score", args=[pk]))
    kept = own_scores(found, request.user)
    lines = [_line(item, kept, request) for item in items]
    locked = bool(member.scored_at or found.scoring_closed_at or not found.is_open)
    return render(request, "cycles/cycle_score.html", {
        "cycle": found, "member": member, "lines": lines, "choices": CHOICES, "locked": locked, "low": LOW,
        "problem": problem, "wrong": wrong}, status=422 if problem else 200)


def _line(item: Any, kept: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """One row of the sheet: what was sent and refused stays, else what is kept."""
    one = kept.get(item.key)
    return {"item": item,
            "score": request.POST.get(f"score-{item.key}", f"{one.score:.1f}" if one else ""),
            "note": request.POST.get(f"note-{item.key}", one.note if one else "")}


@require_POST
@needs(MANAGE)
def cycle_scoring_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the scoring before everybody has handed in."""
    try:
        services.close_scoring(cycle=cycle_for(request.user, pk), actor=request.user)
    except services.CycleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("评分已结束，所有人的评分现在可见。"))
    return HttpResponseRedirect(reverse("cycles:cycle", args=[pk]))
