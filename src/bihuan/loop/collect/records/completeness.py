"""What a batch's rows lack, field by field, and which indicators that costs (SPEC 28)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core import languages, workspace
from bihuan.engine.facts import freshness, store
from bihuan.engine.facts.contracts import NamesSeen
from bihuan.engine.facts.journal import Batch
from bihuan.engine.facts.unknown import MOST, as_told, unknown_names
from bihuan.engine.indicators import completeness as engine
from bihuan.engine.indicators.words import field_word

# Fields that a row can do without but indicators cannot, and what their absence does.
WATCHED: dict[str, dict[str, Promise]] = {
    "cases": {
        "agent": _("按人统计的指标不含这些工单"),
        "unit": _("按班组、中心、外包商统计的指标不含这些工单（能由坐席归属推出的除外）"),
        "channel": _("分渠道的指标和渠道专用指标（接通率、在线响应）不含这些工单"),
        "customer": _("重复投诉率、问题复现率、一次性解决率无法判断同一客户的再次来访"),
        "topic": _("按问题类型统计的指标和重复投诉率不含这些工单"),
        "kind": _("投诉率、投诉办理时限不含这些工单"),
        "priority": _("按优先级设定的时限改用默认时限"),
        "first_response_at": _("首次响应时长与响应达标率不含这些工单（有事件记录的除外）"),
        "resolved_at": _("解决周期、解决达标率与一次性解决率视为尚未解决（有事件记录的除外）"),
        "closed_at": _("闭环率视为尚未关闭（有事件记录的除外）"),
    },
    "events": {
        "actor": _("响应与转派无法记到人"),
        "actor_kind": _("机器人和系统动作无法与人工区分，首次响应可能偏快"),
        "unit": _("跨部门流转无法按单位统计"),
    },
    "messages": {
        "sender": _("首次响应无法记到人"),
        "sender_kind": _("机器人消息无法与人工区分，首次响应可能偏快"),
    },
    "answers": {
        "case": _("评分无法对应到工单、渠道和问题类型"),
        "agent": _("按人统计的满意度不含这些答卷（能由工单推出的除外）"),
        "value": _("满意度、净推荐值、费力度不含这些答卷"),
    },
    "inspection_scores": {"agent": _("质检成绩无法记到人"), "max_score": _("得分率无法计算")},
    "invitations": {"case": _("参评率无法分渠道、分问题类型统计")},
    "agent_states": {"end": _("占用率不含这些时段")},
    "exposures": {"channel": _("分渠道的投诉率没有分母"), "unit": _("分单位的投诉率没有分母")},
    "agents": {"employee_no": _("无法按工号与人事数据核对")},
    "units": {"parent": _("这些单位不计入任何上级的汇总")},
}


@dataclass(frozen=True)
class Gap:
    """``missing`` of the ``rows`` of one table have nothing in ``field``."""

    table: str
    field: str
    rows: int
    missing: int
    effect: str

    @property
    def share(self) -> float:
        return self.missing / self.rows


@dataclass(frozen=True)
class Loss:
    """What gaps cost one indicator: ``lost`` of the ``rows`` that concern it; ``lacks`` names what is missing."""

    name: str
    title: str
    rows: int
    lost: int
    lacks: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        return self.lost / self.rows


@dataclass(frozen=True)
class Losses:
    """Indicators that lose some rows, and those that cannot be computed at all; ``source`` where one is meant.

    ``unknown``: rows are there of which the indicators know nothing yet, so that more may be lost.
    """

    some: tuple[Loss, ...]
    every: tuple[Loss, ...]
    source: str = ""
    unknown: bool = False


def losses_of_batch(batch: Batch) -> Losses | None:
    """Return what the batch's gaps do to the indicators; None when it has no rows that count now."""
    if not batch.visible():
        return None
    return _losses(engine.effects(workspace.home(), batch=batch.id))


def losses_of_sources() -> list[Losses]:
    """Return the same for every source, in the order of their names."""
    home = workspace.home()
    con = store.connect(home)
    return [_losses(engine.effects(home, source=source, con=con), source) for source in engine.sources(home, con)]


def _losses(found: list[engine.Effect], source: str = "") -> Losses:
    lang = languages.code()
    lines = [(one.impossible, Loss(
        one.indicator, languages.chosen(one.title), one.rows, one.lost,
        tuple((languages.in_script(field_word(field, lang)), rows) for field, rows in one.wants[:3]))) for one in found]
    some, whole = ([loss for every, loss in lines if every is kind] for kind in (False, True))
    return Losses(tuple(some), tuple(whole), source, not freshness.is_fresh(workspace.home()))


def gaps(batch: Batch) -> list[Gap] | None:
    """Return what the rows of a batch lack, the largest share first; None when it has no rows that count now.

    Nothing is lacking in tables of which no indicator wants a field that may be empty. Rows that a later import
    replaced belong to that import and are not counted here.
    """
    tables = [table for table in batch.tables if table in WATCHED]
    if not batch.visible():
        return None
    if not tables and any(counts["accepted"] + counts["updated"] for counts in batch.tables.values()):
        return []
    con = store.connect(workspace.home())
    found: list[Gap] = []
    rows = 0
    for table in tables:
        fields = WATCHED[table]
        counts = ", ".join(f'count(*) - count("{field}")' for field in fields)
        total, *missing = con.execute(f'SELECT count(*), {counts} FROM "{table}" WHERE batch = ?',
                                      [batch.id]).fetchall()[0]
        rows += total
        found += [Gap(table, field, total, lacking, str(fields[field]))
                  for field, lacking in zip(fields, missing, strict=True) if lacking]
    return sorted(found, key=lambda gap: -gap.share) if rows else None


def people_of_batch(batch: Batch) -> dict[str, Any]:
    """Return the names in a batch's rows that mean no agent, or not one alone; as a dry run tells them."""
    found = unknown_names(workspace.home(), batch=batch.id) if batch.state == "done" else []
    return as_told(NamesSeen(0, tuple(found[:MOST]), len(found)))
