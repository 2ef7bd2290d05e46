"""Pages of filing: the list, one archive with its five parts, how long archives are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core import workspace
from bihuan.core.privacy.errors import Refused as PrivacyRefused
from bihuan.core.privacy.services import ask_address
from bihuan.core.queries import unit_names
from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs, number_in, page_of
from bihuan.loop.improve.measures.rights import measure_for
from bihuan.loop.plan.cycles.queries.cycles import cycle_for
from bihuan.loop.verify.verdicts.contracts import WORDS
from bihuan.loop.verify.verdicts.queries.lists import verdicts_of
from bihuan.loop.verify.verdicts.rights import verdict_for

from .contracts import FAULTS, PART_LABELS
from .errors import Refused
from .forms import FilingForm, RuleForm
from .models import Archive
from .queries.keeping import deletions, expired, months
from .queries.lists import REVIEWS, archive_of, archive_of_cycle, filters_from, found_for, offered, shown_excerpt
from .rights import (
    KEEP,
    VIEW,
    archive_for,
    keeps_all,
    may_keep,
    may_keep_archive,
    may_keep_cycle,
    may_take,
    require_all,
)
from .services import (
    check_archive,
    file_under,
    save_rule,
    start_archive,
    start_deletion,
    start_review_archive,
    take_archive,
)


@require_GET
@needs(VIEW)
def archive_list(request: HttpRequest) -> HttpResponse:
    """List archives by quarter, line of business and verdict, or find them by words."""
    kept = filters_from(request.GET.dict())
    quarters, lines = offered(request.user)
    page = page_of(request, found_for(request.user, kept), size=30)
    names = unit_names()
    rows = [(one, names.get(one.unit_code, one.unit_code), shown_excerpt(one, kept.words)) for one in page.object_list]
    context = {"page": page, "rows": rows, "kept": kept, "quarters": quarters, "lines": lines,
               "words": [*WORDS.items(), (REVIEWS, _("复盘"))], "may_keep": keeps_all(request.user)}
    return render(request, "archives/archive_list.html", context)


@require_GET
@needs(VIEW)
def of_measure(request: HttpRequest) -> HttpResponse:
    """Lead from a measure's verdict to its archive, or to the one click that makes it."""
    number = number_in(request.GET, "measure")
    if number is None:
        raise NotAllowed("of_measure")
    measure = measure_for(request.user, number)
    verdict = next(iter(verdicts_of(measure)), None)
    found = archive_of(verdict.pk) if verdict else None
    if found is not None and found.state == Archive.State.READY:
        return HttpResponseRedirect(reverse("archives:archive", args=[found.pk]))
    context = {"measure": measure, "verdict": verdict, "archive": found, "parts": PART_LABELS.values(),
               "may_keep": may_keep(request.user, measure.unit_code)}
    return render(request, "archives/of_measure.html", context)


@require_POST
@needs(KEEP)
def archive_make(request: HttpRequest, pk: int) -> HttpResponse:
    """File a closed verdict: one click, the rest is a job."""
    verdict = verdict_for(request.user, pk)
    return _filed(request, lambda: start_archive(verdict=verdict, actor=request.user),
                  f"{reverse('archives:of_measure')}?measure={verdict.measure_id}")


def _filed(request: HttpRequest, file: Callable[[], Archive], back: str) -> HttpResponse:
    """Lead to the archive that was begun, or back with the reason why it was not."""
    try:
        made = file()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(reverse("archives:archive", args=[made.pk]))


@require_GET
@needs(VIEW)
def of_cycle(request: HttpRequest) -> HttpResponse:
    """Lead from a review to its archive, or to the one click that makes it."""
    number = number_in(request.GET, "cycle")
    if number is None:
        raise NotAllowed("of_cycle")
    cycle = cycle_for(request.user, number)
    found = archive_of_cycle(cycle.pk)
    if found is not None and found.state == Archive.State.READY:
        return HttpResponseRedirect(reverse("archives:archive", args=[found.pk]))
    return render(request, "archives/of_cycle.html", {
        "cycle": cycle, "archive": found, "parts": PART_LABELS.values(),
        "may_keep": may_keep_cycle(request.user, cycle)})


@require_POST
@needs(KEEP)
def cycle_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """File a review that has ended."""
    cycle = cycle_for(request.user, pk)
    return _filed(request, lambda: start_review_archive(cycle=cycle, actor=request.user),
                  f"{reverse('archives:of_cycle')}?cycle={cycle.pk}")


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one archive with its parts and its last check; whoever keeps archives may file it elsewhere."""
    row = archive_for(request.user, pk)
    keeps = may_keep_archive(request.user, row)
    if request.method == "POST" and not keeps:
        raise NotAllowed(f"archive {pk}")
    form = FilingForm(request.POST or None, initial={"quarter": row.quarter, "line": row.line})
    if request.method == "POST" and form.is_valid():
        try:
            file_under(archive=row, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已改归类。"))
            return HttpResponseRedirect(reverse("archives:archive", args=[pk]))
    context = {"archive": row, "parts": _parts(row), "form": form, "may_keep": keeps,
               "may_take": may_take(request.user, row), "unit": unit_names().get(row.unit_code, row.unit_code),
               "faults": [(one["file"], FAULTS.get(one["fault"], one["fault"])) for one in row.faults]}
    return render(request, "archives/archive.html", context, status=422 if form.errors else 200)


@require_POST
@needs(KEEP)
def archive_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the bundle now: whole, its fingerprint, its verdict."""
    try:
        row = check_archive(archive=archive_for(request.user, pk), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if row.faults:
            messages.error(request, _("核对不符：请从备份恢复。"))
        else:
            messages.success(request, _("核对相符：文件完整，期末数值与冻结时一致。") if row.cycle_id else _(
                "核对相符：文件完整，由包内数据重新算出同一结论。"))
    return HttpResponseRedirect(reverse("archives:archive", args=[pk]))


@require_GET
@needs(VIEW)
def archive_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the bundle, or lead to where a large one is asked for."""
    row = archive_for(request.user, pk)
    try:
        path = take_archive(archive=row, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("archives:archive", args=[pk]))
    except PrivacyRefused as refusal:
        if refusal.code != "approval_needed":
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("archives:archive", args=[pk]))
        return redirect(ask_address(kind="archives.bundle", title=f"{row.number} {row.title}", rows=row.rows,
                                    args={"archive": row.pk}))
    return FileResponse(open(path, "rb"), as_attachment=True, filename=f"{row.number}-{row.quarter}.zip")


@require_http_methods(["GET", "POST"])
@needs(KEEP)
def keeping(request: HttpRequest) -> HttpResponse:
    """Show and set how long archives are kept, with the proofs of what was deleted."""
    require_all(request.user)
    form = RuleForm(request.POST or None, initial={"kept": months()})
    if request.method == "POST" and form.is_valid():
        save_rule(actor=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return HttpResponseRedirect(reverse("archives:keeping"))
    context = {"form": form, "months": months(), "page": page_of(request, deletions(), size=30),
               "due": expired(timezone.localdate(timezone.now(), workspace.zone())).count()}
    return render(request, "archives/keeping.html", context, status=422 if form.errors else 200)


@require_POST
@needs(KEEP)
def delete_due(request: HttpRequest) -> HttpResponse:
    """Delete what is due, in the background."""
    try:
        job = start_deletion(actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("archives:keeping"))
    return HttpResponseRedirect(reverse("core:job", args=[job.pk]))


def _parts(row: Archive) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The five parts in their order, each with its files."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in row.files:
        part, _sep, name = one["path"].partition("/")
        found[part].append({"name": name, "size": one["size"]})
    return [(label, found[key]) for key, label in PART_LABELS.items()]
