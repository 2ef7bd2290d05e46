"""Pages of reviews, verdicts, the chain and templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core import audit
from bihuan.core.queries import unit_names
from bihuan.core.rights import NotAllowed, can, scope_of
from bihuan.core.web import needs, number_in, page_of
from bihuan.loop.diagnose.findings.queries import finding_for
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures.queries.foresight import yardstick_words
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.rights import measure_for
from bihuan.loop.improve.measures.services import MeasureError
from bihuan.loop.improve.staffing.queries import Scored, plans_of_measure

from .contracts import CANNOT_TELL, REVIEW_PARTS
from .forms import AdoptForm, CloseForm, PromoteForm
from .models import Review, Verdict
from .queries.lists import (
    adoptions,
    chains,
    findings_with_measures,
    links_of,
    promotions,
    rate_of,
    reviews_of_part,
    today,
    verdicts_of,
)
from .queries.support import supports_of
from .queries.verdicts import view_of
from .rights import CLOSE, VIEW, may_close, may_see_numbers, promotion_for, verdict_for
from .services import (
    VerdictError,
    adopt_promotion,
    close_measure,
    compute_verdict,
    follow_table,
    look_again,
    promote_verdict,
)

CHANGE = "improve.change_measures"


@require_GET
@needs(VIEW)
def review_list(request: HttpRequest) -> HttpResponse:
    """List reviews: waiting ones first, then what was judged."""
    part = request.GET.get("part", "")
    context = {"page": page_of(request, reviews_of_part(request.user, part), size=30), "reached": engine.today(),
               "names": unit_names(), "parts": REVIEW_PARTS, "part": part if part in REVIEW_PARTS else ""}
    return render(request, "verdicts/review_list.html", context)


@require_GET
@needs(VIEW)
def of_finding(request: HttpRequest) -> HttpResponse:
    """The measures against one finding with their verdicts, for the finding's page."""
    number = number_in(request.GET, "finding")
    if number is None:
        raise NotAllowed("of_finding")
    finding = finding_for(request.user, number)
    links = links_of(finding, request.user)
    return render(request, "verdicts/_of_finding.html", {"links": links, "finding": finding})


@require_GET
@needs(VIEW)
def of_measure(request: HttpRequest) -> HttpResponse:
    """Lead from a measure's page to what the data say of it."""
    number = number_in(request.GET, "measure")
    if number is None:
        return HttpResponseRedirect(reverse("verdicts:review_list"))
    return HttpResponseRedirect(reverse("verdicts:measure", args=[measure_for(request.user, number).pk]))


@require_GET
@needs(VIEW)
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the data say of a measure."""
    return render(request, "verdicts/measure.html", _context(request, measure_for(request.user, pk)))


@require_POST
@needs(CLOSE)
def measure_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a measure by its newest verdict."""
    row = measure_for(request.user, pk)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            close_measure(measure_id=row.pk, actor=request.user, **form.cleaned_data)
        except (VerdictError, MeasureError) as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("已按效果结论关闭。"))
            return HttpResponseRedirect(reverse("verdicts:measure", args=[pk]))
    return render(request, "verdicts/measure.html", _context(request, row, close_form=form), status=422)


@require_POST
@needs(CLOSE)
def review_compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge a review that is due now, without waiting for the hourly run."""
    found = Review.objects.filter(pk=pk).select_related("measure").first()
    if found is None:
        raise NotAllowed(f"review {pk}")
    row = measure_for(request.user, found.measure_id)
    if not may_close(request.user, row):
        raise NotAllowed(f"review {pk}")
    try:
        compute_verdict(review=found, actor=request.user)
    except VerdictError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("verdicts:measure", args=[row.pk]))


@require_POST
@needs(CLOSE)
def verdict_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Wait for more data and review once more."""
    found = verdict_for(request.user, pk)
    try:
        made = look_again(verdict=found, actor=request.user)
    except VerdictError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已安排在 {day} 再次复评。").format(day=made.due_on))
    return HttpResponseRedirect(reverse("verdicts:measure", args=[found.measure_id]))


@require_POST
@needs(CLOSE)
def verdict_promote(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer what worked to other teams."""
    found = verdict_for(request.user, pk)
    form = PromoteForm(request.POST)
    if form.is_valid():
        try:
            made = promote_verdict(verdict=found, actor=request.user, **form.cleaned_data)
        except VerdictError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(reverse("verdicts:promotion", args=[made.pk]))
    row = measure_for(request.user, found.measure_id)
    return render(request, "verdicts/measure.html", _context(request, row, promote_form=form), status=422)


@require_POST
@needs("evaluate.fill_table")
def verdict_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the verdict onto the line of 表1 from which the measure was made."""
    found = verdict_for(request.user, pk)
    try:
        table = follow_table(verdict=found, actor=request.user)
    except VerdictError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("verdicts:measure", args=[found.measure_id]))
    messages.success(request, _("已写入评价表的同一行。"))
    return HttpResponseRedirect(reverse("reports:table", args=[table]))


@require_GET
@needs(VIEW)
def verdict_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the yardstick and the series out, from which anybody can compute the verdict again."""
    found = verdict_for(request.user, pk)
    if not may_see_numbers(request.user, found):
        raise NotAllowed(f"evidence of verdict {pk}")
    audit.record("verify.evidence_taken", found.measure, actor=request.user, verdict=found.pk)
    answer = JsonResponse({"yardstick": found.judged, "approved_hash": found.yardstick_hash,
                           "evidence": found.evidence, "result": found.result},
                          json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="verdict-{found.measure.number}-{found.look}.json"'
    return answer


@require_GET
@needs(VIEW)
def chain(request: HttpRequest) -> HttpResponse:
    """Show problem, measure, verdict and next round in one line each, with the rate of closing."""
    day = today()
    page = page_of(request, findings_with_measures(request.user), size=30)
    return render(request, "verdicts/chain.html", {
        "page": page, "chains": chains(page.object_list, request.user, day), "rate": rate_of(request.user, day)})


@require_GET
@needs(VIEW)
def promotion_list(request: HttpRequest) -> HttpResponse:
    """List what worked and was offered to others."""
    page = page_of(request, promotions(request.user), size=30)
    views = [(one, view_of(one.verdict, request.user)) for one in page.object_list]
    return render(request, "verdicts/promotion_list.html", {"page": page, "views": views, "names": unit_names()})


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def promotion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a template; whoever writes measures may take it over for their unit."""
    found = promotion_for(request.user, pk)
    may_adopt = can(request.user, CHANGE)
    if request.method == "POST" and not may_adopt:
        raise NotAllowed(f"adopt {pk}")
    form = AdoptForm(request.POST or None, user=request.user, initial={"accountable": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            made = adopt_promotion(promotion=found, actor=request.user, **form.cleaned_data)
        except (VerdictError, MeasureError) as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("已存为草稿。请填写标尺，再提交审批。"))
            return HttpResponseRedirect(reverse("measures:yardstick_edit", args=[made.pk]))
    context = {"promotion": found, "view": view_of(found.verdict, request.user), "form": form, "may_adopt": may_adopt,
               "adoptions": adoptions(found, request.user), "names": unit_names()}
    return render(request, "verdicts/promotion.html", context, status=422 if form.errors else 200)


def _staffing(request: HttpRequest, row: Measure, newest: Verdict | None) -> list[Scored]:
    """What was foretold of the rosters of a measure, for who sees what its verdict was computed from."""
    if newest is None or not may_see_numbers(request.user, newest):
        return []
    return plans_of_measure(row.pk, scope_of(request.user, VIEW).minimum_n, request.user)


def _context(request: HttpRequest, row: Measure, **bound: Any) -> dict[str, Any]:
    verdicts = [view_of(one, request.user) for one in verdicts_of(row)]
    waiting = Review.objects.filter(measure=row, state=Review.State.WAITING).first()
    newest = verdicts[0].verdict if verdicts else None
    supports, calling = supports_of(row.pk, newest)
    forms = {"close_form": CloseForm(), "promote_form": PromoteForm()}
    return {
        "measure": row, "unit": unit_names().get(row.unit_code, row.unit_code), "verdicts": verdicts,
        "waiting": waiting, "reached": engine.today(), "yardstick": yardstick_words(row),
        "may_fill": bool(row.table_row) and can(request.user, "evaluate.fill_table"),
        "may_close": may_close(request.user, row), "cannot_tell": newest is not None and newest.verdict == CANNOT_TELL,
        "promotion": getattr(newest, "promotion", None) if newest else None, "newest": newest, "supports": supports,
        "calling": calling, "staffing": _staffing(request, row, newest), **forms, **bound,
    }
