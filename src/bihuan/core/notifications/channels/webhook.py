"""A generic webhook: one JSON document a message, signed so that the receiver can tell who sent it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from django.conf import settings

from ..contracts import Message
from .web import check_status, post_json


def send(config: dict[str, Any], address: str, message: Message) -> None:
    """Post {"title", "notices": [{"title", "text", "url"}]}; with a secret, X-Bihuan-Signature over time and body."""
    base = settings.BIHUAN_ADDRESS
    notices = [{"title": title, "text": text, "url": base + url if url else ""} for title, text, url in message.lines]
    _post(config, {"title": message.title, "notices": notices})


def send_to(config: dict[str, Any], via: str, address: str, title: str, text: str, reference: str) -> None:
    """Hand a message for one person to a gateway: {"to": {"via", "address"}, "title", "text", "reference"}.

    ``via`` is sms, wecom, dingtalk or feishu. What the gateway takes with 2xx counts as sent.
    """
    _post(config, {"to": {"via": via, "address": address}, "title": title, "text": text, "reference": reference})


def _post(config: dict[str, Any], content: dict[str, Any]) -> None:
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {}
    if config.get("secret"):
        timestamp = str(int(time.time()))
        headers = {"X-Bihuan-Timestamp": timestamp,
                   "X-Bihuan-Signature": signature(config["secret"], timestamp, body)}
    status, _said = post_json(config["url"], body, headers)
    check_status(status)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return "sha256=" and the HMAC-SHA256, in hex, of ``timestamp.body`` under the channel's secret."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
