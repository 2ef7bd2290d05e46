"""Recordings of a case: added, heard, removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.errors import Refusal
from bihuan.core.web import needs, refusals_on

from .. import services
from ..forms import RecordingForm
from ..models import Recording
from .conversations import conversation_for, conversation_page

RANGE = re.compile(r"^bytes=(\d+)-(\d*)$")
PIECE = 1 << 16
# Recordings that a session heard, so that the parts a player asks for later are one hearing with the first.
HEARD, MOST_HEARD = "recordings_heard", 200


@require_POST
@needs("collect.tag_conversations")
def recording_add(request: HttpRequest, case: str) -> HttpResponse:
    found, form = conversation_for(request, case), RecordingForm(request.POST, request.FILES)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("duration_s", "channel", "recorded_at")}
        with refusals_on(form):
            if file := form.cleaned_data["file"]:
                services.add_recording(case=case, name=file.name, parts=file.chunks(), actor=request.user, **told)
            else:
                services.register_recording(case=case, path=form.cleaned_data["path"], actor=request.user, **told)
        if form.is_valid():
            messages.success(request, _("录音已添加。"))
            return redirect("conversations:conversation", case)
    return conversation_page(request, found, status=422, recording_form=form)


@require_GET
@needs("collect.play_recordings")
def play(request: HttpRequest, pk: str) -> HttpResponse | StreamingHttpResponse:
    """Send a recording or the part of it that the player asks for; the first request is noted as heard."""
    recording = get_object_or_404(Recording, pk=pk, deleted_at=None)
    path = services.recording_file(recording)
    if not path.exists():
        raise Http404(path.name)
    asked = RANGE.match(request.headers.get("Range", ""))
    start = int(asked[1]) if asked else 0
    try:
        services.require_play(recording=recording, actor=request.user)
    except Refusal as refused:
        return HttpResponse(str(refused), status=403, content_type="text/plain; charset=utf-8")
    _note_once(request, recording, whole=start == 0)
    if not asked:
        answer: HttpResponse | StreamingHttpResponse = FileResponse(path.open("rb"), content_type=recording.media)
    elif start >= recording.size:
        answer = HttpResponse(status=416, headers={"Content-Range": f"bytes */{recording.size}"})
    else:
        end = min(int(asked[2]) if asked[2] else recording.size - 1, recording.size - 1)
        answer = StreamingHttpResponse(_part(path, start, end), status=206, content_type=recording.media)
        answer["Content-Range"] = f"bytes {start}-{end}/{recording.size}"
        answer["Content-Length"] = str(end - start + 1)
    answer["Accept-Ranges"], answer["Cache-Control"] = "bytes", "no-store"
    return answer


def _note_once(request: HttpRequest, recording: Recording, *, whole: bool) -> None:
    """Note a hearing: each from the beginning, and the first in a session wherever it begins."""
    heard, pk = request.session.get(HEARD, []), str(recording.pk)
    if whole or pk not in heard:
        services.note_play(recording=recording, actor=request.user)
        request.session[HEARD] = [*(one for one in heard if one != pk), pk][-MOST_HEARD:]


@require_POST
@needs("collect.tag_conversations")
def recording_remove(request: HttpRequest, pk: str) -> HttpResponse:
    recording = get_object_or_404(Recording, pk=pk, deleted_at=None)
    services.remove_recording(recording=recording, actor=request.user)
    return redirect("conversations:conversation", recording.case)


def _part(path: Path, start: int, end: int) -> Iterator[bytes]:
    with open(path, "rb") as file:
        file.seek(start)
        left = end - start + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
