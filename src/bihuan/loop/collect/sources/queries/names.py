"""The codes under which rows lie in the lake, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core import workspace
from bihuan.core.systems import SHIPPED, own_names
from bihuan.engine.facts import journal, store

NAMED = ("cases", "answers")


@dataclass(frozen=True)
class SourceCode:
    """A code in the lake: the name people gave, the one it has without, how many cases lie under it."""

    code: str
    name: str
    otherwise: str
    cases: int


def source_codes() -> list[SourceCode]:
    """Return the codes of all imports and rows, those with most cases first."""
    home, names = workspace.home(), own_names()
    with store.connect(home) as con:
        counts = dict(con.execute("SELECT source, count(*) FROM cases GROUP BY source").fetchall())
        rated = {code for (code,) in con.execute("SELECT DISTINCT source FROM answers").fetchall()}
    imported = {batch.source for batch in journal.batches(home)}
    codes = {code for code in {*counts, *rated, *imported, *names} if code}
    return sorted((SourceCode(code, names.get(code, ""), str(SHIPPED.get(code, code)), counts.get(code, 0))
                   for code in codes), key=lambda one: (-one.cases, one.code))
