"""Sending one message over one channel. Each sender raises NotSent with what the other side said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..contracts import Message
from . import mail, robots, webhook

Sender = Callable[[dict[str, Any], str, Message], None]

# kind of channel -> send(config, address, message); written by hand, nothing else can be a way out.
SENDERS: dict[str, Sender] = {
    "mail": mail.send, "wecom": robots.send_wecom, "dingtalk": robots.send_dingtalk, "feishu": robots.send_feishu,
    "webhook": webhook.send,
}
