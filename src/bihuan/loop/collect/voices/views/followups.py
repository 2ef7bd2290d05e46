"""Following low scores up: what waits, one matter, and the rule of each survey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.privacy.services import may_reveal
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on
from bihuan.loop.collect.surveys.contracts import Mode
from bihuan.loop.collect.surveys.rights import WRITE, survey_for

from .. import services
from ..contracts import FollowState
from ..errors import Refused
from ..forms.calls import ReasonForm
from ..forms.followups import CallForm, CloseForm, LowScoreForm, WriteForm
from ..models import FollowUp
from ..queries import followups as queries
from ..queries.calls import masked_phone
from ..rights import FOLLOW


@require_GET
@needs(FOLLOW)
def follow_ups(request: HttpRequest) -> HttpResponse:
    """What is to be followed up, what is due first before the rest."""
    state = request.GET.get("state", "" if "mine" in request.GET else FollowState.WAITING)
    mine = request.GET.get("mine") == "yes"
    counts = queries.state_counts(request.user)
    return render(request, "voices/follow_ups.html", {
        "page": page_of(request, queries.follow_ups_for(request.user, state=state, mine=mine)), "state": state,
        "mine": mine, "states": [(value, label, counts.get(value, 0)) for value, label in FollowState.choices],
        "my_count": queries.follow_ups_for(request.user, mine=True).count(), "now": timezone.now(),
        "told": queries.on_time(request.user), "may_write": can(request.user, WRITE)})


@require_GET
@needs(FOLLOW)
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: the score, what the customer wrote, what was done, what may be done."""
    return _page(request, queries.follow_up_for(request.user, pk))


@require_POST
@needs(FOLLOW)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, services.take_follow_up)


@require_POST
@needs(FOLLOW)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, services.give_back_follow_up)


@require_POST
@needs(FOLLOW)
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number of the customer one is about to call."""
    found, form = queries.follow_up_for(request.user, pk), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            told = services.reveal_contact(follow_up=found, actor=request.user, **form.cleaned_data)
            return _page(request, found, told=told, reveal=form)
    return _page(request, found, reveal=form, status=422)


@require_POST
@needs(FOLLOW)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a call."""
    found, form = queries.follow_up_for(request.user, pk), CallForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.note_call(follow_up=found, reached=form.cleaned_data["reached"] == "yes",
                               note=form.cleaned_data["note"], actor=request.user)
            messages.success(request, _("已登记。"))
            return redirect("voices:follow_up", pk)
    return _page(request, found, call_form=form, status=422)


@require_POST
@needs(FOLLOW)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an answer."""
    return _done(request, pk, WriteForm(request.POST), "write_form", services.write_to_customer, _("答复已发送。"))


@require_POST
@needs(FOLLOW)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of it."""
    return _done(request, pk, CloseForm(request.POST), "close_form", services.close_follow_up, _("已办结。"))


@require_GET
@needs(WRITE)
def rules(request: HttpRequest) -> HttpResponse:
    """The surveys and from which score on their customers are spoken to."""
    language = translation.get_language() or "zh-hans"
    return render(request, "voices/low_score_rules.html", {
        "lines": queries.rule_lines(request.user, language), "anonymous": Mode.ANONYMOUS,
        "may_follow": can(request.user, FOLLOW)})


@needs(WRITE)
def rule(request: HttpRequest, survey: int) -> HttpResponse:
    """The rule of one survey."""
    found = survey_for(request.user, survey, WRITE)
    form = LowScoreForm(request.POST or None, survey=found, user=request.user,
                        language=translation.get_language() or "zh-hans")
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_low_score_rule(survey=found, actor=request.user, **form.asked())
            messages.success(request, _("已保存。"))
            return redirect("voices:low_score_rules")
    return answer(request, "voices/low_score_rule.html", {
        "form": form, "survey": found, "anonymous": found.mode == Mode.ANONYMOUS}, form)


def _moved(request: HttpRequest, pk: int, act: Callable[..., FollowUp]) -> HttpResponse:
    try:
        act(follow_up=queries.follow_up_for(request.user, pk), actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("voices:follow_up", pk)


def _done(request: HttpRequest, pk: int, form: forms.Form, name: str, act: Callable[..., Any],
          words: str) -> HttpResponse:
    found = queries.follow_up_for(request.user, pk)
    if form.is_valid():
        with refusals_on(form):
            act(follow_up=found, actor=request.user, **form.cleaned_data)
            messages.success(request, words)
            return redirect("voices:follow_up", pk)
    return _page(request, found, status=422, **{name: form})


def _page(request: HttpRequest, found: FollowUp, *, status: int = 200, **shown: Any) -> HttpResponse:
    mine = found.is_open and found.owner_id == request.user.pk
    response = render(request, "voices/follow_up.html", {
        "found": found, "title": queries.title_of(found, translation.get_language() or "zh-hans"),
        "said": queries.said(found), "steps": found.steps.select_related("by"),
        "mine": mine, "free": not mine and queries.is_free(found), "now": timezone.now(),
        "phone": masked_phone(found.customer) if found.customer else "",
        "may_reveal": may_reveal(request.user, "phone"), "may_see_case": can(request.user, "evaluate.view_rows"),
        "may_see": can(request.user, "serve.view_customers"), "may_write": queries.may_write(found), "told": None,
        "reveal": ReasonForm(),
        "call_form": CallForm(), "write_form": WriteForm(), "close_form": CloseForm(), **shown}, status=status)
    response["Cache-Control"] = "no-store"
    return response
