"""微信客服 messages and events, cut into conversations: the interface names none.

A conversation of one customer with one account begins with the first thing that happens after the last one ended, and
ends with a session event of type 3, with state 4, or after a silence of ``SILENCE``. Messages that a program sent and
the states it set are not read back by the interface; where the file also holds them, the bot's stage is told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

SILENCE = 48 * 3600        # the interface lets an account answer for 48 hours after the customer's last message
CUSTOMER, SYSTEM, SERVICER = 3, 4, 5
SHOWN = ("image", "voice", "video", "file", "location", "link", "business_card", "miniprogram", "msgmenu")
STATES = {0: ("未处理", "other"), 1: ("智能助手接待", "other"), 2: ("待接入池排队", "queued"),
          3: ("人工接待", "answered"), 4: ("会话结束", "ended")}


def records(documents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One record a conversation, with ``messages`` and ``events`` in their order."""
    items = [item for document in documents for item in _items(document)]
    threads: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for item in items:
        if item["open_kfid"] and item["external_userid"]:
            threads.setdefault((item["open_kfid"], item["external_userid"]), []).append(item)
    for (account, customer), told in threads.items():
        for part in _cut(sorted(told, key=lambda item: (item["at"], item["msgid"]))):
            yield _conversation(account, customer, part)


def _items(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages and events of an answer of sync_msg; a sent message or a state set by a program, with its time."""
    held = document.get("msg_list")
    return [_item(told) for told in (held if isinstance(held, list) else [document]) if told.get("send_time")]


def _item(told: dict[str, Any]) -> dict[str, Any]:
    event = told.get("event") or {}
    at = int(told["send_time"])
    return {
        **told, "at": at, "event": event, "sent": "touser" in told, "state": told.get("service_state"),
        "open_kfid": told.get("open_kfid") or event.get("open_kfid"), "msgid": str(told.get("msgid") or f"{at}"),
        "external_userid": told.get("external_userid") or event.get("external_userid") or told.get("touser")}


def _cut(items: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for item in items:
        if part and (_ends(part[-1]) and not _ends(item) or item["at"] - part[-1]["at"] > SILENCE):
            yield part
            part = []
        part.append(item)
    if part:
        yield part


def _ends(item: dict[str, Any]) -> bool:
    return item["event"].get("change_type") == 3 or item["state"] == 4


def _conversation(account: str, customer: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    messages, events = [], [{"id": "opened", "at": items[0]["at"], "activity": "进入会话", "kind": "opened",
                             "actor": customer, "actor_kind": "customer"}]
    answered = False
    for order, item in enumerate(items):
        if (event := _event(item, answered)) is not None:
            events.append({"id": item["msgid"], "at": item["at"], "seq": order, **event})
        elif (message := _message(item, customer)) is not None:
            messages.append({"msgid": item["msgid"], "at": item["at"], "seq": order, **message})
            if message["sender_kind"] == "agent" and not answered:
                event = {"activity": "人工首次回复", "kind": "answered", "actor": message["sender"],
                         "actor_kind": "agent"}
                events.append({"id": f"{item['msgid']}-answered", "at": item["at"], "seq": order, **event})
        answered = answered or events[-1]["kind"] == "answered"
    people = [event["actor"] for event in events if event["actor_kind"] == "agent" and event.get("actor")]
    ended = next((event["at"] for event in events if event["kind"] == "ended"), None)
    return {"id": f"{account}/{customer}/{items[0]['at']}", "open_kfid": account, "external_userid": customer,
            "opened": items[0]["at"], "ended": ended, "servicer_userid": people[-1] if people else None,
            "status": "已结束" if ended else None, "messages": messages, "events": events}


def _event(item: dict[str, Any], answered: bool) -> dict[str, Any] | None:
    """What happened to the conversation, None for a message. A second person's reception is a transfer.

    Being picked up is nothing that the customer sees: it is no response.
    """
    told = item["event"]
    if item["state"] is not None:
        activity, kind = STATES.get(int(item["state"]), ("其他", "other"))
        who = item.get("servicer_userid")
        kind = "transferred" if kind == "answered" and answered else kind
        by = "agent" if kind in ("answered", "transferred") else "bot" if item["state"] == 1 else "system"
        return {"activity": activity, "kind": kind, "actor": who if by == "agent" else None, "actor_kind": by,
                "public": kind != "answered"}
    if not told:
        return None
    change = told.get("change_type") if told.get("event_type") == "session_status_change" else None
    if change == 1:
        return {"activity": "从接待池接入", "kind": "transferred" if answered else "answered",
                "actor": told.get("new_servicer_userid"), "actor_kind": "agent", "public": False}
    if change == 2:
        return {"activity": "转接会话", "kind": "transferred", "actor": told.get("new_servicer_userid"),
                "actor_kind": "agent"}
    if change == 3:
        return {"activity": "结束会话", "kind": "ended", "actor": told.get("old_servicer_userid"),
                "actor_kind": "agent"}
    return {"activity": str(told.get("event_type") or "事件"), "kind": "other", "actor": None, "actor_kind": "system"}


def _message(item: dict[str, Any], customer: str) -> dict[str, Any] | None:
    """Who wrote what; what is no text stands as its kind in brackets."""
    if item["sent"]:
        sender, kind = item["open_kfid"], "bot"
    elif item.get("origin") == CUSTOMER:
        sender, kind = customer, "customer"
    elif item.get("origin") == SERVICER:
        sender, kind = item.get("servicer_userid"), "agent"
    else:
        return None
    name = str(item.get("msgtype") or "")
    text = (item.get("text") or {}).get("content") or (item.get("msgmenu") or {}).get("head_content")
    return {"sender": sender, "sender_kind": kind, "text": text or (f"[{name}]" if name in SHOWN else None)}
