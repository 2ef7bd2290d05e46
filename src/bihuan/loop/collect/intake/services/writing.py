"""Writing what waits into the lake, a batch at a time. May be killed at any point and run again: no row is lost, none
is written twice.

The order makes it so: receipts are tied to a ``Writing`` and committed; the import writes a batch whose name in the
journal holds the Writing's id; the receipts are marked. Who comes after a crash finds the Writing and asks the journal
whether its batch arrived: then only the marking is left, else the receipts wait again.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.errors import told
from bihuan.core.jobs import JobRetry
from bihuan.core.models import User
from bihuan.core.rights import SystemActor
from bihuan.core.tokens.limits import forget
from bihuan.engine.facts import freshness, importing, journal
from bihuan.engine.facts.contracts import ImportResult
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.journal import Batch
from bihuan.engine.facts.locks import locked
from bihuan.engine.facts.mapping import MappingError
from bihuan.engine.home import Home

from ..bodies import rows_of
from ..grouping import tells_rows_apart
from ..mappings import known_mappings
from ..models import KEPT, Receipt, Writing
from ..outcome import COUNTS, Fate, tell
from ..sealing import Unreadable, unseal

log = logging.getLogger(__name__)

State = Receipt.State
MOST_ROWS = 20_000          # of one batch
MOST_RECEIPTS = 5_000
MOST_BYTES = 32 * 1024 * 1024
MOST_ATTEMPTS = 4           # then a person has to look
ALONE_AFTER = 2             # attempts after which a receipt is written alone: one bad one does not hold up the others
PATIENCE_S = 45.0           # one run; what is left is for the next minute
LOCK_PATIENCE_S = 0.5


def flush(*, cancelled: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Write what waits; returns {"receipts", "rows", "batches"}. One at a time: a second one leaves at once."""
    home, done, until = workspace.home(), {"receipts": 0, "rows": 0, "batches": 0}, time.monotonic() + PATIENCE_S
    with _alone(home) as mine:
        if not mine:
            return done
        recover(home)
        while not cancelled() and time.monotonic() < until and not _lake_is_busy(home):
            taken = _take()
            if not taken:
                break
            _write(home, taken)
            done["receipts"] += len(taken)
            done["rows"] += sum(receipt.rows for receipt in taken)
            done["batches"] += 1
        sweep()
    return done


def recover(home: Home) -> int:
    """Finish or take back what a killed run left half done; returns how many batches. Call with the lock held."""
    left = list(Writing.objects.filter(ended_at=None))
    if not left:
        return 0
    arrived = {batch.file: batch for batch in journal.batches(home)}
    for writing in left:
        batch = arrived.get(writing.file)
        if batch is None:
            _put_back(writing)
        else:
            # The rows are in the lake; the facts about them may not be.
            freshness.refresh(home)
            _mark(home, writing, _of(writing), batch, home.batches / f"{batch.id}.cells.csv", batch.counts)
    return len(left)


@transaction.atomic
def retry_failed(*, hook_id: int | None, actor: User) -> int:
    """Let what could not be written wait again; returns how many receipts."""
    failed = Receipt.objects.filter(state=State.FAILED, body__isnull=False)
    failed = failed.filter(hook_id=hook_id) if hook_id else failed
    count = failed.update(state=State.WAITING, attempts=0, problem="")
    if count:
        audit.record("collect.push_retried", None, actor=actor, receipts=count)
    return count


def sweep() -> None:
    """Remove receipts, and with them keys and fingerprints, that are older than a week; what waits stays."""
    old = timezone.now() - KEPT
    Receipt.objects.filter(received_at__lt=old).exclude(state__in=(State.WAITING, State.WRITING)).delete()
    Writing.objects.filter(ended_at__lt=old).delete()
    forget()


@contextmanager
def _alone(home: Home) -> Iterator[bool]:
    """Whether nobody else writes pushes; freed by the system when its holder is killed."""
    try:
        with locked(home, "intake", patience=LOCK_PATIENCE_S):
            yield True
    except FactsError as error:
        if error.code != "locked" or "intake" not in str(error.params.get("lock", "")):
            raise
        yield False


def _lake_is_busy(home: Home) -> bool:
    """Whether an import holds the lake: pushes come again in a minute, reminders must not wait behind them here."""
    for name in ("commit", "facts"):
        try:
            with locked(home, name, patience=LOCK_PATIENCE_S):
                continue
        except FactsError as error:
            if error.code != "locked":
                raise
            return True
    return False


@transaction.atomic
def _take() -> list[Receipt]:
    """Tie the oldest waiting receipt, and those that can be written with it, to a Writing."""
    waiting = Receipt.objects.filter(state=State.WAITING).order_by("received_at", "pk").defer("body")
    first = waiting.select_for_update().first()
    if first is None:
        return []
    same = [first]
    if first.attempts < ALONE_AFTER and tells_rows_apart(first.table, first.mapping):
        same = _fitting(waiting.select_for_update().filter(
            token_id=first.token_id, hook_id=first.hook_id, table=first.table, mapping=first.mapping,
            source=first.source, attempts__lt=ALONE_AFTER)[:MOST_RECEIPTS])
    writing, ids = Writing.objects.create(), [receipt.pk for receipt in same]
    for start in range(0, len(ids), 500):
        Receipt.objects.filter(pk__in=ids[start:start + 500]).update(state=State.WRITING, writing=writing)
    return _of(writing)


def _of(writing: Writing) -> list[Receipt]:
    """The receipts of a Writing with their bodies, in the order in which they came."""
    return list(writing.receipts.select_related("token__owner", "writing").order_by("received_at", "pk"))


def _fitting(receipts: Iterable[Receipt]) -> list[Receipt]:
    """As many of the receipts, from the first on, as make one batch."""
    rows, size, fitting = 0, 0, []
    for receipt in receipts:
        rows, size = rows + receipt.rows, size + receipt.size
        if fitting and (rows > MOST_ROWS or size > MOST_BYTES):
            break
        fitting.append(receipt)
    return fitting


def _write(home: Home, receipts: list[Receipt]) -> None:
    writing = receipts[0].writing
    assert writing is not None
    try:
        result = _import(home, writing, receipts)
    except (OSError, OperationalError, MemoryError) as trouble:
        # The disk, the database, the memory: none of the sender's doing, and no attempt of the rows.
        _put_back(writing)
        raise JobRetry(_("暂时无法写入推送的记录（%(kind)s），稍后自动重试。") % {
            "kind": type(trouble).__name__}) from trouble
    except (FactsError, MappingError, Unreadable) as refusal:
        _give_up(writing, receipts, _said(refusal))
        return
    except Exception as trouble:
        # Its text may hold a customer's data: only its kind is kept.
        log.error("a batch of pushed records could not be written: %s", type(trouble).__name__)
        _put_back(writing, attempt=True, problem=_("写入时出错（%(kind)s）。") % {"kind": type(trouble).__name__})
        return
    batch = journal.get(home, result.batch) if result.batch else None
    file = Path(result.cells_file) if result.cells_file else None
    _mark(home, writing, receipts, batch, file, {name: getattr(result, name) for name in COUNTS})


def _import(home: Home, writing: Writing, receipts: list[Receipt]) -> ImportResult:
    first = receipts[0]
    rows = [row for group in _groups(receipts) for row in group]
    actor = f"user:{first.token.owner_id}" if first.token else f"hook:{first.hook_id}"
    if not first.mapping:
        return importing.import_rows(home, first.table, rows, source=first.source, actor=actor, name=writing.file)
    mapping = known_mappings().get(first.mapping)
    if mapping is None:
        raise FactsError("unknown_preset", preset=first.mapping, presets=", ".join(known_mappings()))
    (home.path / "scratch").mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=home.path / "scratch", prefix="push-"))
    try:
        file = folder / f"{writing.file}.json"
        file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return importing.import_file(home, file, mapping=mapping, source=first.source, actor=actor, name=writing.file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _groups(receipts: list[Receipt]) -> list[list[dict[str, Any]]]:
    groups = []
    for receipt in receipts:
        body = unseal(receipt.body or b"")
        groups.append(rows_of(body[1:], lines=body[:1] == b"L"))
    return groups


def _mark(home: Home, writing: Writing, receipts: list[Receipt], batch: Batch | None, cells: Path | None,
          counts: dict[str, int]) -> None:
    first = receipts[0]
    mapping = known_mappings().get(first.mapping) if first.mapping else None
    fates = tell(home, batch, cells, _groups(receipts), table=first.table, mapping=mapping, source=first.source,
                 counts=counts)
    _note(writing, receipts, fates, batch, counts)


@transaction.atomic
def _note(writing: Writing, receipts: list[Receipt], fates: list[Fate], batch: Batch | None,
          counts: dict[str, int]) -> None:
    now, alike = timezone.now(), defaultdict(list)
    for receipt, fate in zip(receipts, fates, strict=True):
        # Most pushes of a batch fare alike: one statement for all of them.
        alike[json.dumps([fate.counts, fate.errors])].append((receipt.pk, fate))
    for members in alike.values():
        fate, ids = members[0][1], [pk for pk, _fate in members]
        counts_of = fate.counts or dict.fromkeys(COUNTS)
        for start in range(0, len(ids), 500):
            Receipt.objects.filter(pk__in=ids[start:start + 500]).update(
                state=State.STORED, stored_at=now, body=None, batch=batch.id if batch else "", errors=fate.errors,
                problem="", **counts_of)
    Writing.objects.filter(pk=writing.pk).update(ended_at=now, batch=batch.id if batch else "")
    first = receipts[0]
    actor: Any = first.token.owner if first.token else SystemActor(f"hook:{first.hook_id}")
    audit.record("collect.push_stored", ("batch", batch.id) if batch else None, actor=actor, receipts=len(receipts),
                 table=audit.plain(first.table), **{name: counts[name] for name in COUNTS})


@transaction.atomic
def _put_back(writing: Writing, *, attempt: bool = False, problem: str = "") -> None:
    """Let the receipts wait again, with one attempt more when it was theirs that failed."""
    for receipt in writing.receipts.only("attempts"):
        attempts = receipt.attempts + attempt
        state = State.FAILED if attempts >= MOST_ATTEMPTS else State.WAITING
        Receipt.objects.filter(pk=receipt.pk).update(state=state, attempts=attempts, problem=problem, writing=None)
    writing.delete()


@transaction.atomic
def _give_up(writing: Writing, receipts: list[Receipt], problem: str) -> None:
    """The rows cannot be read as the mapping wants: trying again changes nothing until a person has."""
    writing.receipts.update(state=State.FAILED, problem=problem[:300], writing=None)
    writing.delete()
    log.warning("%d pushed requests wait for a person: %s", len(receipts), receipts[0].table)


def _said(error: Exception) -> str:
    return _("安装密钥已更换，内容无法解开。") if isinstance(error, Unreadable) else told(error)
