"""Reports are asked for, drafted from data, edited in versions, and written as files."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import may_export_now
from bihuan.core.rights import NotAllowed, require, scope_of
from bihuan.core.systems import source_names
from bihuan.engine.indicators.contracts import Query, Scope
from bihuan.engine.report.contracts import Report as Content
from bihuan.engine.report.draft import draft
from bihuan.engine.report.naming import for_people
from bihuan.engine.report.write import write
from bihuan.loop.plan.goals.queries.scopes import ScopeVersion

from ..models import Report, ReportVersion
from ..rights import may_read, scope_like, units_spoken_of

EXPORT = "evaluate.export"
FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class EditedMeanwhile(ValueError):
    """Somebody saved another version since this one was opened; nothing was overwritten."""


@transaction.atomic
def create_report(
    *, title: str, query: Query, language: str, actor: User, review_scope: ScopeVersion | None = None,
    replaces: Report | None = None,
) -> Report:
    """Ask for a report; a background job drafts it within what the person may see, and what it replaces speaks of."""
    require(actor, "evaluate.write_report")
    report = Report.objects.create(
        title=title, query=stored_query(query), units=units_spoken_of(_reach(actor, replaces)),
        language=language, created_by=actor, review_scope=review_scope, replaces=replaces,
    )
    audit.record("evaluate.report_created", report, actor=actor)
    job = jobs.enqueue("reports.draft", actor=actor, title=title, report=report.pk)
    report.job = job.pk
    report.save(update_fields=["job"])
    return report


def draft_report(*, report: Report) -> ReportVersion:
    """Draft a report's first version from the data, once; run again it returns what is there.

    The scope is the author's as it is now, so that a right lost since the order is lost here too. Raises the
    engine's ReportError when there is nothing to report.
    """
    first = report.versions.filter(number=1).first()
    if first is not None:
        return first
    scope = _reach(report.created_by, report.replaces)
    content = draft(workspace.home(), read_query(report.query), scope, report.language)
    return _keep_draft(report=report, content=content, scope=scope)


def _reach(author: User, replaces: Report | None) -> Scope:
    scope = scope_of(author, "evaluate.write_report")
    return scope if replaces is None else scope_like(scope, replaces)


@transaction.atomic
def _keep_draft(*, report: Report, content: Content, scope: Scope) -> ReportVersion:
    report = Report.objects.select_for_update().get(pk=report.pk)
    version, made = ReportVersion.objects.get_or_create(
        report=report, number=1, defaults={"content": content.to_json(), "created_by": report.created_by})
    report.state, report.problem = Report.State.READY, ""
    report.units = units_spoken_of(scope)
    report.save(update_fields=["state", "problem", "units"])
    if made:
        audit.record("evaluate.report_drafted", report, actor=report.created_by,
                     fingerprint=audit.plain(content.fingerprint))
    return version


@transaction.atomic
def fail_report(*, report: Report, problem: str) -> None:
    """Note why a report could not be drafted."""
    Report.objects.filter(pk=report.pk).update(state=Report.State.FAILED, problem=problem)


@transaction.atomic
def edit_report(
    *, report: Report, base: int, chapters: Mapping[str, str], owners: Mapping[str, str], actor: User, note: str = "",
) -> ReportVersion:
    """Save edited chapters and owners as a new version on top of version ``base``; nothing changed: no new version.

    Raises EditedMeanwhile when ``base`` is no longer the newest, the engine's ReportError for a reference to a number
    that does not exist. Numbers cannot be edited: they are not part of the text.
    """
    require(actor, "evaluate.write_report")
    report = Report.objects.select_for_update().get(pk=report.pk)
    if not may_read(actor, report) or not may_read(actor, report, "evaluate.write_report"):
        raise NotAllowed(f"report {report.pk}")
    newest = report.versions.first()
    if newest is None or newest.number != base:
        raise EditedMeanwhile(_("打开之后已有人保存了新版本。请复制您的修改，刷新页面后再提交。"))
    old = Content.from_json(newest.content)
    new = old
    for key, text in chapters.items():
        new = new.with_chapter(key, text)
    for key, owner in owners.items():
        new = new.with_owner(key, owner)
    if new == old:
        return newest
    version = ReportVersion.objects.create(
        report=report, number=base + 1, content=new.to_json(), note=note, created_by=actor)
    audit.record("evaluate.report_edited", report, actor=actor, version=version.number,
                 fingerprint=audit.plain(new.fingerprint))
    return version


@transaction.atomic
def write_report(*, report: Report, version: ReportVersion, form: str, actor: User) -> IO[bytes]:
    """Return one version as a Word, PDF or Excel file, with the audit chain's head printed in it.

    Raises privacy's Refused where the person's files need somebody else, or an agreement that has ended.
    """
    if form not in FORMATS:
        raise ValueError(f"{form!r}: reports are written as {', '.join(FORMATS)}")
    require(actor, EXPORT)
    if not may_read(actor, report, EXPORT):
        raise NotAllowed(f"report {report.pk}")
    content = Content.from_json(version.content)
    may_export_now(rows=rows_in(content), is_personal=False, actor=actor)
    entry = audit.record("evaluate.report_exported", report, actor=actor, version=version.number,
                         format=audit.plain(form))
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"report.{form}"
        write(for_people(content, source_names()), path, audit_head=f"{entry.seq} {entry.hash}",
              organisation=workspace.facts().name)
        file.write(path.read_bytes())
    file.seek(0)
    return file


def rows_in(content: Content) -> int:
    """Return how many single rows a report names as evidence."""
    return sum(len(item.evidence.rows) for item in content.items if item.evidence)


def stored_query(query: Query) -> dict[str, Any]:
    """Return a question as JSON."""
    content = asdict(query)
    return content | {name: content[name].isoformat() if content[name] else None for name in ("start", "end")} | {
        "known_at": None}


def read_query(content: Mapping[str, Any]) -> Query:
    """Return a question from ``stored_query``."""
    days = {name: date.fromisoformat(content[name]) if content[name] else None for name in ("start", "end")}
    return Query(**{**content, **days, "indicators": tuple(content["indicators"]), "by": tuple(content["by"])})
