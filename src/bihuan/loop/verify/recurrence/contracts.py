"""What crosses this room's border: what cases are counted against, and the words of a watch."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# The denominator of the rate: always cases of the same unit in the same days.
BASES: dict[str, Any] = {"cases": _("全部工单"), "product": _("同一产品的工单")}
VERDICTS: dict[str, Any] = {
    "fewer": _("减少"), "more": _("增多"), "not_fewer": _("未见减少"), "cannot_tell": _("尚不能判断"),
    "waiting": _("预防措施尚未生效"),
}
ALARMS: dict[str, Any] = {"back": _("又回来了"), "more": _("多于预防之前")}
