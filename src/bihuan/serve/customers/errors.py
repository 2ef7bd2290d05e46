"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "reason_needed": _("请写明原因，至少 4 个字。合并与拆分会改变指标，原因记入审计日志。"),
    "unknown_customer": _("没有编号为“%(number)s”的客户，也没有他的工单。请核对编号。"),
    "same_customer": _("“%(number)s”已经是这位客户。请填写另一位客户的编号。"),
    "beyond_reach": _("这会改动您数据范围之外的工单。请由能看全部数据的人员办理。"),
    "no_cases": _("请先勾选工单。"),
    "two_cases": _("合并工单至少要勾选两个。"),
    "not_his": _("工单 %(case)s 不属于这位客户，可能刚刚被移走。请刷新页面后重试。"),
    "already_undone": _("这项操作已经撤销。"),
    "nothing_matched": _("没有可以唯一匹配的工单。请检查匹配规则，或逐个归入客户。"),
    "number_invalid": _("客户编号最多 120 个字符，不能为空，不能含空格。"),
    "rules_unread": _("第 %(line)d 行读不懂：“%(text)s”。每行写“工单字段 = 客户字段”，例如：customer = id。"),
    "tiers_unread": _("第 %(line)d 行读不懂：“%(text)s”。每行写“等级: 条件, 条件”，例如：金卡: cases(365) >= 10, "
                      "complaints = 0；其余客户写“普通: *”。"),
    "tier_by_rule": _("等级由分级规则给出，不能单独更正。请在“类型与匹配规则”中修改分级规则。"),
    "no_value": _("请填写更正后的内容。"),
    "not_correctable": _("这个属性不能在这里更正。姓名、电话和邮箱请通过个人信息请求更正。"),
    "field_unknown": _("第 %(line)d 行的字段“%(name)s”不存在。可用：%(known)s，或 attributes.字段名。"),
    "field_unread": _("字段“%(name)s”的名称不能含反斜杠、引号、星号或方括号。请改用其他字段。"),
    "field_personal": _("“%(name)s”能认出个人，不能用来分级。请改用不指向个人的字段。"),
    "already_merged": _("“%(number)s”此前已并入“%(into)s”，请直接使用“%(into)s”。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
