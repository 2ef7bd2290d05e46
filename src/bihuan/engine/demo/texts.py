"""Chinese sentences for chats, complaints, subjects and comments, composed from parts so that few are alike."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from .draws import Draws
from .hours import DAY
from .people import SURNAMES
from .records import Chat, Contact, Ticket
from .surveys import Rating
from .world import World

FILE = Path(__file__).with_name("texts.toml")
BOT_LINES = ("bot_hello", "bot_try", "bot_closed", "bot_again", "joined")
AGENT_LINES = ("greet", "ask", "explain", "promise", "bye")


@cache
def _parts() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


class Writer:
    """Composes texts from the world and its own random numbers, so that texts never change what happens."""

    def __init__(self, world: World, draws: Draws) -> None:
        self.world, self.draws = world, draws
        self.parts = _parts()

    def chat(self, chat: Chat) -> list[str]:
        """Return the text of each line of a chat."""
        slots = self._slots(chat.contact, chat.agent)
        return [self._line(what, chat.contact, slots) for _, _, what in chat.lines]

    def subject(self, ticket: Ticket) -> str:
        """Return a ticket's subject line: what the customer wants in short."""
        slots = self._slots(ticket.contact, None)
        return self._fill(self.draws.pick(self.parts["open"][slots["topic"]]), slots)

    def complaint(self, ticket: Ticket) -> tuple[str, str]:
        """Return the subject and the body of a complaint."""
        slots = self._slots(ticket.contact, None)
        slots["gist"] = self._fill(self.draws.pick(self.parts["open"][slots["topic"]]), slots)
        slots["remedy"] = self._fill(self.draws.pick(self.parts["complaint"]["remedy"]), slots)
        slots["identity"] = self._fill(self.draws.pick(self.parts["customer"]["identity"]), slots)
        parts = self.parts["complaint"]
        body = self._fill(self.draws.pick(parts["body"]), slots)
        if self.draws.happens(0.7):
            body += self._fill(self.draws.pick(self.parts["detail"][slots["topic"]]), slots) + "。"
        return self._fill(self.draws.pick(parts["subject"]), slots), body

    def comment(self, rating: Rating) -> str:
        """Return what is written beside a rating; most write nothing."""
        if not self.draws.happens(0.22 if rating.csat >= 4 else 0.5):
            return ""
        slots = self._slots(rating.served.contact, rating.served.agent)
        kind = "good" if rating.csat >= 4 else "bad"
        text = self.draws.pick(self.parts["comment"][kind])
        if kind == "bad" and self.draws.happens(0.5):
            text = self.draws.pick(self.parts["open"][slots["topic"]]) + "，" + text
        return self._fill(text, slots)

    def _line(self, what: str, contact: Contact, slots: dict[str, str]) -> str:
        if what == "open" or what == "repeat_story":
            return self._problem(what, contact, slots)
        if what == "detail":
            identity = self.draws.pick(self.parts["customer"]["identity"])
            return self._fill(identity + self.draws.pick(self.parts["detail"][slots["topic"]]), slots)
        if what == "solution":
            return self._fill(self.draws.pick(self.parts["solution"][slots["topic"]]), slots)
        shelf = "bot" if what in BOT_LINES else "agent" if what in AGENT_LINES else "react"
        text = self.draws.pick(self.parts[shelf][what])
        if what == "upset" and self.world.policy(contact):
            text = self.draws.pick(self.parts["open"][slots["topic"]]) + "！" + text
        return self._fill(text, slots)

    def _problem(self, what: str, contact: Contact, slots: dict[str, str]) -> str:
        pick, customer = self.draws.pick, self.parts["customer"]
        begin = pick(self.parts["react"]["repeat_story"]) if what == "repeat_story" else pick(customer["hello"])
        if contact.attempt > 1:
            begin += pick(customer["repeat"])
        text = begin + pick(self.parts["open"][slots["topic"]])
        tail = pick(customer["tail"])
        identity = pick(customer["identity"]) if self.draws.happens(0.35) else ""
        return self._fill("，".join(part for part in (text, identity.rstrip("，。"), tail) if part), slots)

    def _slots(self, contact: Contact, agent: str | None) -> dict[str, str]:
        world, draws = self.world, self.draws
        customers = world.customers
        name = customers.names[contact.customer]
        who = world.agents[agent].name if agent else ""
        day = world.hours.day_of(contact.at) + timedelta(days=int(draws.uniform() * 12) - 5)
        return {
            "product": world.company.products[contact.product], "topic": world.topic(contact).name,
            "city": draws.pick(self.parts["cities"][world.company.regions[contact.region]]),
            "street": draws.pick(self.parts["places"]["streets"]), "name": name, "surname": name[0],
            "phone": customers.phones[contact.customer], "date": f"{day.month}月{day.day}日",
            "order": f"RX{world.hours.day_of(contact.at - DAY if contact.at > DAY else 0):%y%m%d}"
                     f"{int(draws.uniform() * 1e6):06d}",
            "agent": who, "surname_agent": f"小{who[0]}" if who else f"小{draws.pick(SURNAMES)}",
        }

    def _fill(self, text: str, slots: dict[str, str]) -> str:
        """Fill in the slots; the numbers ``{n}``, ``{days}`` and ``{times}`` are new each time."""
        if "{" not in text:
            return text
        n, days, times = (2 + int(self.draws.uniform() * span) for span in (28, 13, 4))
        return text.format(**slots, n=n, days=days, times=times)
