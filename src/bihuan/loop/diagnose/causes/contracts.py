"""What crosses this room's border: a cause of a finding as other rooms see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

# The families of the taxonomy, in the order of the bones of a fishbone.
FAMILIES: dict[str, Any] = {
    "people": _("人员"), "process": _("流程"), "system": _("系统"), "policy": _("制度"), "supplier": _("供应商"),
    "environment": _("环境"),
}


@dataclass(frozen=True)
class CauseInfo:
    """One cause stated for a finding; ``cause_code`` empty when it has no entry of the taxonomy yet."""

    id: int
    finding_id: int
    cause_code: str
    cause_name: str
    family: str
    text: str
    evidence: str
    confirmed: bool


# When the asking may end (the stop rule): one of these must hold, and the answer must have evidence.
STOPS: dict[str, Any] = {
    "actionable": _("我们能改变它，改了问题就不再发生"), "outside": _("再问下去就超出公司能控制的范围"),
    "repeated": _("再问下去得到同样的回答"),
}
FEWEST_WHYS = 2                          # a first answer is a symptom more often than a cause
