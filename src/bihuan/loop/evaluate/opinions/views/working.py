"""Analyses that take longer than a page may: asked for, waited for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bihuan.core.web import needs

from ..contracts import State, Wave
from ..models import WorkedOut
from ..queries.address import write_state
from ..queries.lake import wave_for
from ..queries.within import asked
from ..queries.working import Work
from ..rights import VIEW
from ..services import ask_work


def waiting(request: HttpRequest, wave: Wave, state: State, work: Work, kind: str) -> HttpResponse:
    """Show how far the work is, why it failed, or that it was not asked for yet."""
    return render(request, "opinions/waiting.html", {
        "wave": wave, "tab": kind, "work": work, "kind": kind, "address": write_state(state)})


@require_POST
@needs(VIEW)
def work_ask(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Have an analysis worked out."""
    if kind not in WorkedOut.Kind.values:
        raise Http404(kind)
    wave, state = wave_for(request.user, code), asked(request.user, request.GET)
    ask_work(wave=wave, state=state, kind=kind, actor=request.user)
    address = write_state(state)
    return HttpResponseRedirect(reverse(f"opinions:{kind}", args=[code]) + (f"?{address}" if address else ""))
