"""Problem cards, and one click that makes a finding of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.patience import patient
from bihuan.core.rights import can
from bihuan.core.web import needs
from bihuan.loop.diagnose.findings.services import FindingError

from ..queries.address import read_state, write_state
from ..queries.cards import cards_of
from ..rights import VIEW
from ..services import raise_card
from .common import log_page, refused

WORK = "diagnose.work_findings"


@require_GET
@needs(VIEW)
@patient
def cards(request: HttpRequest) -> HttpResponse:
    """Show where cases lose most time, each as step and action."""
    return log_page(request, "cards", lambda user, state: {
        "cards": cards_of(user, state), "may_raise": can(user, WORK)})


@require_POST
@needs(WORK)
def card_raise(request: HttpRequest) -> HttpResponse:
    """Make a finding of a card."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    try:
        pk = raise_card(key=request.POST.get("key", ""), state=state, actor=request.user)
    except FindingError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(write_state(state, to=reverse("processes:cards")))
    messages.success(request, _("已记为问题 F-{number:04d}。").format(number=pk))
    return HttpResponseRedirect(write_state(state, to=reverse("processes:cards")))
