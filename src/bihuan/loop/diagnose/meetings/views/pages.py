"""Meetings in lists and one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on

from .. import services
from ..forms import DecisionForm, EditForm, IdeaForm, MinutesForm, NewForm, SettleForm
from ..models import VIEW, Idea, Meeting
from ..queries.agenda import BOARD, agenda_for, decisions_for, ideas_of, listed
from ..rights import HOLD, may_hold, may_settle, meeting_for
from ..services.files import WRITERS
from ..services.ideas import takes_part

MEDIA = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}


@require_GET
@needs(VIEW)
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Show the meetings this person sees."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    page = page_of(request, listed(_person(request), kind=kind, state=state), size=25)
    return render(request, "meetings/meeting_list.html", {
        "page": page, "units": unit_names(), "kinds": Meeting.Kind.choices, "states": Meeting.State.choices,
        "kind": kind, "state": state, "may_hold": can(request.user, HOLD)})


@require_GET
@needs(VIEW)
def decision_list(request: HttpRequest) -> HttpResponse:
    """Show what is still to be done of what meetings decided."""
    mine = request.GET.get("mine") == "1"
    page = page_of(request, decisions_for(_person(request), mine=mine), size=25)
    seen = set(Meeting.objects.for_user(_person(request)).filter(
        pk__in=[one.meeting_id for one in page]).values_list("pk", flat=True))
    return render(request, "meetings/decision_list.html", {"page": page, "mine": mine, "seen": seen})


@require_http_methods(["GET", "POST"])
@needs(HOLD)
def meeting_new(request: HttpRequest) -> HttpResponse:
    """Call a meeting; its agenda makes itself."""
    finding = request.GET.get("finding", "")
    guess = {"kind": request.GET.get("kind", "workshop" if finding else "attribution"), "finding": finding,
             "at": timezone.localtime().replace(minute=0)}
    form = NewForm(request.POST or None, user=_person(request), initial=guess)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            made = services.plan_meeting(kind=form.cleaned_data["kind"], unit_code=form.cleaned_data["unit_code"],
                                         words=form.words(), actor=_person(request))
            return redirect("meetings:meeting_edit", pk=made.pk)
    return answer(request, "meetings/meeting_edit.html", {"form": form, "meeting": None}, form)


@require_http_methods(["GET", "POST"])
@needs(HOLD)
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when, where and with whom."""
    row = _held_by(request, pk)
    form = EditForm(request.POST or None, user=_person(request), meeting=row, initial={
        "title": row.title, "at": timezone.localtime(row.at), "place": row.place, "chair": row.chair_id,
        "participants": [one.pk for one in row.participants.all()], "guests": row.guests, "topics": row.topics,
        "finding": row.finding_id, "repeat": row.repeat})
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.change_meeting(meeting=row, words=form.words(), actor=_person(request))
            messages.success(request, _("已保存。"))
            return redirect("meetings:meeting", pk=pk)
    return answer(request, "meetings/meeting_edit.html", {"form": form, "meeting": row}, form)


@require_GET
@needs(VIEW)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one meeting: agenda, minutes, decisions."""
    return show(request, meeting_for(_person(request), pk))


def show(request: HttpRequest, row: Meeting, **sent: Any) -> HttpResponse:
    """Return the page; ``sent`` is a form that was refused, by its place on the page."""
    user = _person(request)
    runs = may_hold(user, row) and row.state != Meeting.State.CLOSED
    forms: dict[str, Any] = {"idea": IdeaForm(), "minutes": None, "decision": None}
    if runs and row.state == Meeting.State.HELD:
        forms["minutes"] = MinutesForm(meeting=row, initial={
            "minutes": row.minutes, "direction": row.direction, "version": row.version})
        forms["decision"] = DecisionForm(user=user, meeting=row)
    decisions = [(one, SettleForm(initial={"state": one.state, "result": one.result}, auto_id=f"d{one.pk}_%s")
                  if may_settle(user, one) else None)
                 for one in row.decisions.select_related("owner", "finding", "meeting", "settled_by")]
    voted = row.votes.filter(by=user).values_list("idea_id", flat=True).first()
    context = {
        "meeting": row, "agenda": agenda_for(user, row), "unit": unit_names().get(row.unit_code, row.unit_code),
        "people": row.participants.all(), "decisions": decisions, "ideas": ideas_of(row) if row.is_workshop else [],
        "voted": voted, "following": Meeting.objects.filter(previous=row).first(), "ranks": Idea.Priority.choices,
        "votes": takes_part(user, row) and row.state != Meeting.State.CLOSED, "runs": runs,
        "forms": {**forms, **sent}, "may_board": can(user, BOARD), "may_rows": can(user, "evaluate.view_rows")}
    return answer(request, "meetings/meeting.html", context, *sent.values())


@require_GET
@needs(VIEW)
def minutes_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send the minutes as Word or PDF."""
    if form not in WRITERS:
        raise Http404(form)
    name, content = services.export_minutes(meeting=meeting_for(_person(request), pk), form=form,
                                            actor=_person(request))
    return HttpResponse(content, content_type=MEDIA[form], headers={
        "Content-Disposition": f'attachment; filename="{name}"'})


def _held_by(request: HttpRequest, pk: int) -> Meeting:
    row = meeting_for(_person(request), pk)
    if not may_hold(_person(request), row):
        raise Http404(str(pk))
    return row


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
