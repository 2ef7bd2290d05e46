"""What customers see: the feedback form and the page of a receipt. No log-in, no cookie, nobody's address."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from bihuan.core import workspace
from bihuan.core.tokens.limits import take

from .. import services
from ..errors import Refused
from ..forms.feedback import PublicForm, ReceiptForm
from ..models import Feedback, FeedbackForm
from ..queries.feedback import by_receipt, public_form, words_of
from ..receipts import new_field
from .sending import received

LOOKS = 30      # receipts that are looked up in ten seconds, by everybody together


@csrf_exempt
@never_cache
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, token: str) -> HttpResponse:
    """The public form; only a POST keeps anything."""
    form = public_form(token)
    if form is None:
        raise Http404(token)
    if not form.is_active:
        return _finished(render(request, "voices/give_off.html", {"form": form}, status=410), form)
    typed = PublicForm(request.POST if request.method == "POST" else None, form=form)
    problem = ""
    if typed.is_bound and typed.is_valid():
        try:
            code = services.send_feedback(form=form, said=_said(request, typed), files=received(request))
            return _finished(render(request, "voices/given.html", {"form": form, "receipt": code}), form)
        except Refused as refused:
            problem = str(refused)
    status = 422 if typed.is_bound else 200
    return _finished(render(request, "voices/give.html", {
        "form": form, "typed": typed, "problem": problem, "field": new_field(form.token),
        "notice": form.notice.replace("{company}", workspace.facts().name or _("本公司"))}, status=status), form)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What became of feedback, for whoever holds its receipt. The receipt is typed, so that no log holds it."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    found: Feedback | None = None
    if form.is_bound and form.is_valid():
        if take("feedback:receipts", limit=LOOKS):
            form.add_error(None, _("查询的人太多，请几秒后再试。"))
        else:
            found = by_receipt(form.cleaned_data["receipt"])
            if found is None:
                form.add_error("receipt", _("没有这个回执号。请核对字母与数字。"))
    note = ""
    if found is not None and request.POST.get("act") == "withdraw":
        found, note = _withdraw(found)
    context: dict[str, Any] = {"form": form, "found": found, "note": note}
    if found is not None:
        told = found.duplicate_of or found
        # A reply to somebody else may name them.
        context |= {"told": told, "reply": words_of(found).reply if told is found else ""}
    return _finished(render(request, "voices/follow.html", context, status=422 if form.errors else 200), None)


def _withdraw(found: Feedback) -> tuple[Feedback, str]:
    try:
        return services.withdraw_feedback(feedback=found), _("已撤回，您写的内容和文件已删除。")
    except Refused as refused:
        return found, str(refused)


def _said(request: HttpRequest, typed: PublicForm) -> services.Said:
    told = typed.cleaned_data
    return services.Said(
        text=told["text"], kind=told["kind"], contact=told.get("contact", ""), name=told.get("name", ""),
        field=request.POST.get("_form", ""), trap=told["website"], language=translation.get_language() or "zh-hans")


def _finished(response: HttpResponse, form: FeedbackForm | None) -> HttpResponse:
    """Put the headers on: only the named websites may embed the form, and the address is told to nobody."""
    response["Referrer-Policy"] = "no-referrer"
    if form is not None and form.origins:
        response._csp_replace = {"frame-ancestors": list(form.origins)}  # type: ignore[attr-defined]
    else:
        response["X-Frame-Options"] = "DENY"
    return response
