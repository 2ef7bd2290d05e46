"""Files as they come and go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from .. import services
from ..models import Attachment

FILES, SHEET = "files", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def received(request: HttpRequest) -> list[services.Sent]:
    """Return the files of a form's field."""
    return [services.Sent(one.name or "", one.chunks()) for one in request.FILES.getlist(FILES)]


def sent(path: Path, attachment: Attachment) -> FileResponse:
    """Send a file to be saved, never to be shown as a page of ours."""
    response = FileResponse(path.open("rb"), as_attachment=True, filename=attachment.name,
                            content_type=attachment.media)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def spreadsheet(request: HttpRequest, make: Callable[[], bytes], name: str, back: str, *args: int) -> HttpResponse:
    """Send an Excel file, or go back and say why it may not leave."""
    try:
        content = make()
    except Exception as refused:
        if not getattr(refused, "code", None):
            raise
        messages.error(request, str(refused))
        return redirect(back, *args)
    response = HttpResponse(content, content_type=SHEET)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
