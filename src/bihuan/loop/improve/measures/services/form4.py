"""Form (四) 改进措施制定与实施跟踪 as Excel, and what was edited in it read back: cell by cell, with conflicts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import marked_excel, may_export_now, uses, watermark_now
from bihuan.core.queries import unit_names
from bihuan.core.rights import require
from bihuan.engine.facts.privacy import load_rules
from bihuan.engine.report.form_sheets import Change, Column, Form, Line, read_form, write_form
from bihuan.engine.report.veiling import veil

from ..contracts import EVIDENCE_KINDS
from ..models import Evidence, Measure
from ..rights import VIEW, may_change, may_report
from .errors import MeasureError
from .writing import CLOSED, State

EXPORT = "evaluate.export"
CODE = "form4"
MOST_ROWS = 20_000
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class CellChange:
    """One cell of an edited file: what it read when written, what it reads now in the file and in the system.

    ``refusal``: why it cannot be taken, empty where it can. ``conflict``: it was changed here meanwhile too.
    """

    measure: Measure
    column: str
    place: str
    was: str
    now: str
    here: str
    refusal: str = ""
    conflict: bool = False
    key: str = ""


def columns() -> tuple[Column, ...]:
    """Return the columns of the form in their known order, behind the measure's number."""
    return (
        Column("number", _("编号"), 10), Column("problem", _("问题描述（对应调查维度）"), 30, open=True),
        Column("plan", _("改进方案（具体措施）"), 40, open=True), Column("duty", _("责任部门/责任人"), 20),
        Column("due_on", _("计划完成时间"), 14, "day", open=True), Column("done_on", _("实际完成时间"), 14, "day"),
        Column("outcome", _("实施情况简述"), 36, open=True), Column("proof", _("附证明材料"), 30))


@uses("cases", "improvement")
@transaction.atomic
def write_form4(*, measures: Sequence[Measure], path: Path, actor: User) -> Path:
    """Write the form for some measures. Raises privacy's Refused where the person's files need somebody else.

    Raises MeasureError for more than one file holds: none is left out without a word.
    """
    require(actor, EXPORT)
    visible = set(Measure.objects.for_user(actor).filter(
        pk__in=[one.pk for one in measures]).values_list("pk", flat=True))
    kept = [one for one in measures if one.pk in visible]
    if len(kept) > MOST_ROWS:
        raise MeasureError(_("一份表最多 {most} 项：请先筛选。").format(most=MOST_ROWS))
    may_export_now(rows=len(kept), is_personal=False, actor=actor)
    names, proof = unit_names(), proof_of(kept)
    lines = tuple(Line(str(one.pk), cells_of(one, names, proof)) for one in kept)
    title = _("改进措施制定与实施跟踪表")
    note = _("（四）改进措施制定与实施跟踪 · 白色单元格可以填写，灰色由系统填入")
    write_form(Form(CODE, title, note, columns(), lines, get_language() or "zh-hans"), path)
    path.write_bytes(marked_excel(path.read_bytes(), watermark_now(actor, title)))
    audit.record("improve.form4_exported", None, actor=actor, rows=len(kept))
    return path


def cells_of(measure: Measure, names: dict[str, str], proof: dict[int, str]) -> dict[str, str]:
    """Return the texts of a measure's line; personal data in what people wrote is veiled."""
    finding, rules = measure.finding, load_rules(workspace.home())
    problem = measure.problem or (finding.title if finding else measure.reason)
    return {
        "number": measure.number, "problem": veil(problem, rules), "plan": veil(_plan(measure), rules),
        "duty": f"{names.get(measure.unit_code, measure.unit_code)}／{measure.accountable}",
        "due_on": measure.due_on.isoformat() if measure.due_on else "",
        "done_on": measure.done_on.isoformat() if measure.done_on else "",
        "outcome": veil(measure.outcome, rules), "proof": proof.get(measure.pk, ""),
    }


def proof_of(measures: Sequence[Measure]) -> dict[int, str]:
    """Return the proof of each measure in words: kind, name and the beginning of its hash."""
    found: dict[int, list[str]] = {}
    for one in Evidence.objects.filter(measure__in=[measure.pk for measure in measures]):
        found.setdefault(one.measure_id, []).append(f"{EVIDENCE_KINDS[one.kind]}：{one.name}（{one.sha256[:12]}）")
    return {key: "\n".join(lines) for key, lines in found.items()}


def compare_form4(*, path: Path, actor: User) -> list[CellChange]:
    """Return what was edited in a file, cell by cell. Raises MeasureError for a file that is no such form."""
    require(actor, VIEW)
    reading = read_form(path, CODE, columns())
    if reading.problem:
        raise MeasureError(_("这不是从本系统下载的改进措施表：请下载后在文件里填写，再上传。"), field="file")
    if reading.extra:
        raise MeasureError(_("第 {rows} 行不是表中原有的措施：新措施请在页面上新建。").format(
            rows=_("、").join(str(row) for row in reading.extra[:10])), field="file")
    ids = [int(one.id) for one in reading.changes if one.id.isdigit()]
    known = {str(one.pk): one for one in Measure.objects.for_user(actor).filter(pk__in=ids).select_related(
        "accountable", "finding")}
    names, proof = unit_names(), proof_of(list(known.values()))
    titles = {column.key: column.title for column in columns()}
    found = []
    for change in reading.changes:
        measure = known.get(change.id)
        if measure is None:
            raise MeasureError(_("第 {row} 行的措施不存在，或不在您的范围内。").format(row=change.row), field="file")
        here = cells_of(measure, names, proof).get(change.key, "")
        if here.strip() != change.now:
            found.append(CellChange(measure, titles.get(change.key, change.key), f"{change.letter}{change.row}",
                                    change.was, change.now, here, _refusal(measure, change, actor),
                                    here.strip() != change.was, f"{change.id}:{change.key}"))
    return found


@transaction.atomic
def take_form4(*, path: Path, chosen: Collection[str], actor: User) -> int:
    """Take the chosen cells ("id:column") of a file; returns how many. One that may not be taken refuses all."""
    ids = {key.split(":")[0] for key in chosen}
    # Kept from others before it is judged: what is approved meanwhile may not be changed any more.
    list(Measure.objects.select_for_update().filter(pk__in=[one for one in ids if one.isdecimal()]).values_list("pk"))
    taken = [one for one in compare_form4(path=path, actor=actor) if one.key in chosen]
    if wrong := [f"{one.place}：{one.refusal}" for one in taken if one.refusal]:
        raise MeasureError(*wrong)
    for one in taken:
        measure, name = one.measure, one.key.split(":")[1]
        value: Any = date.fromisoformat(one.now) if name == "due_on" and one.now else one.now or None
        setattr(measure, name, value if name == "due_on" else one.now)
        measure.save(update_fields=[name])
        audit.record("improve.form4_taken", measure, actor=actor, column=audit.plain(name), was=one.here, now=one.now)
    return len(taken)


def shelf() -> Path:
    """Return where uploaded forms wait until their changes are taken or a day has passed."""
    folder = workspace.home().uploads / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sweep_uploads(*, now: datetime) -> int:
    """Remove uploaded forms that nobody came back for within a day; returns how many."""
    old = [path for path in shelf().glob("*.xlsx") if path.stat().st_mtime < (now - KEPT_FOR).timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _refusal(measure: Measure, change: Change, actor: User) -> str:
    if change.problem == "locked":
        return _("这一格由系统填入，不能从文件修改。")
    if change.problem == "day":
        return _("日期无法识别：请写成 2026-11-28。")
    if change.key == "outcome" and measure.state in CLOSED:
        return _("措施已关闭或撤回，不能再改。")
    if change.key == "outcome":
        return _veiled(measure.outcome) if may_report(actor, measure) else _("您不能填报这项措施。")
    if measure.state not in (State.DRAFT, State.PROPOSED):
        return _("措施已批准，方案不能再改；期限请在措施页改期。")
    if not may_change(actor, measure):
        return _("您不能修改这项措施。")
    if change.key == "due_on" and not change.now:
        return _("计划完成时间不能清空。")
    return _veiled(measure.plan if change.key == "plan" else measure.problem)


def _plan(measure: Measure) -> str:
    return measure.plan or measure.title


def _veiled(text: str) -> str:
    return _("原文含个人信息，已遮蔽，不能从文件修改。") if veil(text, load_rules(workspace.home())) != text else ""

