"""The list of conversations and one conversation."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bihuan.core.patience import patient
from bihuan.core.privacy.services import may_reveal
from bihuan.core.rights import can, require
from bihuan.core.web import needs, refusals_on

from .. import services
from ..contracts import Conversation
from ..forms import ReasonForm, RecordingForm, SearchForm
from ..models import Reading, Recording
from ..queries.conversation import find_conversation
from ..queries.listing import conversations
from ..queries.tags import active_tags
from ..rights import PLAY, TAG, reach

SIZE = 25


@needs("collect.view_conversations")
@patient
def conversation_list(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, tags=active_tags())
    wanted, scope = form.wanted(), reach(request.user)
    if wanted.text.strip():
        services.ensure_index(actor=request.user)
    else:
        services.begin_index(actor=request.user)
    asked = request.GET.get("page", "1")
    number = max(1, min(int(asked), 10**6)) if asked.isascii() and asked.isdigit() else 1
    found = conversations(wanted, scope, size=SIZE, offset=(number - 1) * SIZE)
    if not found.rows and number > 1:
        return redirect(reverse("conversations:conversation_list"))
    page = Paginator(range(found.total), SIZE).get_page(number)
    return render(request, "conversations/conversation_list.html", {
        "form": form, "found": found, "page": page, "searching": bool(wanted.text.strip()),
        "may_open_customer": can(request.user, "serve.view_customers"),
        "may_tag": can(request.user, TAG), "may_import": can(request.user, "collect.import_records")})


@require_http_methods(["GET", "POST"])
@needs("collect.view_conversations")
def conversation(request: HttpRequest, case: str) -> HttpResponse:
    """One conversation; a POST with a reason shows its words unmasked and leaves an audit line."""
    form, revealed = ReasonForm(request.POST or None), False
    if request.method == "POST":
        require(request.user, "core.reveal_personal")
        known = conversation_for(request, case)
        if form.is_valid():
            with refusals_on(form):
                services.note_reveal(case=case, customer=known.customer, actor=request.user, **form.cleaned_data)
            revealed = form.is_valid()
    status = 422 if form.is_bound and not form.is_valid() else 200
    return conversation_page(request, conversation_for(request, case, revealed=revealed), status=status,
                             reveal_form=form)


def conversation_for(request: HttpRequest, case: str, *, revealed: bool = False) -> Conversation:
    """Return the conversation of an address as this person may see it; 404 otherwise."""
    found = find_conversation(case, reach(request.user), revealed=revealed)
    if found is None:
        raise Http404(case)
    return found


def conversation_page(request: HttpRequest, found: Conversation, *, status: int = 200, **shown: Any) -> HttpResponse:
    """Render a conversation; ``shown`` replaces the empty forms by refused ones."""
    recordings = list(Recording.objects.filter(case=found.case).select_related("added_by"))
    return render(request, "conversations/conversation.html", {
        "found": found, "tagged": any(one.tags for one in found.bubbles), "tags": active_tags(),
        "reveal_form": ReasonForm(),
        "recording_form": RecordingForm(initial={"recorded_at": found.opened}),
        "recordings": recordings, "recordings_bar": services.bar_on(found.case) if recordings else "",
        "reading": Reading.objects.filter(case=found.case).select_related("read_by").first(),
        "may_open_customer": can(request.user, "serve.view_customers"),
        "may_tag": can(request.user, TAG), "may_play": can(request.user, PLAY),
        "may_reveal": may_reveal(request.user, "text"), "problem": "", **shown}, status=status)
