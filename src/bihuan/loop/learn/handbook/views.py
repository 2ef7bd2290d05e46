"""Pages of the response handbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.queries import unit_names
from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import needs, page_of

from .contracts import SHAPE
from .errors import Refused
from .forms import ApproveForm, EntryForm, NewEntryForm, ReasonForm
from .models import EntryVersion
from .queries import (
    filters_from,
    good_answer,
    good_answers,
    in_force,
    in_work,
    shown_entry,
    suggestion,
    suggestions,
    today,
    topics,
)
from .rights import APPROVE, VIEW, WRITE, entry_to_work_on, may
from .services import (
    approve_entry,
    begin_version,
    create_entry,
    refuse_entry,
    retire_entry,
    submit_entry,
    write_entry,
)


@require_GET
@needs(VIEW)
def entry_list(request: HttpRequest) -> HttpResponse:
    """Show what holds today, by topic or found by words, and to writers what is in work."""
    kept = filters_from(request.GET.dict())
    context = {"page": page_of(request, in_force(request.user, kept), size=30), "kept": kept,
               "topics": topics(request.user), "work": list(in_work(request.user)[:50]),
               "may_write": can(request.user, WRITE)}
    return render(request, "handbook/entry_list.html", context)


@require_GET
@needs(VIEW)
def entry_print(request: HttpRequest) -> HttpResponse:
    """Show the whole handbook of today for print."""
    return render(request, "handbook/entry_print.html", {
        "entries": list(in_force(request.user, filters_from(request.GET.dict()))), "day": today()})


@require_GET
@needs(WRITE)
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """List frequent themes of surveys and good answers of conversations from which an entry can be written."""
    return render(request, "handbook/suggestion_list.html", {
        "suggestions": suggestions(request.user), "answers": good_answers(request.user)})


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def entry_new(request: HttpRequest) -> HttpResponse:
    """Begin an entry, from nothing, a theme or a good answer."""
    start, source = _begin(request)
    form = NewEntryForm(request.POST or None, user=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_entry(topic=form.cleaned_data["topic"], unit_code=form.cleaned_data["unit_code"],
                                words=form.words(), source=source, actor=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponseRedirect(reverse("handbook:entry", args=[made.pk]))
    return render(request, "handbook/entry_edit.html", {"form": form, "source": source},
                  status=422 if form.errors else 200)


@require_GET
@needs(VIEW)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry as it holds today; who works on it sees the other versions too."""
    return render(request, "handbook/entry.html", _context(request, pk))


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def entry_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft of an entry; what holds stays until the new one does."""
    row = entry_to_work_on(request.user, pk)
    newest = row.versions.first()
    assert newest is not None
    form = EntryForm(request.POST or None, initial={key: getattr(newest, key) for key in SHAPE})
    if request.method == "POST" and form.is_valid():
        try:
            version = begin_version(entry=row, actor=request.user)
            write_entry(version=version, words=form.words(), note=form.cleaned_data["note"], actor=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponseRedirect(reverse("handbook:entry", args=[pk]))
    return render(request, "handbook/entry_edit.html", {"form": form, "entry": row, "source": row.source},
                  status=422 if form.errors else 200)


@require_POST
@needs(VIEW)
def entry_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit, approve, send back or retire."""
    row = entry_to_work_on(request.user, pk)
    version = row.versions.first()
    assert version is not None
    acts: dict[str, tuple[Any, Callable[..., Any], dict[str, Any]]] = {
        "submit": (None, submit_entry, {"version": version}),
        "approve": (ApproveForm, approve_entry, {"version": version}),
        "refuse": (ReasonForm, refuse_entry, {"version": version}),
        "retire": (ReasonForm, retire_entry, {"entry": row})}
    if request.POST.get("act") not in acts:
        raise NotAllowed("act")
    maker, service, about = acts[request.POST["act"]]
    form = maker(request.POST) if maker else None
    try:
        if form is None or form.is_valid():
            service(actor=request.user, **about, **(form.cleaned_data if form else {}))
            return HttpResponseRedirect(reverse("handbook:entry", args=[pk]))
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return render(request, "handbook/entry.html", _context(request, pk), status=422)


def _begin(request: HttpRequest) -> tuple[dict[str, str], dict[str, Any]]:
    """Return what the form begins with, and the source that is kept with the entry."""
    asked = request.GET
    if theme := suggestion(request.user, asked.get("survey", ""), asked.get("theme", "")):
        line, share = theme.line, theme.line.share
        return {"topic": line.name, "question": line.name}, {
            "kind": "theme", "survey": theme.wave.code, "title": theme.wave.title, "theme": line.name,
            "share": share.value, "low": share.low, "high": share.high, "n": share.n}
    if found := good_answer(request.user, asked.get("tag", ""), asked.get("quote", "")):
        tag, quote = found
        return {"topic": tag.name, "answer": quote.text}, {"kind": "answer", "tag": tag.name, "case": quote.case}
    return {}, {}


def _context(request: HttpRequest, pk: int) -> dict[str, Any]:
    row, current, versions = shown_entry(request.user, pk)
    newest = versions[0] if versions else current
    approves = may(request.user, APPROVE, row.unit_code)
    return {
        "entry": row, "current": current, "versions": versions, "newest": newest, "shape": SHAPE.items(),
        "waiting": newest if newest and newest.state != EntryVersion.State.APPROVED else None,
        "parts": [(label, getattr(shown, key)) for key, label in SHAPE.items()] if (
            shown := current or newest) else [],
        "news": [(label, getattr(newest, key)) for key, label in SHAPE.items()] if newest else [],
        "unit": unit_names().get(row.unit_code, _("整个公司")), "may_write": may(request.user, WRITE, row.unit_code),
        "may_approve": approves, "approve": ApproveForm(initial={"effective_on": today()}), "reason": ReasonForm()}
