"""The real contacts once more, answered in order of arrival by other people: a simulation by single contacts.

Who hung up was not served and who was answered would have waited longer: their handling time is drawn from the answered
contacts of the same hour, their patience from ``patience``. Nobody is answered in no time: what a contact waited in
truth although somebody was free (ringing, routing, a person who is slow to pick up) is its answering time, drawn for
the others from those of the same hour. The draws are the same for every roster that is compared.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np

from .contracts import Contacts, Shifts
from .patience import patience_of

# The sums that every figure is made of, by day and hour of arrival.
SUMS = ("contacts", "in_time", "answered", "waited", "abandoned", "busy")


@dataclass(frozen=True)
class Draw:
    """What is not known of each contact, drawn once: the times it takes to handle and to answer, patience, and luck
    for those a bot may take."""

    service: np.ndarray
    answering: np.ndarray
    patience: np.ndarray
    luck: np.ndarray


def draws(contacts: Contacts, shifts: Shifts, count: int, seed: int) -> list[Draw]:
    """Return ``count`` draws for the contacts, answered by ``shifts`` in truth; the same seed gives the same ones."""
    told = ~np.isnan(contacts.waited_s)
    patience = patience_of(contacts.waited_s[told], contacts.answered[told])
    # Where nobody wrote down how long those waited who gave up, nobody gives up: the replay's error shows it.
    gave_up_after = np.where(told, contacts.waited_s, np.inf)
    found = []
    for dice in np.random.default_rng(seed).spawn(count):
        service = _filled(contacts.service_s, contacts.hour, dice)
        drawn = np.where(contacts.answered, patience.draw(dice.random(len(contacts)), contacts.waited_s),
                         gave_up_after)
        draw = Draw(service, np.zeros(len(contacts)), drawn, dice.random(len(contacts)))
        waits, _ = replay(contacts, draw, shifts)
        at_once = np.where(contacts.answered & (waits == 0), contacts.waited_s, np.nan)
        found.append(replace(draw, answering=_of_other_days(at_once, contacts, dice)))
    return found


def _of_other_days(at_once: np.ndarray, contacts: Contacts, dice: np.random.Generator) -> np.ndarray:
    """Draw answering times for even days from odd ones and the other way: a replay that is judged by a day's waits
    must not have been told them."""
    found, odd = np.zeros(len(contacts)), contacts.day % 2 == 1
    for those in (odd, ~odd):
        found[those] = _filled(np.where(those, np.nan, at_once), contacts.hour, dice)[those]
    return found


def _filled(values: np.ndarray, hours: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """Fill what is unknown from the known of the same hour, of all hours where they are few; 0 without any."""
    known, filled = ~np.isnan(values), values.copy()
    for hour in np.unique(hours[~known]):
        pool = values[known & (hours == hour)]
        pool = pool if len(pool) >= 10 else values[known]
        missing = np.flatnonzero(~known & (hours == hour))
        filled[missing] = dice.choice(pool, len(missing)) if len(pool) else 0.0
    return filled


def replay(contacts: Contacts, draw: Draw, shifts: Shifts, *, handling: float = 1.0,
           taken: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return (wait in seconds, whether answered) of each contact; wait NaN for those who needed nobody.

    First come, first served, by whoever is free first. A contact in hand is finished after the end of a shift.
    """
    waits, answered = np.full(len(contacts), np.nan), np.zeros(len(contacts), bool)
    people = list(zip(shifts.start.tolist(), shifts.end.tolist()))
    heapq.heapify(people)
    served, answering = (draw.service * handling).tolist(), draw.answering.tolist()
    patience, arrived = draw.patience.tolist(), contacts.arrived.tolist()
    for place in np.flatnonzero(needing(draw, taken)).tolist():
        came = arrived[place]
        while people and max(people[0][0], came) >= people[0][1]:
            heapq.heappop(people)
        begins = max(people[0][0], came) + answering[place] if people else np.inf
        if begins - came > patience[place] or not people:
            waits[place] = patience[place]
            continue
        waits[place], answered[place] = begins - came, True
        heapq.heapreplace(people, (begins + served[place], people[0][1]))
    return waits, answered


def needing(draw: Draw, taken: float) -> np.ndarray:
    """Return which contacts still need a person where a bot takes the share ``taken``."""
    return draw.luck >= taken


def sums(contacts: Contacts, waits: np.ndarray, answered: np.ndarray, service: np.ndarray, *, target_s: float,
         days: int, needed: np.ndarray | None = None) -> np.ndarray:
    """Return the sums by day and hour (days x 24 x sums) of the contacts that ``needed`` somebody; None: all did.

    Who was not answered gave up, also where nobody wrote down after how long (wait NaN).
    """
    there = np.ones(len(contacts), bool) if needed is None else needed
    columns = (there, answered & (waits <= target_s), answered, np.where(answered, waits, 0.0), there & ~answered,
               np.where(answered, service, 0.0))
    found = np.zeros((days, 24, len(SUMS)))
    for number, column in enumerate(columns):
        np.add.at(found[:, :, number], (contacts.day, contacts.hour), np.asarray(column, float))
    return found
