"""The other side of every channel, speaking as its documentation says, on loopback ports of its own."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Robots(ThreadingHTTPServer):
    """Takes what robots are sent; ``answers`` are given in turn, then the documented success."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Robot)
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _path, _headers, body in self.received]


class _Robot(BaseHTTPRequestHandler):
    server: Robots

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), body))
        usual = {"code": 0, "msg": "success"} if "/hook/" in self.path else {"errcode": 0, "errmsg": "ok"}
        status, answer = self.server.answers.pop(0) if self.server.answers else (200, usual)
        text = json.dumps(answer).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """The test's output stays its own."""


class Post(socketserver.ThreadingTCPServer):
    """A mail server that takes everything, except for addresses that it was told to refuse ({address: code})."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Postman)
        self.mails: list[tuple[str, str]] = []
        self.refused: dict[str, int] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Postman(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self._say("220 post ESMTP")
        recipient = ""
        for line in self.rfile:
            verb = line.decode().strip()
            if verb.upper().startswith("RCPT TO:"):
                recipient = verb[8:].split(">")[0].strip("<> ")
                code = self.server.refused.get(recipient)
                self._say(f"{code} mailbox unavailable" if code else "250 ok")
            elif verb.upper() == "DATA":
                self._say("354 go on")
                self.server.mails.append((recipient, self._read_mail()))
                self._say("250 taken")
            elif verb.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 post")

    def _read_mail(self) -> str:
        lines = []
        for line in self.rfile:
            if line.strip() == b".":
                break
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Serve until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
