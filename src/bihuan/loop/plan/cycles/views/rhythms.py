"""Reviews that come round: the list, a new one, a change, stopping."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core import workspace
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of

from .. import services
from ..forms import RhythmForm
from ..queries.cycles import Rhythm, rhythms_for
from ..rights import MANAGE, visible


@require_GET
@needs("plan.view_cycles")
def rhythm_list(request: HttpRequest) -> HttpResponse:
    """List what comes round by itself."""
    return render(request, "cycles/rhythm_list.html", {
        "page": page_of(request, rhythms_for(request.user)), "may_change": can(request.user, MANAGE)})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def rhythm_new(request: HttpRequest) -> HttpResponse:
    """Set a review that comes round."""
    today = timezone.now().astimezone(workspace.zone()).date()
    return _edit(request, Rhythm(), {"owner": request.user, "kind": "quarter", "first": date(today.year, 1, 1),
                                     "wait_days": 3})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def rhythm_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one; reviews already open stay as they are."""
    found = visible(Rhythm.objects, request.user, pk)
    return _edit(request, found, {
        "kind": found.kind, "title": found.title, "scope": found.scope_id or "", "first": found.first,
        "wait_days": found.wait_days, "owner": found.owner, "indicators": found.indicators})


def _edit(request: HttpRequest, rhythm: Rhythm, initial: dict[str, object]) -> HttpResponse:
    form = RhythmForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = {**form.cleaned_data, "scope": form.scopes.get(form.cleaned_data["scope"])}
        try:
            services.save_rhythm(rhythm=rhythm, actor=request.user, **told)
        except services.CycleError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("已保存。到期的复盘每天早上自动开启。"))
            return HttpResponseRedirect(reverse("cycles:rhythm_list"))
    return answer(request, "cycles/rhythm_edit.html", {"form": form, "rhythm": rhythm}, form)


@require_POST
@needs(MANAGE)
def rhythm_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one, or let it go on."""
    services.stop_rhythm(rhythm=visible(Rhythm.objects, request.user, pk), actor=request.user)
    return HttpResponseRedirect(reverse("cycles:rhythm_list"))
