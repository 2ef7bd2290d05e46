"""What the import pages read: the engine's journal joined with people's names and the files they sent."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace
from bihuan.core.models import Job, User
from bihuan.core.queries import actor_names
from bihuan.core.rights import can
from bihuan.engine.facts import freshness, journal, store
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.journal import Batch

from . import reading
from .models import Upload
from .rights import may_see, may_undo

STATES: dict[str, tuple[Promise, str]] = {"done": (_("已导入"), "good"), "undone": (_("已撤销"), "plain")}


@dataclass(frozen=True)
class BatchLine:
    """One batch as people see it. ``counts`` has read, accepted, updated, unchanged, quarantined; absent is None."""

    batch: Batch
    title: str
    mapping: str
    who: str
    state: str
    tone: str
    may_undo: bool

    @property
    def counts(self) -> dict[str, int | None]:
        return {name: self.batch.counts.get(name) for name in COUNTS}


# Lines of a file that are no records, and up to how many left-out lines it is worth looking whether all are such.
NO_RECORDS, MOST_TOTALS = ("total_row", "hidden_row"), 50
COUNTS = ("read", "accepted", "updated", "unchanged", "quarantined")


def visible_batches(user: User) -> list[Batch]:
    """Return the batches a person may see, newest first, those imported by command included."""
    return [batch for batch in reversed(journal.batches(workspace.home())) if may_see(user, batch)]


def batch_lines(user: User, batches: Iterable[Batch]) -> list[BatchLine]:
    """Return batches with names of people and files; two queries however many there are."""
    batches = list(batches)
    files = dict(Upload.objects.filter(batch__in=[batch.id for batch in batches]).values_list("batch", "name"))
    people = actor_names({batch.actor for batch in batches})
    mappings = {known.name: reading.title_of(known) for known in reading.known_mappings()}
    mappings[reading.OWN] = str(_("逐字段对应"))
    return [_line(user, batch, files, people, mappings) for batch in batches]


def find_batch(user: User, batch_id: str) -> Batch | None:
    """Return one batch, None when there is none or it is not for this person."""
    try:
        batch = journal.get(workspace.home(), batch_id)
    except FactsError:
        return None
    return batch if may_see(user, batch) else None


def days_of(batch: Batch) -> tuple[date, date] | None:
    """Return the first and last day, in the workspace's zone, on which cases of the batch were opened."""
    with store.connect(workspace.home()) as con:
        found = con.execute("SELECT epoch(min(opened)), epoch(max(opened)) FROM cases WHERE batch = ?",
                            [batch.id]).fetchone()
    if found is None or found[0] is None:
        return None
    first, last = (datetime.fromtimestamp(moment, workspace.zone()).date() for moment in found)
    return first, last


def only_totals(batch: Batch) -> bool:
    """Return whether all that was left out are lines of totals or hidden ones: there is nothing to correct."""
    file = cells_file(batch)
    if file is None or batch.counts.get("quarantined", 0) > MOST_TOTALS:
        return False
    with open(file, encoding="utf-8-sig", newline="") as text:
        return all(line["code"] in NO_RECORDS for line in csv.DictReader(text) if line["refused"] == "True")


def rejected_file(batch: Batch) -> Path | None:
    """Return the file of the rows that were not taken, None when all were."""
    return _paper(batch, "rejected")


def cells_file(batch: Batch) -> Path | None:
    """Return the list of every bad cell of a batch, None when there was none."""
    return _paper(batch, "cells")


def _paper(batch: Batch, kind: str) -> Path | None:
    file = workspace.home().batches / f"{batch.id}.{kind}.csv"
    return file if file.exists() else None


def open_uploads(user: User) -> list[Upload]:
    """Return the person's files that are not imported yet, newest first."""
    waiting = (Upload.State.RECEIVING, Upload.State.RECEIVED, Upload.State.CHECKED)
    return list(Upload.objects.for_user(user).filter(state__in=waiting).select_related("check_job", "import_job"))


def broken_off(user: User) -> list[Upload]:
    """Return the person's files whose trial run or import failed, and those whose numbers were not computed since."""
    if not can(user, "collect.import_records"):
        return []
    found = [one for one in open_uploads(user) if one.broke_off]
    if is_behind():
        found += Upload.objects.for_user(user).filter(
            state=Upload.State.IMPORTED, import_job__state=Job.State.FAILED).select_related("import_job")
    return found


def is_behind() -> bool:
    """Return whether records are in force of which the indicators know nothing yet."""
    return not freshness.is_fresh(workspace.home())


def _of_program(actor: str) -> str:
    """Name who imported without being a person of the workspace: ``cli:wang`` typed, ``hook:2`` was pushed."""
    kind, _colon, name = actor.partition(":")
    if kind == "hook":
        return gettext("推送（Webhook %(number)s）") % {"number": name}
    return (gettext("命令行（%(name)s）") % {"name": name} if name else gettext("命令行")) if kind == "cli" else actor


def _line(user: User, batch: Batch, files: dict[str, str], people: dict[str, str],
          mappings: dict[str, str]) -> BatchLine:
    state, tone = STATES.get(batch.state, (batch.state, "plain"))
    title = files.get(batch.id) or Path(batch.file).name or batch.source or batch.id
    return BatchLine(
        batch=batch, title=title, mapping=mappings.get(batch.mapping, batch.mapping),
        who=people.get(batch.actor) or _of_program(batch.actor), state=str(state), tone=tone,
        may_undo=batch.state == "done" and may_undo(user, batch))


@dataclass(frozen=True)
class Header:
    """A received file as another room sees it: its columns with a few values each."""

    columns: tuple[str, ...]
    samples: dict[str, list[str]]


def waiting_upload(user: User, pk: UUID) -> Upload | None:
    """Return one of the person's files that is not imported yet, None when it is not there or not theirs."""
    return next((one for one in open_uploads(user) if one.pk == pk and one.state != Upload.State.RECEIVING), None)


def batch_in_force(pk: UUID) -> str:
    """Return the batch that a file became, "" where it was not imported or the batch was undone."""
    code = Upload.objects.filter(pk=pk).values_list("batch", flat=True).first() or ""
    in_force = {batch.id for batch in journal.batches(workspace.home()) if batch.state == "done"} if code else set()
    return code if code in in_force else ""


def header_of(upload: Upload) -> tuple[Header | None, str]:
    """Return what a file looks like, else the sentence that says why it cannot be read."""
    seen, problem = reading.sniffed_or_problem(upload)
    if seen is None:
        return None, problem
    return Header(tuple(seen.columns), reading.samples(upload)), ""
