"""An analysis that keeps to a review's scope, or to one review: answers about service inside it, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import QueryDict

from bihuan.core.models import User
from bihuan.loop.plan.cycles.queries.cycles import Cycle, cycle_for
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.scopes import ScopeVersion, usable, usable_one
from bihuan.loop.plan.goals.rights import below

from ..contracts import State, Within
from .address import read_state

NAME = "@within"


def asked(user: User, given: QueryDict) -> State:
    """Return the state of an address with the scope or review it names; NotAllowed for one the person may not see.

    ``scope=`` and ``cycle=`` are how other pages name one; it stands among the filters from then on.
    """
    state = read_state(given)
    named = dict(state.filters).get(NAME, ())
    key = next((f"{kind}:{given[kind]}" for kind in ("cycle", "scope") if given.get(kind)), "") or "".join(named[:1])
    rest = tuple(pair for pair in state.filters if pair[0] != NAME)
    if not key:
        return replace(state, filters=rest)
    within = _within(user, key)
    return replace(state, filters=tuple(sorted((*rest, (NAME, (within.key,))))), within=within)


def scope_alone(user: User, given: QueryDict) -> State:
    """Return the state that keeps to an address's scope and to nothing else, for lists of many waves."""
    state = asked(user, given)
    return State(tuple(pair for pair in state.filters if pair[0] == NAME), within=state.within)


def _within(user: User, key: str) -> Within:
    kind, _sign, number = key.partition(":")
    if kind == "cycle" and number.isdecimal():
        row = cycle_for(user, int(number))
        return Within(key, f"{row.number} {row.title}", _spelled(row.kept), row.start, row.end)
    version = usable_one(user, number if kind == "scope" else "")
    return Within(key, _name(version), _spelled(version.kept))


def _spelled(filters: Filters) -> Filters:
    """A unit stands for all that lies below it too."""
    return tuple((name, tuple(sorted(below(values) or values)) if name == "unit" else values)
                 for name, values in filters)


def scopes_for(user: User, state: State) -> list[tuple[str, str, bool]]:
    """Return what an analysis can keep to: (key, name, chosen); a review that the address names is among them."""
    chosen = state.within.key if state.within else ""
    found = [(f"scope:{one.pk}", _name(one), f"scope:{one.pk}" == chosen) for one in usable(user)]
    if state.within and chosen not in {key for key, *_rest in found}:
        found.append((chosen, state.within.label, True))
    return found


def within_labels(keys: Iterable[str]) -> dict[str, str]:
    """Return what scopes and reviews are called; who may not see one has no address that names it."""
    found = {}
    for key in keys:
        kind, _sign, number = key.partition(":")
        if not number.isdecimal():
            continue
        if kind == "cycle" and (row := Cycle.objects.filter(pk=int(number)).first()) is not None:
            found[key] = f"{row.number} {row.title}"
        version = ScopeVersion.objects.filter(pk=int(number)).select_related("scope").first() \
            if kind == "scope" else None
        if version is not None:
            found[key] = _name(version)
    return found


def _name(version: ScopeVersion) -> str:
    return f"{version.scope.name} v{version.number}"
