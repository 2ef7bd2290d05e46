"""What views share: the door in front of them, the person's language, the workspace's clock."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from . import workspace
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


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    # A fragment must not be replaced by the log-in page: the whole page goes there.
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse(settings.LOGIN_URL)
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
            return HttpResponseRedirect(reverse("account_change_password"))
        with timezone.override(workspace.zone()):
            return self.get_response(request)


def _leads_to_password(path: str) -> bool:
    return path.startswith(("/account/", settings.STATIC_URL))
