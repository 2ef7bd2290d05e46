"""Pages of the scopes: the list, a new one, a change, taking out of use."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs, page_of

from .forms import ScopeForm
from .models import ReviewScope
from .queries.scopes import line_of, offered, scope_lines
from .rights import visible
from .services import PlanError, change_scope, create_scope, retire_scope

PERMISSION = "plan.change_scopes"


@require_GET
@needs("evaluate.view_board")
def scope_list(request: HttpRequest) -> HttpResponse:
    """List the scopes this person may see."""
    context = {"page": page_of(request, scope_lines(request.user)), "may_change": can(request.user, PERMISSION)}
    return render(request, "goals/scope_list.html", context)


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def scope_new(request: HttpRequest) -> HttpResponse:
    """Name a scope."""
    form = ScopeForm(request.POST or None, offered=offered(request.user), kept={}, initial={"period_kind": "month"})
    if request.method == "POST" and form.is_valid():
        try:
            create_scope(
                name=form.cleaned_data["name"], values=form.values(), period_kind=form.cleaned_data["period_kind"],
                note=form.cleaned_data["note"], actor=request.user)
        except PlanError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("已保存评价范围“{name}”。").format(name=form.cleaned_data["name"]))
            return HttpResponseRedirect(reverse("goals:scope_list"))
    context = {"form": form, "scope": None, "versions": []}
    return render(request, "goals/scope_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def scope_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a scope: a new version; what was made with older ones keeps them."""
    scope = visible(ReviewScope.objects, request.user, pk)
    version = scope.versions.first()
    initial = {"base": version.number, "name": scope.name, "period_kind": version.period_kind}
    form = ScopeForm(
        request.POST or None, offered=offered(request.user), kept=version.filters, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_scope(
                scope=scope, base=form.cleaned_data["base"] or 0, name=form.cleaned_data["name"],
                values=form.values(), period_kind=form.cleaned_data["period_kind"], note=form.cleaned_data["note"],
                actor=request.user)
        except PlanError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("已保存。已有的目标、评价表和报告仍用各自制定时的版本。"))
            return HttpResponseRedirect(reverse("goals:scope_list"))
    versions = [line_of(scope, one) for one in scope.versions.select_related("created_by")]
    context = {"form": form, "scope": scope, "versions": versions}
    return render(request, "goals/scope_edit.html", context, status=422 if form.errors else 200)


@require_POST
@needs(PERMISSION)
def scope_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a scope out of use, or back into it."""
    retire_scope(scope=visible(ReviewScope.objects, request.user, pk), actor=request.user)
    return HttpResponseRedirect(reverse("goals:scope_list"))
