"""Turns of a source, and what they brought."""

from __future__ import annotations

from bihuan.engine.facts import journal, store
from bihuan.loop.collect.sources.services.pull import pull_slice


def turn(source, **more):
    """One slice of a turn, as the worker does it."""
    source.refresh_from_db()
    return pull_slice(source=source, tell=lambda *args: None, cancelled=lambda: False, **more)


def cases(home):
    with store.connect(home) as con:
        return dict(con.execute("SELECT id, status FROM cases ORDER BY id").fetchall())


def batches(home):
    return [batch for batch in journal.batches(home) if batch.state == "done"]
