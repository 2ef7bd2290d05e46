"""What goes into a staffing question and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Queue:
    """A queue in its steady state. ``wait`` is the mean over all who come, ``abandon`` None where nobody gives up."""

    agents: int
    load: float                 # erlangs offered
    p_wait: float
    service_level: float        # share answered within the target, of all who come
    wait_s: float
    occupancy: float
    abandon: float | None = None


@dataclass(frozen=True)
class Contacts:
    """The contacts of a period in the order of arrival, one entry each; seconds since 1970 UTC and seconds.

    ``service_s`` is NaN where nobody was served, ``waited_s`` where the source does not say how long those waited who
    gave up; who was answered would have waited at least ``waited_s``. ``day`` numbers the days of the workspace's zone,
    ``hour`` is 0..23 there.
    """

    arrived: np.ndarray
    waited_s: np.ndarray
    answered: np.ndarray
    service_s: np.ndarray
    day: np.ndarray
    hour: np.ndarray

    def __len__(self) -> int:
        return len(self.arrived)


@dataclass(frozen=True)
class Shifts:
    """When somebody is there to answer: one stretch of one person each, seconds since 1970 UTC, ``start`` ascending."""

    start: np.ndarray
    end: np.ndarray

    @property
    def hours(self) -> float:
        return float((self.end - self.start).sum()) / 3600


@dataclass(frozen=True)
class Change:
    """What is tried: so many more (or fewer) people in some hours of some weekdays, other handling times, a bot.

    ``weekdays`` are 1 (Monday) to 7, ``first`` and ``last`` hours of the workspace's zone, ``last`` not included.
    ``handling`` multiplies handling times; ``taken`` is the share of contacts that no longer need a person.
    """

    people: int = 0
    first: int = 0
    last: int = 24
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    handling: float = 1.0
    taken: float = 0.0


@dataclass(frozen=True)
class Figure:
    """One number of the replay with the interval over days and draws; None where nobody came, the interval alone where
    too few days tell how days differ."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Outcome:
    """What the replay of a roster gives: all contacts together and hour by hour, each hour with its own count."""

    contacts: int
    hours: float                          # of people being there
    figures: dict[str, Figure]            # service_level, asa_s, abandon, occupancy
    by_hour: dict[int, dict[str, Figure]]
    counts: dict[int, int]                # contacts of each hour


@dataclass(frozen=True)
class Forecast:
    """What happened, what the replay of the same roster says happened (its error), and what the change would do."""

    seen: dict[str, float | None]
    replayed: Outcome
    changed: Outcome
    effect: dict[str, Figure]             # changed less replayed, pairwise by day and draw
    predicted: dict[str, Figure]          # seen plus effect, the interval widened by the replay's own error
    error: dict[str, float | None]        # replayed less seen
    draws: int
    cost: float | None                    # of the hours more or fewer, by the price of an hour
    days: int                             # with contacts: fewer than two weeks of them have no interval
