"""What the views of this room share: refusals as pages, files as answers."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from bihuan.engine.indicators.errors import IndicatorError

from ..contracts import Export
from ..queries.scoping import FilterError
from ..services.files import ExportError

# What a person's question can be refused for; each carries a sentence that says what to change.
REFUSALS = (IndicatorError, FilterError, ExportError)


# How a file may be had: the word in the address, and what the menu calls it.
FORMAT_NAMES = (
    ("xlsx", "Excel"), ("csv-bom", _("CSV（Excel 可直接打开）")), ("csv", "CSV"), ("parquet", "Parquet"),
)


def refused(request: HttpRequest, problems: list[str]) -> HttpResponse:
    """Return a page that says why something was not done: never an empty table, which would read as no data."""
    return render(request, "indicators/refused.html", {"problems": problems}, status=422)


def file_response(export: Export) -> HttpResponse | StreamingHttpResponse:
    """Return an exported file as a download; a stream leaves as it is made."""
    if export.file is not None:
        return FileResponse(export.file, as_attachment=True, filename=export.name, content_type=export.media)
    response = StreamingHttpResponse(export.parts, content_type=export.media)
    response["Content-Disposition"] = content_disposition_header(True, export.name)
    return response
