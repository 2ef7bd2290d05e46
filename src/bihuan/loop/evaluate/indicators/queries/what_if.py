"""First-contact resolution by channel and issue, and what satisfaction goes with it: associations, never causes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.report.contracts import Relation
from bihuan.engine.report.relation import Supposed, associate, suppose
from bihuan.ui.formats import signed

from . import engine
from .board import Asked, rows_url
from .cache import data_version, results
from .names import group_label, names_of
from .scoping import query_of
from .words import dimension_labels

FCR, CSAT = "fcr", "csat_mean"
DIMENSIONS = ("channel", "topic")


@dataclass(frozen=True)
class WhatIfLine:
    """One channel or issue: its FCR, how satisfaction differs there, and what goes with the supposed gain."""

    label: str
    fcr: Result
    url: str
    relation: Relation | None                        # None: too few rated cases on one of the sides
    supposed: Supposed | None
    is_beyond: bool                                  # the gain would take the share over 100 % or below 0

    @property
    def difference(self) -> tuple[str, str]:
        """The difference of satisfaction and its interval, in words; empty without one."""
        return _signs(self.relation.difference, self.relation.low, self.relation.high) if self.relation else ("", "")

    @property
    def change(self) -> tuple[str, str]:
        """What goes with the gain, and its interval, in words; empty where nothing can be supposed."""
        return _signs(self.supposed.change, self.supposed.low, self.supposed.high) if self.supposed else ("", "")


@dataclass(frozen=True)
class WhatIf:
    """The whole and its parts; ``minimum`` is the number of rated cases that each side needs."""

    whole: WhatIfLine | None
    parts: tuple[tuple[str, tuple[WhatIfLine, ...]], ...]
    csat: Result | None
    gain: str
    minimum: int


def what_if(question: Asked, gain: float) -> WhatIf:
    """Return what goes with ``gain`` (a share) more cases resolved at first contact, in the address's period."""
    passport = engine.passports()[FCR]
    minimum = max(passport.minimum_n, question.scope.minimum_n)
    found = {(one.dimension, one.group): one for one in _relations(question, minimum)}
    whole = [_line(question, one, _("合计"), found.get(("all", None)), gain) for one in _ask(question, FCR)]
    csat = _ask(question, CSAT)
    labels = dimension_labels()
    parts = []
    for name in DIMENSIONS:
        names = names_of(name)
        lines = [_line(question, one, group_label(name, one.group[name], names),
                       found.get((name, one.group[name])), gain)
                 for one in _ask(question, FCR, by=(name,)) if one.n and not one.suppressed]
        parts.append((labels[name], tuple(sorted(lines, key=lambda line: -line.fcr.n))))
    return WhatIf(whole[0] if whole else None, tuple(parts), csat[0] if csat else None, _supposed(gain), minimum)


def _supposed(gain: float) -> str:
    text = _("降低 {size} 个百分点") if gain < 0 else _("提高 {size} 个百分点")
    return text.format(size=f"{100 * abs(gain):.1f}")


def _line(question: Asked, fcr: Result, label: str, relation: Relation | None, gain: float) -> WhatIfLine:
    beyond = fcr.value is not None and not 0 <= fcr.value + gain <= 1
    shown = None if fcr.suppressed else relation
    return WhatIfLine(
        label, fcr, rows_url(question, FCR, list(fcr.group.items())), shown,
        suppose(shown, gain) if shown and not beyond else None, beyond)


def _signs(value: float, low: float, high: float) -> tuple[str, str]:
    return signed(value, "score"), f"{signed(low, 'score')} – {signed(high, 'score')}"


def _ask(question: Asked, name: str, by: tuple[str, ...] = ()) -> list[Result]:
    return engine.ask(query_of(question.state, question.span, [name], by=by), question.scope)


def _relations(question: Asked, minimum: int) -> tuple[Relation, ...]:
    """Relate FCR to satisfaction on the rated cases alone; kept, as numbers are."""
    if {"csat", *DIMENSIONS} & set(question.scope.masked):
        return ()
    query = query_of(question.state, question.span, [FCR])
    rated = replace(query, where=" and ".join(part for part in (query.where, "csat is not null") if part))
    key = ("relation", data_version(workspace.home()), rated, question.scope, minimum)
    return results.get(key, lambda: associate(engine.ask_rows(rated, question.scope), minimum=minimum))
