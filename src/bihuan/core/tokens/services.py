"""Making, revoking and recognising tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, narrow

from . import limits
from .contracts import DAYS, PUSH, label_of, permission_of, permissions_of
from .errors import Refused, TooMany
from .models import Token
from .rights import MANAGE

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


def may_push(token: Token, table: str) -> bool:
    """Return whether a token, as its owner is now, may push records into a table."""
    scope = PUSH + table
    return scope in token.scopes and can(token.owner, permission_of(scope))


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
