"""Taking a push: checked, sealed and committed before it is answered with 2xx."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from bihuan.core.jobs.schedule import hasten
from bihuan.core.tokens.contracts import TABLES
from bihuan.core.tokens.services import Pass

from ..bodies import check_fields, rows_of
from ..errors import Refused
from ..hot import Door, insert
from ..mappings import known_mappings
from ..models import Receipt
from ..pressure import waiting
from ..sealing import seal

KEY = re.compile(r"[!-~]{1,128}")
SOURCE = re.compile(r"[\w.-]{1,40}")
# As many waiting rows are worth a batch of their own, without waiting for the clock.
MANY_ROWS = 5000
HASTEN_EVERY_S = 5.0
_hastened_at = 0.0


@dataclass(frozen=True)
class Received:
    """The receipt, and whether the same was received before: then nothing was stored anew."""

    receipt: Receipt
    repeated: bool


def receive_push(*, held: Pass, table: str, mapping: str, source: str, body: bytes, lines: bool,
                 key: str | None) -> Received:
    """Take a program's rows. Refuses what cannot be rows of the table, and a key used for something else."""
    if table not in TABLES or not held.may_push(table):
        raise Refused("unknown_table")
    if key is not None and not KEY.fullmatch(key):
        raise Refused("key_invalid")
    if source and not SOURCE.fullmatch(source):
        raise Refused("source_invalid")
    rows = rows_of(body, lines=lines)
    if mapping:
        check_mapping(mapping, table)
    else:
        check_fields(table, rows)
    receipt = Receipt(token_id=held.pk, key=key, table=table, mapping=mapping,
                      source=source or _source_of(mapping) or held.source, rows=len(rows))
    return _keep(receipt, body, lines)


def receive_delivery(*, door: Door, body: bytes, fingerprint: str) -> Received:
    """Take what a webhook brought; its signature was checked. The same delivery again is answered, not stored."""
    rows = rows_of(body, lines=False)
    if not door.mapping:
        check_fields(door.table, rows)
    receipt = Receipt(hook_id=door.pk, fingerprint=fingerprint, table=door.table, mapping=door.mapping,
                      source=door.source, rows=len(rows))
    return _keep(receipt, body, lines=False)


def check_mapping(mapping: str, table: str) -> None:
    """Refuse a mapping that there is not, or that makes no rows of the table."""
    known = known_mappings()
    if mapping not in known or table not in known[mapping].tables:
        fitting = sorted(name for name, one in known.items() if table in one.tables)
        raise Refused("unknown_mapping", mapping=mapping[:80], mappings=", ".join(fitting) or "-")


def _source_of(mapping: str) -> str:
    """The source that a mapping names itself; empty when it takes the file's name."""
    source = known_mappings()[mapping].source if mapping else ""
    return "" if "{" in source else source


def _keep(receipt: Receipt, body: bytes, lines: bool) -> Received:
    told = "\0".join((receipt.table, receipt.mapping, receipt.source, "lines" if lines else "json"))
    receipt.digest = hashlib.sha256(told.encode() + b"\0" + body).hexdigest()
    found = _earlier(receipt) if receipt.key else None
    if found is not None:
        return found
    receipt.size = len(body)
    rows = waiting.take(receipt.rows, receipt.size)
    receipt.body = seal((b"L" if lines else b"J") + body)
    if not insert(receipt):
        earlier = _earlier(receipt)
        if earlier is not None:
            return earlier
        raise IntegrityError(f"receipt {receipt.pk} could not be kept")
    if rows >= MANY_ROWS:
        _hasten()
    return Received(receipt, repeated=False)


def _earlier(receipt: Receipt) -> Received | None:
    """What this key or delivery brought before; refuses another content under the same key."""
    name: dict[str, Any] = {"token_id": receipt.token_id, "key": receipt.key} if receipt.key else {
        "hook_id": receipt.hook_id, "fingerprint": receipt.fingerprint}
    found = Receipt.objects.filter(**name).defer("body").first()
    if found is not None and receipt.key and found.digest != receipt.digest:
        raise Refused("key_reused")
    return Received(found, repeated=True) if found else None


def _hasten() -> None:
    global _hastened_at
    if time.monotonic() - _hastened_at > HASTEN_EVERY_S:
        _hastened_at = time.monotonic()
        hasten("intake.flush")
