"""The people of a sample, and everybody who is not asked with the reason."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.privacy.errors import Refused as Blocked
from bihuan.core.privacy.services import ask_address
from bihuan.core.rights import can
from bihuan.core.web import needs, page_of
from bihuan.loop.collect.surveys.queries import wave_info

from ..contracts import LISTED
from ..forms.draw import SearchForm
from ..models import Draw
from ..queries.answers import answered
from ..queries.coverage import case_summary, people, summary
from ..queries.lists import named_people
from ..queries.members import draw_in_force, members_of, rows_for
from ..queries.words import stratum_words
from ..rights import DRAW, SEE, require_customers
from ..services import exports

SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(*SEE)
def members(request: HttpRequest, wave: int) -> HttpResponse:
    """One page of the sample's list."""
    drawing = _draw(request, wave)
    info = wave_info(wave)
    names = drawing.members.order_by("stratum").values_list("stratum", flat=True).distinct()
    form = SearchForm(request.GET, strata=[(name, stratum_words(name)) for name in names])
    page = page_of(request, members_of(drawing, **form.wanted()), size=SIZE)
    return render(request, "samples/members.html", {
        "wave": info, "drawing": drawing, "form": form, "page": page, "may_draw": can(request.user, DRAW),
        "rows": rows_for(drawing, list(page.object_list), answered(info)) if info else [],
        "may_export": can(request.user, exports.EXPORT), "may_see": can(request.user, "serve.view_customers")})


@require_GET
@needs(exports.EXPORT)
def members_export(request: HttpRequest, wave: int) -> HttpResponse:
    """The list as Excel, customer numbers alone."""
    drawing = _draw(request, wave)
    return _sent(request, drawing, lambda: HttpResponse(
        exports.export_members(drawing=drawing, actor=request.user), content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="sample-{wave}.xlsx"'}))


@require_GET
@needs(*SEE)
def reasons(request: HttpRequest, wave: int) -> HttpResponse:
    """Who is not asked and why: all customers, all closed cases, and the people under a reason."""
    drawing = _draw(request, wave)
    chosen = request.GET.get("reason", "")
    number = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdecimal() else 1
    rows, total = people(drawing, reason=chosen, size=SIZE, offset=(number - 1) * SIZE)
    return render(request, "samples/reasons.html", {
        "wave": wave_info(wave), "drawing": drawing, "chosen": chosen, "everybody": summary(drawing),
        "cases": case_summary(drawing), "rows": named_people(rows), "total": total,
        "page": Page(rows, number, Paginator(range(total), SIZE)), "may_export": can(request.user, exports.EXPORT),
        "may_see": can(request.user, "serve.view_customers"), "listed": chosen in LISTED})


@require_GET
@needs(exports.EXPORT)
def reasons_export(request: HttpRequest, wave: int) -> HttpResponse:
    """Everybody with their reason as CSV; above the workspace's limit somebody else has to agree first."""
    drawing = _draw(request, wave)

    def send() -> HttpResponse | StreamingHttpResponse:
        response = StreamingHttpResponse(exports.export_reasons(drawing=drawing, actor=request.user),
                                         content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="reasons-{wave}.csv"'
        return response

    return _sent(request, drawing, send)


def _sent(request: HttpRequest, drawing: Draw, send: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return send()
    except Blocked as refused:
        if refused.code == "approval_needed":
            return redirect(ask_address(kind="samples.reasons", title=_("未询问名单"), args={"draw": drawing.pk},
                                        rows=drawing.frame.universe, body="customers"))
        messages.error(request, str(refused))
        return redirect("samples:reasons", drawing.wave_id)


def _draw(request: HttpRequest, wave: int) -> Draw:
    require_customers(request.user, wave)
    drawing = draw_in_force(wave)
    if drawing is None:
        raise Http404(wave)
    return drawing
