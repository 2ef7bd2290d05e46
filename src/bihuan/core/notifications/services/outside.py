"""Writing to somebody outside the company: one message to one address, at once, kept nowhere.

Texts to customers hold their own links; the log of messages must not. The caller keeps what became of it.
"""

from __future__ import annotations

from functools import partial

from ..channels import SENDERS, webhook
from ..contracts import Message
from ..errors import NotSent, Refused
from ..models import Channel
from ..sealing import Unreadable, unseal

Kind = Channel.Kind
# How somebody is written to -> the kind of channel that carries it. Short messages and personal messages in company
# messengers go through a gateway of the company's own: the generic webhook.
CARRIERS = {"email": Kind.MAIL, "sms": Kind.WEBHOOK, "wecom": Kind.WEBHOOK, "dingtalk": Kind.WEBHOOK,
            "feishu": Kind.WEBHOOK}
GROUPS = (Kind.WECOM, Kind.DINGTALK, Kind.FEISHU)


def send_outside(*, channel: Channel, via: str, address: str, title: str, text: str, reference: str = "",
                 stop: str = "") -> None:
    """Send one message; NotSent says why it was not taken, and whether trying again may help.

    ``stop`` is the address that ends such messages: mails carry it in their head too, for the button of mail programs.

    ``reference`` is what a gateway names when it reports later whether the message arrived.
    """
    config = _config(channel)
    if channel.kind != CARRIERS[via]:
        raise NotSent(f"{channel.kind} carries no {via}", passing=False)
    if channel.kind == Kind.WEBHOOK:
        webhook.send_to(config, via, address, title, text, reference)
    else:
        SENDERS[channel.kind](config, address, Message(title, (("", text, ""),), stop))


def post_to_group(*, channel: Channel, title: str, text: str) -> None:
    """Say something in a group of 企业微信, 钉钉 or 飞书; NotSent as above."""
    if channel.kind not in GROUPS:
        raise NotSent(f"{channel.kind} is no group", passing=False)
    SENDERS[channel.kind](_config(channel), "", Message(title, ((title, text, ""),)))


def secret_of(channel: Channel) -> str:
    """Return what a gateway signs its reports with; empty when the channel has none."""
    try:
        return str(unseal(channel.sealed).get("secret", ""))
    except Unreadable:
        return ""


def _config(channel: Channel) -> dict[str, str]:
    if not channel.is_active or channel.owner_id is not None:
        raise NotSent(partial(str, Refused("channel_off", name=channel.name)), passing=False)
    try:
        return unseal(channel.sealed)
    except Unreadable as error:
        raise NotSent(partial(str, Refused("secret_lost", name=channel.name)), passing=False) from error
