"""Showing texts that may hold personal data: allowed to few, never without a line in the audit log."""

from __future__ import annotations

from django.db import transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require


@transaction.atomic
def record_reveal(*, case: str, actor: User) -> None:
    """Note that a person is shown the unmasked texts of a case; call before they are sent."""
    require(actor, "core.reveal_personal")
    audit.record("evaluate.personal_revealed", ("case", case), actor=actor)
