"""How the API knows who is asking: a person's log-in, or a token in ``Authorization: Bearer``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from . import services


class TokenAuth(HttpBearer):
    """The request then acts for the token's owner, with no more than the token lends."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = services.recognise(token)
        if found is not None:
            request.user = found.owner
        return found


class PushAuth(HttpBearer):
    """The same for programs that push: what the token lends, without the person behind it."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return services.admit(token)


class PersonAuth(SessionAuth):
    """The session's cookie, with its CSRF check; never beside a token, so that a wrong token is not overlooked."""

    def __call__(self, request: HttpRequest) -> Any:
        return None if "Authorization" in request.headers else super().__call__(request)
