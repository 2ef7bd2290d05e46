"""The inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.rights import can
from bihuan.core.web import needs, page_of

from ..forms import FilterForm
from ..models import VIEW
from ..queries.lists import chosen, last_search, leading, searched, with_members
from ..queries.scoping import kept_by
from ..rights import WORK


@require_GET
@needs(VIEW)
def finding_list(request: HttpRequest) -> HttpResponse:
    """Show the findings this person sees."""
    form = FilterForm(request.GET or None, user=request.user, initial={"state": "open"})
    within = kept_by(request.user, scope=request.GET.get("scope", ""), cycle=request.GET.get("cycle", ""))
    kept = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = chosen(request.user, state=kept.get("state", ""), kind=kept.get("kind", ""), unit=kept.get("unit", ""),
                  mine=bool(kept.get("mine")), words=kept.get("q", ""), kept=within)
    page = page_of(request, leading(rows), size=25)
    found = last_search()
    return render(request, "findings/finding_list.html", {
        "form": form, "page": page, "bundles": with_members(rows, page.object_list), "total": rows.count(),
        "search": found, "steps": searched(found), "within": within,
        "may_work": can(request.user, WORK), "is_filtered": bool(request.GET)})
