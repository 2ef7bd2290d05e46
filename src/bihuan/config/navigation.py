"""The menu, by stage of the loop: label, URL name, icon, and the permission without which it is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.core.web import needs
from bihuan.loop.board.rights import SEE as LOOP

# Where people begin who may see it.
START = ("loop:overview", "indicators:board")


@dataclass(frozen=True)
class Item:
    """``url`` is a URL name; ``permission`` None lets everyone see it who is logged in."""

    label: Any
    url: str
    icon: str
    permission: str | tuple[str, ...] | None       # of several, any one

    def is_for(self, user: User) -> bool:
        """Whether a person may enter, as far as the permission goes; without one, every person who is logged in."""
        rights = (self.permission,) if isinstance(self.permission, str) else self.permission
        return rights is None or any(can(user, one) for one in rights)


@dataclass(frozen=True)
class Group:
    """One stage of the loop."""

    label: Any
    items: tuple[Item, ...]


@dataclass(frozen=True)
class ShownItem:
    label: Any
    href: str
    icon: str
    active: bool


@dataclass(frozen=True)
class ShownGroup:
    label: Any
    items: tuple[ShownItem, ...]


GROUPS: tuple[Group, ...] = (
    Group(_("总览"), (
        Item(_("闭环总览"), "loop:overview", "loop", LOOP),
    )),
    Group(_("计划"), (
        Item(_("复盘"), "cycles:cycle_list", "refresh", "plan.view_cycles"),
        Item(_("评价范围"), "goals:scope_list", "filter", "evaluate.view_board"),
        Item(pgettext_lazy("menu", "目标"), "progress:goal_list", "flag", "evaluate.view_board"),
        Item(_("渠道指标方案"), "progress:channel_list", "list-check", "evaluate.view_board"),
    )),
    Group(_("收集"), (
        Item(_("数据导入"), "records:batch_list", "database", "collect.import_records"),
        Item(pgettext_lazy("menu", "数据源"), "sources:source_list", "refresh", "collect.manage_sources"),
        Item(_("推送接入"), "intake:overview", "inbox", "collect.manage_intake"),
        Item(_("问卷发放"), "answering:wave_list", "external", "collect.send_surveys"),
        Item(_("客户反馈"), "voices:inbox", "inbox", "collect.handle_feedback"),
        Item(_("低分跟进"), "voices:follow_ups", "phone", "collect.follow_low_scores"),
        Item(_("访谈"), "voices:interview_list", "message", "collect.interview"),
        Item(_("暗访"), "voices:visit_list", "eye", "collect.manage_voices"),
        Item(pgettext_lazy("menu", "调研机构"), "voices:agency_list", "shield", "collect.manage_voices"),
        Item(_("数据交付"), "voices:agency_home", "upload", "collect.deliver_answers"),
        Item(_("电话访问"), "voices:call_waves", "phone", "collect.interview"),
        Item(pgettext_lazy("menu", "客户"), "customers:customer_list", "users", "serve.view_customers"),
        Item(_("调查样本"), "samples:sample_list", "users", "collect.draw_samples"),
        Item(_("会话"), "conversations:conversation_list", "message", "collect.view_conversations"),
        Item(_("满意度调查"), "surveys:survey_list", "list-check", "collect.write_surveys"),
    )),
    Group(_("评价"), (
        Item(_("指标看板"), "indicators:board", "chart-bar", "evaluate.view_board"),
        Item(_("实时看板"), "realtime:board", "eye", "evaluate.view_board"),
        Item(_("超时提醒"), "realtime:rule_list", "clock", "evaluate.manage_live"),
        Item(_("指标目录"), "indicators:catalogue", "book", "evaluate.view_board"),
        Item(_("目标与分档"), "indicators:targets", "target", "evaluate.change_targets"),
        Item(_("调查分析"), "opinions:survey_list", "message", "evaluate.view_surveys"),
        Item(_("评价表"), "reports:table_list", "table", "evaluate.view_board"),
        Item(_("评价报告"), "reports:report_list", "report", "evaluate.view_board"),
        Item(_("外包商考核"), "vendors:vendor_list", "users", "evaluate.view_vendors"),
        Item(_("技术支持评估"), "support:coverage", "settings", "evaluate.view_support"),
        Item(_("让步与补偿"), "concessions:concession_list", "gift", "evaluate.view_rows"),
        Item(_("导出审批"), "privacy:export_list", "download", "evaluate.export"),
    )),
    Group(_("诊断"), (
        Item(_("问题清单"), "findings:finding_list", "flag", "diagnose.view_findings"),
        Item(_("每周复盘材料"), "findings:weekly", "calendar", "diagnose.view_findings"),
        Item(_("变动分解"), "findings:movement", "columns", "diagnose.view_findings"),
        Item(_("原因分类"), "causes:cause_list", "sitemap", "diagnose.view_findings"),
        Item(_("会议与研讨"), "meetings:meeting_list", "users", "diagnose.view_findings"),
        Item(_("投诉复盘表"), "complaint_reviews:review_list", "file-text", "diagnose.view_findings"),
        Item(_("流程分析"), "processes:process_map", "sitemap", "diagnose.view_processes"),
        Item(_("流程与步骤"), "processes:process_list", "list-check", "diagnose.view_processes"),
    )),
    Group(_("改进"), (
        Item(pgettext_lazy("menu", "改进措施"), "measures:measure_list", "list-check", "improve.view_measures"),
        Item(_("实施计划"), "plans:plan_list", "calendar", "improve.view_measures"),
        Item(_("操作规程"), "procedures:procedure_list", "book", "diagnose.view_processes"),
        Item(_("候选冗余步骤"), "procedures:redundant", "list-minus", "diagnose.view_processes"),
        Item(_("升级规则"), "procedures:rule_list", "arrow-up", "diagnose.view_processes"),
        Item(_("编制推演"), "staffing:plan_list", "clock", "improve.plan_staffing"),
    )),
    Group(_("验证"), (
        Item(_("复评"), "verdicts:review_list", "target", "improve.view_measures"),
        Item(_("复发监测"), "recurrence:watch_list", "refresh", "improve.view_measures"),
        Item(_("上线登记"), "launches:launch_list", "upload", "verify.view_launches"),
        Item(_("客户回访"), "callbacks:round_list", "phone", "improve.view_measures"),
        Item(_("闭环链"), "verdicts:chain", "loop", "improve.view_measures"),
    )),
    Group(_("沉淀"), (
        Item(_("案例库"), "examples:example_list", "book", "learn.view_library"),
        Item(_("应对手册"), "handbook:entry_list", "message", "learn.view_library"),
        Item(_("行业基准"), "benchmarks:benchmark_list", "chart-bar", "learn.exchange_benchmarks"),
        Item(pgettext_lazy("menu", "归档"), "archives:archive_list", "book", "learn.view_archives"),
    )),
    Group(_("设置"), (
        Item(_("人员"), "core:person_list", "users", "core.manage_people"),
        Item(_("角色"), "core:role_list", "shield", "core.manage_people"),
        Item(_("单位"), "core:unit_list", "sitemap", "core.manage_units"),
        Item(_("坐席归属"), "core:member_list", "users", "core.manage_units"),
        Item(_("日历与时限"), "core:calendar_list", "calendar", "core.manage_calendars"),
        Item(_("通知渠道"), "notifications:channel_list", "bell", "core.manage_notifications"),
        Item(_("API 令牌"), "tokens:all_list", "key", "core.manage_tokens"),
        Item(_("工作区"), "core:workspace", "settings", "core.manage_calendars"),
        Item(_("个人信息保护"), "privacy:overview", "lock", "privacy.read_registers"),
        Item(_("审计日志"), "core:audit_list", "list-check", "core.read_audit"),
        Item(_("保存期限"), "conversations:retention", "trash", "collect.manage_retention"),
        Item(_("后台任务"), "core:job_list", "clock", None),
    )),
)


def shown(request: HttpRequest) -> tuple[ShownGroup, ...]:
    """Return the groups and items this person may enter, the one they are in marked."""
    user = request.user
    groups = []
    addresses = {item.url: reverse(item.url) for group in GROUPS for item in group.items}
    # /verify/ begins /verify/chain/ as well: the longest address is where the person is.
    here = max((one for one in addresses.values() if request.path.startswith(one)), key=len, default="")
    for group in GROUPS:
        items = tuple(
            ShownItem(item.label, addresses[item.url], item.icon, addresses[item.url] == here)
            for item in group.items
            if user.is_authenticated and item.is_for(user))
        if items:
            groups.append(ShownGroup(group.label, items))
    return tuple(groups)


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``navigation``, worked out only where a page shows it."""
    return {"navigation": SimpleLazyObject(lambda: shown(request))}


@needs()
def landing(request: HttpRequest) -> HttpResponse:
    """Lead to the loop, else to the board, else to the first page of the menu, or say that no role was given yet."""
    items = [item for group in GROUPS for item in group.items if item.permission is not None]
    for item in sorted(items, key=lambda item: START.index(item.url) if item.url in START else len(START)):
        if item.is_for(request.user):
            return HttpResponseRedirect(reverse(item.url))
    return render(request, "core/no_role.html")
