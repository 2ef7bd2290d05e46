"""Saying what technical support is, and taking its sheets as a file."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.privacy.services import marked_excel, may_export_now, watermark_now
from bihuan.core.rights import Actor, NotAllowed, require
from bihuan.loop.evaluate.indicators.contracts import Span

from .contracts import Remit
from .models import Remit as Said
from .queries.files import workbook
from .queries.standing import standing
from .rights import CHANGE, EXPORT, may_change


@transaction.atomic
def set_remit(
    *, units: Sequence[str], kinds: Sequence[str], left_out: Sequence[str], least_level: int, actor: Actor,
) -> Said:
    """Say which units are technical support and which cases are theirs. Reaches the whole company."""
    if not may_change(actor):
        raise NotAllowed(CHANGE)
    said = Said.objects.create(
        units=sorted(set(units)), kinds=sorted(set(kinds)), left_out=sorted(set(left_out)), least_level=least_level,
        changed_by=actor if isinstance(actor, User) else None)
    audit.record("evaluate.support_remit_set", said, actor=actor, count=len(said.units))
    return said


def export_standing(*, remit: Remit, span: Span, actor: User) -> bytes:
    """Return coverage and sheets as Excel, with the audit chain's head in it. Raises privacy's Refused."""
    require(actor, EXPORT)
    found = standing(actor, remit, span)
    may_export_now(rows=len(found.coverage.lines), is_personal=False, actor=actor)
    entry = audit.record("evaluate.support_exported", actor=actor, count=len(found.sheets))
    return marked_excel(workbook(found, f"{entry.seq} {entry.hash}"), watermark_now(actor, _("技术支持评价")))
