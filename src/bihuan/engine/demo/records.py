"""What the simulation leaves behind: one object a contact, with the moments the systems would have logged."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Contact:
    """A customer who comes with a problem. ``attempt`` counts from 1; ``anger`` lowers the mood of later ratings."""

    at: float
    customer: int
    topic: int
    product: int
    region: int
    channel: str
    attempt: int = 1
    complaint: bool = False
    anger: float = 0.0
    origin: str = ""                   # id of the record an unsolved problem comes from
    redials: int = 0


@dataclass(slots=True)
class Call:
    """One row of the telephone system; moments that did not happen are None."""

    id: str
    contact: Contact
    unit: str
    queued: float
    agent: str | None = None
    answered: float | None = None
    abandoned: float | None = None
    held: float | None = None
    unheld: float | None = None
    transferred: float | None = None
    second: str | None = None
    ended: float | None = None
    wrapped: float | None = None
    assigned: float | None = None      # when the agent's telephone began to ring: only the state log knows
    solved: bool = False


@dataclass(slots=True)
class Chat:
    """One online conversation; ``lines`` are (time, sender kind, what is said)."""

    id: str
    contact: Contact
    unit: str
    lines: list[tuple[float, str, str]]
    agent: str | None = None
    asked: float | None = None
    answered: float | None = None
    abandoned: float | None = None
    ended: float = 0.0
    solved: bool = False


@dataclass(slots=True)
class Step:
    """One line of a ticket's log."""

    at: float
    activity: str
    kind: str
    actor: str
    actor_kind: str
    unit: str
    cause: str = ""


@dataclass(slots=True)
class Ticket:
    """A ticket or a complaint with its log in order."""

    id: str
    contact: Contact
    unit: str
    agent: str
    priority: str
    promised: float
    steps: list[Step] = field(default_factory=list)
    status: str = "处理中"
    responded: float | None = None
    resolved: float | None = None
    closed: float | None = None
    escalated: bool = False
    solved: bool = False


@dataclass(slots=True)
class Served:
    """What a customer remembers when asked for a rating."""

    case: str
    contact: Contact
    agent: str
    ended: float
    solved: bool
    wait: float
    slow: float                        # days until solved beyond what is usual; 0 for calls and chats


@dataclass
class Records:
    """Everything that happened, by system."""

    calls: list[Call] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    complaints: list[Ticket] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
