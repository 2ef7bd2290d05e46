"""One click files a closed verdict or review: a job writes the five parts, packs and checks them before they count."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan import __version__
from bihuan.core import audit, jobs, workspace
from bihuan.core.models import Job, Unit, User
from bihuan.core.rights import Actor, NotAllowed
from bihuan.engine.effects.bundle import REVIEW, check_bundle, pack
from bihuan.engine.text.folding import fold
from bihuan.loop.plan.cycles.queries.cycles import Cycle
from bihuan.loop.verify.verdicts.queries.lists import Verdict
from bihuan.loop.verify.verdicts.rights import may_see_numbers

from ..errors import Refused
from ..models import Archive
from ..queries.keeping import keep_until
from ..rights import may_keep, may_keep_cycle
from .parts import (
    Bundle,
    Parts,
    ReviewParts,
    write_answers,
    write_callbacks,
    write_conclusion,
    write_course,
    write_measures,
    write_numbers,
    write_questionnaires,
    write_records,
    write_report,
    write_review_measures,
    write_statistics,
)

Progress = Callable[[int, int, str], None]
Steps = list[tuple[Callable[[], None], str]]
State = Archive.State
STEPS = 7
DAY = 24 * 3600
STRAY_DAYS = 30


def folder() -> Path:
    """Return where bundles lie."""
    return workspace.home().path / "archives"


def strays() -> Path:
    """Return where bundles lie that no row knows."""
    return folder() / "strays"


@transaction.atomic
def start_archive(*, verdict: Verdict, actor: User) -> Archive:
    """Have a closed verdict filed. Raises Refused for one that is not closed or lies in an archive already."""
    measure = verdict.measure
    if not may_keep(actor, measure.unit_code):
        raise NotAllowed(f"archive verdict {verdict.pk}")
    if verdict.accepted_at is None:
        raise Refused("not_closed")
    if not may_see_numbers(actor, verdict):
        raise Refused("no_numbers")
    row = Archive.objects.select_for_update().filter(verdict=verdict, state__in=(State.MAKING, State.READY)).first()
    if row is not None and (row.state == State.READY or not _is_over(row)):
        raise Refused("kept_already", number=row.number)
    if row is None:
        row = Archive(verdict=verdict, measure=measure, unit_code=measure.unit_code, word=verdict.verdict,
                      quarter=quarter_of(measure.done_on or workspace.day_of(verdict.accepted_at)),
                      line=line_of(measure.unit_code), title=measure.title)
    return _queue(row, actor)


@transaction.atomic
def start_review_archive(*, cycle: Cycle, actor: User) -> Archive:
    """Have a review that has ended filed, with or without measures. Raises Refused for one that goes on or is filed."""
    if not may_keep_cycle(actor, cycle):
        raise NotAllowed(f"archive review {cycle.pk}")
    if cycle.is_open:
        raise Refused("not_ended")
    unit = cycle.units[0] if cycle.units and len(cycle.units) == 1 else ""
    named = dict(cycle.kept).get("unit", ())
    unit = unit or (named[0] if len(named) == 1 else "")
    row = Archive.objects.select_for_update().filter(cycle=cycle, state__in=(State.MAKING, State.READY)).first()
    if row is not None and (row.state == State.READY or not _is_over(row)):
        raise Refused("kept_already", number=row.number)
    row = row or Archive(cycle=cycle, unit_code=unit, quarter=quarter_of(cycle.end), line=line_of(unit),
                         title=cycle.title)
    return _queue(row, actor)


def _queue(row: Archive, actor: User) -> Archive:
    row.made_by, row.problem = actor, ""
    row.save()
    row.job = jobs.enqueue("archives.make", actor=actor, title=f"{row.number} {row.title}", archive=row.pk).pk
    row.save(update_fields=["job"])
    audit.record("learn.archive_started", row, actor=actor, verdict=row.verdict_id, cycle=row.cycle_id)
    return row


def make_archive(*, archive: Archive, progress: Progress) -> Archive:
    """Write, pack and check one bundle; run again it starts anew, and it counts only when it proved itself."""
    if archive.state == State.READY:
        return archive
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".making.") as place:
        contents, packed = Path(place) / "contents", Path(place) / "bundle.zip"
        contents.mkdir()
        fingerprint, parts = _write(archive, contents, packed, progress)
        _keep(archive, packed, fingerprint, parts)
    progress(STEPS, STEPS, "")
    return archive


@transaction.atomic
def fail_archive(*, archive: Archive, problem: str) -> None:
    """Note that a bundle could not be made or was not wanted any more; another try makes another row."""
    Archive.objects.filter(pk=archive.pk, state=State.MAKING).update(state=State.FAILED, problem=problem[:500])
    audit.record("learn.archive_failed", archive, actor=archive.made_by)


def quarter_of(day: date) -> str:
    """Return the quarter of a day.

    >>> quarter_of(date(2026, 11, 28))
    '2026-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


def line_of(unit_code: str) -> str:
    """Return the line of business of a unit unless a person says otherwise: the topmost unit above it."""
    units = {one.code: one for one in Unit.objects.all()}
    seen: set[str] = set()
    unit = units.get(unit_code)
    while unit is not None and unit.parent_code in units and unit.code not in seen:
        seen.add(unit.code)
        unit = units[unit.parent_code]
    return unit.name if unit is not None else unit_code or _("全部")


def _write(archive: Archive, place: Path, target: Path, progress: Progress) -> tuple[str, Bundle]:
    parts, steps, told = _of_review(archive, place) if archive.cycle else _of_verdict(archive, place)
    for done, (write, label) in enumerate(steps):
        progress(done, STEPS, label)
        write()
    progress(len(steps), STEPS, _("打包并核对"))
    fingerprint = pack(place, target, told | {
        "archive": archive.number, "title": archive.title, "quarter": archive.quarter, "line": archive.line,
        "definitions": parts.definitions, "product": __version__,
        "made_at": timezone.now().isoformat(timespec="seconds")})
    found = check_bundle(target, fingerprint)
    if not (found.intact and found.equal):
        raise RuntimeError(f"the bundle does not prove itself: {found.faults}")
    return fingerprint, parts


def _of_verdict(archive: Archive, place: Path) -> tuple[Bundle, Steps, dict[str, Any]]:
    verdict, measure = archive.verdict, archive.measure
    assert verdict is not None and measure is not None
    parts = Parts(place, verdict, archive.made_by)
    steps = (
        (write_questionnaires, _("原始问卷")), (write_statistics, _("数据统计表")), (write_measures, _("改进措施清单")),
        (write_records, _("执行记录")), (write_report, _("效果评估报告")), (write_callbacks, _("客户回访")))
    return parts, [(partial(write, parts), label) for write, label in steps], {
        "measure": measure.number, "round": verdict.round, "look": verdict.look, "verdict": verdict.verdict,
        "yardstick_hash": verdict.yardstick_hash}


def _of_review(archive: Archive, place: Path) -> tuple[Bundle, Steps, dict[str, Any]]:
    cycle = archive.cycle
    assert cycle is not None
    parts = ReviewParts(place, cycle, archive.made_by)
    steps = ((write_answers, _("原始问卷")), (write_numbers, _("数据统计表")),
             (write_review_measures, _("改进措施清单")), (write_course, _("执行记录")),
             (write_conclusion, _("效果评估报告")))
    return parts, [(partial(write, parts), label) for write, label in steps], {
        "kind": REVIEW, "review": cycle.number, "figures_hash": cycle.figures_hash}


@transaction.atomic
def _keep(archive: Archive, packed: Path, fingerprint: str, parts: Bundle) -> None:
    """The bundle gets its place with its row; a second run of the same job, as after a rescue, finds it taken."""
    if Archive.objects.select_for_update(of=("self",)).get(pk=archive.pk).state != State.MAKING:
        return
    with open(packed, "rb") as file:
        archive.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    archive.file, archive.size, archive.fingerprint = f"{uuid4()}.zip", packed.stat().st_size, fingerprint
    archive.files = [{"path": path.relative_to(parts.folder).as_posix(), "size": path.stat().st_size}
                     for path in sorted(parts.folder.rglob("*")) if path.is_file()]
    archive.rows, archive.text = parts.rows, "\n".join(parts.texts)
    archive.folded = fold(archive.text)
    archive.state, archive.checked_at, archive.faults = State.READY, timezone.now(), []
    archive.keep_until = keep_until(timezone.localdate(archive.made_at, workspace.zone()))
    archive.save()
    audit.record("learn.archive_made", archive, actor=archive.made_by, fingerprint=audit.plain(fingerprint),
                 sha256=audit.plain(archive.sha256))
    packed.replace(folder() / archive.file)


def _is_over(row: Archive) -> bool:
    """Whether the job of a row that is still being made ended without a word, as one cancelled in the queue does."""
    job = Job.objects.filter(pk=row.job).first()
    return job is None or job.is_finished


def sweep(*, actor: Actor) -> None:
    """Remove what a killed job left half written, and set aside what lies packed without a row that knows it: after an
    older database came back that may be all there is of an archive. Only what is a day old; strays go after 30 days.
    """
    known = set(Archive.objects.exclude(file="").values_list("file", flat=True))
    found = [path for path in folder().glob("*") if path.name not in known and _days_old(path) > 1]
    for path in found:
        if path.name.startswith(".making."):
            shutil.rmtree(path, ignore_errors=True)
    packed = [path for path in found if path.suffix == ".zip"]
    gone = [path for path in strays().glob("*.zip") if _days_old(path) > STRAY_DAYS]
    for path in gone:
        path.unlink(missing_ok=True)
    if packed:
        strays().mkdir(exist_ok=True)
    for path in packed:
        os.utime(path)      # its time as a stray begins
        path.replace(strays() / path.name)
    if packed or gone:
        audit.record("learn.archive_strays_swept", ("archives", "strays"), actor=actor, files=len(packed),
                     removed=len(gone))


def _days_old(path: Path) -> float:
    """Return how long ago a file was written; 0 for one that a job has just put in its place."""
    try:
        return (time.time() - path.stat().st_mtime) / DAY
    except FileNotFoundError:
        return 0
