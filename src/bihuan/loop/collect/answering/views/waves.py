"""Waves and how many came how far."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.rights import can
from bihuan.core.web import needs, page_of
from bihuan.engine.charts.steps import steps
from bihuan.engine.charts.wording import LABELS
from bihuan.engine.survey.telling import may_tell
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import waves_for

from ..contracts import REASONS, WAYS, Funnel
from ..models import QuotaCount, Response
from ..queries.sending import dispatch_of, funnel, quotas
from ..rights import SEND, VIEW
from ..waves import questions_of
from .common import page, wave_for


@require_GET
@needs(SEND, VIEW)
def wave_list(request: HttpRequest) -> HttpResponse:
    found = {one.id: one for right in (SEND, VIEW) for one in waves_for(request.user, right)}
    waves = sorted(found.values(), key=lambda one: ({"open": 0, "planned": 1}.get(one.state, 2), -one.id))
    return render(request, "answering/wave_list.html", {
        "page": page_of(request, waves, size=30), "may_send": can(request.user, SEND)})


@require_GET
@needs(SEND)
def wave(request: HttpRequest, number: int) -> HttpResponse:
    """The funnel of a wave, what its answers count as, and who was not reached and why."""
    found = wave_for(request, number, SEND)
    told, questions = funnel(found.id), questions_of(found.version_id)
    full = quotas(found.id)
    lines = [(_("名单"), told.listed), (_("已发送"), told.sent), (_("已送达"), told.delivered),
             (_("已打开"), told.opened), (_("已开始"), told.started), (_("已完成"), told.finished)]
    shown = [(str(label), count) for label, count in lines if count is not None]
    return page(request, "answering/wave.html", found, "wave", {
        "funnel": told, "lines": lines, "dispatch": dispatch_of(found.id),
        "option": steps(shown, labels=LABELS.get(get_language() or "", LABELS["zh-hans"])) if told.listed else None,
        "reasons": [(REASONS.get(code, code), count, code) for code, count in sorted(
            told.not_sent.items(), key=lambda pair: -pair[1])],
        "statuses": [(Response.Status(code).label, count) for code, count in told.responses.items()],
        "channels": [(WAYS.get(code, code), count) for code, count in told.channels.items()],
        "quotas": [(quota, line := full.get(quota.name), _few(found, told, line)) for quota in questions.quotas]})


def _few(wave: WaveInfo, told: Funnel, line: QuotaCount | None) -> bool:
    """Whether the count of a quota says of a handful of anonymous people what they, or the others, answered."""
    count, valid = line.count if line else 0, told.responses.get("valid", 0)
    return wave.mode == "anonymous" and bool(count) and not may_tell(count, max(valid, count), wave.minimum_n)
