"""Mappings as files: the list, taking one along, bringing one in, forgetting one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.web import needs

from .. import reading, services
from ..errors import Refused
from ..forms import MappingFileForm


@needs("collect.import_records")
def mapping_list(request: HttpRequest) -> HttpResponse:
    """The workspace's own mappings first, then the shipped ones."""
    return render(request, "records/mapping_list.html", {"lines": reading.mapping_lines(), "form": MappingFileForm()})


@needs("collect.import_records")
def mapping_file(request: HttpRequest, name: str) -> HttpResponse:
    """The mapping as a file that another workspace can take."""
    text = reading.mapping_text(name)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return response


@needs("collect.import_records")
@require_POST
def mapping_upload(request: HttpRequest) -> HttpResponse:
    """Take a mapping file; what is wrong with it is told with its place."""
    form = MappingFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.keep_mapping(name=file.name, content=file.read(), actor=request.user)
            messages.success(request, _("映射已加入，下次会自动认出这种文件。"))
            return redirect("records:mapping_list")
        except Refused as refusal:
            form.add_error("file", str(refusal))
    return render(request, "records/mapping_list.html", {"lines": reading.mapping_lines(), "form": form}, status=422)


@needs("collect.import_records")
@require_POST
def mapping_remove(request: HttpRequest, name: str) -> HttpResponse:
    if name not in {line.name for line in reading.mapping_lines() if line.own}:
        raise Http404
    services.remove_mapping(name=name, actor=request.user)
    messages.success(request, _("映射已删除。已导入的记录不受影响。"))
    return redirect("records:mapping_list")
