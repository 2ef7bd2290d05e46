"""Making, revoking and recognising tokens."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, narrow
from bihuan.core.statements import hot_cursor

from . import limits
from .contracts import DAYS, PUSH, PUSH_PERMISSION, label_of, permission_of, permissions_of
from .errors import Refused, TooMany
from .models import Token
from .rights import MANAGE

# One row for each role of the owner.
PASS_SQL = """
    SELECT t.id, t.digest, t.source, t.scopes, t.last_used_at IS NULL OR t.last_used_at < %s, r.permissions
    FROM tokens_token t JOIN core_user u ON u.id = t.owner_id
    LEFT JOIN core_roleassignment a ON a.user_id = u.id LEFT JOIN core_role r ON r.id = a.role_id
    WHERE t.prefix = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND u.is_active"""
START = "bhn_"
PREFIX_LENGTH = 8
# A token that works all day need not be written down more often than people can tell.
USE_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(*, name: str, scopes: Sequence[str], days: int, source: str = "api",
                 actor: User) -> tuple[Token, str]:
    """Make a token for the actor; returns it with its key, which nobody can show again.

    Refuses scopes that the actor has no permission for, no scope at all, and terms beyond a year.
    """
    if not scopes:
        raise Refused("no_scope")
    if not 1 <= days <= max(DAYS):
        raise Refused("days")
    for scope in scopes:
        if not can(actor, permission_of(scope)):
            raise Refused("scope_beyond", scope=label_of(scope))
    key = START + secrets.token_urlsafe(32)
    token = Token.objects.create(
        name=name, owner=actor, prefix=prefix_of(key), digest=digest_of(key), scopes=sorted(set(scopes)),
        source=source or "api", expires_at=timezone.now() + timedelta(days=days))
    audit.record("core.token_created", token, actor=actor, name=name, prefix=audit.plain(token.prefix),
                 scopes=audit.plain(",".join(token.scopes)), days=days)
    return token, key


@transaction.atomic
def revoke_token(*, token: Token, actor: User) -> Token:
    """End a token at once: one's own, or anybody's for those who manage tokens."""
    if token.owner_id != actor.pk and not can(actor, MANAGE):
        raise NotAllowed("token")
    token = Token.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is not None:
        raise Refused("ended", name=token.name)
    token.revoked_at, token.revoked_by = timezone.now(), actor
    token.save(update_fields=["revoked_at", "revoked_by"])
    audit.record("core.token_revoked", token, actor=actor, prefix=audit.plain(token.prefix))
    return token


def recognise(key: str) -> Token | None:
    """Return the token of a key with its owner narrowed to what it lends; None for a key that does not (any more) open.

    Asked anew at each request, so that revoking, blocking the owner and taking a role away work at once.
    Raises TooMany when the token asks too often.
    """
    if not key.startswith(START) or not key.isascii():
        return None
    prefix = prefix_of(key)
    if wait := limits.waiting(key_of(prefix)):
        raise TooMany(wait)
    token = Token.objects.select_related("owner").filter(prefix=prefix).first()
    # An unknown prefix takes as long as a wrong key.
    if not hmac.compare_digest(token.digest if token else "0" * 64, digest_of(key)) or token is None:
        return None
    if not token.is_live or not token.owner.is_active:
        return None
    if wait := limits.take(key_of(prefix), limit=settings.BIHUAN_PUSH["requests"]):
        raise TooMany(wait)
    narrow(token.owner, permissions_of(token.scopes))
    _note_use(token)
    return token


@dataclass(frozen=True)
class Pass:
    """What a program that pushes needs of its token, read in one question: pushes come by the hundred a second."""

    pk: int
    source: str
    scopes: frozenset[str]
    permissions: frozenset[str]

    def may_push(self, table: str) -> bool:
        """Whether the token, as its owner is now, may push records into a table."""
        return PUSH + table in self.scopes and PUSH_PERMISSION in self.permissions


def admit(key: str) -> Pass | None:
    """Return what a key opens for pushing; the same checks as ``recognise``, without the owner as an object."""
    if not key.startswith(START) or not key.isascii():
        return None
    prefix = prefix_of(key)
    if wait := limits.waiting(key_of(prefix)):
        raise TooMany(wait)
    found = _read_pass(prefix)
    if not hmac.compare_digest(found[0] if found else "0" * 64, digest_of(key)) or found is None:
        return None
    if wait := limits.take(key_of(prefix), limit=settings.BIHUAN_PUSH["requests"]):
        raise TooMany(wait)
    return found[1]


def _read_pass(prefix: str) -> tuple[str, Pass] | None:
    """(digest, pass) of a live token whose owner is in service; notes its use now and then."""
    now, adapt = timezone.now(), connection.ops.adapt_datetimefield_value
    with hot_cursor() as cursor:
        # Written out: to compile it anew each time costs more than to run it.
        cursor.execute(PASS_SQL, [adapt(now - USE_NOTED_EVERY), prefix, adapt(now)])
        rows = cursor.fetchall()
    if not rows:
        return None
    pk, digest, source, scopes, stale, _permissions = rows[0]
    if stale:
        Token.objects.filter(pk=pk).update(last_used_at=now)
    permissions = frozenset(name for row in rows if row[5] for name in json.loads(row[5]))
    return digest, Pass(pk, source, frozenset(json.loads(scopes)), permissions)


def key_of(prefix: str) -> str:
    """Return the name under which the requests of a token are counted."""
    return f"token:{prefix}"


def prefix_of(key: str) -> str:
    """Return the part of a key that is kept to recognise it.

    >>> prefix_of("bhn_AbCdEfGh-rest-is-secret")
    'bhn_AbCdEfGh'
    """
    return key[: len(START) + PREFIX_LENGTH]


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _note_use(token: Token) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
