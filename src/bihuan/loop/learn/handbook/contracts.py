"""The fixed shape of an entry of the response handbook."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SHAPE: dict[str, Any] = {
    "question": _("问题"), "answer": _("标准答复"), "basis": _("依据"), "escalation": _("升级"),
}
