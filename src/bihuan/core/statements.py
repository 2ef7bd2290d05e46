"""Statements that run by the hundred a second."""

from __future__ import annotations

from typing import Any

from django.db import connection


def hot_cursor() -> Any:
    """Return a cursor for a statement that is always the same: where the database can, it is planned only once."""
    return getattr(connection, "prepared_cursor", connection.cursor)()
