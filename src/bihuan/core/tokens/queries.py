"""What the token pages read."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.core.rights import can

from .contracts import PUSH, PUSH_PERMISSION, READS, TABLES, label_of
from .models import Token


def own_tokens(user: User) -> QuerySet[Token]:
    return Token.objects.select_related("owner").filter(owner=user)


def all_tokens() -> QuerySet[Token]:
    return Token.objects.select_related("owner")


def grantable_reads(user: User) -> list[tuple[str, str]]:
    """Return the reading scopes that a person can lend."""
    return [(scope, label_of(scope)) for scope, (_label, permission) in READS.items() if can(user, permission)]


def grantable_tables(user: User) -> list[tuple[str, str]]:
    """Return the tables into which a person can let a program push."""
    if not can(user, PUSH_PERMISSION):
        return []
    return [(PUSH + table, str(label)) for table, label in TABLES.items()]
