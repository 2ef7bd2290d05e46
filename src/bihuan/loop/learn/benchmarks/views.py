"""Pages of benchmarks: one's own place, the files given away and taken in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core import audit
from bihuan.core.errors import told as told_error
from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs, page_of
from bihuan.engine.benchmarks.errors import BenchmarkError
from bihuan.engine.benchmarks.files import LARGEST

from .errors import Refused
from .forms import MakeForm, TakeForm
from .models import BenchmarkFile
from .queries import cells_of, files, places, pools, told, withheld_of
from .rights import EXCHANGE, VIEW, board_scope, may_exchange, require_exchange
from .services import make_benchmark, remove_benchmark, take_benchmark


@require_GET
@needs(VIEW)
def benchmark_list(request: HttpRequest) -> HttpResponse:
    """Show one's own place beside every file taken in, and to who exchanges them the files given away."""
    board_scope(request.user)
    exchanges = may_exchange(request.user)
    page = page_of(request, BenchmarkFile.objects.filter(kind=BenchmarkFile.Kind.TAKEN), size=10)
    context = {"page": page, "places": places(request.user, page.object_list),
               "pools": pools(request.user) if page.number == 1 else [], "may_exchange": exchanges,
               "made": files(BenchmarkFile.Kind.MADE)[:50] if exchanges else []}
    return render(request, "benchmarks/benchmark_list.html", context)


@require_http_methods(["GET", "POST"])
@needs(EXCHANGE)
def benchmark_make(request: HttpRequest) -> HttpResponse:
    """Make a file of the company's own numbers."""
    require_exchange(request.user)
    form = MakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_benchmark(actor=request.user, **form.cleaned_data)
        except (BenchmarkError, Refused) as error:
            form.add_error(None, told_error(error))
        else:
            return HttpResponseRedirect(reverse("benchmarks:benchmark", args=[made.pk]))
    return render(request, "benchmarks/benchmark_make.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(EXCHANGE)
def benchmark_take(request: HttpRequest) -> HttpResponse:
    """Take in another company's file, or say which definitions are not one's own."""
    require_exchange(request.user)
    form = TakeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = take_benchmark(name=file.name, raw=file.read(LARGEST + 1), actor=request.user)
        except (BenchmarkError, Refused) as error:
            form.add_error("file", told_error(error))
        else:
            messages.success(request, _("已收下。"))
            return HttpResponseRedirect(reverse("benchmarks:benchmark", args=[made.pk]))
    return render(request, "benchmarks/benchmark_take.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@needs(VIEW)
def benchmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file says, with one's own place where it is another company's."""
    row = _file(request, pk)
    content = told(row)
    is_made = row.kind == BenchmarkFile.Kind.MADE
    context = {"file": row, "content": content, "cells": cells_of(content), "withheld": withheld_of(content),
               "place": None if is_made else places(request.user, [row])[0], "is_made": is_made,
               "may_exchange": may_exchange(request.user)}
    return render(request, "benchmarks/benchmark.html", context)


@require_GET
@needs(EXCHANGE)
def benchmark_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a file out, byte for byte as it was made."""
    require_exchange(request.user)
    row = _file(request, pk)
    audit.record("learn.benchmark_downloaded", row, actor=request.user, sha256=audit.plain(row.sha256))
    answer = HttpResponse(row.content.encode(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="benchmark-{row.industry}-{row.period}.json"'
    return answer


@require_POST
@needs(EXCHANGE)
def benchmark_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a foreign file go."""
    try:
        remove_benchmark(file=_file(request, pk), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("benchmarks:benchmark_list"))


def _file(request: HttpRequest, pk: int) -> BenchmarkFile:
    """A file that the person may see: foreign ones with the board, one's own with the right to exchange."""
    board_scope(request.user)
    row = BenchmarkFile.objects.filter(pk=pk).select_related("by").first()
    if row is None or (row.kind == BenchmarkFile.Kind.MADE and not may_exchange(request.user)):
        raise NotAllowed(f"benchmark {pk}")
    return row
