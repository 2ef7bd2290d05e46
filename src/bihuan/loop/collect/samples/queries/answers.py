"""Who of a wave has answered, as far as the answers have arrived in the records."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core import workspace
from bihuan.engine.facts.held import HeldConnection
from bihuan.engine.survey.errors import SurveyError
from bihuan.engine.survey.reading import read_answers
from bihuan.engine.survey.validity import is_valid, judge
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import design_of_wave

held = HeldConnection()


@dataclass(frozen=True)
class Answered:
    """``n`` responses, ``valid`` of them; customers by name as far as the answers say whose they are.

    In an anonymous survey nobody knows: the sets are empty although there are answers.
    """

    n: int = 0
    valid: int = 0
    customers: frozenset[str] = frozenset()
    valid_customers: frozenset[str] = frozenset()
    anonymous: bool = False

    @property
    def none_yet(self) -> bool:
        return self.n == 0


def answered(wave: WaveInfo) -> Answered:
    """Return who has answered a wave and whose answers are valid by the survey's rules."""
    with held.on(workspace.home()) as con:
        try:
            responses, design = read_answers(con, design_of_wave(wave), survey=wave.code, answered=True)
        except SurveyError:
            return Answered(anonymous=wave.anonymous)
    valid = is_valid(judge(responses, design))
    names = responses.customers
    if names is None:
        return Answered(len(responses), int(valid.sum()), anonymous=wave.anonymous)
    return Answered(len(responses), int(valid.sum()), frozenset(name for name in names if name),
                    frozenset(name for name in names[valid] if name), wave.anonymous)

