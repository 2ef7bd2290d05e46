"""Collect › pushes and webhooks: what waits, who sends, what became of it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.jobs.schedule import hasten
from bihuan.core.web import answer, needs, page_of, refusals_on

from .. import services
from ..forms import HookForm, SecretForm, TrialForm
from ..models import Hook, Receipt
from ..queries import hook_lines, hooks, pushes, readings, waits
from ..rights import MANAGE
from ..schemes import SCHEMES
from ..services.hooks import GRACE
from ..services.trial import try_delivery


@require_GET
@needs(MANAGE)
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "intake/overview.html", {
        "waits": waits(), "lines": hook_lines(), "page": page_of(request, pushes(), size=20)})


@never_cache
@needs(MANAGE)
def hook_new(request: HttpRequest) -> HttpResponse:
    """Add a webhook and show its secret, this once."""
    form = HookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            hook, secret = services.create_hook(**form.asked(), actor=request.user)
            return _show_secret(request, hook, secret)
    return answer(request, "intake/hook_new.html", {"form": form}, form)


@require_GET
@needs(MANAGE)
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    return _hook_page(request, get_object_or_404(hooks(), pk=pk))


@needs(MANAGE)
def hook_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(hooks(), pk=pk)
    form = HookForm(request.POST if request.method == "POST" else None, hook=found)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.change_hook(hook=found, **form.asked(), actor=request.user)
            messages.success(request, _("已保存。"))
            return redirect("intake:hook", pk=pk)
    return answer(request, "intake/hook_edit.html", {"form": form, "hook": found}, form)


@require_POST
@needs(MANAGE)
def hook_switch(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(hooks(), pk=pk)
    services.switch_hook(hook=found, active=not found.is_active, actor=request.user)
    return redirect("intake:hook", pk=pk)


@never_cache
@needs(MANAGE)
def hook_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the secret and show the new one, this once."""
    found = get_object_or_404(hooks(), pk=pk)
    form = SecretForm(request.POST if request.method == "POST" else None, hook=found)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            grace = timedelta(0) if form.cleaned_data["at_once"] else GRACE
            secret = services.replace_secret(hook=found, secret=form.cleaned_data["secret"], grace=grace,
                                             actor=request.user)
            return _show_secret(request, found, secret, replaced=True)
    return answer(request, "intake/hook_secret.html", {"form": form, "hook": found}, form)


@require_POST
@needs(MANAGE)
def hook_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a sample would become; nothing is stored."""
    found = get_object_or_404(Hook, pk=pk)
    form, trial = TrialForm(request.POST), None
    if form.is_valid():
        with refusals_on(form):
            trial = try_delivery(hook=found, body=form.cleaned_data["body"].encode(), actor=request.user)
    return _hook_page(request, found, form=form, trial=trial)


@require_GET
@needs(MANAGE)
def push(request: HttpRequest, pk: str) -> HttpResponse:
    found = get_object_or_404(Receipt.objects.defer("body").select_related("token__owner", "hook"), pk=pk)
    return render(request, "intake/push.html", {"push": found})


@require_POST
@needs(MANAGE)
def flush_now(request: HttpRequest) -> HttpResponse:
    hasten("intake.flush")
    messages.success(request, _("已安排，几秒后开始写入。"))
    return redirect("intake:overview")


@require_POST
@needs(MANAGE)
def retry(request: HttpRequest) -> HttpResponse:
    count = services.retry_failed(hook_id=None, actor=request.user)
    messages.success(request, _("%(count)d 次推送将重新写入。") % {"count": count})
    return redirect("intake:overview")


def address_of(request: HttpRequest, found: Hook) -> str:
    """Return the whole address that the other system is given."""
    path = reverse("intake:receive", args=[found.address])
    return settings.BIHUAN_ADDRESS + path if settings.BIHUAN_ADDRESS else request.build_absolute_uri(path)


def _hook_page(request: HttpRequest, found: Hook, *, form: TrialForm | None = None, trial: object = None,
               ) -> HttpResponse:
    reads = dict(readings()).get(f"{found.table}:{found.mapping}", found.mapping)
    return answer(request, "intake/hook.html", {
        "hook": found, "address": address_of(request, found), "scheme": SCHEMES[found.scheme], "reads": reads,
        "page": page_of(request, pushes(hook=found), size=20), "form": form or TrialForm(), "trial": trial,
    }, *([form] if form else []))


def _show_secret(request: HttpRequest, found: Hook, secret: str, *, replaced: bool = False) -> HttpResponse:
    given = SCHEMES[found.scheme].given
    return render(request, "intake/hook_made.html", {
        "hook": found, "secret": "" if given else secret, "address": address_of(request, found),
        "replaced": replaced})
