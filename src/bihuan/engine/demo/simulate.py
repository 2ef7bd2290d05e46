"""One run of the company: contacts in order of time, each at its desk."""

from __future__ import annotations

from datetime import date

import numpy as np

from .arrivals import make_problems
from .calls import take_call
from .chats import take_chat
from .desk import Desk
from .hours import Hours
from .people import make_agents, make_customers
from .rosters import Duty, make_roster
from .setting import Scale, company
from .tickets import BackOffice
from .truths import Truths
from .world import World


def simulate(*, seed: int, scale: Scale, start: date, truths: Truths) -> tuple[World, list[list[Duty]]]:
    """Return the world after the whole period and the telephone teams' roster; equal seeds give equal worlds."""
    streams = [np.random.default_rng([seed, number]) for number in range(6)]
    nature, hours = company(), Hours(start, scale.days)
    agents = make_agents(streams[0], nature, hours)
    customers = make_customers(streams[1], nature, scale)
    world = World(nature, hours, agents, customers, truths, streams[5])
    world.plan(make_problems(streams[2], nature, scale, hours, customers, truths))
    roster = make_roster(streams[3], nature, agents, hours, truths, "phone")
    phones = Desk(roster)
    chats = Desk(make_roster(streams[4], nature, agents, hours, truths, "chat"), slots=3)
    office = BackOffice(world)
    for contact in world.contacts():
        if contact.complaint or contact.channel in ("email", "ticket"):
            office.take(contact)
        elif contact.channel == "phone":
            take_call(world, phones, contact)
        else:
            take_chat(world, chats, contact)
    return world, roster
