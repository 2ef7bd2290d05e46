"""The numbers a survey gives per respondent: dimension means, the overall rating, NPS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .contracts import Design, Responses

EFFORT_SCALE = (1.0, 7.0)


@dataclass(frozen=True)
class Measure:
    """One number a respondent, NaN for none. NPS counts 100, 0 and -100, so that its mean is the score."""

    name: str
    kind: str
    values: np.ndarray


def rating(responses: Responses, design: Design, item: str) -> np.ndarray:
    """Return an item's answers in the direction of the others; what lies outside the scale is no answer."""
    low, high = design.scale
    values = responses.item(item)
    values = np.where((values >= low) & (values <= high), values, np.nan)
    return low + high - values if item in design.reversed else values


def effort(responses: Responses, design: Design) -> np.ndarray:
    """Return the answers to the effort question, 1..7; other numbers are codes for no answer."""
    values = responses.item(design.ces)
    return np.where((values >= EFFORT_SCALE[0]) & (values <= EFFORT_SCALE[1]), values, np.nan)


def of_dimension(responses: Responses, design: Design, name: str) -> np.ndarray:
    """Return each respondent's mean over the answered items of a dimension; NaN for none."""
    values = np.column_stack([rating(responses, design, item) for item in design.dimensions[name]])
    counts = (~np.isnan(values)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 0, np.nansum(values, axis=1) / counts, np.nan)


def measures_of(responses: Responses, design: Design) -> list[Measure]:
    """Return every measure of the design that somebody answered; an overall item that is a dimension too is one."""
    found = [Measure(name, "mean", of_dimension(responses, design, name)) for name in design.dimensions]
    if design.overall and design.dimensions.get(design.overall) != (design.overall,):
        found.append(Measure(design.overall, "mean", rating(responses, design, design.overall)))
    if design.nps:
        answers = responses.item(design.nps)
        points = np.where(answers >= 9, 100.0, np.where(answers <= 6, -100.0, 0.0))
        found.append(Measure(design.nps, "nps", np.where((answers >= 0) & (answers <= 10), points, np.nan)))
    return [measure for measure in found if not np.isnan(measure.values).all()]
