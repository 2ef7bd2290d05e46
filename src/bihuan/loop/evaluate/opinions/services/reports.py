"""A survey's report is written as a file, shared by a link and taken back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, SystemActor, require, scope_of
from bihuan.engine.report.survey.contracts import SurveyReport
from bihuan.engine.report.survey.write import write_survey

from ..contracts import Wave
from ..models import SharedReport
from ..queries.stored import stored
from ..rights import VIEW

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_DAYS = 90


@transaction.atomic
def write_report(*, wave: Wave, report: SurveyReport, form: str, actor: User) -> IO[bytes]:
    """Return a report as a Word, PDF or Excel file with the audit chain's head in it."""
    if form not in FORMATS:
        raise ValueError(f"{form!r}: reports are written as {', '.join(FORMATS)}")
    require(actor, "evaluate.export")
    entry = audit.record("evaluate.survey_report_exported", None, actor=actor, survey=audit.plain(wave.code),
                         format=audit.plain(form))
    seq, name = f"{entry.seq} {entry.hash[:16]}", workspace.facts().name
    footer = _("{name} · 审计链 {seq}").format(name=name, seq=seq) if name else _("审计链 {seq}").format(seq=seq)
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    with tempfile.TemporaryDirectory() as folder:
        path = write_survey(replace(report, footer=footer), Path(folder) / f"survey.{form}")
        file.write(path.read_bytes())
    file.seek(0)
    return file


@transaction.atomic
def share_report(*, wave: Wave, report: SurveyReport, days: int, actor: User) -> SharedReport:
    """Keep the report as it stands for a link that lasts ``days``, at most ``LONGEST_DAYS``.

    Why somebody was put onto the sample or taken off it is about single customers and stays behind; how many were, by
    stratum, goes along.
    """
    require(actor, "evaluate.export")
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"a link lasts 1 to {LONGEST_DAYS} days, not {days}")
    scope = scope_of(actor, VIEW)
    if report.sample is not None:
        report = replace(report, sample=replace(report.sample, changes=()))
    row = SharedReport.objects.create(
        survey=wave.code, content=stored(report), expires_at=timezone.now() + timedelta(days=days),
        units=None if scope.units is None else list(scope.units), created_by=actor)
    audit.record("evaluate.survey_report_shared", row, actor=actor, days=days)
    return row


@transaction.atomic
def revoke_share(*, share: SharedReport, actor: User) -> None:
    """Let a link show nothing any more."""
    require(actor, "evaluate.export")
    row = SharedReport.objects.select_for_update().get(pk=share.pk)
    if row.revoked_at is not None:
        raise NotAllowed(f"share {row.pk}")
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    audit.record("evaluate.survey_share_revoked", row, actor=actor)


def note_opened(*, share: SharedReport) -> None:
    """Note that somebody opened a link; who is not known."""
    audit.record("evaluate.survey_share_opened", share, actor=SystemActor("link"))
