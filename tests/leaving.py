"""Whatever file a test takes out of the product is read for personal data: a session patches Django's test client."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow.parquet as pq
from django.http import HttpResponse
from django.test import Client
from pypdf import PdfReader

from bihuan.engine.facts.privacy.leaks import Leak, scan_text
from bihuan.engine.facts.privacy.rules import Rules

# Names stand in marks, and digits of a figure may look like a card; these stand in nothing that may leave.
SOUGHT = Rules(kinds=frozenset(("mobile", "id_card", "email")))
PICTURES = (".png", ".jpeg", ".jpg", ".emf")
# Files whose very purpose it is: a list that a second person approved, a customer's own data, rows that the importer
# gets back to correct, and files as people sent them.
MEANT = {"privacy:export_file", "privacy:request_data", "records:batch_rejected", "records:check_cells"}


class LeakedError(AssertionError):
    """A file that left holds personal data."""


def leaks_in(content: bytes) -> list[Leak]:
    """Return the personal data in a file's bytes; of an Office document or archive, in its members."""
    return [leak for name, text in _texts(content) for leak in scan_text(text, name=name, rules=SOUGHT)]


def _texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of what can be read: packed bytes and pictures look like anything now and then."""
    if content.startswith(b"%PDF"):
        yield "", "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                if not name.endswith(PICTURES):
                    yield from ((name, text) for _, text in _texts(book.read(name)))
    elif content.startswith(b"\x1f\x8b"):
        yield from _texts(gzip.decompress(content))
    elif content.startswith(b"PAR1"):
        yield "", "\n".join(map(str, pq.read_table(io.BytesIO(content)).to_pylist()))
    else:
        yield "", content.decode("utf-8", errors="replace")


def looked_through(response: HttpResponse, name: str) -> HttpResponse:
    """Return the response; what it sends is scanned when it is read."""
    leaves = "attachment" in response.headers.get("Content-Disposition", "")
    if not leaves or name in MEANT or name.endswith("_attachment"):
        return response
    if response.streaming:
        response.streaming_content = _scanned(response.streaming_content, name)  # type: ignore[attr-defined]
    else:
        _refuse(response.content, name)
    return response


def _scanned(parts: Iterable[bytes], name: str) -> Iterator[bytes]:
    kept = []
    for part in parts:
        kept.append(part)
        yield part
    _refuse(b"".join(kept), name)


def _refuse(content: bytes, name: str) -> None:
    if found := leaks_in(content):
        raise LeakedError(f"{name} lets out {[(leak.kind, leak.value, leak.file) for leak in found[:5]]}")


def patch_client() -> Any:
    """Let every client of this session look through the files it gets; returns what takes the patch back."""
    original = Client.request

    def request(self: Client, **told: Any) -> Any:
        response = original(self, **told)
        if "attachment" not in response.headers.get("Content-Disposition", ""):
            return response     # a page that is not there has no view to ask for
        return looked_through(response, response.resolver_match.view_name)

    Client.request = request  # type: ignore[method-assign]
    return lambda: setattr(Client, "request", original)
