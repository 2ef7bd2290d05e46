"""What each kind of background job is called where it has no title, and in the audit log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

JOBS: dict[str, Any] = {
    "core.refresh_facts": _("重新计算指标所用的事实"), "core.verify_log": _("校验审计日志"),
    "core.follow_names": _("按选定的坐席重新计算指标"),
    "notifications.deliver": _("发送通知"),
    "privacy.delete": _("删除个人信息"), "privacy.export": _("生成导出文件"),
    "privacy.sweep": _("清理到期的文件与个人信息"), "privacy.watch": _("个人信息保护到期提醒"),
    "privacy.rotate": _("更换主密钥"),
    "realtime.remind": _("超时提醒"), "realtime.watch": _("检查数据更新与指标异常"),
    "records.check": _("试运行"), "records.import": _("导入"), "records.derive": _("重新计算指标"),
    "sources.turn": _("查看数据源"), "sources.pull": _("拉取数据"),
    "conversations.index": _("建立会话检索"), "conversations.delete_expired": _("删除到期数据"),
    "samples.frame": _("建立抽样框"), "samples.draw": _("抽取样本"), "intake.flush": _("写入推送的记录"),
    "surveys.draft": _("起草下一期调查"), "surveys.open": _("开放到期的调查期次"),
    "answering.flush": _("写入答卷"), "answering.send": _("发送调查邀请"), "answering.decide": _("服务后邀评"),
    "answering.record": _("写入邀请记录"), "answering.remind": _("调查自动提醒"),
    "answering.close": _("关闭到期的调查"), "voices.gather": _("收进客户反馈"),
    "voices.follow": _("开立与提醒低分跟进"),
    "customers.tiers": _("按规则给客户定级"), "customers.recompute": _("按客户归属重新计算指标"),
    "cycles.open": _("开启到期的复盘"), "findings.search": _("查找问题"), "findings.take": _("收进问题清单"),
    "findings.watch": _("跨部门事项到期提醒"), "findings.weekly": _("每周复盘材料"),
    "complaint_reviews.open": _("开立投诉复盘表"), "meetings.watch": _("会议邀请与决定提醒"),
    "processes.cards": _("收进流程问题卡"), "opinions.themes_due": _("归纳意见主题"),
    "opinions.themes": _("归纳意见主题"), "opinions.analysis": _("在后台计算调查分析"),
    "measures.watch": _("改进措施到期提醒"), "recurrence.look": _("重算复发监测"),
    "plans.watch": _("实施计划到期提醒"), "callbacks.watch": _("回访逾期提醒"), "launches.judge": _("判定上线效果"),
    "vendors.sheets": _("生成外包商考核单"), "verdicts.review": _("改进措施复评"), "examples.draft": _("起草案例"),
    "archives.make": _("生成归档"), "archives.keep": _("删除到期归档并核对归档"),
    "staffing.forecast": _("编制推演"), "reports.draft": _("生成报告初稿"),
}


def job_words(kind: str) -> str:
    """Return the words for a kind of job; one of a room that has left the product keeps its code."""
    return str(JOBS.get(kind, kind))
