"""What connectors share: following a dotted path, and the two ways in which secrets are carried."""

from __future__ import annotations

import base64
from typing import Any

from ..contracts import Row
from ..errors import Trouble


def at_path(document: Any, path: str) -> Any:
    """Return what lies at a dotted path of a document, None where it leads nowhere.

    >>> at_path({"data": {"items": [1]}}, "data.items"), at_path([1], ""), at_path({"a": 1}, "a.b")
    ([1], [1], None)
    """
    for step in filter(None, path.split(".")):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def rows_at(document: Any, records: str, path: str) -> list[Row]:
    """Return the records of an answer; Trouble "no_records" when there is no list where it should be."""
    found = at_path(document, records)
    if not isinstance(found, list):
        raise Trouble("no_records", path=path, records=records or "[]")
    return [row for row in found if isinstance(row, dict)]


def basic(user: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode("ascii")}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
