"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "not_changed_yet": _("措施还没有完成：新做法开始之后才能回访。"),
    "no_yardstick": _("措施还没有批准的标尺，问题也没有指标，无法推出受影响客户。"),
    "no_own_rule": _("这个问题没有指标和期间，受影响客户要等措施的标尺批准之后才能推出。"),
    "no_rule": _("%(why)s"),
    "nobody": _("按这条规则没有找到受影响的客户。请把期间放长。"),
    "too_many_listed": _("按这条规则找到 %(count)s 位客户，超过 %(most)s 位。请缩短期间。"),
    "round_open": _("这项措施已有进行中的回访 %(number)s，先结束它。"),
    "round_closed": _("这次回访已经结束。"),
    "caller_inside": _("%(who)s 属于责任部门，或参与了这项措施，不能回访：回访必须由部门之外的人进行。"),
    "caller_no_right": _("%(who)s 没有“回访受影响客户”的权限。"),
    "nobody_to_assign": _("没有还未分配的客户。"),
    "not_yours": _("这位客户没有分配给您。"),
    "call_ended": _("这位客户的回访已经结束。"),
    "call_taken": _("%(who)s 正在与这位客户通话。"),
    "call_later": _("约定 %(at)s 之后再拨。"),
    "call_not_open": _("这次通话已经结束，或不是您开始的。请回到名单重新开始。"),
    "may_not_call": _("现在不能给这位客户打电话：%(why)s"),
    "callback_needed": _("请填写约定再拨的时间，须在今后，并在联系时段内。"),
    "score_needed": _("请选择 1 至 5 分。"),
    "still_open": _("还有 %(count)s 位客户没有回访完。请先完成，或写明提前结束的原因。"),
    "no_sample": _("这一期调查还没有抽样。请先为它抽样，再把名单加进去。"),
    "not_excel": _("这不是从本系统下载的回访表：请下载后在文件里填写，再上传。"),
    "other_round": _("这份表属于另一次回访。"),
    "rows_extra": _("第 %(rows)s 行不是表中原有的客户：名单已冻结，不能从文件添加。"),
    "cells_refused": _("%(cells)s"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
