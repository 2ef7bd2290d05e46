"""A mail server of the test's own: takes every message and keeps it."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """Where it listens, and what came: (address, text), in order."""

    port: int = 0
    letters: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Take mail on a free port of this machine until the block ends."""
    kept = Mailbox()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 test")
            address = ""
            while line := self.rfile.readline().decode("ascii", "replace").strip():
                word = line[:4].upper()
                if word == "RCPT":
                    address = line.split("<", 1)[1].split(">", 1)[0]
                self.say({"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok"))
                if word == "DATA":
                    kept.letters.append((address, text_of(self.body())))
                    self.say("250 taken")
                if word == "QUIT":
                    return

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def body(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return b"".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kept
        server.shutdown()


def text_of(raw: bytes) -> str:
    body = email.message_from_bytes(raw).get_payload(decode=True)
    return body.decode() if isinstance(body, bytes) else ""
