"""The systems' own side, on a loopback port, answering as their documentation says."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "t0ken-0123456789"
Query = dict[str, str]
# Status, document (bytes go out as they are) and headers.
Said = tuple[int, Any, dict[str, str]]


class System(ThreadingHTTPServer):
    """A system that is asked. ``faults`` are answered before anything else, one a request, in turn.

    ``asked`` are the requests that came, as (path, parameters).
    """

    daemon_threads = True

    def __init__(self, answer: Callable[[str, Query, dict[str, str]], Said]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.asked: list[tuple[str, Query]] = []
        self.faults: list[Said | None] = []
        self.hold: threading.Event | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: System
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked.append((parts.path, query))
        if self.server.hold is not None:
            self.server.hold.wait(30)
        fault = self.server.faults.pop(0) if self.server.faults else None
        status, document, headers = fault or self.server.answer(parts.path, query, dict(self.headers))
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.compress(body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """The test's output stays its own."""


def ticket(number: int, **more: Any) -> dict[str, Any]:
    """A Zendesk ticket with the fields its documentation names."""
    day, minute = 1 + number % 28, number % 60
    return {"id": number, "created_at": f"2026-03-{day:02d}T09:{minute:02d}:00Z", "status": "open",
            "updated_at": f"2026-03-{day:02d}T10:{minute:02d}:00Z", "requester_id": 7000 + number, "assignee_id": 35,
            "group_id": 98, "submitter_id": 35, "via": {"channel": "email"}, "priority": "high", "type": "incident",
            "subject": f"Help {number}", "brand_id": 4, "due_at": None, "custom_fields": [{"id": 1, "value": "x"}],
            "organization_id": 5, "ticket_form_id": 6, "problem_id": None, **more}


def zendesk(tickets: list[dict[str, Any]], *, size: int = 10) -> System:
    """Incremental export by cursor: the cursor is the place in the list; a full page says that more follows."""
    def answer(path: str, query: Query, headers: dict[str, str]) -> Said:
        if headers.get("Authorization") != "Basic " + base64.b64encode(
                f"ann@example.com/token:{SECRET}".encode()).decode():
            return 401, {"error": "Couldn't authenticate you"}, {}
        if path == "/api/v2/groups.json":
            return 200, {"groups": [{"id": 98, "name": "Support", "created_at": "2020-01-01T00:00:00Z",
                                     "updated_at": "2020-01-01T00:00:00Z", "url": "x"}],
                         "meta": {"has_more": False, "after_cursor": "abc"}}, {}
        if path != "/api/v2/incremental/tickets/cursor.json" or not ("cursor" in query or "start_time" in query):
            return 404, {"error": "RecordNotFound"}, {}
        place = int(query.get("cursor", "c0")[1:])
        rows = tickets[place:place + size]
        return 200, {"tickets": rows, "after_cursor": f"c{place + len(rows)}", "before_cursor": None,
                     "end_of_stream": place + len(rows) >= len(tickets)}, {}

    return System(answer)


def chatwoot(conversations: list[dict[str, Any]], messages: dict[int, list[dict[str, Any]]], *,
             size: int = 25) -> System:
    """Conversations, latest activity first, 25 a page; messages after a number, a hundred at a time."""
    def answer(path: str, query: Query, headers: dict[str, str]) -> Said:
        if headers.get("api_access_token") != SECRET:
            return 401, {"errors": ["Invalid Access Token"]}, {}
        if path == "/api/v1/accounts/3/conversations":
            ordered = sorted(conversations, key=lambda one: -one["last_activity_at"])
            first = (int(query["page"]) - 1) * size
            return 200, {"data": {"meta": {"all_count": len(ordered)}, "payload": ordered[first:first + size]}}, {}
        number = int(path.split("/")[-2])
        later = [one for one in messages.get(number, []) if one["id"] > int(query["after"])][:100]
        return 200, {"meta": {}, "payload": later}, {}

    return System(answer)


def zammad(tickets: list[dict[str, Any]], articles: dict[int, list[dict[str, Any]]],
           history: dict[int, list[dict[str, Any]]] | None = None) -> System:
    """Tickets by number, at most a hundred a page; a page behind the last is empty."""
    def answer(path: str, query: Query, headers: dict[str, str]) -> Said:
        if headers.get("Authorization") != f"Token token={SECRET}":
            return 401, {"error": "Authentication required"}, {}
        if path.startswith("/api/v1/ticket_articles/by_ticket/"):
            return 200, articles.get(int(path.rsplit("/", 1)[1]), []), {}
        if path.startswith("/api/v1/ticket_history/"):
            return 200, {"history": (history or {}).get(int(path.rsplit("/", 1)[1]), []), "assets": {}}, {}
        size = min(int(query["per_page"]), 100)
        first = (int(query["page"]) - 1) * size
        return 200, sorted(tickets, key=lambda one: one["id"])[first:first + size], {}

    return System(answer)
