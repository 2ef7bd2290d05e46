"""Form (五): the file, and reading it back with every changed cell shown before it is taken."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.errors import Refusal
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs

from .. import services
from ..errors import Refused
from ..forms import FileForm
from ..models import Round
from ..rights import CALL, EXPORT, require_run, round_for

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEY = "form5"


@require_GET
@needs(EXPORT)
def form5_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the round as the known form."""
    found = round_for(request.user, pk)
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = services.write_form5(round_=found, path=Path(folder) / "form5.xlsx", actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("callbacks:round", pk)
        file.write(path.read_bytes())
    file.seek(0)
    return FileResponse(file, as_attachment=True, content_type=EXCEL,
                        filename=_("客户二次反馈与效果评估表 {number}.xlsx").format(number=found.number))


@require_http_methods(["GET", "POST"])
@needs(CALL)
def form5_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a filled-in file in and show what was written in it; nothing is taken yet."""
    found = _run(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    barred = _barred(found, request.user)
    context = {"round": found, "form": form, "changes": None, "problem": barred, "barred": barred}
    if request.method == "POST" and form.is_valid() and not barred:
        path = services.shelf() / f"{uuid4()}.xlsx"
        path.write_bytes(form.cleaned_data["file"].read())
        try:
            context["changes"] = services.compare_form5(round_=found, path=path, actor=request.user)
        except Refused as refused:
            context["problem"] = str(refused)
            path.unlink(missing_ok=True)
        else:
            _forget(request)
            request.session[KEY] = path.name
    refused_ = request.method == "POST" and (bool(form.errors) or bool(context["problem"]))
    return render(request, "callbacks/form5.html", context, status=422 if refused_ else 200)


@require_POST
@needs(CALL)
def form5_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the chosen cells of the file that was shown; the bad ones are set aside on the round's page."""
    found, path = _run(request, pk), _kept(request)
    try:
        done, aside = services.take_form5(round_=found, path=path, chosen=set(request.POST.getlist("cell")),
                                          actor=request.user)
    except Refused as refused:
        context = {"round": found, "form": FileForm(), "problem": str(refused),
                   "changes": services.compare_form5(round_=found, path=path, actor=request.user)}
        return render(request, "callbacks/form5.html", context, status=422)
    _forget(request)
    messages.success(request, _("已采用 {n} 位客户的反馈，{m} 个单元格未采用。").format(n=done, m=aside))
    return redirect("callbacks:round", pk)


def _run(request: HttpRequest, pk: int) -> Round:
    found = round_for(request.user, pk)
    require_run(request.user, found.unit_code)
    return found


def _barred(found: Round, user: User) -> str:
    """Why a person may not hand in feedback for a round: said before the file is read, not after it was looked over."""
    try:
        services.require_caller(found, user)
    except Refused as refused:
        return str(refused)
    return ""


def _kept(request: HttpRequest) -> Path:
    path = services.shelf() / Path(request.session.get(KEY, "")).name
    if not request.session.get(KEY) or not path.is_file():
        raise NotAllowed(KEY)
    return path


def _forget(request: HttpRequest) -> None:
    if name := request.session.pop(KEY, ""):
        (services.shelf() / Path(name).name).unlink(missing_ok=True)
