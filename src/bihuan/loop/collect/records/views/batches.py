"""Imports: the list, one batch, its rejected rows, taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs, refusals_on
from bihuan.engine.facts.journal import Batch

from .. import completeness, queries, services
from ..forms import UndoForm
from ..rights import may_take, sees_every_batch
from ..timeless import of_batch

PER_PAGE = 25


def batch_for(request: HttpRequest, batch_id: str) -> Batch:
    batch = queries.find_batch(request.user, batch_id)
    if batch is None:
        raise Http404
    return batch


@needs("collect.import_records")
def batch_list(request: HttpRequest) -> HttpResponse:
    """Files that wait for their next step, then every batch the person may see."""
    page = Paginator(queries.visible_batches(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "records/batch_list.html", {
        "page": page, "lines": queries.batch_lines(request.user, page.object_list),
        "uploads": queries.open_uploads(request.user), "everything": sees_every_batch(request.user)})


@needs("collect.import_records")
def batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    return _batch_page(request, batch_for(request, batch_id), UndoForm())


@needs("collect.undo_import")
@require_POST
def batch_undo(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Take the batch back; a refusal shows the dialog again with what was typed."""
    known = batch_for(request, batch_id)
    form = UndoForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.undo_batch(batch=known, actor=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("已撤销。指标正在后台按其余数据重新计算。"))
            return redirect("records:batch", known.id)
    return _batch_page(request, known, form, status=422)


@needs("collect.import_records")
@require_POST
def batch_derive(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Compute what an import that broke off left undone."""
    known = batch_for(request, batch_id)
    services.derive_batch(batch=known, actor=request.user)
    messages.success(request, _("指标正在后台重新计算。"))
    return redirect("records:batch", known.id)


@needs("collect.import_records")
def batch_file(request: HttpRequest, batch_id: str, kind: str) -> HttpResponse:
    """``rejected``: the rows that were not taken, to correct and import again; ``cells``: every bad cell."""
    known = batch_for(request, batch_id)
    file = queries.rejected_file(known) if kind == "rejected" else queries.cells_file(known)
    if file is None:
        raise Http404
    services.note_download(batch=known, kind=kind, actor=request.user)
    stem = queries.batch_lines(request.user, [known])[0].title.split(".")[0] or known.id
    name = _("未导入的行") if kind == "rejected" else _("问题单元格")
    return FileResponse(open(file, "rb"), as_attachment=True, filename=f"{stem}-{name}.csv")


@needs("collect.import_records")
def batch_board(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Open the board over the days of the batch's cases; over all without days, the usual period without cases."""
    known = batch_for(request, batch_id)
    days = queries.days_of(known)
    period = f"?period=custom&from={days[0]}&to={days[1]}" if days else ""
    if days and any(one.table == "cases" for one in of_batch(known.mapping, known.tables)):
        period = "?period=all"      # the day that stands for none is no day to look at
    return redirect(reverse("indicators:board") + period)


@needs("collect.import_records")
def batch_completeness(request: HttpRequest, batch_id: str) -> HttpResponse:
    """What the batch's rows lack; loaded after the page, because it reads the lake."""
    known, may_units = batch_for(request, batch_id), can(request.user, "core.manage_units")
    return render(request, "records/_completeness.html", {
        "completeness": completeness.gaps(known), "losses": completeness.losses_of_batch(known),
        "people": completeness.people_of_batch(known), "may_units": may_units, "may_read_numbers": may_units})


@needs("collect.import_records")
def source_completeness(request: HttpRequest) -> HttpResponse:
    """What the gaps of each source do to the indicators; for those whose right reaches the whole workspace."""
    if not sees_every_batch(request.user):
        raise Http404
    return render(request, "records/completeness.html", {"found": completeness.losses_of_sources()})


def _batch_page(request: HttpRequest, known: Batch, form: UndoForm, status: int = 200) -> HttpResponse:
    line = queries.batch_lines(request.user, [known])[0]
    # Their rows are not masked: not for everybody who may see that the batch is there.
    papers = may_take(request.user, known)
    return render(request, "records/batch.html", {
        "line": line, "form": form, "rejected": papers and queries.rejected_file(known),
        "cells": papers and queries.cells_file(known), "tables": known.tables,
        "timeless": of_batch(known.mapping, known.tables),
        "is_behind": known.state == "done" and queries.is_behind(),
        "may_board": can(request.user, "evaluate.view_board"),
        "mendable": known.state == "done" and not queries.only_totals(known)}, status=status)
