"""Names that leave the rows leave what is made of the rows too: the facts, and whom names mean.

The cases are noted before their rows are written anew, so that a run that was stopped between the two is made up for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from bihuan.engine.facts import derive, lake
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.facts.people import NAMES
from bihuan.engine.home import Home, write_atomically

LEFT = Path("cache") / "names_left.json"


def note_cases(home: Home, cases: Iterable[str]) -> None:
    """Note cases whose rows are about to lose names; call under the lock of commits."""
    wanted = set(cases) - {None}
    if known := _noted(home) | wanted if wanted else set():
        write_atomically(home.path / LEFT, json.dumps(sorted(known)))


def forget_names(home: Home) -> None:
    """Take the names out of the facts of the cases noted, and out of what is kept of names; nothing noted: nothing."""
    cases = _noted(home)
    if not cases:
        return
    (home.path / NAMES).unlink(missing_ok=True)
    if (home.facts / "case").exists():
        derive.refresh(home, touched=pa.chunked_array([pa.array(sorted(cases), pa.string())]))
        for grain in GRAINS:
            if (home.facts / grain).exists():
                lake.vacuum(home.facts / grain, hours=0)
    (home.path / LEFT).unlink(missing_ok=True)


def _noted(home: Home) -> set[str]:
    file = home.path / LEFT
    return set(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else set()
