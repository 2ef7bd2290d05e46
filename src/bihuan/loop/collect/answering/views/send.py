"""Sending invitations to the drawn sample: whom, when and how, and who is not asked, before anything leaves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.core.web import needs
from bihuan.loop.collect.surveys.queries import questionnaire_of

from .. import services
from ..asking import LANGUAGES
from ..errors import Refused
from ..models import Invitation
from ..queries.sending import dispatch_of
from ..rights import SEND
from ..services.dispatch import preview
from ..waves import standing
from .common import page, wave_for


@require_http_methods(["GET", "POST"])
@needs(SEND)
def send(request: HttpRequest, number: int) -> HttpResponse:
    """Show what sending to the sample would do, and do it."""
    wave = wave_for(request, number, SEND)
    if request.method == "POST":
        try:
            count = services.invite_sample(wave=wave.id, actor=request.user)
            messages.success(request, _("已开始：%(count)d 位客户等待发送，只在允许的联系时段内发出。") % {
                "count": count})
            return redirect("answering:wave", number)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("answering:send", number)
    line = dispatch_of(wave.id)
    plan = services.plan_of(wave)
    subject, text = preview(wave, line, "zh-hans", "body", link="…")
    questions = questionnaire_of(wave.version_id)
    beside = Invitation.objects.filter(wave_id=wave.id, state=Invitation.State.WAITING).count()
    return page(request, "answering/send.html", wave, "send", {
        "plan": plan, "dispatch": line, "subject": subject, "text": text, "beside": beside,
        "spoken": LANGUAGES["zh-hans"], "state": standing(wave, timezone.now()),
        "asks": sum(1 for item in questions.items() if item.asks)})
