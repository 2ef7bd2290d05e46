"""Candidates for redundant steps, and rules of escalation, worked out on the past cases a person may see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.process.behind import Found
from bihuan.engine.process.escalation import Level, Replay, replay
from bihuan.engine.process.redundant import Candidate, find_redundant
from bihuan.loop.diagnose.processes.contracts import State
from bihuan.loop.diagnose.processes.queries.cases import Lines, lines_of
from bihuan.loop.diagnose.processes.queries.log import clock_of, index_of
from bihuan.loop.diagnose.processes.queries.register import current_processes, owner_of
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import EscalationRule
from ..rights import VIEW

ROWS = "evaluate.view_rows"


@dataclass(frozen=True)
class Line:
    """A candidate with the step and the accountable role of the process in force; empty without one."""

    candidate: Candidate
    step: str
    owner: str


@dataclass(frozen=True)
class Candidates:
    cases: int
    withheld: bool = False
    minimum: int = 0
    lines: tuple[Line, ...] = ()


def candidates_of(user: User, state: State) -> Candidates:
    """Return the candidates of a state, those on which most time was spent first."""
    scope = scope_of(user, VIEW)
    index = index_of(state, scope)
    cases = len(index.cases)
    if not cases or cases < scope.minimum_n:
        return Candidates(cases, withheld=bool(cases), minimum=scope.minimum_n)
    processes = current_processes(user)
    lines = tuple(Line(one, *owner_of(processes, one.activity))
                  for one in find_redundant(index, clock_of(state), minimum=scope.minimum_n))
    return Candidates(cases, lines=lines)


@dataclass(frozen=True)
class Tried:
    cases: int
    withheld: bool = False
    minimum: int = 0
    found: Replay | None = None


def try_rule(user: User, rule: EscalationRule, state: State) -> Tried:
    """Replay a rule on the cases of a state."""
    scope = scope_of(user, VIEW)
    index = index_of(state, scope, also=rule.where)
    cases = len(index.cases)
    if not cases or cases < scope.minimum_n:
        return Tried(cases, withheld=bool(cases), minimum=scope.minimum_n)
    return Tried(cases, found=_replayed(index, rule, state))


def rule_cases(user: User, rule: EscalationRule, state: State, level: str, page: int) -> Lines | None:
    """Return one page of the cases that reached a level, or ("approvals") had too many; None for no such level."""
    index = index_of(state, scope_of(user, ROWS), also=rule.where)
    found = _replayed(index, rule, state)
    numbers = found.excess_numbers if level == "approvals" else next(
        (one.numbers for place, one in enumerate(found.levels) if str(place) == level), None)
    if numbers is None:
        return None
    return lines_of(index, Found(numbers, np.ones(len(numbers), dtype=np.int64), np.full(len(numbers), np.nan)), page)


def _replayed(index, rule: EscalationRule, state: State) -> Replay:
    latest = engine.as_of()
    return replay(
        index, [Level(str(name), float(hours) * 3600) for name, hours in rule.levels],
        clock_of(state.with_(clock=rule.clock)), done=rule.done, approvals=rule.approvals, most=rule.most,
        until=int(latest.timestamp() * 1_000_000) if latest else 0)
