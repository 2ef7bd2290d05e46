"""Reviews of complaints: the list, one of them, the rule."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.privacy.errors import Refused
from bihuan.core.queries import unit_names
from bihuan.core.rights import can, scope_of
from bihuan.core.web import answer, needs, page_of
from bihuan.loop.evaluate.concessions.queries import is_protected

from .. import services
from ..forms import CheckForm, ReviewForm, RuleForm
from ..models import VIEW, ComplaintReview
from ..queries.closed import known_priorities
from ..queries.lists import FIELDS, priority_words, reviews_for
from ..rights import HOLD, WORK, may_check, may_rule, may_write, review_for
from ..services.files import EXPORT, WRITERS

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"docx": WORD, "pdf": "application/pdf"}


@require_GET
@needs(VIEW)
def review_list(request: HttpRequest) -> HttpResponse:
    """Show the reviews this person sees, and the rule by which they open."""
    state, late = request.GET.get("state", ""), request.GET.get("late") == "1"
    rule = services.rule_now()
    return render(request, "complaint_reviews/review_list.html", {
        "page": page_of(request, reviews_for(request.user, state=state, late=late), size=25), "state": state,
        "late": late, "states": ComplaintReview.State.choices, "units": unit_names(), "rule": rule,
        "priorities": priority_words(rule.priorities),
        "may_rule": may_rule(request.user), "may_export": can(request.user, EXPORT),
        "address": request.GET.urlencode()})


@require_GET
@needs(EXPORT)
def list_file(request: HttpRequest) -> HttpResponse:
    """Send the list as Excel."""
    try:
        content = services.export_list(state=request.GET.get("state", ""), late=request.GET.get("late") == "1",
                                       actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("complaint_reviews:review_list")
    return HttpResponse(content, content_type=SHEET, headers={
        "Content-Disposition": 'attachment; filename="complaint-reviews.xlsx"'})


@require_http_methods(["GET", "POST"])
@needs(HOLD)
def rule(request: HttpRequest) -> HttpResponse:
    """Show and change which complaints are reviewed."""
    if not may_rule(request.user):
        raise Http404("rule")
    row = services.rule_now()
    names = sorted({*known_priorities(), *row.priorities})
    form = RuleForm(request.POST or None, priorities=names, initial={
        name: getattr(row, name) for name in ("active", "escalated", "priorities", "reopens", "days_back", "due_days")})
    if form.is_bound and form.is_valid():
        try:
            services.save_rule(actor=request.user, **form.cleaned_data)
        except services.ReviewError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("已保存。"))
            return redirect("complaint_reviews:review_list")
    return answer(request, "complaint_reviews/rule.html", {"form": form}, form)


@require_GET
@needs(VIEW)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one review."""
    return _show(request, review_for(request.user, pk))


@require_POST
@needs(WORK)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Save, or hand in."""
    row, form = review_for(request.user, pk), ReviewForm(request.POST)
    if form.is_valid():
        try:
            services.write_review(review=row, words=form.words(), hand_in="hand_in" in request.POST,
                                  version=form.cleaned_data["version"], actor=request.user)
        except services.ReviewError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("已保存。"))
            return redirect("complaint_reviews:review", pk=pk)
    return _show(request, row, form=form)


@require_POST
@needs(HOLD)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, or give back."""
    row, form = review_for(request.user, pk), CheckForm(request.POST)
    if form.is_valid():
        try:
            services.check_review(review=row, accept="accept" in request.POST, reason=form.cleaned_data["reason"],
                                  actor=request.user)
        except services.ReviewError as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("complaint_reviews:review", pk=pk)
    return _show(request, row, check=form)


@require_GET
@needs(VIEW)
def review_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send one review as Word or PDF."""
    if form not in WRITERS:
        raise Http404(form)
    name, content = services.export_review(review=review_for(request.user, pk), form=form, actor=request.user)
    return HttpResponse(content, content_type=MEDIA[form], headers={
        "Content-Disposition": f'attachment; filename="{name}"'})


def _show(request: HttpRequest, row: ComplaintReview, **sent: Any) -> HttpResponse:
    forms: dict[str, Any] = {"form": None, "check": None}
    if may_write(request.user, row):
        forms["form"] = ReviewForm(initial={name: getattr(row, name) for name in (*FIELDS, "version")} | {
            "cause": row.cause_id})
    if may_check(request.user, row):
        forms["check"] = CheckForm()
    context = {"review": row, "is_protected": is_protected(row.case, scope_of(request.user, VIEW)),
               "unit": unit_names().get(row.unit_code, row.unit_code), **forms, **sent,
               "may_rows": can(request.user, "evaluate.view_rows")}
    return answer(request, "complaint_reviews/review.html", context, *sent.values())
