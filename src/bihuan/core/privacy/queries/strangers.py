"""Names that a deletion will empty, and those of them that may be colleagues."""

from __future__ import annotations

from bihuan.core import workspace
from bihuan.engine.facts.privacy.vault import open_vault

from ..models import SubjectRequest
from .people import identifiers_in_lake, numbers_of


def strangers(found: SubjectRequest) -> tuple[list[tuple[str, int, int]], int]:
    """Return (name, cases of this customer, other customers) of who may be kept, and how many more names go.

    Empty but for a deletion that is to be carried out next.
    """
    if found.kind != SubjectRequest.Kind.DELETE or found.state != SubjectRequest.State.VERIFIED:
        return [], 0
    # DuckDB is heavy, and only this page of the room's asks it.
    from bihuan.engine.facts.privacy.strangers import strangers_of

    numbers = numbers_of(found.customer)
    sealed = open_vault(workspace.home()).get_many(numbers).values()
    own = [known["name"] for known in (identifiers_in_lake(found.customer), *sealed) if known.get("name")]
    offered, more = strangers_of(workspace.home(), numbers, own=own)
    return [(one.name, one.cases, one.others) for one in offered], more
