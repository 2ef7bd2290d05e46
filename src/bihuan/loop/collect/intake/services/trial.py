"""Trying a webhook out: signed as the other system would, checked, read by the mapping; nothing is kept."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.facts import importing
from bihuan.engine.facts.choosing import own_names
from bihuan.engine.facts.contracts import ImportResult, Previewed

from ..bodies import check_fields, rows_of
from ..errors import Refused
from ..hot import find_door
from ..mappings import known_mappings
from ..models import Hook
from ..rights import MANAGE
from ..schemes import BadSignature, Delivery, wjx_sign
from ..sealing import unseal
from .hooks import check, sign_sample


@dataclass(frozen=True)
class Trial:
    """What a sample would become: the counts of a dry run and the first rows as the mapping makes them."""

    result: ImportResult
    shown: Previewed | None


def try_delivery(*, hook: Hook, body: bytes, actor: User) -> Trial:
    """Return what a sample body would become. Refuses as a real delivery is refused; stores nothing."""
    require(actor, MANAGE)
    if hook.scheme == "wjx":
        body = _with_sign(hook, body)
    try:
        check(find_door(hook.address), Delivery(sign_sample(hook, body), body, time.time()))
    except BadSignature as error:
        raise Refused("bad_signature") from error
    rows = rows_of(body, lines=False)
    if not hook.mapping:
        check_fields(hook.table, rows)
    return _dry_run(hook, rows)


def _dry_run(hook: Hook, rows: list[dict[str, Any]]) -> Trial:
    home = workspace.home()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    mapping = replace(known_mappings()[hook.mapping] if hook.mapping else own_names(hook.table, columns),
                      source=hook.source)
    (home.path / "scratch").mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=home.path / "scratch", prefix="trial-"))
    try:
        file = folder / "sample.json"
        file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        result = importing.import_file(home, file, mapping=mapping, actor="trial", dry_run=True)
        shown = importing.preview(home, file, mapping=mapping, rows=5) if result.quarantined < result.read else None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Trial(result, shown)


def _with_sign(hook: Hook, body: bytes) -> bytes:
    """问卷星 signs inside the body."""
    for row in (rows := rows_of(body, lines=False)):
        row.setdefault("activity", "1")
        row.setdefault("index", "1")
        row["sign"] = wjx_sign(row["activity"], row["index"], unseal(hook.sealed).decode())
    return json.dumps(rows[0], ensure_ascii=False).encode()
