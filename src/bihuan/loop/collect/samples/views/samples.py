"""The sample of a wave: its strata and gauges, changes by hand, the repetition of the draw."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs, refusals_on
from bihuan.loop.collect.surveys.queries import wave_info
from bihuan.loop.collect.surveys.rights import wave_for

from .. import services
from ..errors import Refused
from ..forms.draw import ChangeForm
from ..models import Draw
from ..queries.answers import answered
from ..queries.comparison import comparison
from ..queries.lists import frame_words
from ..queries.members import draw_in_force, gauges, key_coverage, newest_frame
from ..queries.words import method_labels
from ..rights import DRAW, SEE, draw_for, open_rights


@require_GET
@needs(*SEE)
def sample(request: HttpRequest, wave: int) -> HttpResponse:
    """One wave's sample, or the way to it."""
    wave_for(request.user, wave, *SEE)
    return page(request, wave)


@require_POST
@needs(DRAW)
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a customer onto the list."""
    drawing, form = draw_for(request.user, pk, DRAW), ChangeForm(request.POST, prefix="add")
    if form.is_valid():
        with refusals_on(form):
            services.add_member(drawing=drawing, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已加入，原因会出现在报告里。"))
            return redirect("samples:sample", drawing.wave_id)
    return page(request, drawing.wave_id, status=422, add_form=form)


@require_POST
@needs(DRAW)
def member_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a customer off the list."""
    drawing, form = draw_for(request.user, pk, DRAW), ChangeForm(request.POST, prefix="remove")
    if form.is_valid():
        with refusals_on(form):
            services.remove_member(drawing=drawing, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已移出，原因会出现在报告里。"))
            return redirect("samples:sample", drawing.wave_id)
    return page(request, drawing.wave_id, status=422, remove_form=form)


@require_POST
@needs(DRAW)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Repeat the draw and say whether the list is what was drawn."""
    drawing = draw_for(request.user, pk, DRAW)
    try:
        fault = services.check_draw(drawing=drawing, actor=request.user)
    except Refused as refused:
        fault = str(refused)
    if fault:
        messages.error(request, fault)
    else:
        messages.success(request, _("重抽的结果与名单完全一致。"))
    return redirect("samples:sample", drawing.wave_id)


def page(request: HttpRequest, wave: int, *, status: int = 200, **shown: object) -> HttpResponse:
    """Render the page of a wave's sample; ``shown`` replaces the empty forms by refused ones."""
    info, drawing, frame = wave_info(wave), draw_in_force(wave), newest_frame(wave)
    context: dict[str, object] = {"wave": info, "drawing": drawing, "frame": frame, "may_draw": can(request.user, DRAW),
                                  "sees_customers": bool(open_rights(request.user))}
    if drawing is None or info is None:
        waiting = Draw.objects.filter(wave_id=wave, state=Draw.State.WAITING).first()
        return render(request, "samples/sample_none.html", {**context, "waiting": waiting})
    found = answered(info)
    context |= {
        "found": found, "gauges": gauges(drawing, found), "compared": comparison(drawing, found),
        "keys": key_coverage(drawing, found), "changes": drawing.changes.select_related("made_by")[:50],
        "older": Draw.objects.filter(wave_id=wave).exclude(pk=drawing.pk).select_related("drawn_by"),
        "method": method_labels()[drawing.method], "words": frame_words(drawing.frame),
        "add_form": ChangeForm(prefix="add"), "remove_form": ChangeForm(prefix="remove"), **shown}
    return render(request, "samples/sample.html", context, status=status)
