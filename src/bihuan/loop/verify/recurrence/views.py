"""Recurrence watches: the list, one of them, setting one up, counting it now, stopping it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, number_in, page_of
from bihuan.loop.diagnose.findings.queries import findings_for

from . import services
from .forms import EndForm, WatchForm
from .models import CHANGE, VIEW, Watch
from .queries import line_of, lines_of, unwatched, watches_for
from .rights import may_change, watch_for


@require_GET
@needs(VIEW)
def watch_list(request: HttpRequest) -> HttpResponse:
    """List the watched types, and those that were reviewed often and that nobody watches."""
    ended, alarmed = request.GET.get("ended") == "1", request.GET.get("alarmed") == "1"
    page = page_of(request, watches_for(request.user, ended=ended, alarmed=alarmed), size=25)
    return render(request, "recurrence/watch_list.html", {
        "page": page, "lines": lines_of(page.object_list, request.user), "ended": ended, "alarmed": alarmed,
        "unwatched": unwatched(request.user), "may_change": can(request.user, CHANGE)})


@require_GET
@needs(VIEW)
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """One watch: the type, its cause and prevention, before and after, four weeks at a time."""
    return _page(request, watch_for(request.user, pk), EndForm())


def _page(request: HttpRequest, row: Watch, form: EndForm) -> HttpResponse:
    seen = findings_for(request.user).filter(pk=row.finding_id).exists()
    return answer(request, "recurrence/watch.html", {
        "line": line_of(row, unit_names(), can(request.user, "evaluate.view_rows")), "watch": row, "form": form,
        "sees_finding": seen, "may_change": may_change(request.user, row)}, form)


@require_GET
@needs(VIEW)
def of_measure(request: HttpRequest) -> HttpResponse:
    """Lead from a measure to the watch of what it prevents, to the page that sets one up where there is none."""
    number = number_in(request.GET, "measure")
    found = Watch.objects.for_user(request.user).filter(measure_id=number, ended_at=None).first() if number else None
    if found is not None:
        return redirect("recurrence:watch", found.pk)
    if number and can(request.user, CHANGE):
        return redirect(f"{reverse('recurrence:watch_new')}?measure={number}")
    return redirect("recurrence:watch_list")


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def watch_new(request: HttpRequest) -> HttpResponse:
    """Set a watch up."""
    asked = {name: request.GET[name] for name in ("topic", "product", "unit_code", "cause", "measure")
             if name in request.GET}
    form = WatchForm(request.POST or None, user=request.user, initial={"owner": request.user, **asked})
    if form.is_bound and form.is_valid():
        kept = form.cleaned_data
        try:
            made = services.start_watch(told=form.told(), cause=kept["cause"], measure=kept["measure"],
                                        owner=kept["owner"], actor=request.user)
        except services.RecurrenceError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("已开始监测。"))
            return redirect("recurrence:watch", made.pk)
    return answer(request, "recurrence/watch_new.html", {"form": form}, form)


@require_POST
@needs(CHANGE)
def watch_look(request: HttpRequest, pk: int) -> HttpResponse:
    """Count one now."""
    services.look_again(watch=watch_for(request.user, pk), actor=request.user)
    return redirect("recurrence:watch", pk)


@require_POST
@needs(CHANGE)
def watch_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one."""
    row, form = watch_for(request.user, pk), EndForm(request.POST)
    if form.is_valid():
        try:
            services.end_watch(watch=row, reason=form.cleaned_data["reason"], actor=request.user)
        except services.RecurrenceError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("recurrence:watch", pk)
    return _page(request, row, form)
