"""How plans of columns are remembered and called."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from bihuan.engine.facts.sniffing import folded
from bihuan.engine.survey.elsewhere import ColumnPlan

IMPORT = "collect.import_records"
PUSH = "push"
# Layout -> what its answers are called behind the wave's own; a push and a file of 问卷星 bring the same answers.
KINDS = {"wjx": "wjx", "qualtrics": "qualtrics", "file": "file", PUSH: "wjx"}


def preset_of(wave: int, kind: str) -> str:
    """Return the name under which the mapping of a wave is kept."""
    return f"wave-{wave}-{kind}"


def header_hash(columns: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(folded(column) for column in columns).encode()).hexdigest()


def plan_of(told: dict[str, Any]) -> ColumnPlan:
    """Return a remembered plan as the engine takes it."""
    known = {name: told[name] for name in ColumnPlan.__dataclass_fields__ if name in told}
    return ColumnPlan(**{**known, "missing": tuple(told.get("missing", ()))})
