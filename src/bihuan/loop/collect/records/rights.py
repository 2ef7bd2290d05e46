"""Who may see and take back which import."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import SystemActor, can, scope_of
from bihuan.engine.facts.journal import Batch

Actor = User | SystemActor


def journal_name(actor: Actor) -> str:
    """Return how the import journal calls an actor: ``user:<id>`` for a person, as in the audit log."""
    return f"user:{actor.pk}" if isinstance(actor, User) else actor.name


def sees_every_batch(user: Actor) -> bool:
    """Return whether the person's import right reaches the whole workspace, or they keep it.

    Others see what they imported: a batch mixes the rows of many units, so that a part of it cannot be shown.
    """
    scope = scope_of(user, "collect.import_records")
    return scope.units is None and scope.agents is None or can(user, "core.manage_calendars")


def bound_to_units(user: Actor) -> bool:
    """Return whether a person sees on the board what belongs to their units or to them, and nothing else."""
    scope = scope_of(user, "evaluate.view_board")
    return scope.units is not None or scope.agents is not None


def may_see(user: Actor, batch: Batch) -> bool:
    return can(user, "collect.import_records") and (sees_every_batch(user) or batch.actor == journal_name(user))


def may_undo(user: Actor, batch: Batch) -> bool:
    return can(user, "collect.undo_import") and may_see(user, batch)


def may_take(user: Actor, batch: Batch) -> bool:
    """Return whether a person may have the rows and cells that were not taken: they are not masked.

    Whoever sent the file knows them; of others those who may see personal data.
    """
    return may_see(user, batch) and (batch.actor == journal_name(user) or can(user, "core.reveal_personal"))
