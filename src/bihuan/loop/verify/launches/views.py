"""Launches: the list, one of them, registering one, acceptance, a look at the data."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.rights import NotAllowed, can, reaches, scope_of
from bihuan.core.web import answer, needs, page_of
from bihuan.loop.evaluate.indicators.queries import engine

from . import services
from .forms import AcceptanceForm, LaunchForm
from .models import Launch
from .queries import launched_between, launched_everywhere, launches_for, page_of_launch
from .rights import REGISTER, launch_for

VIEW = "verify.view_launches"


@require_GET
@needs(VIEW)
def launch_list(request: HttpRequest) -> HttpResponse:
    """List the launches this person may see."""
    return render(request, "launches/launch_list.html", {
        "page": page_of(request, launches_for(request.user)), "may_register": can(request.user, REGISTER)})


@require_GET
@needs(VIEW)
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """One launch: what changed, who accepted it, what the data say."""
    return _page(request, launch_for(request.user, pk), AcceptanceForm())


@require_GET
@needs(VIEW)
def around(request: HttpRequest) -> HttpResponse:
    """The launches in a stretch of days, as the page of a verdict names them: another event may lie among them."""
    since, until = (parse_date(request.GET.get(name, "")) for name in ("since", "until"))
    if since is None or until is None:
        raise NotAllowed("launches without days")
    sees_all = reaches(scope_of(request.user, VIEW), unit="")
    return render(request, "launches/_around.html", {
        "launches": launched_between(request.user, since, until), "sees_all": sees_all,
        "beyond": 0 if sees_all else launched_everywhere(since, until)})


def _page(request: HttpRequest, found: Launch, form: AcceptanceForm) -> HttpResponse:
    look = services.next_look(found)
    ready = services.ready_on(found, look[1]) if look else None
    return render(request, "launches/launch.html", {
        "launch": found, "page": page_of_launch(found, request.user), "form": form,
        "acceptances": found.acceptances.select_related("by"), "look": look, "ready": ready,
        "may_look": ready is not None and engine.today() > ready,
        "leads": reaches(scope_of(request.user, REGISTER), unit=found.unit_code),
        "may_review": can(request.user, "plan.manage_cycles")}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(REGISTER)
def launch_new(request: HttpRequest) -> HttpResponse:
    """Register a launch."""
    form = LaunchForm(request.POST or None, user=request.user, initial={"owner": request.user, "indicator": "fcr"})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register_launch(told=form.told(), owner=form.cleaned_data["owner"], actor=request.user)
        except services.LaunchError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("已登记，判定方法已冻结。"))
            return HttpResponseRedirect(reverse("launches:launch", args=[made.pk]))
    return answer(request, "launches/launch_new.html", {"form": form}, form)


@require_POST
@needs(REGISTER)
def launch_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a customer or department said."""
    found, form = launch_for(request.user, pk), AcceptanceForm(request.POST)
    if form.is_valid():
        told = {**form.cleaned_data, "accepted": form.cleaned_data["accepted"] == "yes"}
        try:
            services.accept_launch(launch=found, actor=request.user, **told)
        except services.LaunchError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return HttpResponseRedirect(reverse("launches:launch", args=[pk]))
    return _page(request, found, form)


@require_POST
@needs(REGISTER)
def launch_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at the data now, where the weeks have passed."""
    try:
        services.judge_launch(launch=launch_for(request.user, pk), actor=request.user)
    except services.LaunchError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("launches:launch", args=[pk]))
