"""Which cases a question about the process is about."""

from __future__ import annotations

import pyarrow as pa

from ..facts.store import connect
from ..home import Home
from ..indicators.contracts import EVERYTHING, Scope
from .log import read_events


def load_events(home: Home, *, where: str | None = None, scope: Scope = EVERYTHING) -> pa.Table:
    """Read the events of the cases that meet ``where`` and that ``scope`` may see."""
    connection = connect(home)
    try:
        return read_events(connection, None)
    finally:
        connection.close()
