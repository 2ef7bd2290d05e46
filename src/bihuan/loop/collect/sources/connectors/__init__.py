"""Every system that can be asked: what it offers, how it wants to be asked, and how its pages follow each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..contracts import Get, Page, Position, Setup
from . import chatwoot, generic, zammad, zendesk


@dataclass(frozen=True)
class StreamKind:
    """One kind of record that a system offers. ``presets`` are the shipped mappings made for it, the best first."""

    label: Any
    presets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connector:
    """How a system is asked.

    ``page(get, setup, stream, position)`` reads the page behind a position. ``headers(user, secret, options)`` carry
    the secret. ``per_minute`` is what the system's documentation allows, or what harms nobody where it names nothing.
    """

    streams: Mapping[str, StreamKind]
    page: Callable[[Get, Setup, str, Position], Page]
    headers: Callable[[str, str, Mapping[str, Any]], dict[str, str]]
    per_minute: int


CONNECTORS: dict[str, Connector] = {
    "zendesk": Connector({
        "tickets": StreamKind(_("工单"), ("zendesk_api_tickets", "zendesk_tickets")),
        "ticket_events": StreamKind(_("变更与评论"), ("zendesk_api_audits",)),
        "users": StreamKind(_("坐席"), ("zendesk_users",)),
        "groups": StreamKind(_("组"), ("zendesk_groups",)),
    }, zendesk.page, zendesk.headers, zendesk.PER_MINUTE),
    "chatwoot": Connector({
        "conversations": StreamKind(_("会话"), ("chatwoot_conversations",)),
        "messages": StreamKind(_("消息"), ("chatwoot_messages",)),
    }, chatwoot.page, chatwoot.headers, chatwoot.PER_MINUTE),
    "zammad": Connector({
        "tickets": StreamKind(_("工单"), ("zammad_tickets",)),
        "articles": StreamKind(_("消息"), ("zammad_articles",)),
        "history": StreamKind(_("处理过程"), ("zammad_history",)),
    }, zammad.page, zammad.headers, zammad.PER_MINUTE),
    "json": Connector({
        "records": StreamKind(_("记录")),
    }, generic.page, generic.headers, generic.PER_MINUTE),
}
