"""What crosses this room's border: which verdicts become examples, and the parts of an example that people write."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.loop.verify.verdicts.contracts import EFFECTIVE, NO_EFFECT, WORSE

# What cannot be told teaches nothing about the measure.
TAUGHT = (EFFECTIVE, NO_EFFECT, WORSE)
FIELDS: dict[str, Any] = {
    "title": _("标题"), "problem": _("问题"), "cause": _("原因"), "measure": _("做法"), "limits": _("适用范围与局限"),
    "lesson": _("经验"),
}
