"""The inbox of feedback for staff, and the public forms it comes by."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.privacy.services import may_reveal
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on

from .. import services
from ..codes import svg
from ..contracts import CHANNELS, FeedbackKind, FeedbackState
from ..errors import Refused
from ..forms.calls import ReasonForm
from ..forms.feedback import NOTICE, CaseForm, EnterForm, FileAwayForm, ReplyForm, SettingsForm, TagForm
from ..models import Attachment, Feedback, FeedbackForm
from ..queries import feedback as queries
from ..rights import HANDLE, MANAGE, found_or_hidden
from .sending import sent

FILTERS = ("state", "channel", "kind", "source", "tag")


@require_GET
@needs(HANDLE)
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that customers said by themselves, over all channels."""
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    if not request.GET:
        asked["state"] = FeedbackState.NEW
    page = page_of(request, queries.inbox(request.user, **asked))
    counts = queries.counts(request.user)
    return render(request, "voices/inbox.html", {
        "page": page, "lines": queries.lines_of(list(page.object_list)), "asked": asked, "channels": CHANNELS,
        "kinds": FeedbackKind.choices, "sources": Feedback.Source.choices, "may_manage": can(request.user, MANAGE),
        "states": [(value, label, counts.get(value, 0)) for value, label in FeedbackState.choices],
        "suspects": counts.get("suspect", 0)})


@needs(HANDLE)
def feedback_new(request: HttpRequest) -> HttpResponse:
    """Enter what a customer said elsewhere."""
    form = EnterForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            found, code = services.enter_feedback(actor=request.user, **form.cleaned_data)
            messages.success(request, _("已登记，客户的回执号：%(code)s。现在不告知，以后就看不到了。") % {
                "code": code})
            return redirect("voices:feedback", found.pk)
    return answer(request, "voices/feedback_new.html", {"form": form}, form)


@require_GET
@needs(HANDLE)
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what was said, what is like it, what may be done."""
    return _page(request, queries.feedback_for(request.user, pk))


@require_POST
@needs(HANDLE)
def feedback_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = queries.feedback_for(request.user, pk), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            words = services.reveal_feedback(feedback=found, actor=request.user, **form.cleaned_data)
            return _page(request, found, words=words, revealed=True)
    return _page(request, found, reveal=form, status=422)


@require_POST
@needs(HANDLE)
def feedback_case(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = queries.feedback_for(request.user, pk), CaseForm(request.POST, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            services.make_case(feedback=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已转为工单。"))
            return redirect("voices:feedback", pk)
    return _page(request, found, case_form=form, status=422)


@require_POST
@needs(HANDLE)
def feedback_answer(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = queries.feedback_for(request.user, pk), ReplyForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.answer_feedback(feedback=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已答复，客户凭回执号可以看到。"))
            return redirect("voices:feedback", pk)
    return _page(request, found, reply_form=form, status=422)


@require_POST
@needs(HANDLE)
def feedback_tag(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = queries.feedback_for(request.user, pk), TagForm(request.POST)
    if form.is_valid():
        services.tag_feedback(feedback=found, kind=form.cleaned_data["kind"], actor=request.user,
                              tags=[int(one) for one in form.cleaned_data["tags"]])
        messages.success(request, _("已保存。"))
        return redirect("voices:feedback", pk)
    return _page(request, found, tag_form=form, status=422)


@require_POST
@needs(HANDLE)
def feedback_file(request: HttpRequest, pk: int) -> HttpResponse:
    """File an item away, as needing nothing, as said before, or as spam."""
    found, form = queries.feedback_for(request.user, pk), FileAwayForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        digits = "".join(letter for letter in told["duplicate"] if letter.isdigit())
        with refusals_on(form):
            services.file_feedback(
                feedback=found, reason=told["reason"], spam=told["spam"], actor=request.user,
                duplicate_of=queries.feedback_for(request.user, int(digits)) if digits else None)
            messages.success(request, _("已归档。"))
            return redirect("voices:feedback", pk)
    return _page(request, found, file_form=form, status=422)


@require_POST
@needs(HANDLE)
def feedback_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.reopen_feedback(feedback=queries.feedback_for(request.user, pk), actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("voices:feedback", pk)


@require_GET
@needs(HANDLE)
def feedback_attachment(request: HttpRequest, pk: int, key: str) -> HttpResponse | FileResponse:
    """Send a file that came with feedback: to be saved, never to be shown as a page of ours."""
    found = queries.feedback_for(request.user, pk)
    one = found_or_hidden(Attachment.objects.filter(pk=key, feedback=found).first(), f"file {key}")
    return sent(services.open_file(attachment=one, actor=request.user), one)


@require_GET
@needs(MANAGE)
def form_list(request: HttpRequest) -> HttpResponse:
    """The public forms."""
    forms = list(queries.forms_for(request.user))
    return render(request, "voices/form_list.html", {"forms": [(one, address_of(request, one)) for one in forms]})


@needs(MANAGE)
def form_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a public form, or change one."""
    found = queries.form_for(request.user, pk) if pk else FeedbackForm(
        title=_("意见与建议"), notice=str(NOTICE), name="")
    form = SettingsForm(request.POST or None, instance=found, user=request.user)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.save_form(form=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("voices:form_list")
    return answer(request, "voices/form_edit.html", {
        "form": form, "found": found, "address": address_of(request, found) if found.pk else ""}, form)


@require_GET
@needs(MANAGE)
def form_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of a public form."""
    found = queries.form_for(request.user, pk)
    response = HttpResponse(svg(address_of(request, found)), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="feedback-{found.pk}.svg"'
    return response


def address_of(request: HttpRequest, form: FeedbackForm) -> str:
    """Return the whole address of a public form."""
    path = reverse("voices:give", args=[form.token])
    return f"{settings.BIHUAN_ADDRESS}{path}" if settings.BIHUAN_ADDRESS else request.build_absolute_uri(path)


def _page(request: HttpRequest, found: Feedback, *, status: int = 200, **shown: Any) -> HttpResponse:
    first = {"kind": found.kind, "customer": found.customer, "unit_code": found.unit_code}
    response = render(request, "voices/feedback.html", {
        "found": found, "words": queries.words_of(found), "revealed": False,
        "files": found.files.filter(deleted_at=None), "alike": queries.alike(found, request.user),
        "duplicates": found.duplicates.all(), "may_reveal": may_reveal(request.user, "text", "contact", "name"),
        "may_see_case": can(request.user, "evaluate.view_rows"), "reveal": ReasonForm(),
        "case_form": CaseForm(user=request.user, initial=first), "reply_form": ReplyForm(),
        "tag_form": TagForm(initial={"kind": found.kind, "tags": [tag.pk for tag in found.tags.all()]}),
        "file_form": FileAwayForm(), **shown}, status=status)
    response["Cache-Control"] = "no-store"
    return response
