"""Problem cards in words: step and action, what it costs, who is accountable, and the finding it became."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.process.cards import Card, find_cards
from bihuan.engine.process.graph import find_edges
from bihuan.engine.process.measures import rework
from bihuan.loop.diagnose.findings.contracts import Sign
from bihuan.loop.diagnose.findings.queries.findings import findings_by_key
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.scoping import where_of
from bihuan.loop.evaluate.indicators.rights import visible_units
from bihuan.ui import formats

from ..contracts import CLOCKS, State
from ..rights import VIEW
from .address import board_of, write_state
from .conformance import complaint_flags
from .log import clock_of, index_of, kept
from .register import current_processes, owner_of

TOP, EXAMPLES = 8, 3


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


@dataclass(frozen=True)
class Cards:
    cases: int
    withheld: bool = False
    shown: tuple[ShownCard, ...] = ()
    of: int = 0                         # arrows and repeated activities that the cards were picked from


def cards_of(user: User, state: State) -> Cards:
    """Return the cards of a state, those that lost most hours first."""
    scope = scope_of(user, VIEW)
    index = index_of(state, scope)
    cases = len(index.cases)
    if not cases or cases < scope.minimum_n:
        return Cards(cases, withheld=bool(cases))
    found, of = kept(("cards", state.with_(arrows=0), scope), lambda: (
        find_cards(index, clock_of(state), complaint_flags(index), top=TOP, minimum=scope.minimum_n),
        len(find_edges(index, seconds=clock_of(state), minimum=scope.minimum_n)) + len(rework(index))))
    processes, unit = current_processes(user), unit_of(user, state)
    keys = [key_of(card, state, unit) for card in found]
    raised = findings_by_key(user, keys)
    shown = []
    for key, card in zip(keys, found):
        step, owner = owner_of(processes, card.target)
        examples = tuple(index.cases[int(number)].as_py() for number in card.numbers[:EXAMPLES])
        shown.append(ShownCard(key, card, step or card.target, action_of(card), owner, _cases(card, state), examples,
                               raised.get(key)))
    return Cards(cases, shown=tuple(shown), of=of)


def action_of(card: Card) -> str:
    if card.kind == "rework":
        return _("在同一工单里反复进行“{name}”").format(name=card.target)
    return _("从“{source}”转到“{target}”等待过久").format(source=card.source, target=card.target)


def sign_of(user: User, state: State, shown: ShownCard, of: int) -> Sign:
    """Return the card as the findings take it up: hours lost as its size, the cases as its rows."""
    card, latest = shown.card, engine.as_of()
    return Sign(
        key=shown.key, kind="process", title=f"{shown.step}：{shown.action}"[:300],
        period=f"{state.start or ''}..{state.end or ''}", value=card.median_s, n=card.count, low=None, high=None,
        unit="s", where=where_of(board_of(state)) or "", unit_code=unit_of(user, state), start=state.start,
        end=state.end, selected_from=max(1, of), size=round(card.lost_hours, 1), size_measure="hours",
        method=_("流程问题卡，{clock}").format(clock=CLOCKS[state.clock]), as_of=latest.isoformat() if latest else "",
        evidence=shown.url)


def statement_of(shown: ShownCard) -> Statement:
    """Return the card in the grammar of a problem: step, action, metric, threshold with its numbers."""
    card = shown.card
    words = {"n": formats.plain(card.count), "cases": formats.plain(card.cases.count),
             "hours": formats.plain(card.lost_hours, 0), "median": formats.duration(card.median_s)}
    if card.kind == "rework":
        threshold = _("{n} 次，涉及 {cases} 件工单，多花 {hours} 小时").format(**words)
        return Statement(shown.step, shown.action, _("重复次数"), threshold)
    threshold = _("超过中位数 {median} 的部分合计 {hours} 小时，{n} 次").format(**words)
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


def key_of(card: Card, state: State, unit: str) -> str:
    where = where_of(board_of(state)) or ""
    return f"process:{card.kind}:{card.source}>{card.target}:{where}:{unit}"[:400]


def _cases(card: Card, state: State) -> str:
    cases = reverse("processes:cases")
    if card.kind == "rework":
        return write_state(state, to=cases, of="rework", name=card.target)
    return write_state(state, to=cases, of="edge", name=[card.source, card.target])
