"""Asking a source's server for JSON: patiently, politely, and never more than it should be asked or may answer."""

from __future__ import annotations

import http.client
import json
import random
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from bihuan.ui.formats import size as in_words

from ..contracts import Answer
from ..errors import Trouble
from .addresses import Address, machines, parse

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10, 60, 180
MOST_BYTES = 32 * 1024 * 1024
BLOCK = 64 * 1024
TRIES = 4
FIRST_PAUSE_SECONDS = 1.0
# A shorter wait is waited out, a longer one ends the turn: others are waiting for the worker.
LONGEST_PAUSE_SECONDS = 15
# A server that says "later" without saying when.
USUAL_WAIT_SECONDS = 60
LONGEST_WAIT = timedelta(hours=6)
REDIRECTS = 3
PASSING = (408, 425, 500, 502, 503, 504)
NEXT_LINK = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next"?', re.I)


@dataclass
class Client:
    """One source's server. Use as ``get`` of a connector; ``close`` afterwards.

    ``per_minute``: the most requests a minute. ``pause`` sleeps and may raise to give up; tests replace it.
    ``tries`` and ``seconds`` are smaller where a person waits for the answer.
    """

    address: Address
    headers: Mapping[str, str]
    per_minute: int = 60
    pause: Callable[[float], None] = time.sleep
    tries: int = TRIES
    seconds: int = READ_SECONDS
    requests: int = 0
    received: int = 0       # bytes, unpacked
    _connection: _Pinned | None = field(default=None, repr=False)
    _asked_at: float = field(default=0.0, repr=False)

    def __call__(self, path: str, params: dict[str, Any] | None = None) -> Answer:
        """Return the JSON at ``path``; passing troubles are tried again, each time after a longer pause."""
        target = self._target(path, params)
        for number in range(1, self.tries + 1):
            try:
                return self._ask(target, number)
            except Trouble as trouble:
                self.close()
                wait = self._wait(trouble, number)
                if wait is None:
                    raise
                self.pause(wait)
        raise AssertionError("the last try raises")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _target(self, path: str, params: dict[str, Any] | None) -> str:
        """Return path and query on the wire; a whole address is taken only where it leads to the same host."""
        if "://" in path:
            parts = urlsplit(path)
            bare = parse(f"{parts.scheme}://{parts.netloc}")
            if (bare.scheme, bare.host, bare.port) != (self.address.scheme, self.address.host, self.address.port):
                raise Trouble("redirected", host=self.address.shown, target=bare.shown)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        else:
            target = f"{self.address.prefix}/{path.lstrip('/')}"
        if params:
            target += ("&" if "?" in target else "?") + urlencode(params)
        # What people type may hold blanks and characters beyond ASCII; what is encoded already stays as it is.
        return quote(target, safe="/?&=%:@!$'()*+,;~[]")

    def _ask(self, target: str, number: int) -> Answer:
        for _ in range(REDIRECTS + 1):
            self._keep_pace()
            status, headers, body = self._exchange(target)
            if status not in (301, 302, 303, 307, 308):
                return self._answer(target, status, headers, body, number)
            # Only within the same host: ``_target`` refuses to carry the secret anywhere else.
            target = self._target(urljoin(f"{self.address.scheme}://{self.address.shown}{target}",
                                          headers.get("Location", "")), None)
        raise Trouble("redirected", host=self.address.shown, target=target.split("?")[0])

    def _keep_pace(self) -> None:
        rest = self._asked_at + 60 / self.per_minute - time.monotonic()
        if rest > 0:
            self.pause(rest)
        self._asked_at = time.monotonic()

    def _exchange(self, target: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        self.requests += 1
        host = self.address.shown
        try:
            connection = self._connected()
            connection.request("GET", target, headers={
                "Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "bihuan", "Host": host,
                **self.headers})
            answer = connection.getresponse()
            body = _read(answer, self.seconds, host, target)
            self.received += len(body)
            return answer.status, answer.headers, body
        except TimeoutError as error:
            raise Trouble("timeout", passing=True, host=host, seconds=self.seconds) from error
        except ssl.SSLCertVerificationError as error:
            raise Trouble("certificate", host=host, why=error.verify_message) from error
        except (OSError, http.client.HTTPException, zlib.error) as error:
            raise Trouble("unreachable", passing=True, host=host, why=type(error).__name__) from error

    def _connected(self) -> _Pinned:
        if self._connection is None:
            self._connection = _Pinned(self.address, machines(self.address), self.seconds)
        return self._connection

    def _answer(self, target: str, status: int, headers: http.client.HTTPMessage, body: bytes, number: int) -> Answer:
        host, path = self.address.shown, target.split("?")[0]
        if 200 <= status < 300:
            try:
                document = json.loads(body)
            except ValueError as error:
                raise Trouble("bad_json", passing=True, host=host, path=path, tries=number) from error
            link = NEXT_LINK.search(headers.get("Link", ""))
            return Answer(document, _moment(headers.get("Date")), link[1] if link else "")
        if status == 429 or (status == 503 and headers.get("Retry-After")):
            until = _until(headers.get("Retry-After"))
            raise Trouble("limited", passing=True, until=until, host=host, at=until.isoformat(timespec="seconds"))
        if status in PASSING:
            raise Trouble("server_error", passing=True, host=host, status=status, tries=number)
        if status in (401, 403):
            raise Trouble("unauthorised", host=host, status=status)
        if status in (404, 410):
            raise Trouble("not_found", host=host, path=path, status=status)
        raise Trouble("refused_request", host=host, path=path, status=status)

    def _wait(self, trouble: Trouble, number: int) -> float | None:
        """Return how long to pause before the next try, None when this one was the last."""
        if not trouble.passing:
            return None
        if trouble.until is not None:
            wait = (trouble.until - datetime.now(UTC)).total_seconds()
            return max(wait, 0.0) if wait <= LONGEST_PAUSE_SECONDS and number < self.tries else None
        if number >= self.tries:
            return None
        # Many sources of many installations must not come back in the same instant.
        return FIRST_PAUSE_SECONDS * 3 ** (number - 1) * random.uniform(0.75, 1.25)


class _Pinned(http.client.HTTPConnection):
    """A connection to the machines that were looked at, under the name that was asked for."""

    def __init__(self, address: Address, ips: list[str], seconds: int) -> None:
        super().__init__(address.host, address.port, timeout=seconds)
        self._address, self._ips = address, ips

    def connect(self) -> None:
        trouble: OSError | None = None
        for ip in self._ips:
            try:
                self.sock = socket.create_connection((ip, self._address.port), CONNECT_SECONDS)
                break
            except OSError as error:
                trouble = error
        else:
            raise trouble or OSError("no machine")
        if self._address.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._address.host)
        self.sock.settimeout(self.timeout)


def _read(answer: http.client.HTTPResponse, seconds: int, host: str, target: str) -> bytes:
    """Return the body, unpacked: bounded in size, and in time for those who send a byte a minute."""
    until = time.monotonic() + min(WHOLE_SECONDS, 3 * seconds)
    packed = answer.headers.get("Content-Encoding", "").lower() == "gzip"
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed else None
    parts, length = [], 0
    while block := answer.read1(BLOCK):
        block = unpacker.decompress(block, MOST_BYTES + 1 - length) if unpacker else block
        length += len(block)
        if length > MOST_BYTES or (unpacker and unpacker.unconsumed_tail):
            raise Trouble("too_big", host=host, path=target.split("?")[0], limit=in_words(MOST_BYTES))
        if time.monotonic() > until:
            raise TimeoutError
        parts.append(block)
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    # ``read1`` does not notice that nothing is left: without this the connection could not be used again.
    answer.close()
    return b"".join(parts)


def _moment(text: str | None) -> datetime:
    """Return the moment of a header, now when it tells none."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else datetime.now(UTC)
    except ValueError:
        return datetime.now(UTC)


def _until(told: str | None) -> datetime:
    """Return the moment that Retry-After names, in seconds or as a date, within bounds."""
    now = datetime.now(UTC)
    told = (told or "").strip()
    wished = now + timedelta(seconds=min(int(told), 10**6)) if told.isdigit() else _moment(told) if told else now
    if wished <= now:
        wished = now + timedelta(seconds=0 if told == "0" else USUAL_WAIT_SECONDS)
    return min(wished, now + LONGEST_WAIT)
