"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "anonymous_wave": _("匿名调查不能由访问员代填，也没有电话名单。请改用公开链接，或另开一项保密调查。"),
    "wave_not_open": _("这一期调查不在进行中，不能拨打。"),
    "no_sample": _("这一期还没有抽样，请先抽取样本。"),
    "call_ended": _("这位客户的电话访问已经结束。"),
    "answered_meanwhile": _("这位客户已经自行作答，不必再打电话。"),
    "call_taken": _("%(who)s 正在与这位客户通话。"),
    "call_later": _("约定 %(at)s 之后再拨。"),
    "may_not_call": _("现在不能给这位客户打电话：%(why)s"),
    "call_not_open": _("这次通话已经结束，或不是您开始的。请回到名单重新开始。"),
    "callback_needed": _("请填写约定再拨的时间，须在今后，并在联系时段内。"),
    "answer_no_case": _("调查留言由“调查分析”处理，不能在这里转工单或答复；可以打标签、归档。"),
    "duplicate_self": _("不能与自己重复。"),
    "feedback_closed": _("这条反馈已经办理过，不能再这样办。"),
    "file_kind": _("“%(name)s”不是可以接收的文件。可用：%(kinds)s，且内容须与扩展名相符。"),
    "file_large": _("“%(name)s”超过 %(limit)s。"),
    "files_many": _("一次最多 %(most)s 个文件。"),
    "form_expired": _("页面已过期，请再提交一次。您写的内容还在。"),
    "is_case": _("您的反馈已转为工单办理，不能在这里撤回。如需删除个人信息，请联系客服。"),
    "reason_needed": _("请写明原因。"),
    "text_long": _("内容太长，最多 %(most)s 字。"),
    "text_needed": _("请写下内容。"),
    "too_many_now": _("现在提交的人太多，请稍后再试，或拨打客服电话。"),
    "area_empty": _("提纲至少要有一个问题。"),
    "checklist_empty": _("检查表至少要有一项。"),
    "checked_by_visitor": _("不能复核自己的暗访或自己填报的暗访，请另一位人员复核。"),
    "case_elsewhere": _("工单 %(case)s 不是在这次暗访的单位、前后两天之内开的，不能认作暗访留下的工单。请退回并更正。"),
    "interview_closed": _("这份访谈已定稿或已撤回，不能再改。"),
    "interview_consent": _("没有受访者的同意，不能保存记录。请写明怎样取得同意。"),
    "no_passage": _("请选中要编码的文字。"),
    "passage_taken": _("这段文字已经编过“%(name)s”。"),
    "results_missing": _("还有 %(count)s 项没有结论。"),
    "sound_not_allowed": _("受访者没有同意录音，不能保存录音。"),
    "tag_unknown": _("请选择一个在用的标签。"),
    "visit_state": _("这次暗访现在不能这样办。"),
    "access_there": _("这个账号已经开通过这一期。"),
    "account_too_wide": _("这个账号还有别的权限或已停用。请用只有“调研机构”角色的账号。"),
    "agency_ended": _("这家机构的委托已经结束，不能再改。"),
    "agreement_short": _("委托协议到 %(day)s 为止，账号不能比协议更久，也不能在协议生效之前。"),
    "deliveries_waiting": _("还有待验收的文件，请先验收或退回。"),
    "delivery_imported": _("这份文件已经导入。请先在“数据导入”中撤销那个批次，再退回。"),
    "delivery_handled": _("这份文件已经处理过。"),
    "expiry_past": _("到期日期已过。"),
    "name_needed": _("请填写接受人的姓名。"),
    "file_unreadable": _("读不出这个文件里的表格。请用模板另存为 CSV 或 XLSX 后再交付。"),
    "no_answers_in_file": _("文件里没有问卷的列，只有：%(columns)s。列名请用模板里的，或用题目原文。"),
    "one_file": _("请选择一个文件。"),
    "return_note": _("请写明证明与说明，日期不能在今天之后。"),
    "terms_first": _("请先接受保密条款。"),
    "anonymous_follow": _("匿名调查不知道是谁作答，不能跟进。"),
    "consent_item": _("保密调查须有一道单选题请客户同意联系，并选定表示同意的选项；没有同意的不跟进。"),
    "item_unknown": _("问卷里没有这道评分题。"),
    "follow_closed": _("这条低分跟进已经结束。"),
    "follow_taken": _("%(who)s 正在跟进这位客户。"),
    "take_first": _("请先接手，再联系客户。"),
    "may_not_contact": _("现在不能联系这位客户：%(why)s"),
    "no_way": _("这一期调查没有设置发送渠道，不能发送答复。请改用电话。"),
    "no_address": _("没有这位客户的可用地址。"),
    "reply_sent": _("同样的答复刚刚发送过，没有再发。"),
    "reply_not_sent": _("答复没有发出：%(why)s"),
    "consent_needed": _("客户没有同意，不能录入答案。请结束通话并选择“客户拒绝”。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
