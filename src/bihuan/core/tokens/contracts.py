"""What a token may be made for: each scope lends one permission of its owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PUSH = "push:"
# Every source table that records can be pushed into, as people call it.
TABLES: dict[str, Promise] = {
    "cases": _("工单"), "events": _("处理事件"), "messages": _("会话消息"), "answers": _("问卷答案"),
    "inspection_scores": _("质检评分"), "invitations": _("调查邀请"), "agent_states": _("坐席状态"),
    "exposures": _("业务量"), "concessions": _("让步与补偿"), "customers": _("客户"),
    "customer_history": _("客户属性历史"), "agents": _("坐席"), "units": _("单位"), "memberships": _("坐席归属"),
    "skills": _("技能评定"), "attributions": _("责任归因"), "links": _("工单关联"),
}
# What a scope lends beside its own permission: long pages of rows are an export, and a table is found on the board.
BESIDE: dict[str, tuple[str, ...]] = {"read_rows": ("evaluate.export",), "read_tables": ("evaluate.view_board",)}
READS: dict[str, tuple[Promise, str]] = {
    "read_indicators": (_("读取指标"), "evaluate.view_board"),
    "read_rows": (_("读取明细"), "evaluate.view_rows"),
    "read_customers": (_("读取客户"), "serve.view_customers"),
    "read_conversations": (_("读取会话"), "collect.view_conversations"),
    "read_tables": (_("读取客户服务质量评价表"), "evaluate.export"),
}
PUSH_PERMISSION = "collect.import_records"
DAYS = (30, 90, 180, 365)


@dataclass(frozen=True)
class Limits:
    """How often one sender may ask: ``requests`` in each ten seconds."""

    requests: int = 600


def permission_of(scope: str) -> str:
    """Return the permission of its owner that a scope lends; KeyError for a scope there is none of."""
    if scope.startswith(PUSH):
        if scope.removeprefix(PUSH) not in TABLES:
            raise KeyError(scope)
        return PUSH_PERMISSION
    return READS[scope][1]


def permissions_of(scopes: Iterable[str]) -> frozenset[str]:
    """Return what these scopes lend; scopes of another release lend nothing."""
    found = set()
    for scope in scopes:
        try:
            found |= {permission_of(scope), *BESIDE.get(scope, ())}
        except KeyError:
            continue
    return frozenset(found)


def label_of(scope: str) -> str:
    """Return a scope in the reader's language."""
    if scope.startswith(PUSH):
        table = scope.removeprefix(PUSH)
        return str(_("推送：%(table)s") % {"table": TABLES.get(table, table)})
    return str(READS[scope][0]) if scope in READS else scope
