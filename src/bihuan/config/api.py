"""The HTTP API: the same numbers as the pages, for the person who is logged in."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import django_auth

from bihuan import __version__
from bihuan.loop.evaluate.indicators.rest import router as indicators

# docs_url is off: the interactive page loads its scripts from elsewhere, which the content policy forbids.
api = NinjaAPI(title="Bihuan", version=__version__, urls_namespace="api", auth=django_auth, docs_url=None)
api.add_router("", indicators)


@api.get("/me", summary="The person who is asking", tags=["core"])
def me(request: HttpRequest) -> dict[str, str]:
    return {"username": request.user.get_username(), "name": str(request.user)}
