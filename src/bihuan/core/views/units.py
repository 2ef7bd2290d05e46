"""Settings › units: the tree of teams, centres, vendors and departments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import members, queries
from ..forms.people import UnitForm
from ..models import Unit
from ..rights import require
from ..services import units as services
from ..web import answer, needs, refusals_on

RIGHT = "core.manage_units"


@needs(RIGHT)
def unit_list(request: HttpRequest) -> HttpResponse:
    counts = members.member_counts(now=timezone.now())
    lines = [{"unit": line.unit, "depth": line.depth, "members": counts.get(line.unit.code, 0)}
             for line in queries.unit_tree()]
    return render(request, "core/unit_list.html", {"lines": lines})


@needs(RIGHT)
def unit_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None, {})


@needs(RIGHT)
def unit(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Unit, pk=code)
    return _edit(request, found, {
        name: getattr(found, name) for name in ("code", "name", "kind", "parent_code", "is_current")})


@require_POST
@needs(RIGHT)
def unit_sync(request: HttpRequest) -> HttpResponse:
    """Take over the units that were imported meanwhile."""
    require(request.user, RIGHT)
    count = services.sync_units(actor=request.user)
    messages.success(request, _("已同步，在用单位 %(count)d 个。") % {"count": count})
    return redirect("core:unit_list")


def _edit(request: HttpRequest, found: Unit | None, initial: dict[str, Any]) -> HttpResponse:
    form = UnitForm(request.POST if request.method == "POST" else None, unit=found, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_unit(**form.cleaned_data, actor=request.user)
            messages.success(request, _("已保存。"))
            return redirect("core:unit_list")
    return answer(request, "core/unit.html", {"unit": found, "form": form}, form)
