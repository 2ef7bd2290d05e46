"""Interviews and on-site records: guides, records, passages and what they add up to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on
from bihuan.loop.collect.conversations.queries.tags import active_tags

from .. import services
from ..errors import Refused
from ..forms.talks import CodeForm, GuideForm, InterviewForm
from ..models import Attachment, Guide, Interview, Passage
from ..queries import interviews as queries
from ..rights import ANY, INTERVIEW, MANAGE, found_or_hidden
from .sending import received, sent, spreadsheet


@require_GET
@needs(*ANY)
def interview_list(request: HttpRequest) -> HttpResponse:
    """The records, without those of customers whom the reader served."""
    return render(request, "voices/interview_list.html", {
        "page": page_of(request, queries.interviews_for(request.user)), **_may(request)})


@needs(INTERVIEW)
def interview_new(request: HttpRequest) -> HttpResponse:
    """Begin a record."""
    guides = queries.guides_for(request.user)
    form = InterviewForm(request.POST or None, user=request.user, guides=guides)
    if form.is_bound and form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if name != "consent"}
        with refusals_on(form):
            made = services.begin_interview(actor=request.user, **told)
            return redirect("voices:interview", made.pk)
    return answer(request, "voices/interview_new.html", {"form": form, "none": not guides.exists(), **_may(request)},
                  form)


@require_GET
@needs(*ANY)
def interview(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: a draft to be written, then words to be coded."""
    return _page(request, queries.interview_for(request.user, pk))


@require_POST
@needs(*ANY)
def interview_notes(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.interview_for(request.user, pk)
    notes = {key: request.POST.get(f"note.{key}", "") for key, _a, _q in queries.questions_of(found.outline)}
    done = request.POST.get("act") == "done"
    return _done(request, found, lambda: services.save_notes(
        interview=found, notes=notes, done=done, actor=request.user), _("已定稿。") if done else _("已保存草稿。"))


@require_POST
@needs(*ANY)
def interview_files(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.interview_for(request.user, pk)
    return _done(request, found, lambda: services.add_interview_files(
        interview=found, files=received(request), actor=request.user), _("已添加。"))


@require_POST
@needs(*ANY)
def interview_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.interview_for(request.user, pk)
    return _done(request, found, lambda: services.withdraw_interview(interview=found, actor=request.user),
                 _("已按受访者的要求删除记录、录音和编码。"))


@require_GET
@needs(*ANY)
def interview_attachment(request: HttpRequest, pk: int, key: str) -> HttpResponse | FileResponse:
    found = queries.interview_for(request.user, pk)
    one = found_or_hidden(Attachment.objects.filter(pk=key, interview=found).first(), f"file {key}")
    return sent(services.open_file(attachment=one, actor=request.user), one)


@require_POST
@needs(*ANY)
def passage_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a passage its theme."""
    found, form = queries.interview_for(request.user, pk), CodeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选中要编码的文字和一个标签。"))
        return redirect("voices:interview", pk)
    told = form.cleaned_data
    return _done(request, found, lambda: services.code_passage(
        interview=found, question=told["message"], tag=told["tag"], start=told["start"], end=told["end"],
        actor=request.user), _("已编码。"))


@require_POST
@needs(*ANY)
def passage_remove(request: HttpRequest, pk: int, passage: int) -> HttpResponse:
    found = queries.interview_for(request.user, pk)
    one = get_object_or_404(Passage, pk=passage, interview=found)
    return _done(request, found, lambda: services.remove_passage(passage=one, actor=request.user), _("已去掉。"))


@require_GET
@needs(*ANY)
def codings(request: HttpRequest) -> HttpResponse:
    """What was said how often, with the words."""
    guide = request.GET.get("guide", "")
    themes, n = queries.theme_counts(request.user, guide=guide)
    return render(request, "voices/codings.html", {
        "themes": themes, "n": n, "guide": guide, "guides": queries.guides_for(request.user),
        "may_export": can(request.user, "evaluate.export"), **_may(request)})


@require_GET
@needs("evaluate.export")
def codings_export(request: HttpRequest) -> HttpResponse:
    return spreadsheet(request, lambda: services.export_codings(actor=request.user), "codings", "voices:codings")


@require_GET
@needs(*ANY)
def guide_list(request: HttpRequest) -> HttpResponse:
    return render(request, "voices/guide_list.html", {"guides": queries.guides_for(request.user), **_may(request)})


@needs(MANAGE)
def guide_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a guide."""
    found = queries.guide_for(request.user, pk) if pk else Guide()
    form = GuideForm(request.POST or None, instance=found, user=request.user)
    if form.is_bound and form.is_valid():
        asked = form.questions()
        with refusals_on(form):
            services.save_guide(guide=found, questions=asked, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("voices:guide_list")
    return answer(request, "voices/guide_edit.html", {"form": form, "found": found}, form)


def _page(request: HttpRequest, found: Interview, *, status: int = 200) -> HttpResponse:
    notes = queries.notes_of(found)
    mine = found.interviewer_id == request.user.pk or can(request.user, MANAGE)
    response = render(request, "voices/interview.html", {
        "found": found, "answers": queries.answers_of(found), "tags": active_tags(), "mine": mine,
        "lines": [(key, area, question, notes.get(key, "")) for key, area, question in
                  queries.questions_of(found.outline)] if mine and not found.is_done else [],
        "files": found.files.filter(deleted_at=None), **_may(request)}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _done(request: HttpRequest, found: Interview, act: Any, told: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, found, status=422)
    messages.success(request, told)
    return redirect("voices:interview", found.pk)


def _may(request: HttpRequest) -> dict[str, bool]:
    return {"may_manage": can(request.user, MANAGE), "may_interview": can(request.user, INTERVIEW)}
