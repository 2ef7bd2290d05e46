"""Form (四): the file, and reading it back with every changed cell shown before it is taken."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.privacy.errors import Refused
from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs

from ..queries.lists import filters_from, measures_for
from ..rights import VIEW
from ..services import MeasureError, compare_form4, shelf, take_form4, write_form4
from ..services.carrying import today
from ..services.form4 import MOST_ROWS

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 10 * 1024 * 1024
KEY = "form4"


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("填写好的 Excel"))

    def clean_file(self):
        if self.cleaned_data["file"].size > LARGEST:
            raise forms.ValidationError(_("文件太大：改进措施表不超过 10 MB。"))
        return self.cleaned_data["file"]


@require_GET
@needs("evaluate.export")
def form4_file(request: HttpRequest) -> HttpResponse:
    """Send the measures of the list as the known form."""
    day = today()
    rows = list(measures_for(request.user, filters_from(request.GET), day)[:MOST_ROWS + 1])
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = write_form4(measures=rows, path=Path(folder) / "form4.xlsx", actor=request.user)
        except (Refused, MeasureError) as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("measures:measure_list"))
        file.write(path.read_bytes())
    file.seek(0)
    return FileResponse(file, as_attachment=True, content_type=EXCEL,
                        filename=_("改进措施制定与实施跟踪表 {day}.xlsx").format(day=day))


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def form4_upload(request: HttpRequest) -> HttpResponse:
    """Take an edited file in and show what was changed in it; nothing is taken yet."""
    form = FileForm(request.POST or None, request.FILES or None)
    context = {"form": form, "changes": None, "problems": ()}
    if request.method == "POST" and form.is_valid():
        path = shelf() / f"{uuid4()}.xlsx"
        path.write_bytes(form.cleaned_data["file"].read())
        try:
            context["changes"] = compare_form4(path=path, actor=request.user)
        except MeasureError as error:
            context["problems"] = error.problems
            path.unlink(missing_ok=True)
        else:
            _forget(request)
            request.session[KEY] = path.name
    refused = request.method == "POST" and (bool(form.errors) or bool(context["problems"]))
    return render(request, "measures/form4.html", context, status=422 if refused else 200)


@require_POST
@needs(VIEW)
def form4_take(request: HttpRequest) -> HttpResponse:
    """Take the chosen cells of the file that was shown."""
    path = _kept(request)
    try:
        count = take_form4(path=path, chosen=set(request.POST.getlist("cell")), actor=request.user)
    except MeasureError as error:
        context = {"form": FileForm(), "changes": compare_form4(path=path, actor=request.user),
                   "problems": error.problems}
        return render(request, "measures/form4.html", context, status=422)
    _forget(request)
    messages.success(request, _("已采用 {n} 处修改。").format(n=count))
    return HttpResponseRedirect(reverse("measures:measure_list"))


def _kept(request: HttpRequest) -> Path:
    path = shelf() / Path(request.session.get(KEY, "")).name
    if not request.session.get(KEY) or not path.is_file():
        raise NotAllowed("form4")
    return path


def _forget(request: HttpRequest) -> None:
    if name := request.session.pop(KEY, ""):
        (shelf() / Path(name).name).unlink(missing_ok=True)
