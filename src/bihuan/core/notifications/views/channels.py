"""Settings › notification channels, and one's own robots: the same pages with and without the right."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.web import answer, needs, page_of, refusals_on

from .. import services
from ..channels.robots import STARTS
from ..errors import Refused
from ..forms.channels import ChannelForm, LogFilter
from ..models import Channel, Delivery
from ..queries.inbox import company_channels, deliveries, own_channels
from ..rights import KEEP_CHANNELS
from ..services.channels import known_config


@require_GET
@needs(KEEP_CHANNELS)
def channel_list(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/channel_list.html", {
        "channels": company_channels(), "kinds": Channel.Kind.choices})


@needs(KEEP_CHANNELS)
def channel_new(request: HttpRequest, kind: str) -> HttpResponse:
    return _edit(request, None, kind, own=False)


@needs(KEEP_CHANNELS)
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(company_channels(), pk=pk)
    return _edit(request, found, found.kind, own=False)


@needs()
def own_new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in STARTS:
        raise Http404(kind)
    return _edit(request, None, kind, own=True)


@needs()
def own(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(own_channels(request.user), pk=pk)
    return _edit(request, found, found.kind, own=True)


def _edit(request: HttpRequest, found: Channel | None, kind: str, *, own: bool) -> HttpResponse:
    if kind not in Channel.Kind.values:
        raise Http404(kind)
    known = known_config(found) if found else {}
    shown = {name: value for name, value in known.items() if name not in ("url", "secret")}
    columns = {name: getattr(found, name) for name in ("name", "events", "unit_code", "hours_from", "hours_until")
               } if found else {}
    form = ChannelForm(request.POST if request.method == "POST" else None, kind=kind, known=known, own=own,
                       initial={**shown, **columns})
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_channel(channel=found, kind=kind, name=form.cleaned_data["name"], config=form.config(),
                                  own=own, actor=request.user, **form.columns())
            messages.success(request, _("已保存。用“发送测试”确认能收到。"))
            return redirect("notifications:choices" if own else "notifications:channel_list")
    return answer(request, "notifications/channel.html", {
        "form": form, "channel": found, "kind_label": Channel.Kind(kind).label, "own": own}, form)


@require_POST
@needs()
def channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message and say what came of it; a mail goes to the person who asks."""
    found = _mine(request, pk)
    try:
        message = services.send_test(channel=found, address=request.user.email if found.kind == "mail" else "",
                                     actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return _back(found)
    if message.state == Delivery.State.SENT:
        messages.success(request, _("测试消息已发出，请到“%(name)s”查看。") % {"name": found.name})
    else:
        messages.error(request, _("测试消息没有送达：%(why)s") % {"why": message.error_text})
    return _back(found)


@require_POST
@needs()
def channel_switch(request: HttpRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    services.set_channel_active(channel=found, active=not found.is_active, actor=request.user)
    return _back(found)


@require_GET
@needs(KEEP_CHANNELS)
def log(request: HttpRequest) -> HttpResponse:
    """Every message with what became of it."""
    form = LogFilter(request.GET, channels=list(Channel.objects.all()))
    return render(request, "notifications/log.html", {
        "form": form, "page": page_of(request, deliveries(**form.chosen()))})


@require_POST
@needs(KEEP_CHANNELS)
def log_resend(request: HttpRequest, pk: int) -> HttpResponse:
    services.resend(message=get_object_or_404(Delivery, pk=pk), actor=request.user)
    messages.success(request, _("已排队，将在一分钟内重新发送。"))
    return redirect("notifications:log")


def _mine(request: HttpRequest, pk: int) -> Channel:
    """Return a channel of the company or of one's own; the service asks for the right."""
    found = get_object_or_404(Channel, pk=pk)
    if found.owner_id not in (None, request.user.pk):
        raise Http404(pk)
    return found


def _back(found: Channel) -> HttpResponse:
    return redirect("notifications:choices" if found.owner_id else "notifications:channel_list")
