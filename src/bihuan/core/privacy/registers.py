"""The registers, listed by hand: what each page is called, shows and asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .forms.registers import AgreementForm, AssessmentForm, AuditForm, DataSetForm, IncidentForm
from .models import Agreement, ComplianceAudit, DataSet, ImpactAssessment, Incident


@dataclass(frozen=True)
class Register:
    """``columns``: (heading, attribute or method of the model), the first is the link."""

    key: str
    model: type[Model]
    form: Any
    title: Any
    new: Any
    intro: Any
    icon: str
    columns: tuple[tuple[Any, str], ...]


REGISTERS: dict[str, Register] = {register.key: register for register in (
    Register("datasets", DataSet, DataSetForm, _("数据集与用途"), _("登记数据集"),
             _("每个数据集登记收集目的；用于其他目的会被阻止并记录。含敏感个人信息的，须先有已批准的影响评估。"),
             "database",
             ((_("名称"), "name"), (_("编号"), "code"), (_("个人信息"), "holds"), (_("用途"), "purpose_labels"),
              (_("系统中的数据"), "body_labels"), (_("保存天数"), "kept_days"), (_("责任人"), "keeper"))),
    Register("agreements", Agreement, AgreementForm, _("保密与委托协议"), _("登记协议"),
             _("委托处理、对外提供前须有已批准的影响评估；协议到期后，关联账号不能再查看或导出个人信息。"), "file-text",
             ((_("对方名称"), "party"), (_("类别"), "get_kind_display"), (_("个人信息种类"), "holds"),
              (_("生效日期"), "starts_on"), (_("到期日期"), "expires_on"))),
    Register("assessments", ImpactAssessment, AssessmentForm, _("影响评估"), _("新建评估"),
             _("处理敏感个人信息、自动化决策、委托处理或对外提供之前必须评估；由另一人批准，报告至少保存三年。"),
             "shield",
             ((_("名称"), "title"), (_("评估情形"), "get_trigger_display"), (_("评估对象"), "covers"),
              (_("风险等级"), "get_risk_display"), (_("有效期至"), "valid_until"), (_("批准时间"), "approved_at"))),
    Register("audits", ComplianceAudit, AuditForm, _("合规审计"), _("登记审计"),
             _("定期检查处理个人信息是否守法，记下问题与整改。"), "list-check",
             ((_("名称"), "title"), (_("自"), "first_day"), (_("至"), "last_day"), (_("审计人"), "auditor"),
              (_("完成日期"), "concluded_on"), (_("下次审计"), "next_due"))),
    Register("incidents", Incident, IncidentForm, _("安全事件"), _("登记事件"),
             _("发生或者可能发生泄露、篡改、丢失时，立即补救、登记，并生成通知书。"), "alert",
             ((_("名称"), "title"), (_("发现时间"), "found_at"), (_("涉及人数"), "people"),
              (_("报告主管部门时间"), "reported_at"), (_("通知个人时间"), "notified_at"),
              (_("结案时间"), "closed_at"))),
)}
