"""How other systems sign what they send: one entry a system, checked in constant time.

Sources: GitHub, "Validating webhook deliveries"; Zendesk, "Verifying webhooks"; Chatwoot pull request 13573; 问卷星
开放文档, "答卷 API 推送". The generic scheme is the one that Bihuan's own webhooks are sent with.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOLERANCE_S = 300


class BadSignature(Exception):
    """The delivery is not known to be from whom it says; the text says why, for the page of the webhook."""


@dataclass(frozen=True)
class Delivery:
    """What arrived: headers, the body as it came, and when. ``headers`` are found however their names are written."""

    headers: Mapping[str, str]
    body: bytes
    now: float

    def header(self, name: str) -> str:
        return self.headers.get(name) or self.headers.get(name.lower(), "")


@dataclass(frozen=True)
class Scheme:
    """``check`` raises BadSignature, else returns what makes the delivery the same when it comes again.

    ``sign`` makes the headers of a delivery: for the test button and for tests. ``given``: the secret is the other
    system's and has to be typed in.
    """

    label: str | Promise
    hint: str | Promise
    check: Callable[[str, Delivery], str]
    sign: Callable[[str, bytes, float], dict[str, str]]
    given: bool = False


def mac(secret: str, *parts: bytes) -> bytes:
    return hmac.new(secret.encode(), b"".join(parts), hashlib.sha256).digest()


def same(told: str, wanted: str) -> str:
    """Return the signature when it is the wanted one; compared in constant time."""
    if not told or not hmac.compare_digest(told.encode("utf-8", "replace"), wanted.encode()):
        raise BadSignature("signature")
    return hashlib.sha256(wanted.encode()).hexdigest()


def fresh(stamp: float | None, now: float) -> None:
    """Refuse a delivery whose signed time is not within five minutes of ours."""
    if stamp is None or abs(now - stamp) > TOLERANCE_S:
        raise BadSignature("time")


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _moment(text: str) -> float | None:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at.timestamp() if at.tzinfo else None


def _dotted(name: str) -> Scheme:
    """Hexadecimal HMAC over "time.body" in X-<name>-Signature, seconds since 1970 in X-<name>-Timestamp."""
    signature, timestamp = f"X-{name}-Signature", f"X-{name}-Timestamp"

    def digest(secret: str, stamp: str, body: bytes) -> str:
        return "sha256=" + mac(secret, stamp.encode("utf-8", "replace"), b".", body).hex()

    def check(secret: str, came: Delivery) -> str:
        stamp = came.header(timestamp)
        fresh(_seconds(stamp), came.now)
        return same(came.header(signature), digest(secret, stamp, came.body))

    def sign(secret: str, body: bytes, now: float) -> dict[str, str]:
        return {timestamp: str(int(now)), signature: digest(secret, str(int(now)), body)}

    if name == "Chatwoot":
        return Scheme(
            "Chatwoot", _("X-Chatwoot-Signature：对“时间.正文”的 HMAC-SHA256。密钥在 Chatwoot 的 Webhook 设置中。"),
            check, sign, given=True)
    return Scheme(
        _("通用（闭环）"), _("X-Bihuan-Signature：对“时间.正文”的 HMAC-SHA256，时间误差不超过 5 分钟。"), check, sign)


def _zendesk(secret: str, stamp: str, body: bytes) -> str:
    return base64.b64encode(mac(secret, stamp.encode("utf-8", "replace"), body)).decode()


def _check_zendesk(secret: str, came: Delivery) -> str:
    stamp = came.header("X-Zendesk-Webhook-Signature-Timestamp")
    fresh(_moment(stamp), came.now)
    return same(came.header("X-Zendesk-Webhook-Signature"), _zendesk(secret, stamp, came.body))


def _sign_zendesk(secret: str, body: bytes, now: float) -> dict[str, str]:
    stamp = datetime.fromtimestamp(int(now)).astimezone().isoformat()
    return {"X-Zendesk-Webhook-Signature-Timestamp": stamp,
            "X-Zendesk-Webhook-Signature": _zendesk(secret, stamp, body)}


def _check_github(secret: str, came: Delivery) -> str:
    return same(came.header("X-Hub-Signature-256"), "sha256=" + mac(secret, came.body).hex())


def _sign_github(secret: str, body: bytes, now: float) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + mac(secret, body).hex()}


def wjx_sign(activity: object, index: object, secret: str) -> str:
    """问卷星: the SHA-1 of questionnaire number, number of the answer and key, in hexadecimal.

    It vouches for who sends and which answer it is, not for what the answer says.
    """
    return hashlib.sha1(f"{activity}{index}{secret}".encode(), usedforsecurity=False).hexdigest()


def _check_wjx(secret: str, came: Delivery) -> str:
    try:
        told = json.loads(came.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not told.get("activity") or not told.get("index"):
        raise BadSignature("signature")
    return same(str(told.get("sign", "")).lower(), wjx_sign(told["activity"], told["index"], secret))


def _sign_wjx(secret: str, body: bytes, now: float) -> dict[str, str]:
    return {}


SCHEMES: dict[str, Scheme] = {
    "bihuan": _dotted("Bihuan"),
    "zendesk": Scheme(
        "Zendesk", _("X-Zendesk-Webhook-Signature：对“时间+正文”的 HMAC-SHA256（Base64）。"
                     "密钥即 Zendesk 的 signing secret。"),
        _check_zendesk, _sign_zendesk, given=True),
    "chatwoot": _dotted("Chatwoot"),
    "github": Scheme(
        _("GitHub 式"), _("X-Hub-Signature-256：对正文的 HMAC-SHA256，不含时间：相同的正文 7 天内只收一次。"),
        _check_github, _sign_github),
    "wjx": Scheme(
        _("问卷星"), _("正文中的 sign：SHA-1（问卷编号+答卷序号+推送密钥）。只证明来源，不保护内容，"
                    "请务必使用 HTTPS。"),
        _check_wjx, _sign_wjx, given=True),
}
