"""The taxonomy of causes with its counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from bihuan.core.rights import can
from bihuan.core.web import answer, needs

from ..forms import CauseForm
from ..models import Cause
from ..queries import counted
from ..services import CauseError, save_cause
from ..services.taxonomy import PERMISSION

VIEW = "diagnose.view_findings"


@require_GET
@needs(VIEW)
def cause_list(request: HttpRequest) -> HttpResponse:
    return render(request, "causes/cause_list.html", {
        "lines": counted(request.user), "may_edit": can(request.user, PERMISSION)})


@needs(PERMISSION)
def cause_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@needs(PERMISSION)
def cause_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Cause, pk=pk))


def _edit(request: HttpRequest, cause: Cause | None) -> HttpResponse:
    names = ("code", "name", "name_en", "family", "active")
    form = CauseForm(request.POST or None, initial={name: getattr(cause, name) for name in names} if cause else {})
    if cause is not None:
        form.fields["code"].disabled = True
    if form.is_bound and form.is_valid():
        try:
            save_cause(cause=cause, actor=request.user, **form.cleaned_data)
        except CauseError as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("causes:cause_list")
    return answer(request, "causes/cause_edit.html", {"form": form, "cause": cause}, form)
