"""The strip that says where a wave stands, on every page of the wave."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.web import needs
from bihuan.loop.collect.surveys.rights import READERS

from ..queries.path import path_of


@require_GET
@needs(*READERS)
def wave_path(request: HttpRequest) -> HttpResponse:
    """Show the steps of the wave that the address names, and what is next."""
    number = request.GET.get("wave", "")
    if not number.isdecimal() or len(number) > 12:
        raise Http404(number)
    here = request.headers.get("HX-Current-URL", "")
    return render(request, "opinions/_path.html", {"path": path_of(request.user, int(number)), "here": here})
