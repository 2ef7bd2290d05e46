"""The scan of a wave: every segment by every number, corrected together, in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.engine.survey.analyse import sentence
from bihuan.engine.survey.cross import Finding, compare_all
from bihuan.engine.survey.groups import select
from bihuan.engine.survey.seen import EVERYBODY

from ..contracts import Comparison, State, Wave
from ..models import ProposedFinding
from ..rights import minimum_for, seen_by
from .analysis import Step
from .lake import kept, load
from .words import group_labels, plain_result, segment_label, words_of

ALPHA = 0.05


@dataclass(frozen=True)
class Scan:
    """Every comparison, the surest first; ``segments`` and ``measures`` looked at."""

    wave: Wave
    state: State
    comparisons: tuple[Comparison, ...]
    segments: tuple[str, ...]
    measures: tuple[str, ...]
    n: int
    minimum: int
    weighted: bool
    withheld: bool = False

    @property
    def stand(self) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if one.stands)


def scan_of(user: User, wave: Wave, state: State, step: Step = lambda done, total, text: None) -> Scan:
    """Return the scan within what the address chose, with what was already proposed marked."""
    seen, minimum = seen_by(user), minimum_for(user)
    found = kept(("cross", wave, state.filters, state.within, seen, minimum),
                 lambda: _scan(wave, state, seen, minimum, step))
    return marked(found, wave, state)


def marked(found: Scan, wave: Wave, state: State) -> Scan:
    """Return a scan with what was proposed as a problem by now marked, what became of it, and of how many it is one."""
    taken = dict(ProposedFinding.objects.filter(survey=wave.code).order_by("pk").values_list("fingerprint", "taken_as"))
    prints = [fingerprint(wave, state, one) for one in found.comparisons]
    return replace(found, state=state, comparisons=tuple(
        replace(one, proposed=name in taken, taken_as=taken.get(name, ""), compared=len(found.comparisons))
        for one, name in zip(found.comparisons, prints, strict=True)))


def whole_scan(wave: Wave, *, minimum: int) -> Scan:
    """Return the scan over all answers of a wave, for work that serves no single reader."""
    return kept(("cross", wave, (), None, EVERYBODY, minimum), lambda: _scan(wave, State(), EVERYBODY, minimum))


def fingerprint(wave: Wave, state: State, one: Comparison) -> str:
    """Return what makes two proposals the same: the comparison, not its numbers."""
    chosen = ";".join(f"{name}={','.join(values)}" for name, values in state.filters)
    return "|".join((wave.code, chosen, one.segment, one.group, one.measure))[:400]


def _scan(wave: Wave, state: State, seen, minimum: int, step: Step = lambda done, total, text: None) -> Scan:
    step(0, 2, _("读取答卷"))
    held = load(wave, seen, state.within)
    step(1, 2, _("逐组比较"))
    chosen = select(held.responses, held.design, state.filters, minimum=minimum)
    design = chosen.design
    measures = tuple(words_of(name, design) for name in dict.fromkeys(
        (*design.dimensions, *([design.overall] if design.overall else []), *([design.nps] if design.nps else []))))
    bare = Scan(wave, state, (), tuple(segment_label(name, design) for name in design.segments), measures,
                len(chosen.responses), design.minimum_n, design.weighted and len(chosen.responses) > 0 and
                bool(chosen.responses.weights.max() > chosen.responses.weights.min()), chosen.withheld)
    if chosen.withheld:
        return bare
    found = sorted(compare_all(chosen.responses, design), key=lambda one: (one.q, -abs(one.effect_size)))
    names = {segment: group_labels(segment, {one.group for one in found if one.segment == segment}, design)
             for segment in design.segments}
    return replace(bare, comparisons=tuple(_comparison(place, one, design, names[one.segment][one.group])
                                           for place, one in enumerate(found)))


def _comparison(place: int, one: Finding, design, group: str) -> Comparison:
    measure, segment = words_of(one.measure, design), segment_label(one.segment, design)
    words = sentence(replace(one, measure=measure, segment=segment, group=group), get_language() or "zh")
    return Comparison(
        place, words, one.measure, measure, one.segment, one.group, group,
        plain_result(one.value, one.value_low, one.value_high, one.n, one.kind),
        plain_result(one.others, one.others_low, one.others_high, one.n_others, one.kind),
        plain_result(one.difference, one.low, one.high, one.n + one.n_others, one.kind), one.q, one.effect_size,
        {"welch": _("Hedges g"), "ranks": _("秩双列相关"), "two_proportions": _("Cohen h")}[one.method],
        {"welch": _("Welch t 检验与置换检验"), "ranks": _("秩置换检验与 Welch t 检验"),
         "two_proportions": _("两比例检验与置换检验")}[one.method],
        one.q < ALPHA, segment_words=segment)
