"""Form (五) 客户二次反馈与效果评估 as Excel, and what was filled in read back: cell by cell, the bad ones set aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import marked_excel, may_export_now, uses, watermark_now
from bihuan.engine.report.form_sheets import Change, Column, Form, Line, read_form, write_form
from bihuan.loop.collect.voices.queries.calls import own_customers
from bihuan.loop.improve.measures.services import shelf
from bihuan.serve.customers.queries.rules import types

from ..contracts import Improve, Way
from ..errors import Refused
from ..models import OPEN, Round, SetAside, Target
from ..queries.masking import masked
from ..queries.questionnaires import Written, score_words, written_by
from ..queries.rounds import form_targets
from ..rights import require_file, require_run
from .calling import note_ask, require_caller, require_open, write_feedback

__all__ = ["CellChange", "compare_form5", "shelf", "take_form5", "write_form5"]
CODE = "form5"
FIELDS = ("called_on", "score", "opinion", "improve", "remark")
YES = {"是": Improve.YES, "yes": Improve.YES, "y": Improve.YES, "否": Improve.NO, "no": Improve.NO, "n": Improve.NO,
       "": ""}


@dataclass(frozen=True)
class CellChange:
    """One cell of an edited file: what it read when written, what it reads in the file and in the system now."""

    target: Target
    name: str
    column: str
    row: int
    letter: str
    was: str
    now: str
    here: str
    refusal: str = ""
    conflict: bool = False

    @property
    def key(self) -> str:
        return f"{self.target.pk}:{self.name}"

    @property
    def place(self) -> str:
        return f"{self.letter}{self.row}"


def columns(asked: bool = False) -> tuple[Column, ...]:
    """Return the columns of the form in their known order, behind the customer's number and type.

    Where the list was also ``asked`` by a questionnaire, what was written there follows in columns of its own that
    nobody fills in: it came another way.
    """
    known = (
        Column("customer", _("客户编号"), 18), Column("tier", _("客户等级"), 12),
        Column("called_on", _("回访日期"), 14, "day", open=True),
        Column("score", _("客户满意度评分(1-5分)"), 14, "score", open=True),
        Column("opinion", _("客户意见建议"), 44, open=True), Column("improve", _("是否持续改进"), 14, open=True),
        Column("remark", _("备注（如客户流失风险降低）"), 30, open=True))
    if not asked:
        return known
    return (
        *known, Column("written_on", _("问卷答复日期"), 14), Column("written_score", _("问卷评分（1–5 分）"), 14),
        Column("written_opinion", _("问卷意见建议"), 44), Column("written_in", _("问卷来源"), 30))


@uses("cases", "improvement")
@transaction.atomic
def write_form5(*, round_: Round, path: Path, actor: User) -> Path:
    """Write the form of a round: everybody who is or was to be called. It does not say who is on which side."""
    require_file(actor, round_)
    targets = list(form_targets(round_))
    own = set(own_customers(actor.agent_id, [one.customer for one in targets]))
    # Nobody reads what customers said about their own service (R10).
    targets = [one for one in targets if one.customer not in own]
    may_export_now(rows=len(targets), is_personal=False, actor=actor, body="answers")
    asked, written = round_.waves.exists(), written_by(round_)
    lines = tuple(Line(f"{round_.pk}:{one.pk}", cells_of(one) | written_cells(written.get(one.customer)))
                  for one in targets)
    note = _("（五）客户二次反馈与效果评估 · {number} · 逐字照读：{question}").format(
        number=round_.number, question=round_.question)
    lang = get_language() or "zh-hans"
    write_form(Form(CODE, _("客户二次反馈与效果评估表"), note, columns(asked), lines, lang), path)
    path.write_bytes(marked_excel(path.read_bytes(), watermark_now(actor, _("客户二次反馈与效果评估表"))))
    audit.record("verify.form5_exported", round_, actor=actor, rows=len(lines))
    return path


def cells_of(target: Target) -> dict[str, str]:
    """Return the texts of a customer's line."""
    vip = target.tier in types().vip_tiers if target.tier and target.tier.upper() != "VIP" else False
    return {
        "customer": target.customer, "tier": _("VIP（{tier}）").format(tier=target.tier) if vip else target.tier,
        "called_on": target.called_on.isoformat() if target.called_on else "",
        "score": "" if target.score is None else str(target.score), "opinion": target.opinion,
        "improve": str(Improve(target.improve).label) if target.improve else "", "remark": target.remark}


def written_cells(told: Written | None) -> dict[str, str]:
    """Return what a customer wrote in the questionnaire: a mean of several questions says of how many."""
    if told is None:
        return {"written_on": "", "written_score": "", "written_opinion": "", "written_in": ""}
    return {"written_on": told.on.isoformat(), "written_score": score_words(told), "written_opinion": told.opinion,
            "written_in": told.wave}


def compare_form5(*, round_: Round, path: Path, actor: User) -> list[CellChange]:
    """Return what was edited in a file, cell by cell. Raises Refused for a file that is no form of this round."""
    require_run(actor, round_.unit_code)
    reading = read_form(path, CODE, columns(asked=True))
    if reading.problem:
        raise Refused("not_excel")
    if any(not one.startswith(f"{round_.pk}:") for one in reading.ids):
        raise Refused("other_round")
    if reading.extra:
        raise Refused("rows_extra", rows=_("、").join(str(row) for row in reading.extra[:10]))
    known = {f"{round_.pk}:{one.pk}": one for one in form_targets(round_)}
    titles, written = {column.key: column.title for column in columns(asked=True)}, written_by(round_)
    found = []
    for change in reading.changes:
        if change.id not in known:
            raise Refused("rows_extra", rows=str(change.row))
        target = known[change.id]
        here = (cells_of(target) | written_cells(written.get(target.customer))).get(change.key, "")
        if here.strip() != change.now:
            found.append(CellChange(
                target, change.key, titles.get(change.key, change.key), change.row, change.letter, change.was,
                change.now, here, _refusal(target, change), here.strip() != change.was.strip()))
    return _whole(found)


@transaction.atomic
def take_form5(*, round_: Round, path: Path, chosen: Collection[str], actor: User) -> tuple[int, int]:
    """Take the chosen cells and set the bad ones aside; returns (customers taken, cells set aside).

    What is taken was a call made elsewhere: it is noted as an ask of its day, and refused inside a quiet period.
    """
    require_open(round_)
    require_caller(round_, actor)
    changes = compare_form5(round_=round_, path=path, actor=actor)
    bad = [one for one in changes if one.refusal]
    taken: dict[int, list[CellChange]] = {}
    for one in changes:
        if not one.refusal and one.key in chosen:
            taken.setdefault(one.target.pk, []).append(one)
    done = 0
    for cells in taken.values():
        refusal = _take(cells, actor)
        if refusal:
            bad += [CellChange(**vars(one) | {"refusal": refusal}) for one in cells]
        done += not refusal
    SetAside.objects.bulk_create([
        SetAside(round=round_, row=one.row, letter=one.letter, column=one.column[:60], value=masked(one.now)[:300],
                 problem=one.refusal[:300], by=actor) for one in bad])
    audit.record("verify.form5_taken", round_, actor=actor, customers=done, set_aside=len(bad))
    return done, len(bad)


def _take(cells: list[CellChange], actor: User) -> str:
    """Take the cells of one customer; returns why not, empty where they were taken."""
    target = Target.objects.select_for_update(of=("self",)).select_related("round").get(pk=cells[0].target.pk)
    told = {name: cells_of(target)[name] for name in FIELDS} | {one.name: one.now for one in cells}
    day, first = date.fromisoformat(told["called_on"]), target.called_on is None
    if first:
        noon = datetime.combine(day, time(12), tzinfo=workspace.zone())
        try:
            with transaction.atomic():
                note_ask(target, noon, actor)
        except Refused as refused:
            return str(refused)
    write_feedback(target, day=day, score=int(told["score"]), opinion=told["opinion"], remark=told["remark"],
                   improve=YES[told["improve"].strip().lower()], way=Way.FILE if first else target.way, actor=actor)
    return ""


def _refusal(target: Target, change: Change) -> str:
    """Why one cell cannot be taken by itself."""
    if change.problem == "locked":
        return _("这一格由系统填入，不能从文件修改。")
    if target.state not in (*OPEN, Target.State.DONE):
        return _("这位客户：{state}。").format(state=target.get_state_display())
    if change.key == "called_on":
        return _day_refusal(target, change)
    if change.key == "score" and (change.problem or change.now not in ("1", "2", "3", "4", "5")):
        return _("评分须是 1 至 5 的整数。")
    if change.key == "improve" and change.now.strip().lower() not in YES:
        return _("请写“是”或“否”。")
    return ""


def _day_refusal(target: Target, change: Change) -> str:
    if change.problem == "day" or not change.now:
        return _("日期无法识别：请写成 2026-11-28。")
    day = date.fromisoformat(change.now)
    if day > timezone.localdate(timezone.now(), workspace.zone()):
        return _("回访日期不能在今天之后。")
    opened = timezone.localdate(target.round.opened_at, workspace.zone())
    return _("回访日期不能早于名单建立的 {day}。").format(day=opened) if day < opened else ""


def _whole(changes: list[CellChange]) -> list[CellChange]:
    """A line has to hold a day and a score, its own or those of the file: without them its cells cannot be taken."""
    good: dict[int, set[str]] = {}
    for one in changes:
        if not one.refusal:
            good.setdefault(one.target.pk, set()).add(one.name)
    found = []
    for one in changes:
        lacks = [title for name, title in (("called_on", _("回访日期")), ("score", _("评分")))
                 if name not in good.get(one.target.pk, set()) and getattr(one.target, name) is None]
        lacking = one.refusal or (_("同一行缺少：{what}。").format(what=_("、").join(lacks)) if lacks else "")
        found.append(CellChange(**vars(one) | {"refusal": lacking}))
    return found
