"""What the pages of this room read."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User

from ..models import Channel, Delivery, Receipt


def inbox(user: User, *, unread: bool = False, event: str = "") -> QuerySet[Receipt]:
    """Return a person's notices, newest first."""
    found = Receipt.objects.filter(user=user).select_related("notice")
    if unread:
        found = found.filter(read_at=None)
    return found.filter(notice__event=event) if event else found


def unread_count(user: User) -> int:
    return Receipt.objects.filter(user=user, read_at=None).count()


def company_channels() -> QuerySet[Channel]:
    """Return the channels that serve everybody."""
    return Channel.objects.filter(owner=None)


def company_groups() -> QuerySet[Channel]:
    """Return the groups of the company that rules may name."""
    return company_channels().filter(is_active=True).exclude(kind=Channel.Kind.MAIL)


def own_channels(user: User) -> QuerySet[Channel]:
    return Channel.objects.filter(owner=user)


def deliveries(*, state: str = "", channel: int | None = None) -> QuerySet[Delivery]:
    """Return the log of messages, newest first."""
    found = Delivery.objects.select_related("channel")
    if state:
        found = found.filter(state=state)
    return found.filter(channel_id=channel) if channel else found


def has_mail() -> bool:
    """Return whether the company has a mail server set up here."""
    return company_channels().filter(kind=Channel.Kind.MAIL, is_active=True).exists()
