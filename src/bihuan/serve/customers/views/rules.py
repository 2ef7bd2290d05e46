"""The definitions of this room: customer types and match rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.web import needs, refusals_on

from .. import services
from ..forms import MatchingForm, TiersForm, TypesForm
from ..models import RuleVersion
from ..queries import rules as known
from ..queries.tiers import tiers_in_force


@needs("serve.change_customers")
def rules(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs("serve.change_customers")
def types_save(request: HttpRequest) -> HttpResponse:
    form = TypesForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.save_types(types=form.types(), note=form.cleaned_data["note"], actor=request.user)
        if form.is_valid():
            messages.success(request, _("客户类型的新口径已生效，旧版本保留。"))
            return redirect("customers:rules")
    return _page(request, types_form=form, status=422)


@require_POST
@needs("serve.change_customers")
def tiers_save(request: HttpRequest) -> HttpResponse:
    """Show how many customers each tier would have, or put the rules in force."""
    form, preview = TiersForm(request.POST), None
    if form.is_valid():
        with refusals_on(form):
            if "preview" in request.POST:
                preview = services.preview_tiers(text=form.cleaned_data["text"], actor=request.user)
            else:
                services.save_tiers(actor=request.user, **form.cleaned_data)
        if form.is_valid() and preview is None:
            messages.success(request, _("分级规则已生效，旧版本保留；等级正在后台更新。"))
            return redirect("customers:rules")
    return _page(request, tiers_form=form, preview=preview, status=200 if form.is_valid() else 422)


@require_POST
@needs("serve.change_customers")
def matching_save(request: HttpRequest) -> HttpResponse:
    form = MatchingForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.save_matching(actor=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("匹配规则已生效，旧版本保留。"))
            return redirect("customers:rules")
    return _page(request, matching_form=form, status=422)


def _page(request: HttpRequest, *, status: int = 200, **shown: object) -> HttpResponse:
    types, matching, tiers = known.types(), known.matching(), tiers_in_force()
    return render(request, "customers/rules.html", {
        "types": types, "matching": matching, "types_form": TypesForm(initial=TypesForm.initial_of(types)),
        "matching_form": MatchingForm(initial={"lines": known.rule_lines(matching), "watch": matching.watch}),
        "tiers": tiers, "tiers_form": TiersForm(initial={"text": tiers.text}), "preview": None,
        "tiers_versions": known.versions(RuleVersion.Kind.TIERS),
        "types_versions": known.versions(RuleVersion.Kind.TYPES),
        "matching_versions": known.versions(RuleVersion.Kind.MATCHING), **shown}, status=status)
