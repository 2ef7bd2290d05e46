"""Sending a wave: words and channel, the list, starting, reminding, trying out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.notifications.errors import NotSent
from bihuan.core.web import needs, page_of, refusals_on
from bihuan.loop.collect.surveys.contracts import WaveInfo

from .. import services
from ..asking import LANGUAGES
from ..contracts import CHANNELS, REASONS
from ..errors import Refused
from ..forms import DispatchForm, GroupForm, ListForm, TrialForm
from ..models import Invitation
from ..queries.sending import dispatch_of, invitations
from ..rights import SEND
from ..services.dispatch import preview
from ..waves import forget
from .common import page, wave_for


@needs(SEND)
def dispatch(request: HttpRequest, number: int) -> HttpResponse:
    """Say how the wave is sent."""
    wave = wave_for(request, number, SEND)
    form = DispatchForm(request.POST if request.method == "POST" else None, wave=wave, dispatch=dispatch_of(wave.id))
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_dispatch(wave=wave.id, actor=request.user, **form.asked())
            forget()
            messages.success(request, _("已保存。"))
            return redirect("answering:dispatch", number)
    return _page(request, wave, form)


def _page(request: HttpRequest, wave: WaveInfo, form: DispatchForm | None = None, trial: TrialForm | None = None,
          group: GroupForm | None = None) -> HttpResponse:
    line = dispatch_of(wave.id)
    form = form or DispatchForm(wave=wave, dispatch=line)
    part = "remind" if request.GET.get("show") == "remind" else "body"
    link = "" if part == "remind" and wave.mode == "anonymous" else "…"
    shown = {language: preview(wave, line, language, part, link=link) for language in LANGUAGES}
    waiting = Invitation.objects.filter(wave_id=wave.id, state=Invitation.State.WAITING).count()
    return page(request, "answering/dispatch.html", wave, "dispatch", {
        "form": form, "dispatch": line, "trial": trial or TrialForm(), "group": group or GroupForm(),
        "waiting": waiting,
        "languages": [(name, form.texts_of(language)) for language, name in LANGUAGES.items()],
        "shown": [(name, *shown[language]) for language, name in LANGUAGES.items()], "part": part,
    }, *(one for one in (form, trial, group) if one))


@require_POST
@needs(SEND)
def start(request: HttpRequest, number: int) -> HttpResponse:
    wave = wave_for(request, number, SEND)
    try:
        count = services.start_dispatch(wave=wave.id, actor=request.user)
        messages.success(request, _("已开始，%(count)d 位客户等待发送。只在允许的联系时段内发出。") % {"count": count})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("answering:dispatch", number)


@require_POST
@needs(SEND)
def pause(request: HttpRequest, number: int) -> HttpResponse:
    wave = wave_for(request, number, SEND)
    services.pause_dispatch(wave=wave.id, paused=request.POST.get("paused") == "yes", actor=request.user)
    return redirect("answering:dispatch", number)


@require_POST
@needs(SEND)
def remind(request: HttpRequest, number: int) -> HttpResponse:
    wave = wave_for(request, number, SEND)
    try:
        count = services.remind(wave=wave.id, actor=request.user)
        messages.success(request, _("将提醒 %(count)d 位客户。") % {"count": count})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("answering:wave", number)


@require_POST
@needs(SEND)
def trial(request: HttpRequest, number: int) -> HttpResponse:
    """Send one message to oneself."""
    wave, form = wave_for(request, number, SEND), TrialForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            try:
                services.send_trial(wave=wave.id, actor=request.user, **form.cleaned_data)
                messages.success(request, _("已发出。"))
                return redirect("answering:dispatch", number)
            except NotSent as trouble:
                form.add_error(None, str(trouble))
    return _page(request, wave, trial=form)


@require_POST
@needs(SEND)
def group(request: HttpRequest, number: int) -> HttpResponse:
    """Say the open link in a group."""
    wave, form = wave_for(request, number, SEND), GroupForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            try:
                services.post_open_link(wave=wave.id, actor=request.user, **form.cleaned_data)
                messages.success(request, _("已发到群里。"))
                return redirect("answering:dispatch", number)
            except NotSent as trouble:
                form.add_error(None, str(trouble))
    return _page(request, wave, group=form)


@needs(SEND)
def people(request: HttpRequest, number: int) -> HttpResponse:
    """Who is asked and what became of it; customers are added by their numbers."""
    wave = wave_for(request, number, SEND)
    form = ListForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            if request.POST.get("act") == "bounced":
                count = services.note_bounces(wave=wave.id, customers=form.numbers(), actor=request.user)
                messages.success(request, _("已登记 %(count)d 位客户退信。") % {"count": count})
            else:
                listed = services.list_typed(wave=wave.id, customers=form.numbers(), actor=request.user)
                messages.success(request, _("新加入 %(count)d 位客户，其中不能询问的 %(barred)d 位，原因见名单。") % {
                    "count": listed.added, "barred": sum(listed.barred.values()) - listed.barred.get("beyond", 0)})
                if beyond := listed.barred.get("beyond"):
                    messages.warning(request, _("%(count)d 个编号不在您的范围内，没有加入名单。") % {"count": beyond})
            return redirect("answering:people", number)
    asked = {name: request.GET.get(name, "") for name in ("state", "reason", "words")}
    rows = page_of(request, invitations(wave.id, **asked))
    for line in rows.object_list:
        line.why = REASONS.get(line.reason, line.reason)
        line.how = CHANNELS[line.channel][0] if line.channel in CHANNELS else line.channel
    return page(request, "answering/people.html", wave, "people", {
        "page": rows, "form": form, "asked": asked, "states": [*Invitation.State.choices, ("answered", _("已作答"))],
    }, form)
