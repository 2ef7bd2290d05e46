"""Refusals of this room: a code, what it is about, and a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..errors import Refusal

SENTENCES: dict[str, str | Promise] = {
    "reason_needed": _("请写明查看原因，至少 4 个字，例如“回访客户核实地址”。"),
    "field_closed": _("您的角色不能查看：%(fields)s。给出理由也不显示。"),
    "agreement_ended": _(
        "您的账号登记在协议“%(party)s”之下，该协议已于 %(day)s 到期。续签并登记后才能查看或导出个人信息。"),
    "blocked": _("客户 %(customer)s 的个人信息已停止处理，不能查看或使用。"),
    "assessment_needed": _(
        "“%(subject)s”属于“%(trigger)s”，须先有已批准且在有效期内的个人信息保护影响评估。请在“设置 › 个人信息保护 › "
        "影响评估”中新建：评估情形选“%(trigger)s”，评估对象填“%(subject)s”，由另一人批准。"),
    "agreement_needed": _(
        "单位“%(party)s”是外包商，没有生效的保密与委托协议，不能开通它的账号。请先在“设置 › 个人信息保护 › "
        "保密与委托协议”中登记，对方名称填“%(party)s”。"),
    "assessment_kept": _("影响评估报告须保存至 %(day)s（至少三年），在此之前不能删除。"),
    "refusal_unexplained": _("请在审批意见中写明不批准的原因，申请人会看到。"),
    "assessment_own": _(
        "影响评估不能由编写人自己批准。请另一位有“维护个人信息保护台账”权限的人员批准；"
        "没有第二位时，请先在“设置 › 人员”中指定。"),
    "assessment_closed": _("这份影响评估已经批准，不能再修改。请新建一份。"),
    "purpose_not_agreed": _(
        "数据集“%(dataset)s”登记的用途不包括“%(purpose)s”，不能这样使用，尝试会被记录。确有依据的，请先在“设置 › "
        "个人信息保护 › 数据集与用途”中更改登记。"),
    "dataset_unknown": _("没有编号为“%(dataset)s”的数据集。请先在“数据集与用途”中登记。"),
    "dates_reversed": _("结束日期早于开始日期。请核对。"),
    "withdrawn_before": _("撤回时间早于同意时间。请核对。"),
    "already_withdrawn": _("这份同意已经撤回。"),
    "already_lifted": _("这条勿扰登记已经解除。"),
    "request_closed": _("这项请求已经办结，不能再修改。"),
    "identity_needed": _("请先写明怎样核实了请求人的身份。"),
    "refusal_reason_needed": _("拒绝请求须写明理由，并告知请求人。"),
    "nothing_to_correct": _("请填写要更正的内容。"),
    "asked_elsewhere": _("申请的内容已过期或不完整。请回到明细页重新导出。"),
    "export_own": _("不能审批自己申请的导出。请另一位有审批权限的人员办理。"),
    "export_decided": _("这项导出已经办理过。"),
    "export_expired": _("下载链接已过期，文件已删除。请重新申请。"),
    "export_not_ready": _("导出还没有批准，或文件还没有生成。"),
    "export_purpose_needed": _("请写明导出用途，至少 4 个字。"),
    "approval_needed": _("这项导出含个人信息或超过 %(rows)s 行，须另一位人员审批。请提交申请。"),
    "subject_deleted": _("客户 %(customer)s 的个人信息已按请求删除，没有可更正的内容。"),
}


class Refused(Refusal):
    """A service will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES
