"""Background jobs of filing: making one bundle, and the daily look after all of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobCancelled, JobHandle, JobLost
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.privacy.contracts import Watermark
from bihuan.core.rights import NotAllowed, SystemActor

from .models import Archive
from .services import delete_expired, fail_archive, make_archive, take_archive, verify_all

SYSTEM = SystemActor("archives.keep")


def run_make(job: JobHandle, archive: int) -> None:
    """Make one bundle; stopped, it leaves nothing half made and may be asked for again."""
    row = Archive.objects.select_related(
        "verdict__measure__finding", "verdict__review", "measure", "cycle__owner", "made_by").get(pk=archive)

    def progress(done: int, total: int, text: str) -> None:
        job.stop_if_cancelled()
        job.progress(done, total, text)

    try:
        make_archive(archive=row, progress=progress)
    except JobCancelled:
        fail_archive(archive=row, problem=_("已取消。"))
        raise
    except JobLost:
        raise
    except Exception as error:
        fail_archive(archive=row, problem=type(error).__name__)
        raise
    job.finish({"message": _("已归档并核对。"), "url": reverse("archives:archive", args=[row.pk])})


def run_keep(job: JobHandle) -> None:
    """Delete what is due, then check every bundle that is left; may be run again at any point."""
    deleted = delete_expired(actor=SYSTEM)

    def progress(done: int, total: int, text: str) -> None:
        job.stop_if_cancelled()
        job.progress(done, total, text)

    damaged = verify_all(actor=SYSTEM, progress=progress)
    for one in damaged:
        notify("archive_damaged", title=partial(_differs, one),
               text=lambda: _("请从备份恢复这份文件。"), to=[one.made_by], right="learn.keep_archives",
               key=f"archive:{one.pk}:damaged",
               about=About("archives.archive", str(one.pk), reverse("archives:archive", args=[one.pk]), one.unit_code))
    job.finish({"message": _("删除到期 %(deleted)d 份，核对不符 %(damaged)d 份。") % {
        "deleted": deleted, "damaged": len(damaged)}, "tone": "bad" if damaged else "good"})


def _differs(one: Archive) -> str:
    return _("归档 %(number)s 核对不符") % {"number": one.number}


def approved_bundle(*, args: dict[str, Any], actor: User, watermark: Watermark) -> tuple[str, bytes]:
    """Give the bundle of an export ``archives.bundle``, in the rights that the person who asked has now.

    The mark stands in the file's name: a byte more inside would break its fingerprint.
    """
    try:
        row = Archive.objects.select_related("verdict__measure", "cycle").get(pk=args["archive"])
    except ObjectDoesNotExist as error:
        raise NotAllowed(f"archive {args['archive']}") from error
    return f"{row.number}-{watermark.person}.zip", take_archive(archive=row, actor=actor, approved=True).read_bytes()
