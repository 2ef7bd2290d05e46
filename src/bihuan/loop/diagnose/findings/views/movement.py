"""What the movement of an indicator is made of."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.web import needs

from ..forms import MovementForm, scope_choices
from ..models import VIEW
from ..queries.findings import finding_for
from ..queries.movement import indicators, movement_page
from ..queries.scoping import kept_by


@require_GET
@needs(VIEW)
def movement(request: HttpRequest) -> HttpResponse:
    """Take the change of an indicator between two months apart into mix and rate."""
    number = request.GET.get("finding", "")
    finding = finding_for(request.user, int(number)) if number.isdecimal() else None
    names = indicators()
    indicator = request.GET.get("indicator") or (finding.indicator if finding else "fcr")
    against = request.GET.get("against", "previous")
    if against not in MovementForm.AGAINST:
        raise Http404(against)
    also = tuple(name for name in (request.GET.get("also", ""), request.GET.get("third", "")) if name)
    scope = request.GET.get("scope", "")
    page = movement_page(request.user, indicator=indicator, by=request.GET.get("by", ""), against=against, also=also,
                         month=request.GET.get("month", ""), finding=finding, kept=kept_by(request.user, scope=scope))
    months = page.months if page else ()
    form = MovementForm(indicators=names, months=months, initial={
        "indicator": indicator, "month": page.month if page else "", "against": against,
        "by": page.by if page else "", "finding": number if finding else "", "scope": scope,
        **dict(zip(("also", "third"), page.also if page else ()))},
        dimensions=page.dimensions if page else (), scopes=scope_choices(request.user))
    return render(request, "findings/movement.html", {"page": page, "form": form, "finding": finding})
