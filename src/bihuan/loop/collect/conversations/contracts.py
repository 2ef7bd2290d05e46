"""What the pages of conversations show, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLES: dict[str, str | Promise] = {"customer": _("客户"), "agent": _("坐席"), "bot": _("机器人"), "system": _("系统")}
CHANNELS: dict[str, str | Promise] = {
    "phone": _("电话"), "online": _("在线"), "email": _("邮件"), "ticket": _("工单系统"), "wechat": _("微信"),
    "social": _("社交媒体"), "counter": _("柜面"), "other": _("其他")}
KIND_LABELS: dict[str, str | Promise] = {
    "messages": _("会话消息文本与客户发送人姓名"), "answers": _("客户评价文字"), "cases": _("工单主题与附加字段"),
    "events": _("过程记录的附加字段与客户操作人姓名"),
    "customers": _("客户档案中的名称、联系方式与附加字段，及其会话与过程记录中的客户姓名"),
    "recordings": _("录音文件"), "rejected": _("未导入的行与问题单元格文件")}


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for; empty words ask for everything."""

    text: str = ""
    channel: str = ""
    tag: int | None = None
    start: date | None = None
    end: date | None = None
    case: str = ""


@dataclass(frozen=True)
class ConversationLine:
    """One conversation of the list. ``parts`` is the latest find, or the customer's first words: (text, is found)."""

    case: str
    channel: str | Promise
    topic: str
    agent: str
    customer: str
    opened: datetime
    messages: int
    finds: int
    parts: tuple[tuple[str, bool], ...]
    who: str | Promise
    tags: tuple[str, ...]
    read: bool


@dataclass(frozen=True)
class Found:
    """One page of the list. ``pending`` messages are not searched yet."""

    rows: tuple[ConversationLine, ...]
    total: int
    pending: int = 0


@dataclass(frozen=True)
class Piece:
    """A run of characters of a message under the same tags."""

    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class TagLine:
    """One tag on one message, with its words as the reader may see them."""

    pk: int
    name: str
    quote: str
    who: str
    is_quote: bool
    whole: bool


@dataclass(frozen=True)
class Bubble:
    """One message. ``role`` is customer, agent, bot, system or note; ``waited`` seconds the customer waited for it."""

    id: str
    at: datetime
    role: str
    role_label: str | Promise
    who: str
    pieces: tuple[Piece, ...]
    tags: tuple[TagLine, ...]
    waited: int | None
    gone: bool                           # its text was deleted when its time was over


@dataclass(frozen=True)
class Conversation:
    """One conversation; texts are masked unless ``revealed``."""

    case: str
    customer: str
    channel: str | Promise
    topic: str
    opened: datetime
    agent: str
    bubbles: tuple[Bubble, ...]
    revealed: bool


@dataclass(frozen=True)
class TagCount:
    """How often a tag was given: in ``found`` of ``n`` conversations read to the end; ``spans`` pieces of text."""

    tag_id: int
    name: str
    description: str
    kind: str
    found: int
    n: int
    spans: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Quote:
    """Words from a conversation that show what a tag means."""

    case: str
    text: str
    role: str | Promise
    at: datetime
    is_quote: bool
