"""The HTTP API: the same numbers as the pages, for the person who is logged in or the program that holds a token."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.openapi.schema import OpenAPISchema

from bihuan import __version__
from bihuan.core.notifications.rest import router as notices
from bihuan.core.tokens.auth import PersonAuth, TokenAuth
from bihuan.core.tokens.errors import TooMany
from bihuan.core.web import needs
from bihuan.loop.collect.conversations.rest import router as conversations
from bihuan.loop.collect.intake.errors import Busy, Refused
from bihuan.loop.collect.intake.rest import router as records
from bihuan.loop.evaluate.indicators.rest import router as indicators
from bihuan.loop.evaluate.progress.rest import router as goals
from bihuan.loop.evaluate.reports.rest import router as tables
from bihuan.serve.customers.rest import router as customers

# What any address may answer beside its own answers: declared once, so that programs can count on it.
EVERYWHERE = {
    "401": "No token, or one that is wrong, revoked, expired or of a blocked owner.",
    "404": "Not there, or not for this token: the two are not told apart.",
    "422": "A parameter or a field cannot be used; detail says which.",
    "429": "Too many requests; Retry-After says after how many seconds to ask again.",
    "503": "The server is busy; Retry-After says after how many seconds to ask again.",
}


class Api(NinjaAPI):
    """NinjaAPI whose document also declares what every address may answer."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, text in EVERYWHERE.items():
                    operation["responses"].setdefault(int(status), {"description": text})
        return schema


# docs_url is off: the interactive page loads its scripts from elsewhere, which the content policy forbids.
api = Api(title="Bihuan", version=__version__, urls_namespace="api", auth=[TokenAuth(), PersonAuth()], docs_url=None,
          docs_decorator=needs())
api.add_router("", indicators)
api.add_router("", records)
for more in (customers, conversations, goals, tables, notices):
    api.add_router("", more)


@api.get("/me", summary="The person who is asking", tags=["core"])
def me(request: HttpRequest) -> dict[str, str]:
    return {"username": request.user.get_username(), "name": str(request.user)}


@api.exception_handler(AuthenticationError)
def unauthorised(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Say that nobody is known who is asking; why not stays unsaid."""
    detail = _("没有令牌，或令牌有误、已吊销、已过期，或其所有者的账号已停用。")
    return api.create_response(request, {"code": "unauthorised", "detail": detail}, status=error.status_code)


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    """Say when to ask again."""
    return later(request, error.code, _("请求过于频繁，请按 Retry-After 稍后再试。"), 429, error.wait)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Say why a push is not taken, and when to try again where that helps."""
    if isinstance(error, Busy):
        return later(request, error.code, str(error), error.status, error.wait)
    return api.create_response(request, {"code": error.code, "detail": str(error)}, status=error.status)


def later(request: HttpRequest, code: str, detail: str, status: int, wait: float) -> HttpResponse:
    """Answer that asking again after some seconds may help; no failure of the server that its log should list."""
    answer = api.create_response(request, {"code": code, "detail": detail}, status=status)
    answer["Retry-After"] = str(max(1, math.ceil(wait)))
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
