"""Saved views of the live board."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.web import answer, needs, refusals_on

from ..contracts import TILES
from ..forms.board import ViewForm
from ..models import Dashboard
from ..queries.dashboards import views_of
from ..rights import VIEW, may_manage, reach
from ..services import dashboards as services

FIELDS = ("name", "unit_code", "within_minutes", "stale_minutes", "indicators", "is_shared", "role_key")


@needs(VIEW)
def view_list(request: HttpRequest) -> HttpResponse:
    return render(request, "realtime/view_list.html", {"views": views_of(request.user)})


@needs(VIEW)
def view_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@needs(VIEW)
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _own(request, pk))


def _edit(request: HttpRequest, view: Dashboard | None) -> HttpResponse:
    initial = {name: getattr(view, name) for name in FIELDS} if view else {}
    form = ViewForm(request.POST if request.method == "POST" else None, scope=reach(request.user),
                    may_manage=may_manage(request.user), initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            told = {"role_key": view.role_key if view else "", **form.cleaned_data}
            saved = services.save_view(view=view, tiles=view.tiles if view else list(TILES), actor=request.user, **told)
            messages.success(request, _("已保存。"))
            return redirect("realtime:view_edit", pk=saved.pk)
    chosen = view.shown_tiles if view else []
    return answer(request, "realtime/view_edit.html", {
        "form": form, "view": view, "tiles": [(tile, TILES[tile]) for tile in chosen],
        "others": [(tile, label) for tile, label in TILES.items() if tile not in chosen],
        "link": request.build_absolute_uri(f"/evaluate/live/?view={view.pk}") if view else ""}, form)


@require_POST
@needs(VIEW)
def view_tile(request: HttpRequest, pk: int, tile: str) -> HttpResponse:
    """Move a tile up or down, take it out or put it in."""
    by = {"up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    services.move_tile(view=_own(request, pk), tile=tile, by=by, actor=request.user)
    return redirect("realtime:view_edit", pk=pk)


@require_POST
@needs(VIEW)
def view_drop(request: HttpRequest, pk: int) -> HttpResponse:
    services.drop_view(view=_own(request, pk), actor=request.user)
    messages.success(request, _("已删除。"))
    return redirect("realtime:view_list")


def _own(request: HttpRequest, pk: int) -> Dashboard:
    return get_object_or_404(Dashboard, pk=pk, owner=request.user)
