"""How long each kind of data is kept, how much of it is due, and the proofs of what was deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.functional import Promise

from bihuan.core import workspace
from bihuan.engine.facts import retention

from ..contracts import KIND_LABELS
from ..models import Deletion, Recording, Retention


@dataclass(frozen=True)
class Term:
    """One kind of data; ``due`` is None where it is kept for ever."""

    kind: str
    label: str | Promise
    months: int | None
    before: datetime | None
    due: int | None


def terms() -> list[Term]:
    """Return every kind with its term and how much of it is due now."""
    months = dict(Retention.objects.values_list("kind", "months"))
    found = []
    for kind, label in KIND_LABELS.items():
        before = cutoff(months[kind]) if months.get(kind) else None
        found.append(Term(kind, label, months.get(kind), before, count_due(kind, before) if before else None))
    return found


def cutoff(months: int, now: datetime | None = None) -> datetime:
    """Return the moment before which data are due: the same day so many months ago, the last one of a shorter month."""
    import calendar

    now = timezone.localtime(now, workspace.zone())
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day, hour=0, minute=0, second=0, microsecond=0)


def count_due(kind: str, before: datetime) -> int:
    """Return how many rows or files of a kind are due."""
    if kind in retention.KINDS:
        return retention.due(workspace.home(), kind, before)
    if kind == "recordings":
        return Recording.objects.filter(deleted_at=None, recorded_at__lt=before).count()
    return sum(1 for _file in rejected_files(before))


def count_strangers(known: Iterable[Term]) -> int:
    """Return how many names will go of which neither their source nor the register says whose they are."""
    return len({name for term in known if term.due and term.before and term.kind in retention.KINDS
                for name in retention.strangers(workspace.home(), term.kind, term.before)})


def rejected_files(before: datetime) -> Iterator[Path]:
    """Yield the files of refused rows and cells that were written before a moment: they hold what was in the upload."""
    for path in sorted(workspace.home().batches.glob("*.csv")):
        if path.stat().st_mtime < before.timestamp():
            yield path


def deleted_before(kind: str) -> datetime | None:
    """Return before which moment data of a kind were deleted; None where none ever were."""
    newest = Deletion.objects.filter(kind=kind).order_by("-before").first()
    return newest.before if newest else None


def deletions() -> list[Deletion]:
    """Return the proofs, the latest first."""
    return list(Deletion.objects.all()[:100])
