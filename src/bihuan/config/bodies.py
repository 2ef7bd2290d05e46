"""The bodies of requests, taken in before anybody works on them: a slow sender keeps a thread waiting, no more.

On SQLite one thread of a process works at a time. Did it read a body that trickles in, a few connections of somebody
who is not even logged in would stop the product. So many threads may wait for bodies, and as many as before may work.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterable
from typing import Any

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
BLOCK = 64 * 1024
IN_MEMORY = 1024 * 1024
# Beyond this only people who are logged in may send; the rooms have their own limits, these are the largest of them.
USUAL_BYTES = 17 * 1024 * 1024
UPLOAD_BYTES = 4 * 1024**3 + IN_MEMORY


def taken_in(app: App, *, workers: int, is_known: Callable[[dict[str, Any]], bool], folder: str | None = None) -> App:
    """Wrap the application: whole bodies only, ``workers`` requests at a time.

    ``is_known`` says whether somebody who is logged in sends a body larger than usual; it is kept in ``folder``.
    """
    free = threading.BoundedSemaphore(workers)

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = environ.get("CONTENT_LENGTH") or "0"
        if not (told.isascii() and told.isdigit() and len(told) < 16):
            return _refused(start_response, "400 Bad Request", "length")
        length = int(told)
        if length > UPLOAD_BYTES or (length > USUAL_BYTES and not is_known(environ)):
            return _refused(start_response, "413 Content Too Large", "too_large")
        if not length:
            with free:
                return app(environ, start_response)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder) as body:
            if not _copied(environ["wsgi.input"], body, length):
                return _refused(start_response, "400 Bad Request", "body_torn")
            environ["wsgi.input"] = body
            with free:
                return app(environ, start_response)

    return serve


def _copied(source: Any, target: Any, length: int) -> bool:
    left = length
    while left > 0 and (block := source.read(min(BLOCK, left))):
        target.write(block)
        left -= len(block)
    target.seek(0)
    return left == 0


def _refused(start_response: Callable[..., Any], status: str, code: str) -> Iterable[bytes]:
    body = json.dumps({"code": code, "detail": status.partition(" ")[2]}).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
