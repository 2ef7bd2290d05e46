"""Setting up channels and trying them out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, require

from ..channels.robots import STARTS
from ..channels.web import resolve
from ..errors import Refused
from ..models import Channel, Delivery
from ..sealing import Unreadable, seal, unseal
from .deliver import RIGHT, send

Kind = Channel.Kind
# Where a mail server's password is sent: it must not follow somebody who changes these without knowing it.
GOES_TO = ("host", "port", "security", "user")


@transaction.atomic
def save_channel(*, channel: Channel | None, kind: str, name: str, config: dict[str, Any], own: bool = False,
                 actor: Actor, **columns: Any) -> Channel:
    """Add or change a channel. Secrets that are given empty stay as they were; the rest is replaced.

    Refuses an address that is none of the kind's, or a webhook into the own network. A person's own channel may only
    be a group's robot: a webhook of one's own would be a way around the export's approval.
    """
    _require(channel, kind, own, actor)
    channel = channel or Channel(kind=kind, owner=actor if own and isinstance(actor, User) else None)
    known, given = known_config(channel), {key: value for key, value in config.items() if value not in ("", None)}
    config = {**known, **given}
    if known.get("secret") and "secret" not in given and any(known.get(key) != config.get(key) for key in GOES_TO):
        raise Refused("secret_again")
    check_address(channel.kind, config)
    channel.name, channel.sealed = name, seal(config)
    for column, value in columns.items():
        setattr(channel, column, value)
    channel.save()
    audit.record("core.channel_saved", channel, actor=actor, kind=audit.plain(channel.kind), name=name,
                 events=audit.plain(",".join(channel.events)))
    return channel


def known_config(channel: Channel) -> dict[str, Any]:
    """Return a channel's settings; nothing when the installation's secret has changed since."""
    try:
        return unseal(channel.sealed) if channel.sealed else {}
    except Unreadable:
        return {}


def check_address(kind: str, config: dict[str, Any]) -> None:
    """Refuse an address that a channel of this kind cannot have."""
    url = config.get("url", "")
    if kind in STARTS and not url.startswith(STARTS[kind]):
        raise Refused("address_robot", kind=Kind(kind).label.removesuffix("群机器人"), start=STARTS[kind])
    if kind == Kind.WEBHOOK:
        resolve(url)


@transaction.atomic
def set_channel_active(*, channel: Channel, active: bool, actor: Actor) -> None:
    """Switch a channel on or off; what waits for it fails visibly while it is off."""
    _require(channel, channel.kind, channel.owner_id is not None, actor)
    Channel.objects.filter(pk=channel.pk).update(is_active=active)
    audit.record("core.channel_switched", channel, actor=actor, active=audit.plain(str(active).lower()))


def send_test(*, channel: Channel, address: str = "", actor: Actor) -> Delivery:
    """Send a test message at once and return it with what became of it."""
    _require(channel, channel.kind, channel.owner_id is not None, actor)
    if channel.kind == Kind.MAIL and not address:
        raise Refused("no_address")
    now = timezone.now()
    message = Delivery.objects.create(
        channel=channel, address=address, title=_("闭环测试消息"), is_test=True, state=Delivery.State.SENDING,
        attempts=1, made_at=now, lines=[[_("闭环测试消息"), _("收到这条消息，说明渠道“%(name)s”可以使用。") % {
            "name": channel.name}, ""]])
    send(message, now=now)
    message.refresh_from_db()
    return message


def _require(channel: Channel | None, kind: str, own: bool, actor: Actor) -> None:
    """The company's channels need the right; one's own robot needs nothing, anybody else's is not there."""
    if own:
        foreign = channel is not None and channel.owner_id != getattr(actor, "pk", None)
        if foreign or kind not in STARTS or not isinstance(actor, User):
            raise NotAllowed("channel")
    else:
        require(actor, RIGHT)
