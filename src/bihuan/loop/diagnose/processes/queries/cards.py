"""Problem cards in words: step and action, what it costs, who is accountable, and the finding it became."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import closed_up, named
from bihuan.core.models import Unit, User
from bihuan.core.rights import scope_of
from bihuan.engine.facts.store import connect
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.process.cards import Card, find_cards
from bihuan.engine.process.graph import find_edges
from bihuan.engine.process.log import EventIndex
from bihuan.engine.process.measures import rework
from bihuan.loop.diagnose.findings.contracts import Sign, impact, per_month
from bihuan.loop.diagnose.findings.queries.findings import findings_by_key, known_keys
from bihuan.loop.diagnose.findings.queries.money import money_of_cases
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.scoping import where_of
from bihuan.loop.evaluate.indicators.rights import visible_units
from bihuan.ui import formats

from ..contracts import CLOCKS, FILTERS, ProcessInfo, State
from ..rights import VIEW
from .address import board_of, write_state
from .conformance import complaint_flags
from .log import clock_of, index_of, kept, log_of_cases, logs, meanings
from .register import current_processes, owner_of

TOP, EXAMPLES = 8, 3
WORKING = ("answered", "unhold", "ended")
UNITS = 'SELECT unit FROM cases WHERE id IN (SELECT unnest(?::VARCHAR[])) AND unit IS NOT NULL'


@dataclass(frozen=True)
class ShownCard:
    """``key`` names the card for ever: the same problem later is the same finding."""

    key: str
    card: Card
    step: str
    action: str
    owner: str
    url: str                            # the cases behind it
    examples: tuple[str, ...]
    finding: int | None
    index: EventIndex

    @property
    def case_ids(self) -> list[str]:
        return self.index.cases.take(pa.array(self.card.numbers)).to_pylist()


@dataclass(frozen=True)
class Cards:
    cases: int
    withheld: bool = False
    shown: tuple[ShownCard, ...] = ()
    of: int = 0                         # arrows and repeated activities that the cards were picked from


def cards_of(user: User, state: State) -> Cards:
    """Return the cards of a state, those that lost most hours first."""
    return cards_within(scope_of(user, VIEW), state, unit=unit_of(user, state), processes=current_processes(user),
                        user=user)


def cards_within(scope: Scope, state: State, *, unit: str, processes: list[ProcessInfo], user: User | None = None
                 ) -> Cards:
    """Return the cards of what a scope shows; ``user`` is whose findings they are linked to, None links none."""
    index = index_of(state, scope)
    cases = len(index.cases)
    if not cases or cases < scope.minimum_n:
        return Cards(cases, withheld=bool(cases))
    found, places, of = kept(("cards", state.with_(arrows=0), scope), lambda: _found(index, state, scope))
    keys = _keys([(key_of(card, state, unit, log), key_of(card, state, unit)) for card, log in zip(found, places)])
    raised = findings_by_key(user, keys) if user else {}
    shown = []
    for key, card in zip(keys, found):
        step, owner = owner_of(processes, card.target)
        examples = tuple(index.cases[int(number)].as_py() for number in card.numbers[:EXAMPLES])
        shown.append(ShownCard(key, card, step or card.target, action_of(card), owner, _cases(card, state), examples,
                               raised.get(key), index))
    return Cards(cases, shown=tuple(shown), of=of)


def _found(index: EventIndex, state: State, scope: Scope) -> tuple[list[Card], list[str], int]:
    """Return the cards, the log that each one's cases all come from (empty: several), and out of how many."""
    found = find_cards(index, clock_of(state), complaint_flags(index), top=TOP, minimum=scope.minimum_n)
    of = len(find_edges(index, seconds=clock_of(state), minimum=scope.minimum_n)) + len(rework(index))
    known, log = logs(), log_of_cases(index)
    own = [set(log[card.numbers].tolist()) - {-1} for card in found]
    return found, [known[places.pop()] if len(places) == 1 else "" for places in own], of


def _keys(pairs: list[tuple[str, str]]) -> list[str]:
    """Return each card's key: that of its own log, or the wider one where a finding over all logs is there already."""
    there = known_keys([key for pair in pairs for key in pair])
    return [wide if wide in there and own not in there else own for own, wide in pairs]


def action_of(card: Card) -> str:
    if card.kind == "rework":
        return _("在同一工单里反复进行“{name}”").format(name=card.target)
    return _("从“{source}”转到“{target}”等待过久").format(source=card.source, target=card.target)


def sign_of(state: State, shown: ShownCard, of: int, unit: str) -> Sign:
    """Return the card as the findings take it up: hours lost as its size, the cases as its rows."""
    card, latest, days = shown.card, engine.as_of(), days_of(state, shown.index)
    return Sign(
        key=shown.key, kind="process", title=named(shown.step, shown.action)[:300],
        period=f"{state.start or ''}..{state.end or ''}", value=card.median_s, n=card.count, low=None, high=None,
        unit="s", where=where_of(board_of(state)) or "", unit_code=unit, start=state.start,
        group={name: kept[0] for name, kept in state.filters if len(kept) == 1 and name not in ("unit", "source")},
        end=state.end, suggested_unit=unit or busiest_unit(shown.case_ids),
        selected_from=max(1, of), size=round(card.lost_hours, 1), size_measure="hours",
        method=_("流程问题卡，{clock}").format(clock=CLOCKS[state.clock]), as_of=latest.isoformat() if latest else "",
        evidence=shown.url, frequency=per_month(card.cases.count, *days), impacts=impacts_of(shown))


def days_of(state: State, index: EventIndex) -> tuple[date, date]:
    """Return the first and last day of a state; an open end is that of the events."""
    first, last = (workspace.day_of(datetime.fromtimestamp(int(one) / 1e6, UTC)) for one in (
        index.at.min(), index.at.max()))
    return state.start or first, state.end or last


def impacts_of(shown: ShownCard) -> dict[str, dict[str, Any]]:
    """Return what a card's cases become and cost against the others; no share of complaints where all are, or none."""
    told, index = shown.card.complaints, shown.index
    found = {} if told is None or told.others.share in (None, 0, 1) else {
        "complaint_rate": impact(told.share.share, told.others.share, told.share.n,
                                 low=told.share.low, high=told.share.high)}
    return found | money_of_cases(index.cases.take(pa.array(shown.card.numbers)), index.cases)


def is_ours(card: Card) -> bool:
    """Return whether the wait of a card is the company's to shorten.

    It is not where the customer is waited for, work is under way (a call, its wrap-up), or what is solved is closed.
    """
    (kind, cause), (after, _cause) = (meanings().get(name, (None, None)) for name in (card.source, card.target))
    if card.kind == "rework":
        return True
    waits_for_customer = kind == "pending" and cause == "customer"
    return not (kind in WORKING or waits_for_customer or (kind, after) == ("resolved", "closed"))


def busiest_unit(cases: list[str]) -> str:
    """Return the unit that most of some cases lie with: whom to ask first; empty where none is known."""
    with connect(workspace.home()) as connection:
        counts = Counter(code for (code,) in connection.execute(UNITS, [cases]).fetchall())
    known = set(Unit.objects.filter(code__in=list(counts), is_current=True).values_list("code", flat=True))
    return max(known, key=lambda code: (counts[code], code), default="")


def statement_of(shown: ShownCard) -> Statement:
    """Return the card in the grammar of a problem: step, action, metric, threshold with its numbers."""
    card = shown.card
    words = {"n": formats.plain(card.count), "cases": formats.plain(card.cases.count),
             "hours": formats.plain(card.lost_hours, 0), "median": formats.duration(card.median_s)}
    if card.kind == "rework":
        threshold = _("{n} 次，涉及 {cases} 件工单，多花 {hours} 小时").format(**words)
        return Statement(shown.step, shown.action, _("重复次数"), threshold)
    threshold = closed_up(_("超过中位数 {median} 的部分合计 {hours} 小时，{n} 次").format(**words))
    return Statement(shown.step, shown.action, _("间隔时间"), threshold)


def unit_of(user: User, state: State) -> str:
    """Return the unit a card speaks of: the one chosen, else the topmost the person sees; empty for the whole."""
    chosen, scope = state.chosen("unit"), scope_of(user, VIEW)
    if len(chosen) == 1:
        return chosen[0]
    if scope.units is None:
        return ""
    return next(iter(topmost(scope)), "")


def is_of_several(user: User, state: State) -> bool:
    """Return whether what a person sees are several units with nothing above them: a card of them has no one owner."""
    scope = scope_of(user, VIEW)
    return len(state.chosen("unit")) != 1 and scope.units is not None and len(topmost(scope)) > 1


def topmost(scope: Scope) -> list[str]:
    units = visible_units(scope)
    codes = {unit.code for unit in units}
    return [unit.code for unit in units if unit.parent_code not in codes]


def key_of(card: Card, state: State, unit: str, log: str = "") -> str:
    """Return what makes two cards the same problem: what happens where, never when or by which clock.

    ``log`` is where all the card's cases come from: its key is the same whether or not the page was narrowed to it.
    """
    filters = {name: values for name, values in state.filters if name != "source"} | ({"source": (log,)} if log else {})
    where = where_of(board_of(state.with_(filters=tuple((name, filters[name]) for name in FILTERS if name in filters))))
    return f"process:{card.kind}:{card.source}>{card.target}:{where or ''}:{unit}"[:400]


def _cases(card: Card, state: State) -> str:
    cases = reverse("processes:cases")
    if card.kind == "rework":
        return write_state(state, to=cases, of="rework", name=card.target)
    return write_state(state, to=cases, of="edge", name=[card.source, card.target])
