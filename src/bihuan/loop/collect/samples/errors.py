"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "days_wrong": _("服务期间的结束日期不能早于开始日期。"),
    "nobody_inside": _("按这些条件，抽样框里一位客户也没有。请放宽服务期间或条件。"),
    "frame_not_ready": _("抽样框还没有建好，请稍候。"),
    "frame_changed": _("存下的抽样框与当时的校验值不符，不能据此抽样。请重新建立抽样框，并查看审计日志。"),
    "nobody_drawn": _("按这样的分配，一位客户也抽不到。请增加样本量。"),
    "too_many": _("要抽取 %(count)s 人，超过上限 %(most)s。这样的规模已不是抽样，请缩小样本量。"),
    "deviations_needed": _("按奈曼分配需要每层的标准差，还缺：%(strata)s。"),
    "already_asked": _("这一期已经询问了 %(count)s 位客户，不能重新抽样；请用人工加入或移出，并写明原因。"),
    "closed": _("这一期已截止，样本不能再改。"),
    "reason_needed": _("请写明原因，至少四个字：它会出现在报告里。"),
    "customer_unknown": _("没有编号为“%(customer)s”的客户。"),
    "on_the_list": _("客户“%(customer)s”已在样本里。"),
    "not_on_the_list": _("客户“%(customer)s”不在样本里。"),
    "may_not_be_asked": _("客户“%(customer)s”不能询问：%(why)s"),
    "was_asked": _("客户“%(customer)s”已经询问过，不能再移出；其答卷仍按规则计算。"),
    "no_draw": _("这一期还没有抽样。"),
    "rule_range": _("静默期为 1 至 730 天，一年内次数为 1 至 50 次。"),
    "owner_wrong": _("请选择一位有触达权限的在职人员。"),
    "task_closed": _("这项触达任务已经办结。"),
    "note_needed": _("请写明结果。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
