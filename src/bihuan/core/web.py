"""What views share: the door in front of them, the person's language, the workspace's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation

from . import workspace
from .errors import told
from .rights import can, require

View = Callable[..., HttpResponse]


def needs(*permissions: str) -> Callable[[View], View]:
    """Let only people in who hold one of ``permissions``: others get 404, strangers are sent to the log-in.

    Without a permission every person who is logged in may enter.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_login(request)
            if permissions and not any(can(request.user, permission) for permission in permissions):
                require(request.user, permissions[0])
            return view(request, *args, **kwargs)

        guarded.needs = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def may_open(user: Any, address: str) -> bool:
    """Return whether the door in front of a page lets a person in; of a page without one, or beyond here, yes."""
    try:
        view = resolve(address.partition("?")[0].partition("#")[0]).func
    except Resolver404:
        return True
    permissions = getattr(view, "needs", ())
    return not permissions or any(can(user, permission) for permission in permissions)


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Put what a service or the engine refused, an error with a ``code``, onto the form as its sentence."""
    try:
        yield
    except Exception as error:
        if not getattr(error, "code", None):
            raise
        form.add_error(None, told(error))


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], *, size: int = 50) -> Page[Any]:
    """Return the page that the address asks for, the nearest one that exists otherwise."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def number_in(told: Mapping[str, str], name: str) -> int | None:
    """Return the number of a row that an address or a form names; None where it names none.

    >>> number_in({"measure": "12"}, "measure"), number_in({"measure": "１２"}, "measure"), number_in({}, "measure")
    (12, None, None)
    """
    text = told.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def answer(request: HttpRequest, template: str, context: dict[str, Any], *forms: Any) -> HttpResponse:
    """Render a page; with status 422 when one of ``forms`` was sent and refused, so that nobody takes it for done."""
    refused = any(form.is_bound and not form.is_valid() for form in forms)
    return render(request, template, context, status=422 if refused else 200)


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    # A fragment must not be replaced by the log-in page: the whole page goes there.
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse(settings.LOGIN_URL)
    return response


class LateAnswerMiddleware:
    """Let a late answer log nobody out: only what a person sends may take the session's cookie away.

    While a password is changed or somebody logs in, a page or a bell that was asked for under the former session finds
    that one gone, and would take the cookie of the new one with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        is_sent = request.method == "POST" and request.headers.get("HX-Request") != "true"
        if cookie is not None and not cookie.value and not is_sent:
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


class PersonLanguageMiddleware:
    """Speak the person's language, count in the workspace's zone, and have a first password changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = getattr(user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        if getattr(user, "must_change_password", False) and not _leads_to_password(request.path):
            # A fragment must not be replaced by the whole page that asks for the password: it stays as it is.
            if request.headers.get("HX-Request") == "true":
                return HttpResponse(status=204)
            return HttpResponseRedirect(reverse("account_change_password"))
        with timezone.override(workspace.zone()):
            return self.get_response(request)


def _leads_to_password(path: str) -> bool:
    return path.startswith(("/account/", settings.STATIC_URL))


class BackToPageMiddleware:
    """Lead whoever opens the address of a button (after a log-in, or a refused form loaded anew) to its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = page_above(request.path) if request.user.is_authenticated else ""
        return HttpResponseRedirect(page) if page else response


def page_above(path: str) -> str:
    """Return the nearest address above a path that the product has; "" where it has none."""
    while (path := path.rstrip("/").rpartition("/")[0] + "/") != "/":
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return ""
