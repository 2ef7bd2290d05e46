"""Showing texts that may hold personal data: allowed to few, for a reason, never without a line in the audit log."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.privacy import services


def record_reveal(*, case: str, customer: str, reason: str, actor: User) -> None:
    """Note that a person is shown the unmasked texts of a case, and why; call before they are sent."""
    services.record_reveal(obj=("case", case), reason=reason, actor=actor, fields=["text"], customer=customer)
