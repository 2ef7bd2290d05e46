"""Telephone calls: a real queue with patience, skill routing, handling by topic and person."""

from __future__ import annotations

from .desk import NEVER, Desk, Turn
from .hours import DAY
from .people import Agent
from .records import Call, Contact
from .world import PHONE_CLOSE, World

PATIENCE = 680.0                       # mean seconds beyond the first twenty before a caller hangs up
FIRST_TEAM = "T11"
EVENING_TEAM = "T12"


def take_call(world: World, desk: Desk, contact: Contact) -> None:
    """Queue one caller, let a person answer or the caller hang up, and record it."""
    draws = world.draws
    queued = contact.at + 4 + 6 * draws.uniform()                       # the menu
    call = Call(f"HJ{len(world.records.calls) + 1:07d}", contact, "", queued)
    world.records.calls.append(call)
    patience = 20 + PATIENCE * draws.exponential()
    turn = desk.next_turn(queued, lambda idle: _route(world, contact, idle))
    answered = turn.start + draws.lognormal(13.0, 0.4)
    closing = contact.at // DAY * DAY + PHONE_CLOSE + 900
    if turn.agent is None or answered - queued > patience or turn.start == NEVER:
        call.abandoned = min(queued + patience, closing)
        call.unit = _queue_unit(contact.at)
        world.gave_up(call.id, contact, call.abandoned)
        return
    agent = world.agents[turn.agent]
    call.agent, call.unit, call.assigned, call.answered = agent.id, agent.unit_at(queued), turn.start, answered
    _talk(world, call, agent)
    assert call.wrapped is not None and call.ended is not None
    desk.take(turn, call.wrapped)
    world.finish(call.id, contact, agent.id, call.ended, call.solved, answered - queued)


def _route(world: World, contact: Contact, idle: list[Turn]) -> Turn:
    """Choose among idle agents: anyone, unless one of them is given the hard contacts first."""
    truth = world.acting("wronged_agent", contact.at)
    if truth is not None and world.draws.happens(truth.size):
        wronged = [turn for turn in idle if turn.agent == truth.where["agent"]]
        others = [turn for turn in idle if turn.agent != truth.where["agent"]]
        chosen = wronged if world.topic(contact).hard else others
        idle = chosen or idle
    return world.draws.pick(idle)


def _queue_unit(t: float) -> str:
    """The queue a lost call is booked on: the late team's after 18 h, the first team's before."""
    return EVENING_TEAM if t % DAY >= 18 * 3600 else FIRST_TEAM


def _talk(world: World, call: Call, agent: Agent) -> None:
    draws, contact = world.draws, call.contact
    hurry = world.acting("vendor_hurries", contact.at, unit=agent.unit_at(contact.at))
    care = hurry.size if hurry else 1.0
    talk = draws.lognormal(world.topic(contact).talk, 0.5) * agent.pace * care
    assert call.answered is not None
    call.ended = call.answered + max(talk, 20)
    if draws.happens(0.16):
        call.held = call.answered + talk * (0.3 + 0.4 * draws.uniform())
        call.unheld = call.held + draws.lognormal(45, 0.6)
        call.ended = max(call.ended, call.unheld + 15)
    if draws.happens(0.05):
        _transfer(world, call)
    call.wrapped = call.ended + draws.lognormal(165, 0.5) * agent.pace
    call.solved = world.solves(contact, agent, care)


def _transfer(world: World, call: Call) -> None:
    """Hand the call to a specialist of the ticket team for its second half."""
    assert call.ended is not None
    call.second = f"A140{1 + int(5 * world.draws.uniform())}"
    call.transferred = call.ended + 5
    call.ended = call.transferred + world.draws.lognormal(150, 0.4)
