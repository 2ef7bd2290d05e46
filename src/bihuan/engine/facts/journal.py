"""The import journal: what entered the lake, when, by whom. A line a deed, each hash-chained to the one before.

Rows of a batch are visible only when the journal says that the batch is done and not undone. So one line makes the
rows of all its tables appear at once, and a crash between lake and journal leaves rows that nobody sees.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bihuan.engine.home import Home

from .errors import FactsError
from .locks import locked

ROOT = "0" * 64


@dataclass(frozen=True)
class Batch:
    """One import as the journal tells it; ``state``: done | undone, ``recorded_at`` the moment its rows carry.

    ``tables`` holds per table {"accepted", "updated", "unchanged"}; ``counts`` the figures of the whole file.
    """

    id: str
    actor: str
    done_at: datetime
    recorded_at: datetime
    file: str = ""
    table: str = ""
    mapping: str = ""
    source: str = ""
    state: str = "done"
    undone_at: datetime | None = None
    undone_by: str = ""
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seq: int = 0            # of the journal's latest line about this batch
    until: datetime | None = None       # where its records end, if that may be later than their import

    def visible(self, known_at: datetime | None = None) -> bool:
        """Whether its rows are part of the data, now or as it was known at a moment."""
        if known_at is None:
            return self.undone_at is None
        return self.recorded_at <= known_at and (self.undone_at is None or self.undone_at > known_at)


def file_of(home: Home) -> Path:
    return home.batches / "journal.jsonl"


def new_batch_id() -> str:
    """An id that sorts by time and is unlike any other: 20240229T011600-1a2b3c4d."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def done(home: Home, batch: str, *, actor: str, recorded_at: datetime, tables: dict[str, dict[str, int]],
         counts: dict[str, int], **about: Any) -> int:
    """Make the batch visible; returns the line's number."""
    return _write(home, "done", batch, actor, {"recorded_at": recorded_at.isoformat(), "tables": tables,
                                               "counts": counts, **about})


def undone(home: Home, batch: str, *, actor: str) -> int:
    """Take the batch out of sight; refuses what is unknown or undone already. Returns the line's number."""
    known = get(home, batch)
    if known.undone_at is not None:
        raise FactsError("already_undone", batch=batch, at=known.undone_at.isoformat())
    return _write(home, "undone", batch, actor, {})


def get(home: Home, batch: str) -> Batch:
    for known in batches(home):
        if known.id == batch:
            return known
    raise FactsError("unknown_batch", batch=batch)


def batches(home: Home) -> list[Batch]:
    """Every batch, oldest first."""
    return list(_batches(*_state(home)))


def entries(home: Home) -> list[dict[str, Any]]:
    """The journal's lines as they stand; a last line torn by a crash is left out."""
    file = file_of(home)
    if not file.exists():
        return []
    text = file.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]


def head(home: Home) -> tuple[int, str]:
    """(number, hash) of the last line; (0, 000…) for an empty journal."""
    lines = entries(home)
    return (lines[-1]["seq"], lines[-1]["hash"]) if lines else (0, ROOT)


def verify(home: Home, known_head: str | None = None) -> int:
    """Check the whole chain and return the number of lines; raises "journal_broken" at the first wrong one.

    ``known_head``: a hash noted earlier, which must still be in the chain (a cut or rewritten journal lacks it).
    """
    before, number, seen = ROOT, 0, {ROOT}
    for number, line in enumerate(entries(home), start=1):
        if line["prev"] != before or line["hash"] != _digest(line) or line["seq"] != number:
            raise FactsError("journal_broken", file=str(file_of(home)), line=number)
        before = line["hash"]
        seen.add(before)
    if known_head is not None and known_head not in seen:
        raise FactsError("journal_broken", file=str(file_of(home)), line=number + 1)
    return number


def recording_moment(home: Home) -> datetime:
    """The moment under which rows are recorded: now, and later than every batch before it. Call under "commit"."""
    now = datetime.now(UTC)
    latest = max((batch.recorded_at for batch in batches(home)), default=None)
    if latest is not None and now <= latest:
        now = datetime.fromtimestamp(latest.timestamp() + 0.001, UTC)
    return now


def _state(home: Home) -> tuple[Path, int, int]:
    file = file_of(home)
    if not file.exists():
        return file, 0, 0
    stat = file.stat()
    return file, stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=8)
def _batches(file: Path, size: int, _mtime: int) -> tuple[Batch, ...]:
    """Fold the lines into batches; remembered until the file changes, because every connection asks."""
    if not size:
        return ()
    known: dict[str, dict[str, Any]] = {}
    for line in entries(Home(file.parent.parent)):
        batch = known.setdefault(line["batch"], {"id": line["batch"], "actor": line["actor"]})
        batch.update(_change(line))
    return tuple(Batch(**batch) for batch in known.values())


def _change(line: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(line["at"])
    about = {key: value for key, value in line["about"].items() if key in Batch.__dataclass_fields__}
    for moment in {"recorded_at", "until"} & set(about):
        about[moment] = datetime.fromisoformat(about[moment])
    change = {**about, "state": line["act"], "seq": line["seq"]}
    if line["act"] == "done":
        change["done_at"] = at
    if line["act"] == "undone":
        change |= {"undone_at": at, "undone_by": line["actor"]}
    return change


def _digest(line: dict[str, Any]) -> str:
    content = {key: value for key, value in line.items() if key != "hash"}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _write(home: Home, act: str, batch: str, actor: str, about: dict[str, Any]) -> int:
    """Append one line and see it onto the disk; a torn line of a crashed writer is cut off first."""
    with locked(home, "journal"):
        seq, before = head(home)
        line: dict[str, Any] = {"seq": seq + 1, "at": datetime.now(UTC).isoformat(), "act": act, "batch": batch,
                                "actor": actor, "about": about, "prev": before}
        line["hash"] = _digest(line)
        home.batches.mkdir(parents=True, exist_ok=True)
        with open(file_of(home), "a+b") as file:
            file.seek(0)
            text = file.read()
            file.truncate(text.rfind(b"\n") + 1)
            file.write(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    return seq + 1
