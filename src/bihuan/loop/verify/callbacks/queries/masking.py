"""Words of customers without the personal data that may stand in them."""

from __future__ import annotations

from bihuan.core import workspace
from bihuan.engine.facts.privacy import load_rules, mask_text


def masked(text: str) -> str:
    """Return a text without the personal data that may stand in it."""
    return mask_text(text.strip(), load_rules(workspace.home())) if text.strip() else ""
