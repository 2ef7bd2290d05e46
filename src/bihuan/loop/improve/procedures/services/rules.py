"""Rules of escalation: stored to be tried on past cases and to be read by everybody who sees the process."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require

from ..models import EscalationRule
from ..rights import WRITE
from .errors import ProcedureError


@transaction.atomic
def save_rule(
    *, rule: EscalationRule | None, name: str, unit_code: str, where: str, clock: str,
    levels: list[tuple[str, float]], done: list[str], approvals: list[str], most: int, actor: User,
) -> EscalationRule:
    """Add a rule or change one. Raises ProcedureError unless the levels' hours grow."""
    row = EscalationRule.objects.select_for_update().get(pk=rule.pk) if rule else EscalationRule(created_by=actor)
    if rule:
        require(actor, WRITE, row)
    row.unit_code = unit_code
    require(actor, WRITE, row)
    if EscalationRule.objects.exclude(pk=row.pk).filter(name=name).exists():
        raise ProcedureError(_("已有同名的升级规则：请换一个名称。"), field="name")
    hours = [one for _name, one in levels]
    if not levels or any(two <= one for one, two in zip(hours, hours[1:])) or hours[0] < 0:
        raise ProcedureError(_("至少一级，且每一级的小时数要大于上一级。"), field="levels")
    row.name, row.where, row.clock, row.most = name, where, clock, most
    row.levels, row.done, row.approvals = [list(one) for one in levels], done, approvals
    row.save()
    audit.record("improve.escalation_rule_saved", row, actor=actor, levels=len(levels), most=most)
    return row
