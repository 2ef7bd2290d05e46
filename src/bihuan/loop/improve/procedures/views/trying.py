"""What the past cases say of steps that may not be needed, and of rules of escalation."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.rights import can, reaches, require, scope_of
from bihuan.core.web import answer, needs, page_of
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.diagnose.processes.queries.address import read_state, write_state
from bihuan.loop.diagnose.processes.queries.cases import SIZE
from bihuan.loop.diagnose.processes.queries.pickers import pickers_of
from bihuan.loop.evaluate.indicators.queries.filters import place_words
from bihuan.loop.evaluate.indicators.queries.scoping import FilterError
from bihuan.loop.evaluate.indicators.queries.words import said

from ..forms import RuleForm
from ..queries.procedures import EscalationRule, rule_for
from ..queries.trying import ROWS, candidates_of, rule_cases, try_rule
from ..rights import VIEW, WRITE
from ..services import ProcedureError, save_rule

REFUSALS = (IndicatorError, FilterError)


@require_GET
@needs(VIEW)
def redundant(request: HttpRequest) -> HttpResponse:
    """Rank the steps that may not be needed."""
    return _page(request, "procedures/redundant.html", lambda state: {"found": candidates_of(request.user, state)})


@require_GET
@needs(VIEW)
def rule_list(request: HttpRequest) -> HttpResponse:
    """List the rules of escalation."""
    return render(request, "procedures/rule_list.html", {
        "page": page_of(request, EscalationRule.objects.for_user(request.user), size=30),
        "may_write": can(request.user, WRITE)})


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def rule_edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Add a rule or change one."""
    row = rule_for(request.user, pk) if pk else None
    if row:
        require(request.user, WRITE, row)
    form = RuleForm(request.POST or None, user=request.user, rule=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = save_rule(rule=row, actor=request.user, **form.cleaned_data)
        except ProcedureError as error:
            form.add_error(error.field or None, str(error))
        else:
            return HttpResponseRedirect(reverse("procedures:rule", args=[row.pk]))
    return answer(request, "procedures/form.html", {
        "form": form, "title": row.name if row else _("新建升级规则"), "back": reverse("procedures:rule_list")}, form)


@require_GET
@needs(VIEW)
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a rule would have done to past cases."""
    row = rule_for(request.user, pk)
    may = can(request.user, WRITE) and reaches(scope_of(request.user, WRITE), unit=row.unit_code)
    return _page(request, "procedures/rule.html", lambda state: {
        "row": row, "place": place_words(row.where), "may_write": may,
        "tried": try_rule(request.user, row, state)})


@require_GET
@needs(VIEW)
def rule_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """List the cases that would have reached a level, or had too many approvals."""
    require(request.user, ROWS)
    row = rule_for(request.user, pk)
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1

    def build(state) -> dict:
        found = rule_cases(request.user, row, state, request.GET.get("level", ""), number)
        if found is None:
            raise Http404("level")
        return {"row": row, "found": found, "page": Paginator(range(found.cases), SIZE).get_page(number)}

    return _page(request, "procedures/rule_rows.html", build)


def _page(request: HttpRequest, template: str, build) -> HttpResponse:
    state, problems = read_state(request.GET)
    if not problems:
        try:
            return render(request, template, {
                **pickers_of(request.user, state), "state": state, "address": write_state(state),
                "may_rows": can(request.user, ROWS), **build(state)})
        except REFUSALS as error:
            problems = [said(error)]
    return render(request, "indicators/refused.html", {"problems": problems}, status=422)
