"""What may be told (NOTICES), and what crosses this room's border."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Event:
    """One kind of notice. ``critical`` passes quiet hours; ``channel`` and ``timing`` hold until a person chooses.

    ``channel``: "mail" or "" (the inbox alone); ``timing``: now | hourly | daily.
    """

    label: Any
    help: Any
    critical: bool = False
    channel: str = ""
    timing: str = "now"


# Every kind of notice there is, in the order of the page on which people choose.
NOTICES: dict[str, Event] = {
    "case_due": Event(_("工单即将超时"), _("按提醒规则：首次响应、解决或承诺时限快到了。"), channel="mail"),
    "case_overdue": Event(_("工单已超时"), _("按提醒规则：时限已过仍未完成。"), critical=True, channel="mail"),
    "import_finished": Event(_("导入完成"), _("您提交的导入已写入。")),
    "import_problem": Event(_("导入有问题"), _("导入失败，或有未导入的行。"), channel="mail"),
    "job_failed": Event(_("后台任务失败"), _("您提交的任务或定时任务没有完成。"), channel="mail"),
    "source_silent": Event(
        _("数据源没有新数据"), _("某个来源超过平常的间隔没有导入。"), channel="mail", timing="daily"),
    "indicator_off": Event(
        _("指标异常"), _("昨日的指标未达目标，或越过控制限。"), channel="mail", timing="daily"),
    "survey_wave": Event(
        _("下一期调查已起草"), _("您负责的常规调查快到下一期，已自动起草，等您检查、抽样和开放。"), channel="mail"),
    "survey_closed": Event(_("调查已结束"), _("到了截止时间，调查自动关闭。"), channel="mail"),
    "survey_sending": Event(_("问卷发放有问题"), _("调查的邀请发送失败，需要处理。"), channel="mail"),
    "feedback_new": Event(
        _("收到客户反馈"), _("公开反馈表收到新的反馈，等待办理。"), channel="mail", timing="hourly"),
    "low_score": Event(
        _("低分待跟进"), _("有客户在调查中给了低分并可以联系，请在时限内跟进；或跟进已过时限。"), channel="mail"),
    "sample_task": Event(_("客户触达任务"), _("有人请您联系调查样本中的客户。"), channel="mail"),
    "cycle_opened": Event(_("复盘已开启"), _("定期复盘自动开启，请您评分。"), channel="mail", timing="daily"),
    "vendor_sheet": Event(_("外包商考核单"), _("考核单生成、待确认、有申诉或申诉已处理。"), channel="mail"),
    "complaint_review": Event(
        _("投诉复盘表"), _("重大或升级投诉关闭后开立了复盘表，或它已逾期。"), channel="mail", timing="daily"),
    "complaint_back": Event(
        _("投诉复发"), _("您监测的一类投诉在预防生效之后又多起来了。"), channel="mail"),
    "meeting_invited": Event(_("会议邀请"), _("您受邀参加一次会议，或它的时间地点有变、快要开始。"), channel="mail"),
    "decision_due": Event(
        _("会议决定"), _("会议交给您一项决定，或它快到期、已逾期。"), channel="mail", timing="daily"),
    "weekly_pack": Event(_("每周复盘材料"), _("一周结束，复盘材料已按数据生成。"), channel="mail", timing="daily"),
    "process_cards": Event(
        _("流程问题"), _("上个月流程里损失时间最多的地方已收进问题清单。"), channel="mail", timing="daily"),
    "joint_issue": Event(
        _("跨部门事项"), _("您的部门有一项待答复的事项，或它快到时限、已逾期。"), channel="mail"),
    "measure_step": Event(
        _("改进措施待办"), _("有措施等您审批、验收，或您的措施已批准、被退回、还没填报本周进展。"), channel="mail"),
    "measure_due": Event(
        _("改进措施即将到期"), _("您负责的措施或阶段快到计划完成时间。"), channel="mail", timing="daily"),
    "measure_late": Event(_("改进措施逾期"), _("措施已过计划完成时间；逾期越久，知会的上级越多。"), channel="mail",
                          timing="daily"),
    "measure_verdict": Event(
        _("改进措施复评"), _("复评到期，或已从数据得出效果结论。"), channel="mail", timing="daily"),
    "launch_judged": Event(_("上线效果"), _("您登记的上线已按数据判定效果。"), channel="mail", timing="daily"),
    "callback_task": Event(_("回访任务"), _("有人请您回访客户，或回访已过时限。"), channel="mail"),
    "privacy_due": Event(
        _("个人信息保护到期"), _("个人信息请求、协议、影响评估或合规审计快到期、已逾期。"), channel="mail",
        timing="daily"),
    "archive_damaged": Event(
        _("归档核对不符"), _("某份归档的文件被改动、缺失，或算不出所载结论。"), critical=True),
    "channel_failed": Event(_("通知渠道发送失败"), _("某个渠道多次发送失败，请检查设置。"), critical=True),
}

TIMINGS = {"now": _("立即"), "hourly": _("每小时汇总"), "daily": _("每日汇总")}

# Working hours of a person who chose none, and of a group, in the workspace's zone.
HOURS_FROM, HOURS_UNTIL = time(9, 0), time(20, 0)
DIGEST_AT = time(9, 0)


@dataclass(frozen=True)
class About:
    """What a notice is about: the kind of thing, its id, the path of its page and the unit it belongs to."""

    kind: str = ""
    id: str = ""
    url: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Message:
    """One message as a channel sends it: ``lines`` are notices, each a title, a text and a path of a page."""

    title: str
    lines: tuple[tuple[str, str, str], ...]
    stop: str = ""      # address that ends all further messages by one POST, where the reader is no user of the product

    def plain(self, base: str = "") -> str:
        """Return the message as plain text, pages as whole addresses where the installation's own is known."""
        parts = [self.title] if len(self.lines) > 1 else []
        for title, text, url in self.lines:
            body = "\n".join(part for part in (title, text, base + url if base and url else "") if part)
            parts.append(body)
        return "\n\n".join(parts)
