"""The state of one simulated company, and what customers do when a problem stays unsolved."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import count
from math import exp, log

import numpy as np

from .arrivals import Problems
from .draws import Draws
from .hours import DAY, HOUR, Hours
from .people import Agent, Customers
from .records import Contact, Records, Served
from .setting import Company, Topic
from .truths import Truth, Truths

PHONE_OPEN, PHONE_CLOSE = 9 * HOUR, 21 * HOUR
COMPLAINT_CHANNELS = ("phone", "phone", "ticket", "email", "counter")
TRIES = 4                              # nobody comes back more often with the same problem
REDIALS = 2


class World:
    """Company, people, truths and random numbers, the agenda of contacts to come, and the records so far."""

    def __init__(
        self, company: Company, hours: Hours, agents: dict[str, Agent], customers: Customers, truths: Truths,
        rng: np.random.Generator,
    ) -> None:
        self.company, self.hours, self.agents, self.customers = company, hours, agents, customers
        self.truths, self.draws, self.records = truths, Draws(rng), Records()
        self._acting = {truth.id: (*hours.acting(truth), truth) for truth in truths.all}
        self._agenda: list[tuple[float, int, Contact]] = []
        self._order = count()

    def plan(self, problems: Problems) -> None:
        """Put all first contacts on the agenda."""
        columns = (problems.at, problems.customer, problems.topic, problems.product, problems.region, problems.channel)
        for at, who, topic, product, region, channel in zip(*(column.tolist() for column in columns)):
            self.later(Contact(at, who, topic, product, region, channel))

    def later(self, contact: Contact) -> None:
        """Put a contact on the agenda; what would come after the period is dropped."""
        if contact.at < self.hours.end:
            heapq.heappush(self._agenda, (contact.at, next(self._order), contact))

    def contacts(self) -> Iterator[Contact]:
        """Yield contacts in order of time, those included that are added on the way."""
        while self._agenda:
            yield heapq.heappop(self._agenda)[2]

    def acting(self, truth_id: str, t: float, **where: str) -> Truth | None:
        """Return the truth when it is planted, in force at ``t`` and its ``where`` agrees with the given values."""
        known = self._acting.get(truth_id)
        if known is None or not known[0] <= t < known[1]:
            return None
        truth = known[2]
        return truth if all(truth.where.get(key, value) == value for key, value in where.items()) else None

    def topic(self, contact: Contact) -> Topic:
        return self.company.topics[contact.topic]

    def logistics(self, contact: Contact) -> float:
        """Return how many times longer the carrier takes for this contact."""
        truth = self.acting("region_logistics", contact.at, region=self.company.regions[contact.region],
                            topic=self.topic(contact).name)
        return truth.size if truth else 1.0

    def policy(self, contact: Contact) -> bool:
        """Return whether the clause that angers customers stands behind this contact."""
        return self.acting("policy_fee", contact.at, topic=self.topic(contact).name) is not None

    def faulty(self, contact: Contact) -> bool:
        """Return whether the contact is about the faulty batch."""
        product = self.company.products[contact.product]
        return self.acting("product_spike", contact.at, product=product, topic=self.topic(contact).name) is not None

    def solves(self, contact: Contact, agent: Agent, care: float = 1.0, extra: float = 0.0) -> bool:
        """Return whether the problem is over after this contact; ``care`` is the share of the usual time taken."""
        score = self.topic(contact).base + agent.skill + extra + 2.6 * log(care)
        score -= 0.9 * log(self.logistics(contact)) + (0.6 if self.policy(contact) else 0.0)
        cards = self.acting("measure_worked", contact.at, unit=agent.unit_at(contact.at))
        score += cards.size if cards else 0.0
        return self.draws.logit(score - (0.5 if self.faulty(contact) else 0.0))

    def finish(self, case: str, contact: Contact, agent: str, ended: float, solved: bool, wait: float = 0.0,
               slow: float = 0.0) -> None:
        """Remember the service for the rating and let the customer decide what to do next."""
        self.records.served.append(Served(case, contact, agent, ended, solved, wait, slow))
        if not solved:
            self._not_solved(case, contact, ended)
        elif wait > 240 and self.draws.happens(0.006):
            self._complain(case, contact, ended)

    def gave_up(self, case: str, contact: Contact, at: float) -> None:
        """A customer who hung up in the queue tries again soon, or tomorrow, or not at all."""
        if contact.redials >= REDIALS or not self.draws.happens(0.62):
            if self.draws.happens(0.01):
                self._complain(case, contact, at)
            return
        soon = self.draws.happens(0.55)
        delay = self.draws.lognormal(0.35 * HOUR, 0.6) if soon else self.draws.lognormal(16 * HOUR, 0.3)
        self.later(self._again(case, contact, self.open_time(at + delay), contact.channel, contact.attempt,
                               contact.redials + 1))

    def _not_solved(self, case: str, contact: Contact, ended: float) -> None:
        chance = self.topic(contact).complain * (1.0, 1.0, 2.0, 3.0, 3.0)[min(contact.attempt, 4)]
        chance = 0.28 if self.policy(contact) else chance * (2.5 if self.faulty(contact) else 1.0)
        if self.draws.happens(min(chance, 0.5)):
            self._complain(case, contact, ended)
        elif contact.attempt < TRIES and self.draws.happens(0.72):
            channel = contact.channel if self.draws.happens(0.8) or contact.complaint else "phone"
            at = ended + self.draws.lognormal(1.2 * DAY, 0.8)
            at = self.open_time(at) if channel == "phone" else at
            self.later(self._again(case, contact, at, channel, contact.attempt + 1, 0))

    def _again(self, case: str, contact: Contact, at: float, channel: str, attempt: int, redials: int) -> Contact:
        return Contact(at, contact.customer, contact.topic, contact.product, contact.region, channel, attempt,
                       contact.complaint, contact.anger + 0.4, case, redials)

    def _complain(self, case: str, contact: Contact, at: float) -> None:
        channel = self.draws.pick(COMPLAINT_CHANNELS)
        later = self._again(case, contact, at + self.draws.lognormal(0.6 * DAY, 0.8), channel, contact.attempt, 0)
        later.complaint, later.anger = True, later.anger + 0.5
        self.later(later)

    def open_time(self, t: float) -> float:
        """Return ``t``, moved into the hours of the hotline by the usual pattern of a day when it lies outside."""
        second = t % DAY
        if PHONE_OPEN <= second < PHONE_CLOSE - 600:
            return t
        day = t // DAY + (1 if second >= PHONE_CLOSE - 600 else 0)
        span = PHONE_CLOSE - 600 - PHONE_OPEN
        return day * DAY + PHONE_OPEN + span * self.draws.uniform()


def feeling(world: World, served: Served) -> float:
    """Return how content the customer is, on a scale whose noise has standard deviation about one.

    What counts is whether the problem is over, how long the wait was, the person's warmth, the topic itself and
    what has happened before; policies weigh whoever serves.
    """
    contact = served.contact
    topic = world.topic(contact)
    feeling_now = 0.55 if served.solved else -1.25
    feeling_now += 0.5 * topic.mood + world.agents[served.agent].warmth - contact.anger
    feeling_now -= 0.30 * log(1 + max(served.wait - 20, 0) / 30) + 0.22 * min(served.slow, 6)
    feeling_now -= 1.5 if world.policy(contact) else 0.0
    return feeling_now + 0.95 * world.draws.normal()


def chance_of_answer(base: float, feeling_now: float) -> float:
    """Return the chance that an invited customer answers: the angry and the delighted do so more often."""
    return base * (0.75 + 0.5 * (1 - exp(-abs(feeling_now))))
