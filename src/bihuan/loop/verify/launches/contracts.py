"""What crosses this room's border: kinds of launches, and how long and how often their effect is looked at."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {"script": _("话术"), "system": _("系统"), "process": _("流程")}
PARTIES: dict[str, Any] = {"customer": _("客户"), "department": _("部门")}
WORDS: dict[str, Any] = {"effective": _("变好"), "no_effect_shown": _("未见变化"), "worse": _("变差"),
                         "cannot_tell": _("无法判断")}
LEAST_WEEKS, MOST_WEEKS = 8, 52
# Each look at a change without an effect is falsely called one in at most 2.5 %: two looks keep within 5 %.
MOST_LOOKS = 2
