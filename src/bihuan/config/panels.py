"""Buttons and panels of a higher room on a lower room's page: the lower room knows the place, never the room.

A page names its place (``panels.goals_scope`` in a template) and gets addresses; what is loaded into it comes by htmx.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.core.rights import can
from bihuan.loop.collect.surveys.rights import READERS


@dataclass(frozen=True)
class Panel:
    """``url`` is a URL name; ``takes`` what the place appends (address, scope, wave, type) or the table it is about."""

    label: Any
    url: str
    icon: str
    permission: str | tuple[str, ...]       # of several, any one
    takes: str = ""

    @property
    def permissions(self) -> tuple[str, ...]:
        return (self.permission,) if isinstance(self.permission, str) else self.permission


@dataclass(frozen=True)
class ShownPanel:
    label: Any
    href: str
    icon: str
    takes: str


PANELS: dict[str, tuple[Panel, ...]] = {
    # Beside each table that a batch wrote: where its rows are seen.
    "records_batch": (
        Panel(_("看板"), "indicators:board", "chart-bar", "evaluate.view_board", "cases"),
        Panel(_("流程"), "processes:process_map", "sitemap", "diagnose.view_processes", "events"),
        Panel(_("看会话"), "conversations:conversation_list", "message", "collect.view_conversations", "messages"),
        Panel(_("调查分析"), "opinions:survey_list", "message", "evaluate.view_surveys", "answers"),
        Panel(pgettext_lazy("menu", "客户"), "customers:customer_list", "users", "serve.view_customers", "customers"),
        Panel(_("实时看板"), "realtime:board", "eye", "evaluate.view_board", "agent_states"),
        Panel(_("单位"), "core:unit_list", "sitemap", "core.manage_units", "units"),
        Panel(_("坐席归属"), "core:member_list", "users", "core.manage_units", "memberships"),
    ),
    "customers_case": (
        Panel(_("看会话"), "conversations:conversation_list", "message", "collect.view_conversations", "case"),
    ),
    "cycles_cycle": (Panel("", "progress:of_cycle", "target", "plan.view_cycles"),),
    "cycles_actions": (
        Panel(_("这一期的闭环"), "loop:overview", "loop", "plan.view_cycles"),
        Panel(_("这一期的问题"), "findings:finding_list", "flag", "diagnose.view_findings"),
        Panel(_("这一期的流程"), "processes:process_map", "sitemap", "diagnose.view_processes"),
        Panel(_("这一期的调查"), "opinions:survey_list", "message", "evaluate.view_surveys"),
        Panel(_("归档"), "archives:of_cycle", "book", "learn.view_archives"),
    ),
    "indicators_case": (Panel(_("开启复盘"), "cycles:cycle_new", "refresh", "plan.manage_cycles"),),
    "goals_scope": (
        Panel(_("看板"), "indicators:board", "chart-bar", "evaluate.view_board", "address"),
        Panel(_("设目标"), "progress:goal_new", "target", "plan.change_goals", "scope"),
        Panel(_("评价表"), "reports:table_new", "table", "evaluate.fill_table", "scope"),
        Panel(_("报告"), "reports:report_new", "report", "evaluate.write_report", "scope"),
        Panel(_("流程"), "processes:process_map", "sitemap", "diagnose.view_processes", "scope"),
        Panel(_("问题"), "findings:finding_list", "flag", "diagnose.view_findings", "scope"),
        Panel(_("调查"), "opinions:survey_list", "message", "evaluate.view_surveys", "scope"),
    ),
    # On the inbox; on a problem page as buttons and as parts of the page (both get ``?finding=``).
    "findings_list": (),
    # On what interviews and visits say: ``?action=`` the theme, ``from`` the page.
    "voices_theme": (Panel(_("提出问题"), "findings:finding_new", "flag", "diagnose.work_findings"),),
    "findings_weekly": (Panel("", "measures:weekly", "list-check", "improve.view_measures"),),
    "findings_actions": (
        Panel(_("制定措施"), "measures:measure_new", "list-check", "improve.change_measures"),
        Panel(_("开启复盘"), "loop:review_new", "refresh", "plan.manage_cycles"),
        Panel(_("客户回访"), "callbacks:of_finding", "phone", "improve.view_measures"),
        Panel(_("组织研讨会"), "meetings:meeting_new", "users", "diagnose.hold_meetings"),
    ),
    "findings_finding": (
        Panel(_("原因"), "causes:panel", "sitemap", "diagnose.view_findings"),
        Panel("", "verdicts:of_finding", "loop", "improve.view_measures"),
    ),
    # On a meeting: measures that are late in its unit (``?unit=``), and what a decision leads to.
    "meetings_agenda": (Panel(_("逾期的改进措施"), "measures:late", "clock", "improve.view_measures"),),
    "meetings_decision": (Panel(_("起草改进措施"), "measures:measure_new", "list-check", "improve.change_measures"),),
    # On a review of a complaint: ``?title=`` its prevention, or with ``type`` the type and its cause.
    "complaint_review_actions": (
        Panel(_("起草改进措施"), "measures:measure_new", "list-check", "improve.change_measures"),
        Panel(_("监测这类投诉"), "recurrence:watch_new", "refresh", "improve.change_measures", "type"),
    ),
    "reports_line": (Panel(_("制定措施"), "measures:measure_new", "list-check", "improve.change_measures"),),
    "measures_measure": (
        Panel(_("效果结论"), "verdicts:of_measure", "target", "improve.view_measures"),
        Panel(_("客户回访"), "callbacks:of_measure", "phone", "improve.view_measures"),
        Panel(_("复发监测"), "recurrence:of_measure", "refresh", "improve.view_measures"),
    ),
    "verdicts_measure": (
        Panel(_("客户回访"), "callbacks:of_measure", "phone", "improve.view_measures"),
        Panel(_("归档"), "archives:of_measure", "book", "learn.view_archives"),
        Panel(_("案例"), "examples:of_measure", "star", "learn.view_library"),
    ),
    "verdicts_events": (Panel("", "launches:around", "upload", "verify.view_launches"),),
    "answering_triggers": (Panel(_("低分跟进规则"), "voices:low_score_rules", "phone", "collect.write_surveys"),),
    "survey_wave": (Panel(_("这一期的进展"), "opinions:path", "list-check", READERS, "wave"),),
    "goals_scope_preview": (Panel("", "progress:scope_preview", "filter", "evaluate.view_board"),),
}


def shown(request: HttpRequest) -> dict[str, tuple[ShownPanel, ...]]:
    """Return the panels this person may use, by place."""
    user = request.user
    return {
        place: tuple(ShownPanel(one.label, reverse(one.url), one.icon, one.takes) for one in listed
                     if user.is_authenticated and any(can(user, right) for right in one.permissions))
        for place, listed in PANELS.items()
    }


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``panels``, worked out only where a page has a place for them."""
    return {"panels": SimpleLazyObject(lambda: shown(request))}
