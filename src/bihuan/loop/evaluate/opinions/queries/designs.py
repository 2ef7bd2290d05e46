"""What the items of the product's own surveys mean: the questionnaire says it, and the survey's rules of validity."""

from __future__ import annotations

from dataclasses import replace

from bihuan.engine.survey.contracts import Design
from bihuan.engine.survey.questionnaire import Questionnaire, design_of
from bihuan.loop.collect.surveys.queries import questionnaire_of, wave_info
from bihuan.loop.collect.surveys.queries.pages import dimension_names

ONE_OF_FEW = ("radiogroup", "dropdown")


def own_design(code: str) -> Design | None:
    """Return the design of a wave of the product's own surveys by its questionnaire, None for any other survey.

    Dimensions go by their names in the bank; single choices about the customer are segments.
    """
    wave = wave_info(code)
    if wave is None:
        return None
    asked = questionnaire_of(wave.version_id)
    found = design_of(asked, rules=wave.rules, minimum_n=wave.minimum_n, segments=_segments(asked))
    names = dimension_names()
    dimensions: dict[str, tuple[str, ...]] = {}
    for dimension, items in found.dimensions.items():
        name = names.get(dimension, dimension)
        dimensions[name] = (*dimensions.get(name, ()), *items)
    return replace(found, dimensions=dimensions)


def _segments(asked: Questionnaire) -> tuple[str, ...]:
    """Questions about who answers; else every question with one of a few choices for an answer."""
    single = [item for item in asked.items() if item.type in ONE_OF_FEW]
    return tuple(item.name for item in [one for one in single if one.role == "profile"] or single)
