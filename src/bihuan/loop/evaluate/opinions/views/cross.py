"""The scan of all groups by all numbers, and what was proposed as a problem."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.web import needs, page_of

from ..models import WorkedOut
from ..queries.address import write_state
from ..queries.cross import marked
from ..queries.findings import finding_for, findings
from ..queries.lake import wave_for
from ..queries.within import asked, scopes_for
from ..queries.working import work_of
from ..rights import VIEW
from ..services import propose_finding, withdraw_finding
from .working import waiting


@require_GET
@needs(VIEW)
def cross(request: HttpRequest, code: str) -> HttpResponse:
    """Show every comparison of a wave, what stands after correction first."""
    wave, state = wave_for(request.user, code), asked(request.user, request.GET)
    work = work_of(request.user, wave, state, WorkedOut.Kind.CROSS)
    if work.result is None:
        return waiting(request, wave, state, work, WorkedOut.Kind.CROSS)
    scan, segments = marked(work.result[0], wave, state), work.result[1]
    return render(request, "opinions/cross.html", {
        "scan": scan, "page": page_of(request, scan.comparisons, size=50), "wave": wave, "state": state,
        "segments": segments, "address": write_state(state), "work": work,
        "scopes": scopes_for(request.user, state)})


@require_POST
@needs(VIEW)
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a difference as a problem."""
    wave, state = wave_for(request.user, code), asked(request.user, request.GET)
    work = work_of(request.user, wave, state, WorkedOut.Kind.CROSS)
    if work.result is None or work.stale:
        raise Http404("comparison")
    scan = work.result[0]
    wanted = (request.POST.get("segment"), request.POST.get("group"), request.POST.get("measure"))
    found = next((one for one in scan.stand if (one.segment, one.group, one.measure) == wanted), None)
    if found is None:
        raise Http404("comparison")
    propose_finding(wave=wave, state=state, comparison=found, actor=request.user)
    messages.success(request, _("已记为问题，稍后即可在问题清单中看到。"))
    address = write_state(state)
    return HttpResponseRedirect(reverse("opinions:cross", args=[code]) + (f"?{address}" if address else ""))


@require_GET
@needs(VIEW)
def finding_list(request: HttpRequest) -> HttpResponse:
    """List what was proposed as problems."""
    return render(request, "opinions/finding_list.html", {
        "page": page_of(request, findings(request.user), size=30)})


@require_POST
@needs(VIEW)
def finding_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back."""
    withdraw_finding(finding=finding_for(request.user, pk), actor=request.user)
    messages.success(request, _("已撤回。"))
    return HttpResponseRedirect(reverse("opinions:finding_list"))
