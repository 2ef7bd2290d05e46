"""What crosses this room's border: what each kind of measure must say and prove, and a measure as others read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_BOARD = 300            # measures on a board; more are found by the list
REVIEW_DAYS = {"quick_win": 7, "systemic": 30}


@dataclass(frozen=True)
class Detail:
    """One field that a kind of measure must fill in."""

    name: str
    label: Any
    help: Any = ""


@dataclass(frozen=True)
class Kind:
    """A kind of measure: its required fields, and the proof without one of which it is not done."""

    label: Any
    details: tuple[Detail, ...]
    proof: tuple[str, ...]


EVIDENCE_KINDS: dict[str, Any] = {
    "sign_in": _("培训签到表"), "material": _("培训材料或考核结果"), "release_log": _("系统升级日志"),
    "screenshot": _("截图"), "procedure": _("流程文件或 SOP"), "roster": _("班表"), "announcement": _("制度发文或公告"),
    "knowledge": _("知识条目"), "record": _("执行记录"), "other": _("其他"),
}

KINDS: dict[str, Kind] = {
    "training": Kind(_("培训"), (
        Detail("content", _("培训内容"), _("讲什么，用什么材料")),
        Detail("frequency", _("频次"), _("如：每周一次，共 4 次")),
        Detail("audience", _("培训对象"), _("哪些人，多少人"))), ("sign_in",)),
    "system": Kind(_("系统优化"), (
        Detail("system_owner", _("系统负责人"), _("谁负责上线")),
        Detail("release", _("上线版本与日期"), _("如：工单系统 3.2，12 月 10 日"))), ("release_log",)),
    "process": Kind(_("流程"), (
        Detail("step", _("环节"), _("哪个环节")),
        Detail("new_way", _("新做法"), _("原来怎样，改成怎样"))), ("procedure",)),
    "staffing": Kind(_("人员与排班"), (
        Detail("change", _("增减人数或班次"), _("如：18–21 时增加 2 人")),
        Detail("period", _("时段与起止"), _("从哪天起，哪些时段"))), ("roster",)),
    "policy": Kind(_("制度"), (
        Detail("clause", _("条款"), _("哪份制度的哪一条")),
        Detail("new_text", _("修改后的规定"), "")), ("announcement",)),
    "knowledge": Kind(_("知识库"), (
        Detail("entries", _("新增或修改的条目"), ""),
        Detail("keeper", _("维护人"), "")), ("knowledge", "screenshot")),
    "other": Kind(_("其他"), (Detail("description", _("具体做法"), ""),), ("record",)),
}
TERMS = {"quick_win": _("短期速赢"), "systemic": _("系统性改进")}


@dataclass(frozen=True)
class MeasureInfo:
    """A measure as other rooms read it; ``yardstick`` is what approval froze, {} before."""

    id: int
    number: str
    title: str
    kind: str
    term: str
    state: str
    unit_code: str
    finding_id: int | None
    accountable_id: int
    due_on: date | None
    done_on: date | None
    change_on: date | None
    yardstick: dict[str, Any]


@dataclass(frozen=True)
class Money:
    """Budget or staff of a measure: asked for, approved, used; None is not said."""

    asked: float | None = None
    approved: float | None = None
    used: float | None = None
