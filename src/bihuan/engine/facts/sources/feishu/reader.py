"""飞书服务台 tickets with their messages; whose a message is, is told by the ticket it belongs to.

A message says only who sent it: the guest of the ticket, one of its agents, or else the bot before a person came in and
the system afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

BOT, HUMAN = 1, 2
SHOWN = ("image", "media", "file", "audio", "sticker", "share_chat", "interactive")


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One record a ticket, with ``messages`` and ``events``; a ticket's messages may stand in a later line."""
    tickets: dict[str, dict[str, Any]] = {}
    messages: dict[str, list[dict[str, Any]]] = {}
    for document in documents:
        data = document.get("data", document)
        told = data.get("tickets") or ([data["ticket"]] if "ticket" in data else [data] if "guest" in data else [])
        tickets |= {str(ticket["ticket_id"]): ticket for ticket in told}
        if isinstance(data.get("messages"), list):
            of = str(document.get("ticket_id") or (told[0]["ticket_id"] if told else ""))
            messages.setdefault(of, []).extend(data["messages"])
    for name, ticket in tickets.items():
        yield {**ticket, "events": list(_events(ticket)),
               "messages": [_message(item, ticket, order) for order, item in enumerate(
                   sorted(messages.get(name, ()), key=lambda item: int(item["created_at"])))]}


def _agents(ticket: dict[str, Any]) -> list[str]:
    people = [*(ticket.get("agents") or ()), *(ticket.get("collaborators") or ()), ticket.get("agent_owner")]
    return [str(person["id"]) for person in people if person and person.get("id")]


def _message(item: dict[str, Any], ticket: dict[str, Any], order: int) -> dict[str, Any]:
    sender = str(item.get("user_id") or item.get("sender_id") or "")
    entered = int(ticket.get("agent_entry_time") or 0)
    if sender and sender == str((ticket.get("guest") or {}).get("id")):
        kind = "customer"
    elif sender in _agents(ticket):
        kind = "agent"
    else:
        kind = "system" if entered and int(item["created_at"]) >= entered else "bot"
    name = str(item.get("message_type") or "")
    return {"id": item["id"], "created_at": item["created_at"], "seq": order, "sender": sender or None,
            "sender_kind": kind, "text": f"[{name}]" if name in SHOWN else item.get("content")}


def _events(ticket: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The moments a ticket tells of: its stages, the person who came in, the end."""
    opened, entered = int(ticket["created_at"]), int(ticket.get("agent_entry_time") or 0)
    served = int(ticket.get("bot_service_duration") or 0)
    owner = (ticket.get("agent_owner") or {}).get("id") or next(iter(_agents(ticket)), None)
    yield {"id": "opened", "at": opened, "activity": "创建", "kind": "opened", "actor_kind": "customer"}
    if ticket.get("ticket_type") == BOT or served:
        yield {"id": "bot", "at": opened, "activity": "机器人接待", "kind": "other", "actor_kind": "bot"}
    if ticket.get("ticket_type") == HUMAN:
        yield {"id": "queued", "at": opened + 1000 * served, "activity": "转人工", "kind": "queued",
               "actor_kind": "customer"}
    if entered:
        yield {"id": "answered", "at": entered, "activity": "客服进入", "kind": "answered", "actor": owner,
               "actor_kind": "agent", "public": False}
    if first := int(ticket.get("agent_first_response_time") or 0):
        yield {"id": "responded", "at": first, "activity": "客服首次响应", "kind": "responded", "actor": owner,
               "actor_kind": "agent"}
    if closed := int(ticket.get("closed_at") or 0):
        by = (ticket.get("closed_by") or {}).get("id")
        solved = ticket.get("solve") == 2
        yield {"id": "closed", "at": closed, "activity": "关单", "kind": "resolved" if solved else "ended", "actor": by,
               "actor_kind": "agent" if by else "bot"}
