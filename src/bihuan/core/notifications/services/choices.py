"""What a person chose: which events by which channel, when, and in which hours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time

from django.db import transaction

from bihuan.core.models import User

from ..contracts import DIGEST_AT, HOURS_FROM, HOURS_UNTIL, NOTICES
from ..models import Channel, Choice, Preference


@dataclass(frozen=True)
class Chosen:
    """One line of the page: how to be told of one event."""

    in_inbox: bool = True
    by_mail: bool = False
    channels: tuple[int, ...] = ()
    timing: str = "now"


@transaction.atomic
def save_choices(*, user: User, chosen: Mapping[str, Chosen]) -> None:
    """Keep a person's wishes; only their own channels can be among them."""
    own = {channel.pk: channel for channel in Channel.objects.filter(owner=user)}
    for event, wish in chosen.items():
        if event in NOTICES:
            kept, _new = Choice.objects.update_or_create(user=user, event=event, defaults={
                "in_inbox": wish.in_inbox, "by_mail": wish.by_mail, "timing": wish.timing})
            kept.channels.set([own[pk] for pk in wish.channels if pk in own])


def save_preference(*, user: User, hours_from: time = HOURS_FROM, hours_until: time = HOURS_UNTIL,
                    weekdays: Collection[int] = (), digest_at: time = DIGEST_AT) -> Preference:
    """Keep a person's working hours and the time of their digest."""
    kept, _new = Preference.objects.update_or_create(user=user, defaults={
        "hours_from": hours_from, "hours_until": hours_until, "weekdays": sorted(set(weekdays)),
        "digest_at": digest_at})
    return kept
