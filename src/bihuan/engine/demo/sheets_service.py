"""The exports of the telephone, chat, ticket and complaint systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .records import Call, Chat, Contact, Step, Ticket
from .sheet import Sheet
from .texts import Writer
from .world import World

CALL_HEADER = ["流水号", "客户编号", "主叫号码", "主题", "产品", "区域", "客户等级", "队列", "工号", "转接工号",
               "转接次数", "来电时间", "排队时间", "接听时间", "放弃时间", "保持时间", "取回时间", "转接时间",
               "挂机时间", "话后完成时间"]
TICKET_HEADER = ["工单号", "客户编号", "渠道", "主题", "产品", "区域", "客户等级", "优先级", "受理组", "处理人",
                 "状态", "标题", "创建时间", "承诺时间", "解决时间", "关闭时间", "重开次数", "关联记录"]
COMPLAINT_HEADER = [*TICKET_HEADER[:12], "投诉内容", *TICKET_HEADER[12:]]
LOG_HEADER = ["编号", "序号", "时间", "活动", "类别", "操作人", "操作人类型", "部门", "挂起原因", "客户可见"]
CHANNELS = {"phone": "电话", "online": "在线", "wechat": "微信", "email": "邮件", "ticket": "表单",
            "social": "社交媒体", "counter": "门店"}
CAUSES = {"customer": "等待客户", "third_party": "等待第三方", "test": "检测", "": None}
ACTORS = {"agent": "坐席", "system": "系统", "customer": "客户", "bot": "机器人"}


def service_sheets(world: World, writer: Writer) -> list[Sheet]:
    """Return the logs of complaints and tickets, then complaints, tickets, chats and calls."""
    records = world.records
    return [
        Sheet("投诉流水.csv", "events", "complaint_log", "gb", LOG_HEADER, _log(world, records.complaints)),
        Sheet("工单流水.csv", "events", "ticket_log", "semicolon", LOG_HEADER, _log(world, records.tickets)),
        Sheet("投诉.xlsx", "cases", "complaints", "xlsx", COMPLAINT_HEADER,
              (_ticket(world, ticket, list(writer.complaint(ticket)), True) for ticket in records.complaints)),
        Sheet("工单.csv", "cases", "tickets", "tab", TICKET_HEADER,
              (_ticket(world, ticket, [writer.subject(ticket)], False) for ticket in records.tickets)),
        Sheet("在线会话.jsonl", "cases", "chats", "jsonl", (), (_chat(world, writer, chat) for chat in records.chats)),
        Sheet("话务记录.csv", "cases", "calls", "gb", CALL_HEADER, (_call(world, call) for call in records.calls)),
    ]


def _about(world: World, contact: Contact) -> tuple[str, str, str, str]:
    """Topic, product, region and the customer's tier at the time."""
    company = world.company
    return (company.topics[contact.topic].name, company.products[contact.product], company.regions[contact.region],
            world.customers.tier(contact.customer, contact.at))


def _call(world: World, call: Call) -> list[Any]:
    contact, customers = call.contact, world.customers
    moments = (contact.at, call.queued, call.answered, call.abandoned, call.held, call.unheld, call.transferred,
               call.ended, call.wrapped)
    return [call.id, customers.ids[contact.customer], customers.phones[contact.customer], *_about(world, contact),
            call.unit, call.agent, call.second, int(call.second is not None),
            *(None if t is None else world.hours.stamp(t).replace("-", "/") for t in moments)]


def _iso(world: World, t: float | None) -> str | None:
    return None if t is None else world.hours.stamp(t).replace(" ", "T") + "+08:00"


def _chat(world: World, writer: Writer, chat: Chat) -> dict[str, Any]:
    topic, product, region, tier = _about(world, chat.contact)
    customer = world.customers.ids[chat.contact.customer]
    names = {"customer": customer, "agent": chat.agent, "bot": "BOT01", "system": None}
    joined = next((t for t, _, what in chat.lines if what == "joined"), None)
    return {
        "id": chat.id, "channel": chat.contact.channel, "customer": customer, "topic": topic, "product": product,
        "region": region, "tier": tier, "team": chat.unit or None, "agent": chat.agent,
        "opened": _iso(world, chat.contact.at), "asked_human": _iso(world, chat.asked),
        "joined": _iso(world, joined), "first_reply": _iso(world, chat.answered),
        "abandoned": _iso(world, chat.abandoned),
        "ended": None if chat.abandoned else _iso(world, chat.ended),
        "messages": [
            {"seq": number, "at": _iso(world, t), "role": role, "sender": names[role], "text": text}
            for number, ((t, role, _), text) in enumerate(zip(chat.lines, writer.chat(chat)), 1)
        ],
    }


def _happened(world: World, ticket: Ticket) -> list[Step]:
    """The steps that lie inside the period: an export knows nothing of tomorrow."""
    return [step for step in ticket.steps if step.at < world.hours.end]


def _status(steps: list[Step]) -> str:
    names = {"pending": "挂起", "resolved": "已解决", "closed": "已关闭", "opened": "待分派"}
    return names.get(steps[-1].kind, "处理中")


def _ticket(world: World, ticket: Ticket, words: list[str], excel: bool) -> list[Any]:
    contact, steps = ticket.contact, _happened(world, ticket)
    known = {step.kind: step.at for step in steps}
    reopened = sum(step.kind == "reopened" for step in steps)
    resolved = known.get("resolved") if known.get("reopened", -1.0) < known.get("resolved", -1.0) else None
    moments = (contact.at, ticket.promised, resolved, known.get("closed"))
    show = world.hours.when if excel else world.hours.stamp
    return [ticket.id, world.customers.ids[contact.customer], CHANNELS[contact.channel], *_about(world, contact),
            ticket.priority, ticket.unit, ticket.agent, _status(steps), *words,
            *(None if t is None else show(t) for t in moments), reopened, contact.origin or None]


def _log(world: World, tickets: list[Ticket]) -> Iterator[list[Any]]:
    for ticket in tickets:
        for number, step in enumerate(_happened(world, ticket), 1):
            public = "是" if step.kind in ("responded", "replied") else "否"
            yield [ticket.id, number, world.hours.stamp(step.at), step.activity, step.kind, step.actor,
                   ACTORS[step.actor_kind], step.unit, CAUSES[step.cause], public]
