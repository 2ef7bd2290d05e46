"""One case with its timeline and clocks."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_http_methods

from bihuan.core.patience import patient
from bihuan.core.privacy.services import may_reveal
from bihuan.core.rights import can, require
from bihuan.core.web import answer, needs, refusals_on

from ..forms.reasons import ReasonForm
from ..queries.cases import case_page
from ..rights import reach
from ..services.reveal import record_reveal


@require_http_methods(["GET", "POST"])
@needs("evaluate.view_rows")
@patient
def case(request: HttpRequest, case: str) -> HttpResponse:
    """Show a case inside the person's scope; a POST with a reason shows its texts unmasked and leaves a line."""
    scope, form = reach(request.user, "evaluate.view_rows"), ReasonForm(request.POST or None)
    if request.method == "POST":
        require(request.user, "core.reveal_personal")
    page = case_page(case, scope, revealed=False)
    if page is None:
        raise Http404(case)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            record_reveal(case=case, customer=page.customer, actor=request.user, **form.cleaned_data)
            page = case_page(case, scope, revealed=True)
    response = answer(request, "indicators/case.html", {
        "page": page, "may_reveal": may_reveal(request.user, "text"), "form": form,
        "back": _rows_address(request.GET.get("back", "")),
        "may_open_customer": can(request.user, "serve.view_customers")}, form)
    if request.method == "POST":
        response["Cache-Control"] = "no-store"
    return response


def _rows_address(told: str) -> str:
    """Return the address of the rows that the case was opened from; nothing for any other address."""
    parts = urlsplit(told)
    try:
        found = not parts.scheme and not parts.netloc and resolve(parts.path).view_name == "indicators:rows"
    except Resolver404:
        found = False
    return told if found else ""
