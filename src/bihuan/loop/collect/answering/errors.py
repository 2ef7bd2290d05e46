"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "address_missing": _("系统不知道自己的网址，消息里的链接会打不开。请管理员设置 BIHUAN_ADDRESS 后再发送。"),
    "answered_before": _("这位客户在本期已经答过，不能再录入一份。"),
    "anonymous_few": _("匿名调查一次至少要发给 %(least)s 人，现在可发送的只有 %(count)s 人。人太少就谈不上匿名："
                       "请扩大名单，或改为保密调查。"),
    "anonymous_personal": _("匿名调查没有个人链接，也不能由他人代填。请改用公开链接，或改为保密调查。"),
    "anonymous_reminded": _("匿名调查只能向全体提醒一次，已经提醒过了。"),
    "at_column": _("请选择提交时间所在的列；文件里没有时间的，填写答卷属于哪一天。"),
    "body_link": _("正文里必须有 {link}，客户要靠它作答。"),
    "body_field": _("正文里的 %(field)s 不认识。可用：%(fields)s。"),
    "channel_unfit": _("渠道“%(name)s”不能用来这样发送。请在“通知渠道”中添加合适的渠道。"),
    "code_given": _("这个答谢码已在 %(day)s 发放过。"),
    "code_unknown": _("这个答谢码不是本次调查发出的。请核对后再输入。"),
    "columns_none": _("没有一列对应到问卷的题目。请至少对应一题。"),
    "id_column": _("请选择答卷编号所在的列：没有编号，再次导入就会变成重复的答卷。"),
    "kiosk_pin": _("自助终端需要 4 至 12 位数字的退出密码。"),
    "list_empty": _("名单里没有可以邀请的客户。请先抽样，或填写客户编号。"),
    "not_drawn": _("还没有抽取样本，不知道要发给谁。请先抽样。"),
    "origin_invalid": _("“%(origin)s”不是网站地址。请写成 https://www.example.com，不带路径。"),
    "own_case": _("不能为自己办理的工单录入评价。"),
    "reminders_spent": _("没有可以提醒的客户：都已作答、提醒次数已满，或间隔未到。"),
    "role_twice": _("“%(role)s”对应了不止一列。请只留一列。"),
    "share_invalid": _("抽取比例须在 0 与 1 之间，且大于 0。"),
    "units_beyond": _("这些单位不在您的范围内：%(units)s。请只填写您管理的单位。"),
    "wave_closed": _("这一期调查已结束。"),
    "wave_not_open": _("这一期调查还没有开始。"),
    "wave_not_planned": _("这一期还没有定开放时间，链接会打不开。请先设定开放时间，或现在就开放。"),
    "withdrawn_already": _("这份答卷已经撤回。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
