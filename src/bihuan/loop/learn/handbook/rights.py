"""Who reads the handbook (everybody who serves), who writes and who approves it."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, reaches, scope_of

from .models import Entry

VIEW, WRITE, APPROVE = "learn.view_library", "learn.write_library", "learn.approve_library"
SURVEYS, CONVERSATIONS = "evaluate.view_surveys", "collect.view_conversations"


def may(user: User, permission: str, unit_code: str) -> bool:
    """Return whether a person may write or approve entries that a unit keeps."""
    return can(user, permission) and reaches(scope_of(user, permission), unit=unit_code)


def entry_to_work_on(user: User, pk: int) -> Entry:
    """Return an entry with all its versions for who writes or approves it; NotAllowed otherwise."""
    found = Entry.objects.filter(pk=pk).first()
    if found is None or not (may(user, WRITE, found.unit_code) or may(user, APPROVE, found.unit_code)):
        raise NotAllowed(f"entry {pk}")
    return found
