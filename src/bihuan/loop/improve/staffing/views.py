"""Pages of the staffing sandbox: plans, a new one, what a plan would do, and the quick answer by Erlang."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.errors import told
from bihuan.core.rights import scope_of
from bihuan.core.web import answer, needs, page_of, refusals_on
from bihuan.engine.staffing.errors import StaffingError

from . import queries, services
from .forms import CompareForm, ErlangForm, MeasureForm, PlanForm
from .models import PLAN, Plan
from .rights import plan_for


@require_GET
@needs(PLAN)
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans of the units this person plans for."""
    page = page_of(request, Plan.objects.for_user(request.user).select_related("made_by"))
    lines = [(plan, queries.change_words(plan), queries.about(plan)) for plan in page.object_list]
    return render(request, "staffing/plan_list.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "POST"])
@needs(PLAN)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Say what is to be tried; it is replayed in the background."""
    form = PlanForm(request.POST or None, user=request.user, initial=PlanForm.proposed())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = services.make_plan(actor=request.user, **form.cleaned_data)
            return redirect("core:job", made.job)
    return answer(request, "staffing/plan_new.html", {"form": form}, form)


@require_GET
@needs(PLAN)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What a plan would do, how far that can be believed, and what happened."""
    return _page(request, plan_for(request.user, pk), CompareForm())


@require_POST
@needs(PLAN)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Replay a plan once more."""
    return redirect("core:job", services.work_out_again(plan=plan_for(request.user, pk), actor=request.user).job)


@require_POST
@needs(PLAN)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Set what happened beside what was foretold."""
    found, form = plan_for(request.user, pk), CompareForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.compare(plan=found, in_force=form.cleaned_data["in_force"], actor=request.user)
            messages.success(request, _("已用实施后的数据对照预测。"))
            return redirect("staffing:plan", found.pk)
    return _page(request, found, form, status=422)


@require_POST
@needs(PLAN)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which measure puts the plan into force."""
    found, form = plan_for(request.user, pk), MeasureForm(request.POST, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            services.link_measure(plan=found, measure=form.cleaned_data["measure"], actor=request.user)
    if not form.is_valid():
        return _page(request, found, CompareForm(), measure_form=form, status=422)
    messages.success(request, _("已保存。"))
    return redirect("staffing:plan", found.pk)


@require_GET
@needs(PLAN)
def erlang(request: HttpRequest) -> HttpResponse:
    """How many people a steady load takes; the question stands in the address."""
    form, found = ErlangForm.of(request.GET), None
    if form.is_valid():
        try:
            found = queries.steady(form.cleaned_data)
        except StaffingError as error:
            form.add_error(None, told(error))
    return answer(request, "staffing/erlang.html", {"form": form, "found": found}, form)


def _page(request: HttpRequest, found: Plan, form: CompareForm, *, measure_form: MeasureForm | None = None,
          status: int = 200) -> HttpResponse:
    context = {"plan": found, "words": queries.change_words(found), "about": queries.about(found), "form": form,
               "measure_form": measure_form or MeasureForm(user=request.user, initial={"measure": found.measure_id})}
    if found.result:
        least = scope_of(request.user, PLAN).minimum_n
        context |= {"found": found.result, "withheld": found.result["replayed"]["contacts"] < least}
        if not context["withheld"]:
            context |= {"lines": queries.lines_of(found, least), "charts": queries.charts_of(found, least),
                        "hindsight": queries.in_hindsight(found),
                        "few_days": queries.few_days(found)}
    return render(request, "staffing/plan.html", context, status=status)
