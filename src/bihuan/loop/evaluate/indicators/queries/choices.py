"""What the pickers of a board offer, each value only when the person's scope has facts of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.languages import named
from bihuan.core.queries import unit_tree
from bihuan.engine.facts.urgency import by_urgency
from bihuan.engine.indicators.contracts import Query, Scope
from bihuan.engine.indicators.evaluate import reads_closed

from ..contracts import COMPARISONS, GRAINS, PICKED, PRESETS, SPLITS, BoardState, Choice, Link
from ..rights import visible_units
from . import engine
from .address import with_address, without, write_state
from .families import FAMILIES, family_labels, family_of
from .names import labels_for
from .words import comparison_labels, dimension_labels, grain_labels, in_language, period_labels

# The passport that counts every case: its groups are the values a dimension has.
EVERY_CASE = "contact_volume"
MOST = 200
# Dimensions with few values are counted by one question: each question costs more than the rows it counts.
ASKED_TOGETHER = (("channel", "kind", "source"), ("tier", "priority", "region"))


def pickers(state: BoardState, scope: Scope) -> dict[str, list[Choice]]:
    """Return the choices of every picker of the board, by the name it has in the address."""
    return {
        "period": _listed(PRESETS, period_labels(), state.preset),
        "grain": _listed(GRAINS, grain_labels(), state.grain),
        "by": [Choice("", _("只看合计"), not state.by), *_listed(_open(SPLITS, scope), dimension_labels(), state.by)],
        "compare": _listed(COMPARISONS, comparison_labels(), state.compare),
        "other": units(scope, (state.other,)),
        "indicator": _indicators(state, scope),
        **{dimension: values(dimension, state, scope) for dimension in _open(PICKED, scope)},
    }


def tabs(state: BoardState, path: str) -> list[Link]:
    """Return one link a family of indicators, and one for all of them."""
    used = {family_of(passport) for passport in engine.passports().values()}
    labels = {"": _("核心指标"), **{code: label for code, label in family_labels().items() if code in used},
              "all": _("全部指标")}
    return [
        Link(label, with_address(path, write_state(state.with_(family=code, indicators=(), sort=""))),
             code == state.family and not state.indicators)
        for code, label in labels.items()
    ]


def chips(state: BoardState, path: str, scope: Scope) -> list[Link]:
    """Return one link a filter value that leads to the same board without it."""
    titles = {name: in_language(passport.title) for name, passport in engine.passports().items()}
    found = [
        Link(titles.get(name, name), with_address(path, write_state(
            state.with_(indicators=tuple(one for one in state.indicators if one != name)))))
        for name in state.indicators
    ]
    for dimension, values_kept in state.filters:
        title = dimension_labels()[dimension]
        found += [
            Link(named(title, label), with_address(path, write_state(without(state, dimension, value))))
            for value, label in zip(values_kept, labels_for(dimension, values_kept, scope), strict=True)
        ]
    return found


def values(dimension: str, state: BoardState, scope: Scope) -> list[Choice]:
    """Return the values of one filter, the most frequent (priority: the most urgent) first; a chosen one stays."""
    if dimension == "unit":
        return units(scope, state.chosen("unit"))
    if dimension in scope.masked:
        return []
    chosen = state.chosen(dimension)
    counts = {value: count for value, count in _counts(dimension, scope).items() if value}
    offered = by_urgency(list(counts)[:MOST]) if dimension == "priority" else list(counts)[:MOST]
    listed = [*offered, *(value for value in chosen if value not in offered)]
    return [
        Choice(value, label, value in chosen, count=counts.get(value))
        for value, label in zip(listed, labels_for(dimension, listed, scope), strict=True)
    ]


def units(scope: Scope, chosen: tuple[str, ...]) -> list[Choice]:
    """Return the units a scope contains as a tree; the topmost visible ones stand at its root."""
    visible = {unit.code for unit in visible_units(scope)}
    lines = [line for line in unit_tree() if line.unit.code in visible]
    root = min((line.depth for line in lines), default=0)
    return [Choice(line.unit.code, line.unit.name, line.unit.code in chosen, line.depth - root) for line in lines]


def _indicators(state: BoardState, scope: Scope) -> list[Choice]:
    """Return every indicator that may be seen in the order of the board, the chosen ones marked."""
    order = {family: place for place, family in enumerate(FAMILIES)}
    open_ = (passport for passport in engine.passports().values() if not reads_closed(passport, scope))
    listed = sorted(open_, key=lambda passport: order[family_of(passport)])
    return [Choice(one.name, in_language(one.title), one.name in state.indicators) for one in listed]


def _counts(dimension: str, scope: Scope) -> dict[str | None, int]:
    if EVERY_CASE not in engine.passports():
        return {}
    together = _open(next((names for names in ASKED_TOGETHER if dimension in names), (dimension,)), scope)
    counts: dict[str | None, int] = {}
    for result in engine.ask(Query(indicators=(EVERY_CASE,), by=together), scope):
        value = result.group[dimension]
        counts[value] = counts.get(value, 0) + result.n
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _open(dimensions: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    """Return those of some dimensions that the person's roles do not keep closed."""
    return tuple(dimension for dimension in dimensions if dimension not in scope.masked)


def _listed(codes: tuple[str, ...], labels: dict[str, str], chosen: str) -> list[Choice]:
    return [Choice(code, labels[code], code == chosen) for code in codes]
