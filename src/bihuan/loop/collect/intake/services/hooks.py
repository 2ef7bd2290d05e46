"""Setting up webhooks, replacing their secrets, and knowing a delivery for theirs."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.core.tokens.contracts import TABLES
from bihuan.core.tokens.errors import TooMany
from bihuan.core.tokens.limits import take, waiting

from ..errors import Busy, Refused
from ..hot import Door, find_door
from ..models import Hook
from ..rights import MANAGE
from ..schemes import SCHEMES, BadSignature, Delivery
from ..sealing import seal, unseal
from .receive import SOURCE, Received, check_mapping, receive_delivery

GRACE = timedelta(hours=24)
PAUSED_WAIT_S = 600.0


@transaction.atomic
def create_hook(*, name: str, scheme: str, table: str, mapping: str = "", source: str, secret: str = "",
                actor: User) -> tuple[Hook, str]:
    """Add a webhook; returns it with its secret, which nobody can show again. One not given is drawn."""
    require(actor, MANAGE)
    _check(table, mapping, source)
    secret = _secret(scheme, secret)
    hook = Hook.objects.create(
        name=name, address=secrets.token_urlsafe(24), scheme=scheme, table=table, mapping=mapping, source=source,
        sealed=seal(secret.encode()), created_by=actor)
    audit.record("collect.hook_created", hook, actor=actor, name=name, scheme=audit.plain(scheme),
                 table=audit.plain(table), mapping=audit.plain(mapping))
    return hook, secret


@transaction.atomic
def change_hook(*, hook: Hook, name: str, table: str, mapping: str, source: str, actor: User) -> Hook:
    """Change what a webhook is called and how its bodies are read; what waits is read as when it came."""
    require(actor, MANAGE)
    _check(table, mapping, source)
    hook = Hook.objects.select_for_update().get(pk=hook.pk)
    hook.name, hook.table, hook.mapping, hook.source = name, table, mapping, source
    hook.save(update_fields=["name", "table", "mapping", "source"])
    audit.record("collect.hook_changed", hook, actor=actor, name=name, table=audit.plain(table),
                 mapping=audit.plain(mapping))
    return hook


@transaction.atomic
def switch_hook(*, hook: Hook, active: bool, actor: User) -> None:
    """Pause a webhook or let it go on; a paused one tells senders to come again later."""
    require(actor, MANAGE)
    Hook.objects.filter(pk=hook.pk).update(is_active=active)
    audit.record("collect.hook_switched", hook, actor=actor, active=active)


@transaction.atomic
def replace_secret(*, hook: Hook, secret: str = "", grace: timedelta = GRACE, actor: User) -> str:
    """Give a webhook another secret and return it; the one before still opens for ``grace``."""
    require(actor, MANAGE)
    hook = Hook.objects.select_for_update().get(pk=hook.pk)
    secret = _secret(hook.scheme, secret)
    hook.previous, hook.previous_until = (hook.sealed, timezone.now() + grace) if grace else (None, None)
    hook.sealed = seal(secret.encode())
    hook.save(update_fields=["sealed", "previous", "previous_until"])
    audit.record("collect.hook_secret_replaced", hook, actor=actor, grace_hours=int(grace.total_seconds() // 3600))
    return secret


def find_hook(address: str) -> Door:
    """Return the webhook at an address. Raises Hook.DoesNotExist, TooMany when it is called too often."""
    key = key_of(address)
    if wait := waiting(key):
        raise TooMany(wait)
    door = find_door(address)
    if wait := take(key, limit=settings.BIHUAN_PUSH["requests"]):
        raise TooMany(wait)
    return door


def deliver(*, door: Door, headers: Mapping[str, str], body: bytes) -> Received:
    """Take a delivery whose signature one of the webhook's secrets made; count and refuse any other."""
    if not door.is_active:
        raise Busy("paused", wait=PAUSED_WAIT_S)
    try:
        fingerprint = check(door, Delivery(headers, body, time.time()))
    except BadSignature as error:
        Hook.objects.filter(pk=door.pk).update(refused=F("refused") + 1, refused_at=timezone.now())
        raise Refused("bad_signature") from error
    return receive_delivery(door=door, body=body, fingerprint=fingerprint)


def check(door: Door, came: Delivery) -> str:
    """Return what makes this delivery the same when it comes again; raises BadSignature."""
    for secret in door.secrets[:-1]:
        with suppress(BadSignature):
            return SCHEMES[door.scheme].check(secret, came)
    return SCHEMES[door.scheme].check(door.secrets[-1], came)


def sign_sample(hook: Hook, body: bytes) -> dict[str, str]:
    """Return the headers with which the other system would send this body: for the test on the page."""
    return SCHEMES[hook.scheme].sign(unseal(hook.sealed).decode(), body, time.time())


def key_of(address: str) -> str:
    """Return the name under which a webhook's calls are counted; the address itself is written nowhere else."""
    return f"hook:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def _secret(scheme: str, given: str) -> str:
    given = given.strip()
    if not given and SCHEMES[scheme].given:
        raise Refused("secret_needed", scheme=SCHEMES[scheme].label)
    return given or secrets.token_hex(32)


def _check(table: str, mapping: str, source: str) -> None:
    if table not in TABLES:
        raise Refused("unknown_table")
    if not SOURCE.fullmatch(source):
        raise Refused("source_invalid")
    if mapping:
        check_mapping(mapping, table)

