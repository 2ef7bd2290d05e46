"""A survey's report: files, links that share it, and the page behind a link."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs

from ..forms.reports import ShareForm
from ..queries.address import write_state
from ..queries.lake import wave_for
from ..queries.reports import report_of, share_for, shared, shares, token_of
from ..queries.stored import revived
from ..queries.within import asked, scopes_for
from ..rights import VIEW
from ..services import FORMATS, note_opened, revoke_share, share_report, write_report


@require_GET
@needs(VIEW)
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the report says, where to have it as a file, and who can open it by a link."""
    wave, state = wave_for(request.user, code), asked(request.user, request.GET)
    links = [(row, request.build_absolute_uri(reverse("opinions:shared", args=[token_of(row)])))
             for row in shares(request.user, wave)]
    return render(request, "opinions/report.html", {
        "wave": wave, "report": report_of(request.user, wave, state), "links": links, "form": ShareForm(),
        "address": write_state(state), "state": state,
        "scopes": scopes_for(request.user, state), "may_export": can(request.user, "evaluate.export")})


@require_GET
@needs("evaluate.export")
def report_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Send the report as Word, PDF or Excel."""
    wave = wave_for(request.user, code)
    found = report_of(request.user, wave, asked(request.user, request.GET)) if form in FORMATS else None
    if found is None:
        raise Http404(form)
    file = write_report(wave=wave, report=found, form=form, actor=request.user)
    return FileResponse(file, as_attachment=True, filename=f"{wave.title}.{form}", content_type=FORMATS[form])


@require_POST
@needs("evaluate.export")
def report_share(request: HttpRequest, code: str) -> HttpResponse:
    """Make a link that shows the report as it stands."""
    wave, state, form = wave_for(request.user, code), asked(request.user, request.GET), ShareForm(request.POST)
    found = report_of(request.user, wave, state)
    if found is None or not form.is_valid():
        raise Http404("share")
    share_report(wave=wave, report=found, days=form.cleaned_data["days"], actor=request.user)
    messages.success(request, _("链接已生成，凭链接可看这份结果，到期自动失效。"))
    address = write_state(state)
    return HttpResponseRedirect(reverse("opinions:report", args=[code]) + (f"?{address}" if address else ""))


@require_POST
@needs("evaluate.export")
def share_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    row = share_for(request.user, pk)
    revoke_share(share=row, actor=request.user)
    messages.success(request, _("链接已撤销。"))
    return HttpResponseRedirect(reverse("opinions:report", args=[row.survey]))


@never_cache
@require_GET
def shared_report(request: HttpRequest, token: str) -> HttpResponse:
    """Show a shared report to whoever has its link."""
    row = shared(token)
    if row is None:
        raise Http404("share")
    note_opened(share=row)
    response = render(request, "opinions/shared.html", {"report": revived(row.content), "row": row})
    response["X-Robots-Tag"] = "noindex"
    return response
