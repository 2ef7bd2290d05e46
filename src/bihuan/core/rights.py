"""Who may do what, on whose data: permissions come from roles, the reach of each from the unit it is held for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from bihuan.engine.indicators.contracts import EVERYTHING, Scope

from . import workspace
from .fields import FIELDS, PERSONAL_COLUMNS
from .models import Role, RoleAssignment, Unit, User

# Every permission that exists, and how the role page calls it.
PERMISSIONS = {
    "plan.view_cycles": _("查看复盘"),
    "plan.manage_cycles": _("组织复盘"),
    "plan.change_scopes": _("定义评价范围"),
    "plan.change_goals": _("设定目标"),
    "plan.change_channels": _("维护渠道指标方案"),
    "collect.import_records": _("导入服务记录"),
    "collect.undo_import": _("撤销导入"),
    "collect.manage_sources": _("管理数据源"),
    "collect.manage_intake": _("管理推送与 Webhook"),
    "collect.view_conversations": _("查看会话"),
    "collect.tag_conversations": _("标注会话与录音"),
    "collect.play_recordings": _("播放录音"),
    "collect.manage_retention": _("设置保存期限并删除到期数据"),
    "collect.write_surveys": _("设计调查与问卷"),
    "collect.draw_samples": _("抽取调查样本"),
    "collect.send_surveys": _("发放调查问卷"),
    "collect.view_responses": _("查看逐份答卷"),
    "collect.interview": _("电话访问与面谈"),
    "collect.manage_voices": _("管理访谈、暗访与调研机构"),
    "collect.deliver_answers": _("（调研机构）交付答卷"),
    "collect.handle_feedback": _("办理客户反馈"),
    "collect.follow_low_scores": _("跟进给低分的客户"),
    "serve.view_customers": _("查看客户"),
    "serve.change_customers": _("合并与拆分客户、设置客户规则"),
    "evaluate.view_board": _("查看指标看板"),
    "evaluate.view_rows": _("查看明细与工单"),
    "evaluate.manage_live": _("设置实时看板与超时提醒"),
    "evaluate.export": _("导出数据"),
    "evaluate.change_targets": _("设置目标与分档"),
    "evaluate.change_passports": _("修改指标口径"),
    "evaluate.write_report": _("编写评价报告"),
    "evaluate.view_vendors": _("查看外包商考核"),
    "evaluate.view_support": _("查看技术支持评估"),
    "evaluate.manage_vendors": _("管理外包合同与考核"),
    "evaluate.confirm_vendors": _("（外包商）确认考核与申诉"),
    "evaluate.view_surveys": _("查看调查结果"),
    "evaluate.edit_themes": _("修订开放题主题"),
    "evaluate.fill_table": _("填写客户服务质量评价表"),
    "diagnose.view_findings": _("查看问题"),
    "diagnose.work_findings": _("受理与诊断问题"),
    "diagnose.hold_meetings": _("组织研讨与归因会议"),
    "diagnose.edit_causes": _("维护原因分类"),
    "improve.view_measures": _("查看改进措施与效果结论"),
    "improve.change_measures": _("制定与跟踪改进措施"),
    "improve.approve_measures": _("审批改进措施"),
    "verify.view_launches": _("查看上线登记"),
    "verify.register_launches": _("登记上线与验收"),
    "verify.close_measures": _("复评并关闭改进措施"),
    "verify.call_back": _("回访受影响客户"),
    "improve.plan_staffing": _("推演编制与排班"),
    "diagnose.view_processes": _("查看流程分析"),
    "diagnose.change_processes": _("维护流程步骤与职责"),
    "improve.write_procedures": _("编写操作规程"),
    "improve.approve_procedures": _("批准操作规程"),
    "learn.view_archives": _("查看归档"),
    "learn.keep_archives": _("归档、核对与设置保存期限"),
    "learn.view_library": _("查阅案例库、应对手册与行业基准"),
    "learn.write_library": _("编写案例与应对手册"),
    "learn.approve_library": _("批准应对手册、发布案例"),
    "learn.exchange_benchmarks": _("导出与导入行业基准"),
    "core.manage_people": _("管理人员与角色"),
    "core.manage_units": _("管理单位"),
    "core.manage_calendars": _("管理日历与工作区"),
    "core.manage_notifications": _("管理通知渠道"),
    "core.manage_tokens": _("管理 API 令牌"),
    "core.read_audit": _("查看审计日志"),
    "core.reveal_personal": _("查看未遮蔽的个人信息"),
    "privacy.read_registers": _("查看个人信息保护台账"),
    "privacy.keep_registers": _("维护个人信息保护台账"),
    "privacy.manage_rules": _("设置遮蔽规则与联系时段"),
    "privacy.handle_requests": _("办理个人信息请求"),
    "privacy.approve_exports": _("审批导出"),
}

NOTHING = Scope(units=(), agents=(), label="none")
UNIT_REACHES = (Role.Reach.TEAM, Role.Reach.CENTRE, Role.Reach.VENDOR)


class NotAllowed(Http404):
    """The person may not do this. They are told the thing is not there, so that its existence stays unknown."""


@dataclass(frozen=True)
class SystemActor:
    """The installation itself, or a person at its command line: ``SystemActor("cli:wang")``. May do everything."""

    name: str = "system"


class InUnit(Protocol):
    """A thing that belongs to a unit; only those whose reach contains the unit may act on it."""

    unit_code: str


Actor = User | SystemActor


@dataclass(frozen=True)
class Grant:
    """One role a person holds: what it permits and where, and the fields it keeps closed."""

    permissions: frozenset[str]
    reach: str
    unit_code: str
    closed: frozenset[str] = frozenset()


def can(user: Actor, permission: str) -> bool:
    """Return whether one of the person's roles carries ``permission``; an unknown one is a mistake of the caller."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is no permission; core.rights.PERMISSIONS lists them")
    if isinstance(user, SystemActor):
        return True
    return any(permission in grant.permissions for grant in grants_of(user))


def require(user: Actor, permission: str, obj: InUnit | None = None) -> None:
    """Raise NotAllowed unless the person has the permission and, for a thing in a unit, reaches that unit with it."""
    if not can(user, permission):
        raise NotAllowed(permission)
    if obj is not None and not reaches(scope_of(user, permission), unit=obj.unit_code):
        raise NotAllowed(permission)


def scope_of(user: Actor, purpose: str) -> Scope:
    """Return what the person may see for ``purpose``, a permission: only the roles that carry it count.

    Reaches add up. Unit reaches contain everything below the unit. A person who holds both a unit reach and their own
    gets the units, which contain their own work done there. Nothing assigned: nothing seen.
    """
    if isinstance(user, SystemActor):
        return EVERYTHING
    if not can(user, purpose):
        return NOTHING
    grants = [grant for grant in grants_of(user) if purpose in grant.permissions]
    reach = _reach_of(user, grants)
    if reach == NOTHING:
        return NOTHING
    masked = tuple(name for name in FIELDS if not _opens(user, grants, name, reach))
    return replace(reach, masked=masked, minimum_n=workspace.facts().minimum_n)


def closed_to(user: Actor, purpose: str) -> frozenset[str]:
    """Return the fields that each role of the person with ``purpose`` keeps closed, whatever reason is given."""
    if isinstance(user, SystemActor):
        return frozenset()
    grants = [grant.closed for grant in grants_of(user) if purpose in grant.permissions]
    return frozenset.intersection(*grants) if grants else frozenset()


def shows(user: Actor, purpose: str, name: str) -> bool:
    """Return whether a field stands open to the person over all that they see for ``purpose``."""
    if isinstance(user, SystemActor):
        return True
    grants = [grant for grant in grants_of(user) if purpose in grant.permissions]
    if not any(name in grant.closed for grant in grants) and name not in PERSONAL_COLUMNS:
        return bool(grants)
    return name not in scope_of(user, purpose).masked


def _opens(user: User, grants: list[Grant], name: str, reach: Scope) -> bool:
    """Return whether a field is shown: only if the roles that open it reach as far as what is seen altogether."""
    opening = [grant for grant in grants if name not in grant.closed
               and (name not in PERSONAL_COLUMNS or "core.reveal_personal" in grant.permissions)]
    return len(opening) == len(grants) or _reach_of(user, opening) == reach


def is_outside(user: Actor, permission: str) -> bool:
    """Return whether all that a person reaches lies within vendors: what others do is then no concern of theirs."""
    if isinstance(user, SystemActor):
        return False
    return _reach_of(user, [grant for grant in grants_of(user) if permission in grant.permissions]).outside


def reaches(scope: Scope, *, unit: str) -> bool:
    """Return whether a thing of ``unit`` lies within ``scope``; a scope of one's own work contains no unit."""
    if scope.agents is not None:
        return False
    return scope.units is None or unit in scope.units


def grants_of(user: User) -> tuple[Grant, ...]:
    """Return the person's roles, read once per request and kept on the object."""
    if not user.is_authenticated or not user.is_active:
        return ()
    kept = getattr(user, "_grants", None)
    if kept is None:
        held = RoleAssignment.objects.filter(user_id=user.pk).select_related("role")
        kept = user._grants = tuple(
            Grant(frozenset(one.role.permissions), one.role.scope, one.unit_code, frozenset(one.role.closed_fields))
            for one in held)
    return kept


def narrow(user: User, permissions: frozenset[str]) -> None:
    """Let this object of a person carry no more than ``permissions``, each as far as the person's roles reach."""
    user._grants = tuple(  # type: ignore[attr-defined]
        replace(grant, permissions=grant.permissions & permissions) for grant in grants_of(user))


def forget_grants(user: User) -> None:
    """Let the next question read the person's roles anew."""
    user.__dict__.pop("_grants", None)


def descendants(codes: Iterable[str], units: Iterable[Unit]) -> tuple[str, ...]:
    """Return the codes and everything below them, sorted; a circle in the tree ends where it began."""
    below = defaultdict(list)
    for unit in units:
        below[unit.parent_code].append(unit.code)
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code and code not in found:
            found.add(code)
            waiting.extend(below[code])
    return tuple(sorted(found))


def _reach_of(user: User, grants: list[Grant]) -> Scope:
    if any(grant.reach == Role.Reach.ALL for grant in grants):
        return EVERYTHING
    held = [grant for grant in grants if grant.reach in UNIT_REACHES and grant.unit_code]
    if held:
        units = list(Unit.objects.only("code", "parent_code", "kind"))
        reached = descendants((grant.unit_code for grant in held), units)
        # By where it reaches, not by the role's name: neither a second role nor a team's makes one of the company.
        vendors = [unit.code for unit in units if unit.kind == Unit.Kind.VENDOR]
        vendors += [grant.unit_code for grant in held if grant.reach == Role.Reach.VENDOR]

        return Scope(units=reached, label="units", outside=set(reached) <= set(descendants(vendors, units)))
    if user.agent_id and any(grant.reach == Role.Reach.OWN for grant in grants):
        return Scope(agents=(user.agent_id,), label="own")
    return NOTHING
