"""Online chats: the bot first, a person for those who ask, several chats side by side."""

from __future__ import annotations

from .desk import Desk
from .hours import DAY, HOUR
from .people import Agent
from .records import Chat, Contact
from .world import World

HUMAN_OPEN, HUMAN_CLOSE = 9 * HOUR, 21.75 * HOUR
BOT = "BOT01"


def take_chat(world: World, desk: Desk, contact: Contact) -> None:
    """Let the bot try, hand over to a person when asked and on duty, and record the conversation."""
    chat = Chat(f"ZX{len(world.records.chats) + 1:07d}", contact, "", [])
    world.records.chats.append(chat)
    at = _bot_stage(world, chat)
    if chat.asked is None:
        return
    bad = world.acting("bot_handover", contact.at, channel=contact.channel)
    if bad is not None:
        at = _bad_loop(world, chat, at)
    patience = 60 + 240 * world.draws.exponential()
    turn = desk.next_turn(at)
    lost = bad is not None and world.draws.happens(bad.size)
    if lost or turn.agent is None or turn.start - at > patience:
        chat.ended = chat.abandoned = at + min(patience, 300)
        chat.unit = chat.unit or "T13"
        world.gave_up(chat.id, contact, chat.ended)
        return
    agent = world.agents[turn.agent]
    chat.agent, chat.unit = agent.id, agent.unit_at(at)
    _talk(world, chat, agent, max(turn.start, at) + 3, tired=bad is not None)
    desk.take(turn, chat.ended)
    assert chat.answered is not None
    world.finish(chat.id, contact, agent.id, chat.ended, chat.solved, chat.answered - chat.asked)


def _bot_stage(world: World, chat: Chat) -> float:
    """Write the bot's part; sets ``asked`` when the customer wants a person in the hours of people."""
    draws, contact = world.draws, chat.contact
    at = contact.at + 3 + 12 * draws.uniform()
    chat.lines += [(contact.at, "bot", "bot_hello"), (at, "customer", "open"), (at + 1, "bot", "bot_try")]
    at += 12 + draws.lognormal(20, 0.5)
    easy = world.topic(contact).base > 1.6 and contact.attempt == 1 and not contact.complaint
    if draws.happens(0.42 if easy else 0.14):
        chat.lines.append((at, "customer", "bot_thanks"))
        chat.solved, chat.ended = draws.happens(0.9), at + 20
        return at
    second = at % DAY
    if not HUMAN_OPEN <= second < HUMAN_CLOSE:
        chat.lines += [(at, "customer", "want_human"), (at + 1, "bot", "bot_closed")]
        chat.ended = at + 5
        later = HUMAN_OPEN + 3 * HOUR * draws.uniform()
        if draws.happens(0.5):
            world.later(Contact(at - second + later + (DAY if second > HUMAN_OPEN else 0), contact.customer,
                                contact.topic, contact.product, contact.region, contact.channel, contact.attempt,
                                contact.complaint, contact.anger + 0.1, chat.id))
        return at
    chat.lines.append((at, "customer", "want_human"))
    chat.asked = at
    return at + 1


def _bad_loop(world: World, chat: Chat, at: float) -> float:
    """The bot asks again two or three times before it hands over."""
    for _ in range(2 + world.draws.happens(0.5)):
        chat.lines.append((at + 1, "bot", "bot_again"))
        at += 15 + world.draws.lognormal(20, 0.5)
        chat.lines.append((at, "customer", "still_human"))
    return at + 1


def _talk(world: World, chat: Chat, agent: Agent, at: float, tired: bool) -> None:
    draws, contact = world.draws, chat.contact
    chat.lines.append((at, "system", "joined"))
    at += draws.lognormal(20, 0.55) * agent.pace
    chat.answered = at
    chat.lines.append((at, "agent", "greet"))
    exchanges = 1 + int(draws.lognormal(1.6 + (1.0 if tired else 0.0), 0.5))
    if tired:
        at += draws.lognormal(35, 0.6)
        chat.lines.append((at, "customer", "repeat_story"))
    for number in range(exchanges):
        at += draws.lognormal(24, 0.5) * agent.pace
        chat.lines.append((at, "agent", "ask" if number == 0 else "explain"))
        at += draws.lognormal(30, 0.7)
        chat.lines.append((at, "customer", "detail" if number == 0 else "react"))
    chat.solved = world.solves(contact, agent, extra=-0.5 if tired else 0.0)
    at += draws.lognormal(40, 0.5) * agent.pace
    chat.lines.append((at, "agent", "solution" if chat.solved else "promise"))
    at += draws.lognormal(25, 0.6)
    chat.lines.append((at, "customer", "thanks" if chat.solved else "upset"))
    chat.ended = at + draws.lognormal(15, 0.5)
    chat.lines.append((chat.ended - 2, "agent", "bye"))
