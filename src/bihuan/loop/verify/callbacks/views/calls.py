"""The caller's screens: the next customer, the call, what was said, and what came of it for the business."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.privacy.services import may_reveal
from bihuan.core.rights import can
from bihuan.core.web import needs, page_of, refusals_on

from .. import services
from ..errors import Refused
from ..forms import BenefitForm, EndForm, FeedbackForm, ReasonForm
from ..models import Target
from ..queries import results, rounds
from ..rights import CALL


@require_GET
@needs(CALL)
def task_list(request: HttpRequest) -> HttpResponse:
    """The customers assigned to the caller that are still to be called."""
    found = rounds.tasks_of(request.user)
    context = {"page": page_of(request, found), "now": timezone.now(),
               "due": found.filter(next_at__lte=timezone.now()).count()}
    return render(request, "callbacks/task_list.html", context)


@require_POST
@needs(CALL)
def task_next(request: HttpRequest) -> HttpResponse:
    """Go to whom to call next."""
    found = rounds.next_task(request.user, timezone.now())
    if found is None:
        messages.info(request, _("现在没有该回访的客户。"))
        return redirect("callbacks:task_list")
    return redirect("callbacks:task", found.pk)


@require_GET
@needs(CALL)
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer to be called."""
    return _screen(request, rounds.task_for(request.user, pk))


@require_POST
@needs(CALL)
def task_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a call."""
    target = rounds.task_for(request.user, pk)
    try:
        services.begin_call(target=target, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("callbacks:task", pk)


@require_POST
@needs(CALL)
def task_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number of the customer one is calling."""
    target, form = rounds.task_for(request.user, pk), ReasonForm(request.POST)
    found = rounds.open_call(target)
    if found is None:
        return redirect("callbacks:task", pk)
    if form.is_valid():
        with refusals_on(form):
            told = services.reveal_number(call=found, actor=request.user, **form.cleaned_data)
            return _screen(request, target, told=told, reveal=form)
    return _screen(request, target, reveal=form, status=422)


@require_POST
@needs(CALL)
def task_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of a call without feedback."""
    target, form = rounds.task_for(request.user, pk), EndForm(request.POST)
    found = rounds.open_call(target)
    if found is None:
        return redirect("callbacks:task", pk)
    if form.is_valid():
        with refusals_on(form):
            services.end_call(call=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已登记。"))
            return redirect("callbacks:task_list")
    return _screen(request, target, end=form, status=422)


@require_POST
@needs(CALL)
def task_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the customer said."""
    target, form = rounds.task_for(request.user, pk), FeedbackForm(request.POST)
    found = rounds.open_call(target)
    if found is None:
        return redirect("callbacks:task", pk)
    if form.is_valid():
        with refusals_on(form):
            services.keep_feedback(call=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已保存客户的反馈。"))
            return redirect("callbacks:task", pk)
    return _screen(request, target, feedback=form, status=422)


@require_POST
@needs(CALL)
def task_benefit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what came of it for the business."""
    target, form = rounds.task_for(request.user, pk), BenefitForm(request.POST)
    if form.is_valid():
        services.record_benefit(target=target, actor=request.user, **form.cleaned_data)
        messages.success(request, _("已登记业务结果。"))
        return redirect("callbacks:task", pk)
    return _screen(request, target, benefit=form, status=422)


def _screen(request: HttpRequest, target: Target, *, status: int = 200, **shown: Any) -> HttpResponse:
    current = rounds.open_call(target)
    mine = current if current is not None and current.caller_id == request.user.pk else None
    context: dict[str, Any] = {
        "target": target, "round": target.round, "call": mine, "other": current if mine is None else None,
        "history": target.calls.exclude(outcome="").select_related("caller")[:20],
        "outcomes": target.outcomes.select_related("by")[:20], "spoken": _spoken(request, target) if mine else None,
        "phone": rounds.masked_phone(target.customer), "may_reveal": may_reveal(request.user, "phone"),
        "may_begin": target.is_open and target.round.is_open, "may_see": can(request.user, "serve.view_customers"),
        "reveal": ReasonForm(), "end": EndForm(), "feedback": FeedbackForm(), "benefit": BenefitForm(), "told": None,
        **shown}
    response = render(request, "callbacks/task.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _spoken(request: HttpRequest, target: Target) -> dict[str, str]:
    """The words of the round with the names of the company and the caller in them."""
    return results.spoken(target.round, request.user.said_on_the_telephone)
