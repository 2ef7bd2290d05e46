"""What people do in a meeting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.web import needs

from .. import services
from ..forms import DecisionForm, IdeaForm, MinutesForm, RankForm, SettleForm
from ..models import VIEW, Idea, Meeting
from ..rights import HOLD, decision_for, meeting_for
from .pages import show


@require_POST
@needs(HOLD)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    row = meeting_for(request.user, pk)
    return _plain(request, pk, lambda: services.hold_meeting(meeting=row, actor=request.user))


@require_POST
@needs(HOLD)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    row = meeting_for(request.user, pk)
    return _plain(request, pk, lambda: services.close_meeting(meeting=row, actor=request.user))


@require_POST
@needs(HOLD)
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    row = meeting_for(request.user, pk)
    return _act(request, row, "minutes", MinutesForm(request.POST, meeting=row), lambda sent: services.write_minutes(
        meeting=row, minutes=sent["minutes"], direction=sent.get("direction", ""), version=sent["version"],
        actor=request.user))


@require_POST
@needs(HOLD)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = meeting_for(request.user, pk)
    form = DecisionForm(request.POST, user=request.user, meeting=row)
    return _act(request, row, "decision", form, lambda sent: services.decide(
        meeting=row, text=sent["text"], owner=sent["owner"], due_on=sent["due_on"], finding_id=sent["finding"],
        actor=request.user))


@require_POST
@needs(VIEW)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = decision_for(request.user, pk), SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("；").join(error for errors in form.errors.values() for error in errors))
        return redirect("meetings:meeting", pk=row.meeting_id)
    return _plain(request, row.meeting_id, lambda: services.settle_decision(
        decision=row, state=form.cleaned_data["state"], result=form.cleaned_data["result"], actor=request.user))


@require_POST
@needs(VIEW)
def idea_add(request: HttpRequest, pk: int) -> HttpResponse:
    row = meeting_for(request.user, pk)
    return _act(request, row, "idea", IdeaForm(request.POST), lambda sent: services.add_idea(
        meeting=row, text=sent["text"], actor=request.user))


@require_POST
@needs(VIEW)
def idea_vote(request: HttpRequest, pk: int) -> HttpResponse:
    idea = _idea(request, pk)
    return _plain(request, idea.meeting_id, lambda: services.vote(idea=idea, actor=request.user))


@require_POST
@needs(HOLD)
def idea_rank(request: HttpRequest, pk: int) -> HttpResponse:
    idea, form = _idea(request, pk), RankForm(request.POST)
    chosen = form.cleaned_data["priority"] if form.is_valid() else "?"
    return _plain(request, idea.meeting_id, lambda: services.rank_idea(
        idea=idea, priority=chosen, actor=request.user))


def _idea(request: HttpRequest, pk: int) -> Idea:
    idea = get_object_or_404(Idea.objects.select_related("meeting"), pk=pk)
    meeting_for(request.user, idea.meeting_id)
    return idea


def _plain(request: HttpRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    """Do one thing without a form; a refusal is told on the page that follows."""
    try:
        act()
    except services.MeetingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已保存。"))
    return redirect("meetings:meeting", pk=pk)


def _act(request: HttpRequest, row: Meeting, place: str, form: Any, act: Callable[[Any], Any]) -> HttpResponse:
    """Do one thing with a form; a refusal stays at its place on the page."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except services.MeetingError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("已保存。"))
            return redirect("meetings:meeting", pk=row.pk)
    return show(request, row, **{place: form})
