"""Settings › audit: who did what, and whether the log was tampered with."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.engine.facts.guarding import guarded

from .. import audit, queries
from ..audit.words_codes import code_names
from ..audit.words_data import people_of
from ..forms.lists import AuditFilter
from ..jobs import enqueue
from ..models import AuditEntry
from ..web import needs, page_of

RIGHT = "core.read_audit"


@needs(RIGHT)
def audit_list(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    page = page_of(request, queries.audit_entries(**form.chosen()))
    people = {key for entry in page for key in (entry.actor, *people_of(entry.data))}
    return render(request, "core/audit_list.html", {
        "form": form, "page": page, "names": {**code_names(), **queries.actor_names(people)},
        "head": audit.head_line()})


@needs(RIGHT)
def audit_export(request: HttpRequest) -> HttpResponse:
    """Stream every entry that the filter leaves, as CSV that spreadsheets open as UTF-8; taking it is itself logged."""
    entries = queries.audit_entries(**AuditFilter(request.GET).chosen())
    audit.record("core.audit_exported", actor=request.user, entries=entries.count())
    lines = _csv_lines(entries.iterator(chunk_size=2000))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


@require_POST
@needs(RIGHT)
def audit_verify(request: HttpRequest) -> HttpResponse:
    head = request.POST.get("head", "").strip()
    job = enqueue("core.verify_log", actor=request.user, title=_("校验审计日志"), head=head)
    return redirect("core:job", pk=job.pk)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(entries: Iterator[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([
        "seq", "at", "action", "actor", "object_type", "object_id", "data", "leaves", "merkle_root", "hash"])
    for entry in entries:
        yield writer.writerow([guarded(cell) for cell in (
            entry.seq, timezone.localtime(entry.at).isoformat(), entry.action, entry.actor, entry.object_type,
            entry.object_id, json.dumps(entry.data, ensure_ascii=False), entry.leaves, entry.merkle_root, entry.hash)])
