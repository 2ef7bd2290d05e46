"""Queues in their steady state: Erlang C (everybody waits) and Erlang A (some give up).

Erlang C: Gans, Koole & Mandelbaum 2003, Telephone call centers, section 4.1. Erlang A (M/M/n+M): Mandelbaum & Zeltyn
2007, solved here as the birth-death process that it is. Both suppose that contacts come at random at a steady rate,
and handling times that vary as an exponential does: they are for a quick answer, the replay is for a fair one.
"""

from __future__ import annotations

import math

import numpy as np

from .contracts import Queue
from .errors import StaffingError

STATES = 4_000
MOST_AGENTS = 5_000


def erlang_c(contacts: float, *, interval_s: float, handle_s: float, agents: int, target_s: float) -> Queue | None:
    """Return the queue of ``agents`` for ``contacts`` an interval; None where they are too few for it to end.

    >>> round(erlang_c(100, interval_s=1800, handle_s=180, agents=14, target_s=20).p_wait, 4)
    0.1741
    """
    load = _load(contacts, interval_s, handle_s, agents)
    if load >= agents:
        return None
    wait = _p_wait(load, agents)
    spare = (agents - load) / handle_s
    return Queue(agents, load, wait, 1 - wait * math.exp(-spare * target_s), wait / spare, load / agents)


def erlang_a(contacts: float, *, interval_s: float, handle_s: float, agents: int, target_s: float,
             patience_s: float) -> Queue:
    """Return the same where contacts give up after ``patience_s`` on average: there is an answer for any load.

    ``wait_s`` is over all who come, those who give up included; ``service_level`` counts who was answered in time.
    """
    load = _load(contacts, interval_s, handle_s, agents)
    if patience_s <= 0:
        raise StaffingError("patience", value=patience_s)
    states = _states(load, handle_s / patience_s, agents)
    queued = np.maximum(np.arange(len(states)) - agents, 0)
    rate = load / handle_s
    length = float((queued * states).sum())
    abandon = length / patience_s / rate if rate else 0.0
    busy = float((np.minimum(np.arange(len(states)), agents) * states).sum())
    return Queue(agents, load, float(states[agents:].sum()), _in_time(states, agents, handle_s, patience_s, target_s),
                 length / rate if rate else 0.0, busy / agents, abandon)


def needed(contacts: float, *, interval_s: float, handle_s: float, target_s: float, service_level: float,
           occupancy: float = 1.0, shrinkage: float = 0.0) -> tuple[int, int]:
    """Return (people at work, people on the roster) for a service level and an occupancy that is not passed (Erlang C).

    ``shrinkage`` is the share of paid time in which somebody is not there to answer.
    """
    if not 0 <= shrinkage < 1 or not 0 < service_level < 1 or not 0 < occupancy <= 1:
        raise StaffingError("share", value=f"{service_level}, {occupancy}, {shrinkage}")
    load = contacts / interval_s * handle_s
    for agents in range(max(1, math.ceil(load / occupancy)), MOST_AGENTS + 1):
        found = erlang_c(contacts, interval_s=interval_s, handle_s=handle_s, agents=agents, target_s=target_s)
        if found is not None and found.service_level >= service_level and found.occupancy <= occupancy:
            return agents, math.ceil(round(agents / (1 - shrinkage), 9))
    raise StaffingError("too_many", most=MOST_AGENTS)


def _load(contacts: float, interval_s: float, handle_s: float, agents: int) -> float:
    if contacts < 0 or interval_s <= 0 or handle_s <= 0 or not 1 <= agents <= MOST_AGENTS:
        raise StaffingError("queue", most=MOST_AGENTS)
    return contacts / interval_s * handle_s


def _p_wait(load: float, agents: int) -> float:
    """Erlang C from Erlang B, whose recursion knows no large numbers."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / agents * (1 - blocked))


def _states(load: float, impatience: float, agents: int) -> np.ndarray:
    """Return how likely 0, 1, 2 ... contacts are there; times in units of the handling time, in logarithms."""
    count = np.arange(1, agents + STATES + 1)
    leaving = np.minimum(count, agents) + np.maximum(count - agents, 0) * impatience
    with np.errstate(divide="ignore"):
        likely = np.concatenate(([0.0], np.cumsum(np.log(load) - np.log(leaving))))
    likely = np.exp(likely - likely.max())
    return likely / likely.sum()


def _in_time(states: np.ndarray, agents: int, handle_s: float, patience_s: float, target_s: float) -> float:
    """Share answered within the target: who finds k before them must see k + 1 leave before the target and stay.

    With j before them the line moves at the rate n/handle + j/patience (somebody is done, or one of the j gives up) and
    the newcomer gives up at 1/patience: a death process whose generator is integrated up to the target.
    """
    from scipy.sparse import bmat, csr_matrix, diags
    from scipy.sparse.linalg import expm_multiply

    arriving = states[agents:]
    likely = arriving[:max(2, len(arriving) - int(np.searchsorted(np.cumsum(arriving[::-1]), 1e-12)))]
    forward = agents / handle_s + np.arange(len(likely)) / patience_s
    flow = diags([-(forward + 1 / patience_s), forward[1:]], [0, 1])
    # One more state counts who was served: it takes what leaves the head of the line by being served.
    served = csr_matrix(([forward[0]], ([0], [0])), shape=(1, len(likely)))
    whole = bmat([[flow, None], [served, csr_matrix((1, 1))]], format="csr")
    return float(states[:agents].sum() + expm_multiply(whole * target_s, np.append(likely, 0.0))[-1])
