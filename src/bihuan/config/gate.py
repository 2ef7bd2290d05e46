"""The door before Django: a sender who was told to wait and comes at once is told again, at the cost of a dictionary.

What may pass is decided behind it; here only what this process knows already is repeated. So a flood of pushes leaves
the server the time to take those that it can.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from typing import Any

from bihuan.core.tokens.limits import waiting
from bihuan.core.tokens.services import key_of as token_key
from bihuan.core.tokens.services import prefix_of
from bihuan.loop.collect.intake.services.hooks import key_of as hook_key

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HOOKS, API, BEARER = "/hooks/", "/api/v1/", "Bearer "
BODY = json.dumps({
    "code": "too_many_requests", "detail": "请求过于频繁，请按 Retry-After 稍后再试。 "
    "Too many requests: ask again after Retry-After seconds."}, ensure_ascii=False).encode()


def gate(app: App) -> App:
    """Wrap the application: requests of senders whose limit is used up are answered with 429 right here."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        wait = wait_of(environ)
        if not wait:
            return app(environ, start_response)
        start_response("429 Too Many Requests", [
            ("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(BODY))),
            ("Retry-After", str(max(1, math.ceil(wait))))])
        return [BODY]

    return serve


def wait_of(environ: dict[str, Any]) -> float:
    """Return how many seconds the sender has to wait as far as this process knows; 0: not at all."""
    path = environ.get("PATH_INFO", "")
    if path.startswith(HOOKS):
        return waiting(hook_key(path[len(HOOKS):].rstrip("/")))
    if path.startswith(API) and (told := environ.get("HTTP_AUTHORIZATION", "")).startswith(BEARER):
        return waiting(token_key(prefix_of(told[len(BEARER):])))
    return 0.0
