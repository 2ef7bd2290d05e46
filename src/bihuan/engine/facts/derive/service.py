"""Per case from its events: first response, queue and pick-up, talk, and who owned it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bihuan.engine.facts.derive.timeline import LIVE
from bihuan.engine.facts.derive.walk import AGENT, KIND, WHO, Events, after, pick, spell

HANDING = ("assigned", "transferred")
OF_TALK = ("queued", "answered", "abandoned", "transferred", "hold", "unhold", "ended", "wrapped")
TALK, HOLD, WRAP = 1, 2, 3


def hands_over(events: Events) -> np.ndarray:
    """Where a case is given to somebody; bots and customers only ask for it."""
    return events.is_kind(*HANDING) & (events.who != WHO["bot"]) & (events.who != WHO["customer"])


def picks_up(events: Events) -> np.ndarray:
    """Where a person takes a call or a chat."""
    return (events.k == KIND["answered"]) & (events.who == AGENT)


def summarise_service(events: Events, ends: dict[str, pa.Array]) -> pa.Table:
    """Return ``served``: a row a case that has events, with the columns of ``ends``."""
    named, k, s = events.actor >= 0, events.k, events.s
    answers, hands, abandons = picks_up(events), hands_over(events), k == KIND["abandoned"]
    known = events.first(np.ones(k.size, bool))
    first, response, answer = (events.first(where) for where in (events.logged, events.responds, answers))
    bot, queued = events.first(events.who == WHO["bot"]), events.first(k == KIND["queued"])
    abandoned = events.first(abandons)
    owned = events.last((hands | answers) & named)
    person = events.last((events.who == AGENT) & named)
    placed = events.last(events.is_kind(*HANDING) & (events.unit >= 0))
    columns = {
        "n": np.arange(events.size, dtype=np.int32) + events.base, "logged": events.any(events.logged),
        "first_is_end": pick(events.is_kind("resolved", "closed"), first), "first_s": pick(s, first),
        "response_at": _moments(events, response), "response_by": _person(events, response),
        "answer_at": _moments(events, answer), "answer_by": _person(events, answer),
        "queued_s": pick(s, queued), "abandon_s": pick(s, abandoned),
        "abandon_logged": pa.array(events.any(abandons & events.logged), mask=abandoned < 0),
        "owned_by": _person(events, owned), "last_person": _person(events, person),
        "last_unit": spell(_codes(events.unit, placed), events.units), "met_bot": bot >= 0,
        "over_at": _moments(events, events.last(events.is_kind("ended", "abandoned"))),
        "transferred": events.count(k == KIND["transferred"]), "escalated": events.any(k == KIND["escalated"]),
        **_handed(events, bot, response), **_talked(events, answer >= 0), **ends,
    }
    return pa.table(columns).filter(pa.array(known >= 0))


def _moments(events: Events, places: np.ndarray) -> pa.Array:
    return pick(events.us, places).cast(pa.timestamp("us", tz="UTC"))


def _person(events: Events, places: np.ndarray) -> pa.Array:
    return spell(_codes(events.actor, places), events.actors)


def _codes(codes: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.where(places >= 0, codes[places], -1) if codes.size else places


def _handed(events: Events, bot: np.ndarray, response: np.ndarray) -> dict[str, pa.Array]:
    """When a bot gave the customer to people: at all, and before somebody responded."""
    asked = events.is_kind("queued", "transferred", "escalated")
    place, began, answered = np.arange(events.n.size), bot[events.n], response[events.n]
    asked &= (began >= 0) & (place > began)
    early = asked & ((answered < 0) | (place < answered))
    return {"handed_s": pick(events.s, events.first(asked)), "before_response_s": pick(events.s, events.first(early))}


def _talked(events: Events, answered: np.ndarray) -> dict[str, pa.Array]:
    """Time from event to event, by the state the earlier one put the conversation into.

    A transfer leaves the customer waiting when somebody answers next, else the talk goes on (warm transfer).
    A conversation of which some stretch has no end recorded has no talk time.
    """
    chosen = np.flatnonzero(events.is_kind(*OF_TALK) & answered[events.n])
    n, k, s = events.n[chosen], events.k[chosen], events.s[chosen]
    following, until = after(n, k, -1), after(n, s, -1)
    state = np.zeros(n.size, np.int8)
    state[(k == KIND["ended"]) & (following == KIND["wrapped"])] = WRAP
    state[(k == KIND["transferred"]) & np.isin(following, [KIND["ended"], KIND["hold"], KIND["transferred"]])] = TALK
    state[k == KIND["hold"]] = HOLD
    state[picks_up(events)[chosen] | (k == KIND["unhold"])] = TALK
    endless = np.zeros(events.size, bool)
    endless[n[(following < 0) & (state > 0) & (state < WRAP)]] = True

    def total(wanted: int, broken: np.ndarray | None = None) -> pa.Array:
        rows = (state == wanted) & (following >= 0)
        seconds = np.bincount(n[rows], weights=until[rows] - s[rows], minlength=events.size).astype(np.int64)
        none = np.bincount(n[rows], minlength=events.size) == 0
        return pa.array(seconds, mask=none if broken is None else none | broken)

    return {"talk_s": total(TALK, endless), "hold_s": total(HOLD), "wrap_s": total(WRAP)}


# Of ``c`` with ``terms``, ``says`` and ``served``. A response is no sign of being asked for
# where the source knows neither queues nor bots: who was not answered could not be told from who did not ask.
SERVICE_COLUMNS = f"""
    coalesce(owned_by, c.agent, last_person) AS owner, coalesce(c.unit, last_unit) AS home_unit,
    coalesce(response_at, c.first_response_at) AS responded_at, says.responds, tells_complaints,
    CASE WHEN response_at IS NOT NULL THEN response_by
         WHEN c.first_response_at IS NOT NULL THEN coalesce(c.agent, owned_by) END AS responder,
    CASE WHEN from_handover AND before_response_s IS NOT NULL THEN greatest(before_response_s, opened_s)
         ELSE opened_s END AS begun_s,
    CASE WHEN c.channel IN {LIVE} AND served.n IS NOT NULL AND says.queues
         THEN queued_s IS NOT NULL OR answer_at IS NOT NULL OR abandon_s IS NOT NULL END AS offered,
    CASE WHEN c.channel NOT IN {LIVE} OR NOT says.queues THEN NULL
         WHEN handed_s IS NOT NULL OR answer_at IS NOT NULL OR response_at IS NOT NULL THEN true
         WHEN served.met_bot THEN false
         WHEN queued_s IS NOT NULL OR abandon_s IS NOT NULL THEN true END AS asked_human,
    c.channel IN {LIVE} AND from_handover AND coalesce(served.met_bot, false) AND handed_s IS NULL
        AND response_at IS NULL AS with_bot,
    answer_at IS NOT NULL OR response_at IS NOT NULL AS met_human,
    answer_at, answer_by, queued_s, abandon_s, abandon_logged, logged, waits_of_abandoned, says.pends,
    talk_s, hold_s, wrap_s, says.holds, says.wraps, says.logs_holds, says.logs_wraps,
    CASE WHEN transferred > 0 OR (logged AND says.transfers) THEN greatest(c.reassign_count, transferred)
         ELSE c.reassign_count END AS transfers,
    CASE WHEN escalated OR (logged AND says.escalates) THEN escalated END AS escalated
"""
