"""The weekly review pack."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.web import needs

from ..models import VIEW
from ..queries.weekly import pack_of
from ..services.weekly import WRITERS, export_pack

MEDIA = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}


@require_GET
@needs(VIEW)
def weekly(request: HttpRequest) -> HttpResponse:
    """Show a week's anomalies, open findings and unanswered joint issues."""
    return render(request, "findings/weekly.html", {"pack": pack_of(request.user, request.GET.get("week", ""))})


@require_GET
@needs(VIEW)
def weekly_file(request: HttpRequest, form: str) -> HttpResponse:
    """Send the pack as Word or PDF."""
    if form not in WRITERS:
        raise Http404(form)
    name, content = export_pack(week=request.GET.get("week", ""), form=form, actor=request.user)
    return HttpResponse(content, content_type=MEDIA[form], headers={
        "Content-Disposition": f'attachment; filename="{name}"'})
