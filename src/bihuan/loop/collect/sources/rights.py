"""Who keeps the data sources: they see addresses and states, and never a secret again."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import SystemActor

Actor = User | SystemActor

MANAGE = "collect.manage_sources"


def own_name(code: str) -> SystemActor:
    """Return the actor under whose name a source's rows enter the journal and the audit log."""
    return SystemActor(f"source:{code}")
