"""One POST to an address that somebody typed in: only to public machines, never through a redirect."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.core.addresses import is_public

from ..errors import NotSent, Refused

SECONDS = 10
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Target:
    """An address taken apart, with the machine it was resolved to: the name is asked once and not again."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str


def resolve(url: str, *, private: bool | None = None) -> Target:
    """Return where an address leads; Refused for a machine of the own network unless the installation allows it."""
    allowed = settings.BIHUAN_WEBHOOK_PRIVATE if private is None else private
    parts = urlsplit(url)
    if parts.scheme not in (("https", "http") if allowed else ("https",)) or not parts.hostname:
        raise Refused("address_scheme")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Refused("address_unknown", host=parts.hostname) from error
    # One private answer is enough: a name that leads to both is a trap.
    if not allowed and not all(is_public(str(ip)) for ip in found):
        raise Refused("address_private", host=parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path, str(sorted(found)[0]))


def post_json(url: str, content: Any, headers: dict[str, str] | None = None, *,
              private: bool | None = None) -> tuple[int, bytes]:
    """Send one POST with a JSON body and return status and body; NotSent when nobody answers."""
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    try:
        target = resolve(url, private=private)
    except Refused as error:
        raise NotSent(partial(str, error), passing=error.code == "address_unknown") from error
    connection = _Pinned(target)
    try:
        connection.request("POST", target.path, body=body, headers={
            "Content-Type": "application/json; charset=utf-8", "User-Agent": "bihuan", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(partial(_unreached, target.host, error)) from error
    finally:
        connection.close()


def _unreached(host: str, error: Exception) -> str:
    return _("无法连接 %(host)s：%(why)s") % {"host": host, "why": why_not(error)}


def why_not(error: Exception) -> str:
    """Return in words why nobody answered; the kind of an error that has none."""
    words = {
        ssl.SSLCertVerificationError: _("对方的证书无法验证"), TimeoutError: _("超时没有回答"),
        ConnectionRefusedError: _("对方拒绝连接"), ConnectionResetError: _("对方中断了连接")}
    return next((word for kind, word in words.items() if isinstance(error, kind)), type(error).__name__)


def check_status(status: int) -> None:
    """Raise NotSent for everything but 2xx; too many requests and faults of the other side may pass."""
    if not 200 <= status < 300:
        raise NotSent(lambda: _("对方返回 HTTP %(status)d") % {"status": status},
                      passing=status in (408, 429) or status >= 500)


class _Pinned(http.client.HTTPConnection):
    """A connection to the machine that was checked, under the name that was asked for."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._target = target
        # Without this the usual port of https stands in the Host header, which some gateways refuse.
        self.default_port = 443 if target.scheme == "https" else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.ip, self._target.port), SECONDS)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)
