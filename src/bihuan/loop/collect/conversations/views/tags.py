"""Tagging words, the list of tags with its counts, and typical scenes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.errors import told
from bihuan.core.rights import can
from bihuan.core.web import needs, refusals_on

from .. import services
from ..errors import Refused
from ..forms import PeriodForm, SpanForm, TagForm
from ..models import SpanTag, Tag
from ..queries.tags import quotes_of, tag_counts
from ..rights import TAG, reach
from .conversations import conversation_for, conversation_page


@require_POST
@needs("collect.tag_conversations")
def span_add(request: HttpRequest, case: str) -> HttpResponse:
    """Tag words of a message; they are counted as the page showed them."""
    revealed = request.POST.get("shown") == "raw" and can(request.user, "core.reveal_personal")
    found, form = conversation_for(request, case), SpanForm(request.POST)
    problem = _("请选择一个标签。")
    if form.is_valid():
        try:
            span = services.tag_span(case=case, revealed=revealed, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已标注“%(name)s”。") % {"name": span.tag.name})
            return redirect("conversations:conversation", case)
        except Refused as refusal:
            problem = told(refusal)
    return conversation_page(request, found, status=422, problem=problem)


@require_POST
@needs("collect.tag_conversations")
def span_remove(request: HttpRequest, pk: int) -> HttpResponse:
    span = get_object_or_404(SpanTag, pk=pk)
    services.remove_span(span=span, actor=request.user)
    return redirect("conversations:conversation", span.case)


@require_POST
@needs("collect.tag_conversations")
def span_quote(request: HttpRequest, pk: int) -> HttpResponse:
    span = get_object_or_404(SpanTag, pk=pk)
    services.set_quote(span=span, is_quote=not span.is_quote, actor=request.user)
    return redirect("conversations:conversation", span.case)


@require_POST
@needs("collect.tag_conversations")
def read(request: HttpRequest, case: str) -> HttpResponse:
    """Say that a conversation was read to its end, or take that back."""
    act = services.mark_unread if request.POST.get("undo") else services.mark_read
    act(case=case, actor=request.user)
    return redirect("conversations:conversation", case)


@needs("collect.view_conversations")
def tag_list(request: HttpRequest) -> HttpResponse:
    """Counts of every tag, and the scenes with their words."""
    form, scope = PeriodForm(request.GET), reach(request.user)
    form.is_valid()
    days = {name: form.cleaned_data.get(name) for name in ("start", "end")}
    counts = tag_counts(scope, **days)
    scenes = [(one, quotes_of(one.tag_id, scope)) for one in counts if one.kind == Tag.Kind.SCENE]
    return render(request, "conversations/tag_list.html", {
        "form": form, "problems": [one for one in counts if one.kind == Tag.Kind.PROBLEM], "scenes": scenes,
        "n": counts[0].n if counts else 0, "may_tag": can(request.user, TAG)})


@needs("collect.tag_conversations")
def tag_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@needs("collect.tag_conversations")
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Tag, pk=pk))


def _edit(request: HttpRequest, known: Tag | None) -> HttpResponse:
    form = TagForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if known is None:
                given = {key: form.cleaned_data[key] for key in ("kind", "name", "description")}
                services.create_tag(actor=request.user, **given)
            else:
                services.update_tag(tag=known, actor=request.user, **form.cleaned_data)
        if form.is_valid():
            return redirect("conversations:tag_list")
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "conversations/tag.html", {"form": form, "tag": known}, status=status)
