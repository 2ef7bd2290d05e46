"""Django's PostgreSQL backend, asked less: pushes come by the hundred a second and each pays for every round trip."""

from __future__ import annotations

import time
from typing import Any

from django.db.backends.postgresql import base

CHECK_EVERY_S = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that was in order a moment ago is not asked again, and hot statements may be prepared."""

    checked_at = float("-inf")
    _prepares = False

    def connect(self) -> None:
        super().connect()
        self.checked_at = time.monotonic()

    def close_if_health_check_failed(self) -> None:
        """As Django does at the first statement of each request, but for one connection once a second at most."""
        if self.health_check_done:
            return
        if time.monotonic() - self.checked_at < CHECK_EVERY_S:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.checked_at = time.monotonic()

    def prepared_cursor(self) -> Any:
        """Return a cursor whose statements the server plans once a connection and then only runs."""
        self._prepares = True
        try:
            return self.cursor()
        finally:
            self._prepares = False

    def create_cursor(self, name: str | None = None) -> Any:
        factory = self.connection.cursor_factory
        if self._prepares and not name:
            self.connection.cursor_factory = base.ServerBindingCursor
        try:
            return super().create_cursor(name)
        finally:
            self.connection.cursor_factory = factory
