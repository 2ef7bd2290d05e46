"""One case with its timeline and clocks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bihuan.core.rights import can, require
from bihuan.core.web import needs

from ..queries.cases import case_page
from ..rights import reach
from ..services.reveal import record_reveal


@require_http_methods(["GET", "POST"])
@needs("evaluate.view_rows")
def case(request: HttpRequest, case: str) -> HttpResponse:
    """Show a case inside the person's scope; a POST shows its texts too and leaves an audit line."""
    revealed = request.method == "POST"
    if revealed:
        require(request.user, "core.reveal_personal")
    page = case_page(case, reach(request.user, "evaluate.view_rows"), revealed=revealed)
    if page is None:
        raise Http404(case)
    if revealed:
        record_reveal(case=case, actor=request.user)
    may_reveal = can(request.user, "core.reveal_personal")
    return render(request, "indicators/case.html", {"page": page, "may_reveal": may_reveal})
