"""Sending a file in: the page, and the three calls its script makes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.web import needs

from .. import files, services
from ..errors import Refused
from ..models import Upload


def upload_for(request: HttpRequest, pk: UUID) -> Upload:
    """Return one of the person's own uploads; everybody else's do not exist for them."""
    return get_object_or_404(Upload.objects.for_user(request.user), pk=pk)


def answers_json(view: Callable[..., dict]) -> Callable[..., HttpResponse]:
    """Turn a view's dictionary into JSON and its refusals into 422 with the sentence."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return JsonResponse(view(request, *args, **kwargs))
        except Refused as refusal:
            return JsonResponse({"error": str(refusal)}, status=422)

    return answered


@needs("collect.import_records")
@require_http_methods(["GET", "POST"])
def upload_new(request: HttpRequest) -> HttpResponse:
    """The page to pick or drop a file; takes the whole file by POST where no script runs."""
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Refused("empty", name="—")
            return redirect("records:file", services.receive_file(file=file, actor=request.user).pk)
        except Refused as refusal:
            error = str(refusal)
    context = {"error": error, "limit": files.MAX_BYTES, "part": files.PART_BYTES,
               "accept": ",".join([*files.SUFFIXES, ".gz"])}
    return render(request, "records/upload_new.html", context, status=422 if error else 200)


@needs("collect.import_records")
@require_POST
@answers_json
def upload_start(request: HttpRequest) -> dict:
    try:
        told = json.loads(request.body)
        name, size, stamp = str(told["name"]), int(told["size"]), str(told.get("stamp", ""))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("offset") from error
    upload = services.start_upload(name=name, size=size, stamp=stamp, actor=request.user)
    return {"id": str(upload.pk), "received": upload.received,
            "part": reverse("records:upload_part", args=[upload.pk]),
            "finish": reverse("records:upload_finish", args=[upload.pk])}


@needs("collect.import_records")
@require_POST
def upload_part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one part; 409 tells a sender who is out of step where to go on."""
    upload = upload_for(request, pk)
    offset = request.GET.get("offset", "")
    try:
        upload = services.receive_part(
            upload=upload, offset=int(offset) if offset.isdecimal() else -1, data=request.body, actor=request.user)
    except Refused as refusal:
        if refusal.code == "offset" and len(request.body) <= files.PART_BYTES:
            return JsonResponse({"received": upload.received, "error": str(refusal)}, status=409)
        return JsonResponse({"error": str(refusal)}, status=422)
    return JsonResponse({"received": upload.received})


@needs("collect.import_records")
@require_POST
@answers_json
def upload_finish(request: HttpRequest, pk: UUID) -> dict:
    upload = upload_for(request, pk)
    try:
        services.finish_upload(upload=upload, actor=request.user)
    except Refused as refusal:
        if refusal.code != "incomplete":
            services.discard_upload(upload=upload, actor=request.user)
        raise
    return {"next": reverse("records:file", args=[upload.pk])}


@needs("collect.import_records")
@require_POST
def upload_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    services.discard_upload(upload=upload_for(request, pk), actor=request.user)
    messages.success(request, _("文件已删除，没有导入任何数据。"))
    return redirect("records:batch_list")
