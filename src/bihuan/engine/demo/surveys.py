"""Post-contact ratings: who is invited, who answers, and what they say."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from .hours import DAY, HOUR
from .records import Served, Ticket
from .world import World, chance_of_answer, feeling

REST = 30 * DAY                        # nobody is asked twice within thirty days
INVITED = {"phone": 0.75, "online": 0.9, "wechat": 0.9, "email": 0.7, "ticket": 0.7}
ANSWERS = {"phone": 0.17, "online": 0.26, "wechat": 0.28, "email": 0.15, "ticket": 0.16}
STARS = (-2.75, -2.1, -1.35, 0.0)      # feelings below which a rating is 1, 2, 3, 4 of 5
EFFORT = (-2.9, -2.3, -1.8, -1.1, -0.4, 0.5)
RECOMMEND = (-3.6, -3.2, -2.9, -2.6, -2.3, -1.95, -1.55, -1.0, -0.35, 0.4)
CALLED_BACK = 0.55                     # share of closed complaints that the call-back team rings


@dataclass(slots=True)
class Rating:
    """One answered invitation; ``nps`` and ``ces`` are None when the short form was sent."""

    served: Served
    at: float
    feeling: float
    csat: int
    nps: int | None
    ces: int | None


@dataclass(slots=True)
class Invitation:
    """One request for a rating. ``status``: sent or failed; ``rating`` None without an answer."""

    id: str
    served: Served
    at: float
    status: str
    rating: Rating | None


@dataclass(slots=True)
class CallBack:
    """The call-back team's question after a complaint was closed."""

    ticket: Ticket
    agent: str
    at: float
    score: int


def ask_for_ratings(world: World) -> list[Invitation]:
    """Return all invitations of the period in order of time, the answered ones with their rating."""
    last: dict[int, float] = {}
    invitations: list[Invitation] = []
    for served in sorted(world.records.served, key=lambda one: one.ended):
        who = served.contact.customer
        at = served.ended + 60 + 120 * world.draws.uniform()
        silent = served.contact.complaint or at - last.get(who, -REST) < REST or at > world.hours.end
        if silent or not world.draws.happens(INVITED[served.contact.channel]):
            continue
        last[who] = at
        invitations.append(_invite(world, served, at, f"YP{len(invitations) + 1:07d}"))
    return invitations


def _invite(world: World, served: Served, at: float, number: str) -> Invitation:
    draws = world.draws
    if draws.happens(0.015):
        return Invitation(number, served, at, "failed", None)
    mood = feeling(world, served)
    answered_at = at + draws.lognormal(0.4 * HOUR, 1.2)
    if answered_at > world.hours.end or not draws.happens(chance_of_answer(ANSWERS[served.contact.channel], mood)):
        return Invitation(number, served, at, "sent", None)
    full = draws.happens(0.5)
    rating = Rating(
        served, answered_at, mood, 1 + bisect_right(STARS, mood),
        bisect_right(RECOMMEND, mood - 0.25 + 0.8 * draws.normal()) if full else None,
        1 + bisect_right(EFFORT, mood + 0.5 * draws.normal()) if full else None,
    )
    return Invitation(number, served, at, "sent", rating)


def call_back(world: World) -> list[CallBack]:
    """Return the call-backs after closed complaints, made two days later by the call-back team."""
    draws, done = world.draws, []
    staff = sorted(agent.id for agent in world.agents.values() if agent.unit == "T16")
    served = {one.case: one for one in world.records.served if one.contact.complaint}
    for ticket in world.records.complaints:
        if ticket.closed is None or not draws.happens(CALLED_BACK):
            continue
        at = world.open_time(ticket.closed + draws.lognormal(1.2 * DAY, 0.4))
        if at < world.hours.end:
            mood = feeling(world, served[ticket.id]) + 0.9      # a call is answered more kindly than a form
            done.append(CallBack(ticket, draws.pick(staff), at, 1 + bisect_right(STARS, mood)))
    return done
