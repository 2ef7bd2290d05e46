"""Step 4: what nobody could decide about the file is asked, the rest is shown and can be decided otherwise."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.core.web import needs

from .. import deciding, services
from ..errors import Refused
from ..models import Upload
from .wizard import at_work

# Of a bigger file the page comes first and says that it is being read: that takes seconds.
QUICK_BYTES = 150_000


@needs("collect.import_records")
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questions; sent, the answers are kept and the preview is read anew, or the dry run begins."""
    upload = at_work(request, pk)
    if not upload.preset and not upload.mapping.get("draft"):
        return redirect("records:file", upload.pk)
    if request.method == "GET":
        later = upload.size > QUICK_BYTES and not request.htmx and "now" not in request.GET
        return render(request, "records/questions.html", {"upload": upload}) if later else _page(request, upload)
    found = deciding.questions_of(upload)
    if "forget" in request.POST:
        return _page(request, services.forget_answers(upload=upload, actor=request.user))
    if not found.problem:
        given = deciding.answers_in(upload, request.POST.dict())
        upload = services.answer_questions(upload=upload, answers=given, actor=request.user)
    if "go" not in request.POST:
        return _page(request, upload)
    found = deciding.questions_of(upload)
    if found.problem or found.asked:
        return _page(request, upload, refused=_("还有问题没有回答：请为每一个选一项。"), status=422)
    try:
        services.start_check(upload=upload, actor=request.user)
    except Refused as refusal:
        return _page(request, upload, refused=str(refusal), status=422)
    return redirect("records:check", upload.pk)


def _page(request: HttpRequest, upload: Upload, *, refused: str = "", status: int = 200) -> HttpResponse:
    template = "records/_questions.html" if request.htmx else "records/questions.html"
    context = {"upload": upload, "questions": deciding.questions_of(upload), "refused": refused}
    return render(request, template, context, status=status)
