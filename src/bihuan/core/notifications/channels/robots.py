"""Robots of groups in 企业微信, 钉钉 and 飞书: all answer HTTP 200 to what they refuse, the code in the body counts.

Protocols: developer.work.weixin.qq.com/document/path/91770 (text at most 2,048 bytes, 20 messages a minute);
open.dingtalk.com/document/robots/custom-robot-access and .../customize-robot-security-settings (timestamp and sign in
the address, 20 a minute); open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (timestamp and sign in the body).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from functools import partial
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..contracts import Message
from ..errors import NotSent
from .web import check_status, post_json

# The one address each robot has; a pasted address that begins otherwise is refused.
STARTS = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/",
}
# Codes that say "too often" or "busy": the message may pass later.
PASSING = {
    "wecom": {-1, 45009, 45033}, "dingtalk": {-1, 130101, 410100}, "feishu": {9499, 11232, 11233, 11246},
}
# What the commonest refusals mean: the code, and a part of what is said with it (钉钉 has one code for three).
MEANINGS: tuple[tuple[str, int, str, str], ...] = (
    ("wecom", 93000, "", gettext_noop("机器人地址无效，或机器人已被移出群")),
    ("wecom", 45009, "", gettext_noop("发送过于频繁")),
    ("dingtalk", 300001, "", gettext_noop("机器人地址无效，或机器人已被移出群")),
    ("dingtalk", 310000, "sign", gettext_noop("加签密钥不对，或服务器时间不准")),
    ("dingtalk", 310000, "keyword", gettext_noop("机器人要求消息含自定义关键词，请改用加签")),
    ("dingtalk", 310000, "ip", gettext_noop("服务器的 IP 不在机器人允许的范围")),
    ("dingtalk", 130101, "", gettext_noop("发送过于频繁")),
    ("feishu", 19001, "", gettext_noop("机器人地址无效，或机器人已被移出群")),
    ("feishu", 19021, "", gettext_noop("签名校验密钥不对，或服务器时间不准")),
    ("feishu", 19022, "", gettext_noop("服务器的 IP 不在机器人允许的范围")),
    ("feishu", 19024, "", gettext_noop("机器人要求消息含自定义关键词，请改用签名校验")),
    ("feishu", 11232, "", gettext_noop("发送过于频繁")),
)
WECOM_BYTES = 2048
LONG_BYTES = 18_000      # 钉钉 and 飞书 take about 20 KB


def send_wecom(config: dict[str, Any], address: str, message: Message) -> None:
    """Post to a group of 企业微信."""
    content = clipped(message.plain(settings.BIHUAN_ADDRESS), WECOM_BYTES)
    _post("wecom", config["url"], {"msgtype": "text", "text": {"content": content}})


def send_dingtalk(config: dict[str, Any], address: str, message: Message) -> None:
    """Post to a group of 钉钉, signed when the robot has a secret."""
    url = config["url"]
    if config.get("secret"):
        timestamp = str(round(time.time() * 1000))
        url += f"&timestamp={timestamp}&sign={quote_plus(dingtalk_sign(timestamp, config['secret']))}"
    content = clipped(message.plain(settings.BIHUAN_ADDRESS), LONG_BYTES)
    _post("dingtalk", url, {"msgtype": "text", "text": {"content": content}})


def send_feishu(config: dict[str, Any], address: str, message: Message) -> None:
    """Post to a group of 飞书, signed when the robot has a secret."""
    body: dict[str, Any] = {
        "msg_type": "text", "content": {"text": clipped(message.plain(settings.BIHUAN_ADDRESS), LONG_BYTES)}}
    if config.get("secret"):
        timestamp = str(int(time.time()))
        body |= {"timestamp": timestamp, "sign": feishu_sign(timestamp, config["secret"])}
    _post("feishu", config["url"], body)


def dingtalk_sign(timestamp: str, secret: str) -> str:
    """Return Base64(HMAC-SHA256(key=secret, "timestamp\\nsecret")); ``timestamp`` in milliseconds."""
    told = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).decode()


def feishu_sign(timestamp: str, secret: str) -> str:
    """Return Base64(HMAC-SHA256(key="timestamp\\nsecret", "")); ``timestamp`` in seconds."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def clipped(text: str, most: int) -> str:
    """Return a text of at most ``most`` bytes of UTF-8, no character torn.

    >>> clipped("超时超时", 9), clipped("短", 9)
    ('超时…', '短')
    """
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - 3].decode(errors="ignore") + "…"


def _post(kind: str, url: str, content: dict[str, Any]) -> None:
    status, body = post_json(url, content)
    check_status(status)
    try:
        answer = json.loads(body)
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
        said = str(answer.get("errmsg") or answer.get("msg") or answer.get("StatusMessage") or "")
    except (ValueError, AttributeError) as error:
        raise NotSent(lambda: _("对方的回答无法理解")) from error
    if code != 0:
        raise NotSent(partial(_refused, kind, code, said), passing=code in PASSING[kind])


def _refused(kind: str, code: object, said: str) -> str:
    told = {"code": code, "said": said[:200], "meaning": meaning(kind, code, said)}
    text = _("对方拒绝：%(meaning)s（%(code)s %(said)s）") if told["meaning"] else _("对方拒绝：%(code)s %(said)s")
    return text % told


def meaning(kind: str, code: object, said: str) -> str:
    """Return in words what a refusal means; "" where that is not known."""
    return next((_(words) for of, known, part, words in MEANINGS
                 if (of, known) == (kind, code) and part in said.lower()), "")
