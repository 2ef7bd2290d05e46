"""Links that many use: made, switched on and off, and the one for trying out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require

from ..errors import Refused
from ..models import Site
from ..rights import SEND
from ..tokens import shared_token
from ..waves import wave_of

Kind = Site.Kind
PIN = re.compile(r"\d{4,12}")


@transaction.atomic
def add_site(*, wave: int, kind: str, name: str, place: str = "", agent: str = "", origins: Sequence[str] = (),
             pin: str = "", actor: User) -> Site:
    """Add a link of a wave; refuses a kiosk without a PIN, and what is no website for an embedded page."""
    found = wave_of(wave)
    require(actor, SEND, found)
    if kind == Kind.KIOSK and not PIN.fullmatch(pin):
        raise Refused("kiosk_pin")
    site = Site.objects.create(
        wave_id=wave, kind=kind, name=name, place=place, agent=agent, token=shared_token(), made_by=actor,
        origins=[_origin(one) for one in origins] if kind == Kind.EMBED else [],
        pin=make_password(pin) if kind == Kind.KIOSK else "")
    audit.record("collect.link_added", site, actor=actor, kind=audit.plain(kind), name=name)
    return site


@transaction.atomic
def switch_site(*, site: Site, active: bool, actor: User) -> None:
    """Switch a link off, or on again; answers that came by it stay."""
    require(actor, SEND, wave_of(site.wave_id))
    Site.objects.filter(pk=site.pk).update(is_active=active)
    audit.record("collect.link_switched", site, actor=actor, active=active)


@transaction.atomic
def test_link(*, wave: int, actor: User) -> Site:
    """Return the link for trying a wave out; what comes by it counts as a test, whenever it comes."""
    require(actor, SEND, wave_of(wave))
    site, _made = Site.objects.get_or_create(wave_id=wave, kind=Kind.TEST, defaults={
        "name": str(Kind.TEST.label), "token": shared_token(), "made_by": actor})
    return site


@transaction.atomic
def open_link(*, wave: int, actor: User) -> Site:
    """Return the open link of a wave, made when there is none."""
    found = wave_of(wave)
    require(actor, SEND, found)
    site = Site.objects.filter(wave_id=wave, kind=Kind.OPEN, is_active=True).first()
    return site or add_site(wave=wave, kind=Kind.OPEN, name=str(Kind.OPEN.label), actor=actor)


def opens_kiosk(*, site: int, pin: str) -> bool:
    """Return whether the digits leave the kiosk."""
    found = Site.objects.filter(pk=site, kind=Kind.KIOSK).first()
    return bool(found and PIN.fullmatch(pin) and check_password(pin, found.pin))


def _origin(text: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise Refused("origin_invalid", origin=text)
    # The header is a list of words: nothing but a scheme, a host and a port may come into it.
    if not re.fullmatch(r"[A-Za-z0-9.-]+", parts.hostname):
        raise Refused("origin_invalid", origin=text)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
