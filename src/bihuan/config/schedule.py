"""Every kind of work that comes round by itself, as a cron line in the workspace's time zone.

Titles are kept as they stand here and translated for whoever reads them.
"""

from django.utils.translation import gettext_noop as _

from bihuan.core.jobs.schedule import Turn

SCHEDULE: dict[str, Turn] = {
    "privacy.sweep": Turn("20 3 * * *", _("清理到期的文件与个人信息")),
    "privacy.watch": Turn("40 7 * * *", _("个人信息保护到期提醒")),
    "customers.tiers": Turn("10 4 * * *", _("按规则给客户定级")),
    "conversations.delete_expired": Turn("30 3 * * *", _("删除到期数据")),
    "examples.draft": Turn("50 * * * *", _("起草案例")),
    "archives.keep": Turn("50 3 * * *", _("删除到期归档并核对归档")),
    "intake.flush": Turn("* * * * *", _("写入推送的记录")),
    "answering.flush": Turn("* * * * *", _("写入答卷")),
    "answering.send": Turn("* * * * *", _("发送调查邀请")),
    "answering.remind": Turn("35 * * * *", _("调查自动提醒")),
    "answering.close": Turn("* * * * *", _("关闭到期的调查")),
    "answering.decide": Turn("*/5 * * * *", _("服务后邀评")),
    "answering.record": Turn("*/10 * * * *", _("写入邀请记录")),
    "voices.gather": Turn("*/10 * * * *", _("收进客户反馈")),
    "voices.follow": Turn("*/5 * * * *", _("开立与提醒低分跟进")),
    "sources.turn": Turn("* * * * *", _("查看数据源")),
    "surveys.draft": Turn("0 7 * * *", _("起草下一期调查")),
    "surveys.open": Turn("* * * * *", _("开放到期的调查期次")),
    "notifications.deliver": Turn("* * * * *", _("发送通知")),
    "realtime.remind": Turn("*/5 * * * *", _("超时提醒")),
    "cycles.open": Turn("10 7 * * *", _("开启到期的复盘")),
    "opinions.themes_due": Turn("10 5 * * *", _("归纳意见主题")),
    "findings.search": Turn("40 6 * * *", _("查找问题")),
    "processes.cards": Turn("0 6 * * *", _("收进流程问题卡")),
    "complaint_reviews.open": Turn("50 * * * *", _("开立投诉复盘表")),
    "meetings.watch": Turn("30 7 * * *", _("会议邀请与决定提醒")),
    "findings.watch": Turn("15 * * * *", _("跨部门事项到期提醒")),
    "findings.weekly": Turn("10 7 * * 1-6", _("每周复盘材料")),
    "measures.watch": Turn("20 * * * *", _("改进措施到期提醒")),
    "recurrence.look": Turn("20 7 * * *", _("重算复发监测")),
    "plans.watch": Turn("25 * * * *", _("实施计划到期提醒")),
    "callbacks.watch": Turn("45 * * * *", _("回访逾期提醒")),
    "launches.judge": Turn("50 7 * * *", _("判定上线效果")),
    "vendors.sheets": Turn("30 7 * * *", _("生成外包商考核单")),
    "verdicts.review": Turn("40 * * * *", _("改进措施复评")),
    "realtime.watch": Turn("10 * * * *", _("检查数据更新与指标异常")),
}

# Kinds that take a moment and must not wait behind a long import: the worker runs them beside it.
QUICK: frozenset[str] = frozenset({
    "intake.flush", "notifications.deliver", "realtime.remind", "answering.flush", "answering.send", "answering.close"})
