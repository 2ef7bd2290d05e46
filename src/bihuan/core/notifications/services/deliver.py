"""Sending messages: each is claimed before it leaves, tried again when the trouble may pass, and never sent twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.languages import Words
from bihuan.core.rights import Actor, require

from ..channels import SENDERS
from ..contracts import About, Message
from ..errors import NotSent, Refused
from ..models import Channel, Delivery
from ..sealing import Unreadable, unseal
from .compose import compose
from .notify import notify

State = Delivery.State
# After so many minutes each further attempt; then the message is given up, visibly.
PAUSES_MINUTES = (1, 5, 15, 60)
LOST_AFTER = timedelta(minutes=5)
RIGHT = "core.manage_notifications"


def deliver(*, now: datetime | None = None) -> dict[str, int]:
    """Make messages of what is due and send them; returns {"made", "sent", "failed"}. Runs in a job, any number."""
    moment = now or timezone.now()
    found = {"made": compose(moment), "sent": 0, "failed": 0}
    give_up_lost(now=moment)
    waiting = Delivery.objects.filter(state=State.WAITING, due_at__lte=moment).order_by("due_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)[:500]):
        if Delivery.objects.filter(pk=pk, state=State.WAITING).update(
                state=State.SENDING, attempts=F("attempts") + 1, due_at=moment):
            state = send(Delivery.objects.select_related("channel").get(pk=pk), now=moment)
            found["sent"] += state == State.SENT
            found["failed"] += state == State.FAILED
    return found


def send(message: Delivery, *, now: datetime) -> str:
    """Send a claimed message and write down what became of it; returns its new state."""
    try:
        hand_over(message)
    except NotSent as trouble:
        return _not_sent(message, trouble, now)
    Delivery.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=timezone.now(), error_text="")
    return State.SENT


def hand_over(message: Delivery) -> None:
    """Give a message to its channel's sender; NotSent says why it was not taken."""
    channel = message.channel
    if not channel.is_active:
        raise NotSent(lambda: _("渠道已停用"), passing=False)
    try:
        config = unseal(channel.sealed)
    except Unreadable as error:
        raise NotSent(partial(str, Refused("secret_lost", name=channel.name)), passing=False) from error
    lines = tuple((title, text, url) for title, text, url in message.lines)
    SENDERS[channel.kind](config, message.address, Message(message.title, lines))


def _not_sent(message: Delivery, trouble: NotSent, now: datetime) -> str:
    again = trouble.passing and message.attempts <= len(PAUSES_MINUTES) and not message.is_test
    if again:
        pause = timedelta(minutes=PAUSES_MINUTES[message.attempts - 1])
        Delivery.objects.filter(pk=message.pk).update(
            state=State.WAITING, due_at=now + pause, error_text=str(trouble)[:500])
        return State.WAITING
    Delivery.objects.filter(pk=message.pk).update(state=State.FAILED, error_text=str(trouble)[:500])
    if not message.is_test:
        tell_of_failure(message.channel, trouble.words, now)
    return State.FAILED


def tell_of_failure(channel: Channel, why: Words, now: datetime) -> None:
    """Tell those who keep the channels, once a day and channel, in their inboxes."""
    notify("channel_failed", title=lambda: _("渠道“%(name)s”发送失败") % {"name": channel.name}, text=why,
           right=RIGHT, at=now,
           about=About("notifications.channel", str(channel.pk), "/settings/notifications/log/"),
           to=[channel.owner] if channel.owner else (), key=f"channel_failed:{channel.pk}:{now:%Y-%m-%d}")


def give_up_lost(*, now: datetime) -> int:
    """Fail messages whose sender died in the middle: nobody knows whether they left, so they are not sent again."""
    return Delivery.objects.filter(state=State.SENDING, due_at__lt=now - LOST_AFTER).update(
        state=State.FAILED, error_text=_("发送时进程中断，是否送达不明，可重新发送。"))


@transaction.atomic
def resend(*, message: Delivery, actor: Actor) -> None:
    """Send a failed message again, at the wish of somebody who keeps the channels."""
    require(actor, RIGHT)
    if Delivery.objects.filter(pk=message.pk, state=State.FAILED).update(
            state=State.WAITING, attempts=0, due_at=timezone.now(), error_text=""):
        audit.record("core.message_resent", message, actor=actor)
