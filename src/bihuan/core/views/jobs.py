"""Background jobs: how far they are, stopping them, running them again."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from .. import pagemarks
from ..jobs import cancel, retry, visible_jobs
from ..patience import stop_page, under_way
from ..web import needs, page_of


@needs()
def job_list(request: HttpRequest) -> HttpResponse:
    return render(request, "core/job_list.html", {"page": page_of(request, visible_jobs(request.user))})


@needs()
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page, or only the fragment when htmx asks for news."""
    found = get_object_or_404(visible_jobs(request.user), pk=pk)
    return render(request, "core/_job.html" if request.htmx else "core/job.html", {"job": found})


@require_GET
@needs()
def computing(request: HttpRequest, token: str) -> HttpResponse:
    """Say how long a page's numbers have been computed; the page is opened again when they are there."""
    seconds = under_way(token)
    if seconds is not None:
        pagemarks.ask(token)
        return render(request, "core/_computing.html", {"token": token, "seconds": seconds})
    if pagemarks.is_stopped(token):
        return render(request, "core/_stopped.html")
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["HX-Refresh"] = "true"
    return response


@require_POST
@needs()
def computing_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop what is computed for a person's page and lead back to where they came from."""
    if not stop_page(token, request.user.pk):
        raise Http404(token)
    back = request.POST.get("back", "")
    inside = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if inside else settings.LOGIN_REDIRECT_URL)


@require_POST
@needs()
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _after(request, cancel(job=get_object_or_404(visible_jobs(request.user), pk=pk), actor=request.user))


@require_POST
@needs()
def job_retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _after(request, retry(job=get_object_or_404(visible_jobs(request.user), pk=pk), actor=request.user))


def _after(request: HttpRequest, found: object) -> HttpResponse:
    if request.htmx:
        return render(request, "core/_job.html", {"job": found})
    return redirect("core:job", pk=found.pk)
