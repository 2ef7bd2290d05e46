"""Rounds: what they found, how far they are, and what they show."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import needs, number_in, page_of, refusals_on
from bihuan.loop.improve.measures.rights import measure_for

from .. import services
from ..contracts import Group
from ..errors import Refused
from ..forms import AssignForm, ConcludeForm, OpenForm, SampleForm
from ..models import Round, Target
from ..queries import questionnaires, results, rounds
from ..rights import (
    CALL,
    VIEW,
    callers_for,
    list_reach,
    may_run,
    may_take_file,
    reach_of_list,
    require_run,
    round_for,
)


@require_GET
@needs(VIEW)
def round_list(request: HttpRequest) -> HttpResponse:
    """The rounds a person sees, those being called first."""
    found = rounds.lines_for(request.user).order_by("-state", "-opened_at", "-pk")
    part = "open" if request.GET.get("part") == "open" else ""
    if part:
        found = found.filter(state="open")
    context = {"page": page_of(request, found, size=30), "names": unit_names(), "may_call": can(request.user, CALL),
               "part": part, "parts": {"open": _("进行中的回访")}}
    return render(request, "callbacks/round_list.html", context)


@require_GET
@needs(VIEW)
def of_measure(request: HttpRequest) -> HttpResponse:
    """Lead from a measure to its newest round; without one to the page that opens it, or to the list."""
    number = number_in(request.GET, "measure")
    if number is None:
        return redirect("callbacks:round_list")
    measure = measure_for(request.user, number)
    newest = Round.objects.filter(measure=measure).first()
    if newest is not None:
        return redirect("callbacks:round", newest.pk)
    if may_run(request.user, measure.unit_code):
        return redirect(f"{reverse('callbacks:round_new')}?measure={measure.pk}")
    messages.info(request, _("这项措施还没有回访。"))
    return redirect("callbacks:round_list")


@require_http_methods(["GET", "POST"])
@needs(CALL)
def round_new(request: HttpRequest) -> HttpResponse:
    """Show whom the rule finds for a measure, and open a round; looking writes nothing."""
    told = request.POST if request.method == "POST" else request.GET
    number = number_in(told, "measure")
    if number is None:
        raise NotAllowed("round_new")
    measure = measure_for(request.user, number)
    require_run(request.user, measure.unit_code)
    form = OpenForm(told) if "weeks" in told else OpenForm()
    asks = request.method == "POST"
    preview, plan = None, services.Plan()
    if form.is_bound and form.is_valid():
        plan = services.Plan(**form.cleaned_data)
    if not form.is_bound or form.is_valid():
        with refusals_on(form if form.is_bound else (form := OpenForm(_initial()))):
            if asks and told.get("act") == "open":
                made = services.open_round(measure=measure, plan=plan, actor=request.user)
                messages.success(request, _("名单已冻结，可以分配给回访人。"))
                return redirect("callbacks:round", made.pk)
            preview = services.preview_round(measure=measure, plan=plan, actor=request.user)
    context = {"measure": measure, "form": form, "preview": preview, "shown": _shown(preview)}
    return render(request, "callbacks/round_new.html", context, status=422 if asks and form.errors else 200)


@require_GET
@needs(VIEW)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: rule, numbers, funnel, comparisons, business outcomes."""
    return _page(request, round_for(request.user, pk))


@require_GET
@needs(VIEW)
def target_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The customers of a round, without those whom the reader served."""
    found = round_for(request.user, pk)
    reach = list_reach(request.user, found)
    asked = rounds.Wanted(**{field.name: request.GET.get(field.name, "") for field in fields(rounds.Wanted)})
    if reach == "blind":
        asked = replace(asked, group="", why="", step=asked.step if asked.step in rounds.STEPS_CALLED else "called")
    elif reach == "affected":
        asked = replace(asked, group=Group.AFFECTED)
    page = page_of(request, rounds.targets_of(found, request.user, asked))
    # Who still calls for the round is not told what customers wrote: it would colour what they hear.
    written = {} if reach == "blind" else questionnaires.written_by(found)
    page.object_list = [(one, rounds.why_label(one.why) if one.why else "", written.get(one.customer))
                        for one in page.object_list]
    context = {"round": found, "page": page, "asked": asked, "states": Target.State.choices,
               "groups": Group.choices, "written": bool(written), "sees": reach == "all",
               "opens": may_run(request.user, found.unit_code),
               "kept": [(name, getattr(asked, name)) for name in ("step", "why", "benefit") if getattr(asked, name)]}
    return render(request, "callbacks/target_list.html", context)


@require_POST
@needs(CALL)
def round_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a caller some customers."""
    found = round_for(request.user, pk)
    require_run(request.user, found.unit_code)
    form = AssignForm(request.POST, people=callers_for(found.measure))
    if form.is_valid():
        with refusals_on(form):
            caller = User.objects.get(pk=form.cleaned_data["caller"])
            given = services.assign_targets(round_=found, caller=caller, count=form.cleaned_data["count"],
                                            actor=request.user)
            messages.success(request, _("已分配 {n} 位客户给 {who}。").format(n=given, who=caller))
            return redirect("callbacks:round", pk)
    return _page(request, found, status=422, assign=form)


@require_POST
@needs(CALL)
def round_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Derive the list again and say whether it is the same."""
    found = round_for(request.user, pk)
    require_run(request.user, found.unit_code)
    try:
        same = services.same_list(round_=found, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if same:
            messages.success(request, _("按同一条规则重新推导，名单一致。"))
        else:
            messages.warning(request, _("按同一条规则重新推导，名单与冻结的不同：名单建立之后数据有补充或更正。"
                                        "回访仍按冻结的名单。"))
    return redirect("callbacks:round", pk)


@require_POST
@needs(CALL)
def round_sample(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the list onto the sample of a survey's wave."""
    found = round_for(request.user, pk)
    require_run(request.user, found.unit_code)
    form = SampleForm(request.POST, waves=services.waves_with_samples(request.user))
    if form.is_valid():
        with refusals_on(form):
            told = services.add_to_sample(round_=found, wave=form.cleaned_data["wave"], actor=request.user)
            text = _("已加入 {n} 位。").format(n=told.added)
            text += "".join(f" {why} {count}" for why, count in told.refused.items())
            messages.success(request, text)
            return redirect("callbacks:round", pk)
    return _page(request, found, status=422, sample=form)


@require_POST
@needs(CALL)
def round_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute what the round shows, once."""
    found = round_for(request.user, pk)
    require_run(request.user, found.unit_code)
    form = ConcludeForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.conclude_round(round_=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已得出结果，并列入效果结论的佐证。"))
            return redirect("callbacks:round", pk)
    return _page(request, found, status=422, conclude=form)


def _page(request: HttpRequest, found: Round, *, status: int = 200, **bound: Any) -> HttpResponse:
    runs = may_run(request.user, found.unit_code)
    lines, affected, others = rounds.benefits_of(found)
    waves = services.waves_with_samples(request.user) if runs and found.is_open else []
    seen = reach_of_list(request.user, found)
    context = {
        "sees": seen == "all", "may_list": seen is not None,
        "round": found, "measure": found.measure, "unit": unit_names().get(found.unit_code, found.unit_code),
        "funnels": rounds.funnels(found), "reasons": rounds.reasons_of(found), "spoken": results.spoken(found),
        "rule": results.rule_text(found),
        "against": results.against_text(found), "comparisons": results.comparisons_of(found), "benefits": lines,
        "n_affected": affected, "n_others": others, "set_aside": rounds.set_aside_of(found), "may_run": runs,
        "may_export": may_take_file(request.user, found, seen), "waves": waves,
        "written": questionnaires.waves_of(found),
        "assign": AssignForm(people=callers_for(found.measure)) if runs else None,
        "sample": SampleForm(waves=waves), "conclude": ConcludeForm(), **bound}
    return render(request, "callbacks/round.html", context, status=status)


def _initial() -> dict[str, Any]:
    """What an untouched form holds, so that a refusal can stand on it."""
    form = OpenForm()
    return {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}


def _shown(preview: services.Preview | None) -> list[tuple[str, int, int, list[tuple[str, int]]]]:
    """(side, found, to be called, [(why, how many are not)])."""
    if preview is None:
        return []
    return [(str(Group(group).label), told["found"], told["called"],
             [(rounds.why_label(code), count) for code, count in told.items() if code not in ("found", "called")])
            for group, told in preview.counts.items()]
