"""Notes on customers: internal, masked before they are stored."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.queries.people import numbers_of
from bihuan.core.rights import NotAllowed, require
from bihuan.engine.facts.privacy import load_rules, mask_text

from ..models import Correction, Note
from ..queries.people import find_customer
from ..rights import VIEW, reach


@transaction.atomic
def add_note(*, customer: str, kind: str, text: str, actor: User) -> Note:
    """Note something of a customer the person may see."""
    require(actor, VIEW)
    if find_customer(customer, reach(actor)) is None:
        raise NotAllowed(customer)
    kept = mask_text(text.strip(), load_rules(workspace.home()))[:500]
    note = Note.objects.create(customer=customer, kind=kind, text=kept, made_by=actor)
    audit.record("serve.note_added", note, actor=actor, customer=audit.plain(customer))
    return note


@transaction.atomic
def remove_note(*, note: Note, actor: User) -> None:
    """Take a note away; its writer may, and whoever keeps the customers."""
    if note.made_by_id != actor.pk:
        require(actor, "serve.change_customers")
    Note.objects.filter(pk=note.pk, removed_at=None).update(removed_at=timezone.now(), text="")
    audit.record("serve.note_removed", note, actor=actor)


def erase_notes(customer: str) -> dict[str, int]:
    """Delete what was noted and corrected of a customer to be forgotten; for ``settings.BIHUAN_PERSONAL_STORES``."""
    numbers = numbers_of(customer)
    notes, _rows = Note.objects.filter(customer__in=numbers).delete()
    corrections, _rows = Correction.objects.filter(customer__in=numbers).delete()
    return {"notes": notes, "corrections": corrections}
