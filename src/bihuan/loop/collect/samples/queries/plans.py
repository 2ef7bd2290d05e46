"""A plan of a draw: its strata, how the numbers are shared out, and how sure that makes the survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from bihuan.engine.survey.sampling.allocation import allocation, share_margin, weighting_effect
from bihuan.engine.survey.sampling.contracts import KEY, Share, Strata, Stratum
from bihuan.engine.survey.sampling.strata import strata_of

from ..errors import Refused
from ..models import Draw, Frame
from .files import opened, path_of
from .words import stratum_words


@dataclass(frozen=True)
class Plan:
    """What a person decides about a draw; the names are those of ``Draw``."""

    by: tuple[str, ...] = ()
    key_apart: bool = True
    silent_apart: bool = False
    method: str = "proportional"
    total: int = 200
    minimum: int = 0
    deviations: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, int] = field(default_factory=dict)
    expected_rate: float | None = None

    @property
    def strata(self) -> Strata:
        return Strata(self.by, self.key_apart, self.silent_apart)


@dataclass(frozen=True)
class Line:
    """One stratum of the allocation table. ``hoped`` valid answers at the expected rate, None without one."""

    name: str
    label: str
    share: Share
    hoped: float | None
    is_fixed: bool
    deviation: float | None

    @property
    def small(self) -> bool:
        """Whether fewer than 30 answers are to be hoped for, although the stratum has more people than that."""
        return self.hoped is not None and self.hoped < 30 <= self.share.stratum.size


@dataclass(frozen=True)
class Table:
    """An allocation and what it promises; ``margin`` of a share of one half at the expected rate."""

    lines: tuple[Line, ...]
    drawn: int
    size: int
    eligible: int
    margin: float | None
    effect: float | None


def plan_of(drawing: Draw) -> Plan:
    """Return the plan of a stored draw."""
    return Plan(tuple(drawing.by), drawing.key_apart, drawing.silent_apart, drawing.method, drawing.total,
                drawing.minimum, drawing.deviations, drawing.fixed, drawing.expected_rate)


def strata_for(frame: Frame, plan: Plan) -> tuple[Stratum, ...]:
    """Return the strata into which a plan divides a frame."""
    with opened() as con:
        return strata_of(con, path_of(frame), plan.strata)


def shares_of(frame: Frame, plan: Plan, strata: tuple[Stratum, ...] | None = None) -> tuple[Share, ...]:
    """Return how many a plan draws of each stratum. Refused ``deviations_needed``."""
    found = strata_for(frame, plan) if strata is None else strata
    census = frozenset({KEY}) if plan.key_apart else frozenset()
    if plan.method == "neyman":
        missing = [stratum_words(one.name) for one in found if one.name not in plan.deviations
                   and one.name not in census and one.name not in plan.fixed]
        if missing:
            raise Refused("deviations_needed", strata=_("、").join(missing))
    return allocation(found, total=plan.total, method=plan.method, deviations=plan.deviations, fixed=plan.fixed,
                      minimum=plan.minimum, census=census)


def table_of(shares: tuple[Share, ...], plan: Plan) -> Table:
    """Return the allocation table of a plan as its page shows it."""
    rate = plan.expected_rate
    lines = tuple(Line(
        share.stratum.name, stratum_words(share.stratum.name), share,
        None if rate is None else share.drawn * rate, share.stratum.name in plan.fixed,
        plan.deviations.get(share.stratum.name)) for share in shares)
    return Table(lines, sum(share.drawn for share in shares), sum(share.stratum.size for share in shares),
                 sum(share.stratum.eligible for share in shares),
                 share_margin(shares, answered=1.0 if rate is None else rate), weighting_effect(shares))
