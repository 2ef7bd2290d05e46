"""Questionnaires that are shipped, to begin from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

FOLDER = Path(__file__).resolve().parent / "presets" / "questionnaires"
SHIPPED: dict[str, Any] = {
    "satisfaction": _("客户满意度：总体、六个维度、推荐意愿、开放题"),
    "contact": _("服务后评价：满意度、费力程度、是否解决"),
    "nps": _("推荐意愿（NPS）与原因"),
    "expectation": _("期望与感受对照：每个维度一对"),
    "complaint": _("投诉处理满意度：过程与结果分开（ISO 10002）"),
}


@cache
def _texts() -> dict[str, str]:
    return {key: (FOLDER / f"{key}.json").read_text(encoding="utf-8") for key in SHIPPED}


def shipped(key: str) -> dict[str, Any]:
    """Return a fresh copy of a shipped questionnaire's document. KeyError for one that is not shipped."""
    found: dict[str, Any] = json.loads(_texts()[key])
    return found
