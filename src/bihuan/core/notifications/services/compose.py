"""Putting waiting notices into messages: single ones, digests, and a roll-up when many come at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.core.models import User

from ..models import Channel, Delivery, Outgoing

# In any window an address gets at most MOST messages: so many single ones, then roll-ups that gather for a while.
WINDOW = timedelta(minutes=5)
SINGLES, MOST = 3, 5
GATHER = timedelta(seconds=60)
LINES_SHOWN = 20


def compose(now: datetime) -> int:
    """Make messages of everything that is due; returns how many messages were made."""
    due = Outgoing.objects.filter(message=None, due_at__lte=now)
    addresses = due.order_by().values_list("channel_id", "address", "language").distinct()
    return sum(_compose_for(*whom, now) for whom in list(addresses))


@transaction.atomic
def _compose_for(channel: int, address: str, language: str, now: datetime) -> int:
    # The channel's row is the lock: of two workers the second finds nothing left.
    way = Channel.objects.select_for_update().get(pk=channel)
    waiting = list(Outgoing.objects.filter(
        channel_id=channel, address=address, language=language, message=None, due_at__lte=now).select_related(
        "notice").order_by("notice__at", "pk"))
    with override(language or language_of(way, address)):
        return _messages(channel, address, waiting, now)


def language_of(channel: Channel, address: str) -> str:
    """Return the language of who reads a channel; a group of the company reads the product's first.

    A mail whose notices do not know it themselves (made by an older release) speaks that of an account of the address.
    """
    who = channel.owner if channel.owner_id else User.objects.filter(
        email=address, is_active=True).exclude(language="").first() if address else None
    return (who.language if who else "") or settings.LANGUAGE_CODE


def _messages(channel: int, address: str, waiting: list[Outgoing], now: datetime) -> int:
    digests = [one for one in waiting if one.timing != "now"]
    made = 0
    if digests:
        _message(channel, address, sorted(digests, key=lambda one: not one.notice.is_critical), now)
        made += 1
    # What is critical comes first: a roll-up shows only so many lines.
    singles = sorted((one for one in waiting if one.timing == "now"), key=lambda one: not one.notice.is_critical)
    recent = Delivery.objects.filter(
        channel_id=channel, address=address, is_test=False, made_at__gt=now - WINDOW).count()
    for part in parts(singles, recent, now):
        _message(channel, address, part, now)
        made += 1
    return made


def parts(waiting: list[Outgoing], recent: int, now: datetime) -> list[list[Outgoing]]:
    """Return what goes out now, each part as one message; what is held back gathers for a later roll-up."""
    if not waiting:
        return []
    room = SINGLES - recent
    if room > 0:
        if len(waiting) <= room:
            return [[one] for one in waiting]
        return [*([one] for one in waiting[: room - 1]), waiting[room - 1:]]
    gathered = any(one.notice.is_critical for one in waiting) or min(one.due_at for one in waiting) <= now - GATHER
    return [waiting] if recent < MOST and gathered else []


def _message(channel: int, address: str, part: list[Outgoing], now: datetime) -> None:
    lines = [[one.notice.title_here, one.notice.text_here, one.notice.url] for one in part[:LINES_SHOWN]]
    if len(part) > LINES_SHOWN:
        lines.append([_("另有 %(count)d 条，请登录查看收件箱。") % {"count": len(part) - LINES_SHOWN}, "", ""])
    message = Delivery.objects.create(
        channel_id=channel, address=address, title=_title(part), lines=lines, count=len(part), made_at=now, due_at=now)
    Outgoing.objects.filter(pk__in=[one.pk for one in part]).update(message=message)


def _title(part: list[Outgoing]) -> str:
    if len(part) == 1:
        return part[0].notice.title_here
    kinds: dict[str, int] = {}
    for one in part:
        kinds[one.notice.label] = kinds.get(one.notice.label, 0) + 1
    listed = _("、").join(f"{label} {count}" for label, count in sorted(kinds.items(), key=lambda item: -item[1])[:4])
    return (_("%(count)d 条通知：%(kinds)s") % {"count": len(part), "kinds": listed})[:200]
