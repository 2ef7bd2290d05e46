"""Mail over the company's own server."""

from __future__ import annotations

import smtplib
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from ..contracts import Message
from ..errors import NotSent

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SECONDS = 20


def send(config: dict[str, Any], address: str, message: Message) -> None:
    """Send one mail; a server that says 4xx may take it later, one that says 5xx will not."""
    connection = get_connection(
        BACKEND, host=config["host"], port=int(config["port"]), username=config.get("user", ""),
        password=config.get("secret", ""), use_tls=config.get("security") == "starttls",
        use_ssl=config.get("security") == "ssl", timeout=SECONDS)
    mail = EmailMessage(one_line(message.title), message.plain(settings.BIHUAN_ADDRESS), config["sender"], [address],
                        connection=connection, headers=_stop_headers(message.stop))
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise NotSent(partial(_said, code, said), passing=400 <= code < 500) from error
    except smtplib.SMTPResponseException as error:
        code, said = error.smtp_code, error.smtp_error
        raise NotSent(partial(_said, code, said), passing=400 <= code < 500) from error
    except (OSError, smtplib.SMTPException) as error:
        why = type(error).__name__
        raise NotSent(lambda: _("无法连接邮件服务器：%(why)s") % {"why": why}) from error


def _stop_headers(stop: str) -> dict[str, str]:
    """The button "unsubscribe" of mail programs: one POST to the address, without a page between. RFC 8058."""
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop else {}


def one_line(text: str) -> str:
    """Return a subject without line ends: a header must not be continued by a notice's text."""
    return " ".join(text.split())


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return _("邮件服务器拒绝：%(code)d %(said)s") % {"code": code, "said": text[:200]}
