"""表1 is made from data, filled in by people block by block or by file, and kept in versions with locked numbers."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import may_export_now
from bihuan.core.rights import NotAllowed, require, scope_of
from bihuan.engine.facts.privacy import load_rules
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.report.table1 import build_table1
from bihuan.engine.report.table1_contracts import LINES, Mark, Table1
from bihuan.engine.report.table1_marks import wrong_in
from bihuan.engine.report.table1_read import read_table1
from bihuan.engine.report.table1_sheet import write_file
from bihuan.loop.evaluate.indicators.contracts import BoardState, Span
from bihuan.loop.evaluate.indicators.queries.scoping import query_of
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.scopes import ScopeVersion

from ..models import EvaluationTable, EvaluationTableVersion
from ..rights import may_read_table, units_spoken_of

PERMISSION, EXPORT = "evaluate.fill_table", "evaluate.export"
TEXTS = ("scene", "owner", "measure", "due", "effect")


class TableError(ValueError):
    """Why a table was not made or changed, in sentences; ``line`` and ``field`` where one is meant."""

    def __init__(self, *problems: str, line: int | None = None, field: str = "") -> None:
        super().__init__(" ".join(problems))
        self.problems, self.line, self.field = problems, line, field


@transaction.atomic
def create_table(
    *, title: str, subject: str, chosen: Sequence[str], filters: Filters, span: Span,
    review_scope: ScopeVersion | None, actor: User, within: Scope | None = None, lang: str = "",
) -> EvaluationTable:
    """Make a table from data, once, within what the person may see, or a narrower scope.

    ``lang``: the language of its words, the person's unless given. Raises TableError when nobody has a record.
    """
    require(actor, PERMISSION)
    scope = within or scope_of(actor, PERMISSION)
    query = query_of(BoardState(filters=filters), span, ())
    content = build_table1(workspace.home(), query, scope, subject=subject, chosen=chosen or None,
                           lang=lang or get_language() or "zh-hans")
    if not any(cell.own_n or cell.n or cell.immature for block in content.blocks for cell in block.cells):
        raise TableError(_("所选周期和范围内没有这些对象的记录：请核对编号，或换一个周期。"))
    table = EvaluationTable.objects.create(
        title=title, subject=subject, filters={name: list(kept) for name, kept in filters}, start=span.start,
        end=span.end, review_scope=review_scope, units=units_spoken_of(scope),
        created_by=actor)
    keep_version(table, content, 1, "", actor)
    audit.record("evaluate.table_created", table, actor=actor, blocks=len(content.blocks),
                 fingerprint=audit.plain(content.fingerprint))
    return table


@transaction.atomic
def fill_block(
    *, table: EvaluationTable, base: int, block: int, marks: Sequence[Mark], actor: User, note: str = "",
) -> EvaluationTableVersion:
    """Save what people wrote about one block as a new version on top of version ``base``.

    Scores and second scores get the author and the moment when they change; ``marks`` brings neither. Raises
    TableError for a mark that may not be taken, or when somebody saved another version meanwhile.
    """
    newest, content = _newest(table, actor, base)
    for line, mark in enumerate(marks):
        kept = content.blocks[block].marks[line]
        new = _signed(kept, mark, actor)
        if new != kept:
            _check(new, line)
            content = content.with_mark(block, line, new)
    return _saved(newest, content, actor, note, "evaluate.table_filled")


@transaction.atomic
def follow_line(
    *, table: EvaluationTable, block: int, line: int, second: float | None, effect: str, actor: User, note: str,
) -> EvaluationTableVersion:
    """Write the second score and what became of it onto one line; without a score the one that stands stays."""
    newest, content = _newest(table, actor, None)
    if not (0 <= block < len(content.blocks) and 0 <= line < len(LINES)):
        raise TableError(_("评价表中没有这一行。"))
    kept = content.blocks[block].marks[line]
    new = _signed(kept, replace(kept, second=kept.second if second is None else second, effect=effect), actor)
    _check(new, line)
    return _saved(newest, content.with_mark(block, line, new), actor, note, "evaluate.table_filled")


@transaction.atomic
def take_file(*, table: EvaluationTable, path: Path, actor: User) -> EvaluationTableVersion:
    """Take what people wrote into a downloaded file as a new version; one wrong cell and nothing is taken.

    Raises TableError with a sentence for every wrong cell, by row and column.
    """
    newest, content = _newest(table, actor, None)
    reading = read_table1(path, replace(content, meta={"table": str(table.pk)}), load_rules(workspace.home()))
    language = get_language() or "zh-hans"
    if reading.problems:
        raise TableError(*(problem.text(language) for problem in reading.problems))
    if reading.base != str(newest.number):
        raise TableError(_("文件是第 {base} 版，现已有第 {n} 版。请重新下载，把修改填入新文件再上传。").format(
            base=reading.base, n=newest.number))
    for (block, line), mark in reading.marks.items():
        kept = content.blocks[block].marks[line]
        content = content.with_mark(block, line, _signed(kept, mark, actor))
    return _saved(newest, content, actor, _("由 Excel 回传"), "evaluate.table_uploaded")


@transaction.atomic
def write_table(*, table: EvaluationTable, version: EvaluationTableVersion, actor: User) -> IO[bytes]:
    """Return one version as Excel in the form's layout, personal data in what people wrote veiled.

    Raises privacy's Refused where the person's files need somebody else, or an agreement that has ended.
    """
    content = _note_taken(table, version, actor)
    meta = {"table": str(table.pk), "version": str(version.number),
            "scope": str(table.review_scope.scope) if table.review_scope else "",
            "number": _("评价表 {pk} · 第 {n} 版").format(pk=table.pk, n=version.number)}
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    with tempfile.TemporaryDirectory() as folder:
        path = write_file(replace(content, meta=meta), Path(folder) / "table.xlsx", load_rules(workspace.home()))
        file.write(path.read_bytes())
    file.seek(0)
    return file


@transaction.atomic
def take_table(*, table: EvaluationTable, actor: User) -> EvaluationTableVersion:
    """Return the newest version for a program that takes it; the same right, limit and line as for the file."""
    version = table.versions.first()
    if version is None:
        raise NotAllowed(f"table {table.pk}")
    _note_taken(table, version, actor)
    return version


def _note_taken(table: EvaluationTable, version: EvaluationTableVersion, actor: User) -> Table1:
    """Let a version leave, or refuse; its content, noted as taken."""
    require(actor, EXPORT)
    if not may_read_table(actor, table, EXPORT):
        raise NotAllowed(f"table {table.pk}")
    content = Table1.from_json(version.content)
    may_export_now(rows=len(content.blocks) * len(LINES), is_personal=False, actor=actor)
    audit.record("evaluate.table_exported", table, actor=actor, version=version.number)
    return content


def _newest(table: EvaluationTable, actor: User, base: int | None) -> tuple[EvaluationTableVersion, Table1]:
    """The newest version, locked until the end of the transaction; TableError when it is not ``base``."""
    require(actor, PERMISSION)
    table = EvaluationTable.objects.select_for_update().get(pk=table.pk)
    if not may_read_table(actor, table) or not may_read_table(actor, table, PERMISSION):
        raise NotAllowed(f"table {table.pk}")
    newest = table.versions.first()
    if newest is None:
        raise NotAllowed(f"table {table.pk}")
    if table.successor is not None:
        raise TableError(_("这张表已由完整数据的新表取代：请在新表上填写。"))
    if base is not None and newest.number != base:
        raise TableError(_("打开之后已有人保存了新版本。请复制您的修改，刷新页面后再提交。"))
    return newest, Table1.from_json(newest.content)


def _signed(kept: Mark, new: Mark, actor: User) -> Mark:
    """The new mark with its authors: whoever changed a score signs it, an unchanged one keeps its signature."""
    now, name = timezone.now().isoformat(timespec="seconds"), str(actor)
    texts: Mapping[str, str] = {field: getattr(new, field).strip() for field in TEXTS}
    signed = replace(kept, **texts)  # type: ignore[arg-type]
    if new.score != kept.score:
        signed = replace(signed, score=new.score, scored_by=name if new.score is not None else "",
                         scored_at=now if new.score is not None else "")
    if new.second != kept.second:
        signed = replace(signed, second=new.second, second_by=name if new.second is not None else "",
                         second_at=now if new.second is not None else "")
    return signed


def _check(mark: Mark, line: int) -> None:
    wrong = wrong_in(mark)
    if wrong:
        language = get_language() or "zh-hans"
        raise TableError(_("{title}：{reason}").format(title=_line_title(line), reason=wrong[0].text(language)),
                         line=line, field=wrong[0].field)


def _line_title(line: int) -> str:
    return LINES[line][0]


def _saved(
    newest: EvaluationTableVersion, content: Table1, actor: User, note: str, action: str,
) -> EvaluationTableVersion:
    old = Table1.from_json(newest.content)
    if content == old:
        return newest
    if content.fingerprint != old.fingerprint:
        raise ValueError("what people write never changes what was computed")
    version = keep_version(newest.table, content, newest.number + 1, note, actor)
    audit.record(action, newest.table, actor=actor, version=version.number, marks=_told(old, content))
    return version


def _told(old: Table1, new: Table1) -> list[dict[str, object]]:
    """What of the scores changed, for the log: place and numbers, never a text."""
    return [
        {"block": place, "line": line, "score": mark.score, "second": mark.second}
        for place, block in enumerate(new.blocks) for line, mark in enumerate(block.marks)
        if mark != old.blocks[place].marks[line]
    ]


def keep_version(
    table: EvaluationTable, content: Table1, number: int, note: str, actor: User,
) -> EvaluationTableVersion:
    """Keep a table as it stands after one save."""
    return EvaluationTableVersion.objects.create(
        table=table, number=number, content=content.to_json(), note=note, created_by=actor)
