"""What other rooms ask of a wave's sample; they ask no right, their callers do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bihuan.engine.survey.sampling.contracts import rule_of

from ..contracts import LISTED, Drawn, Population, Standing
from ..models import Ask, ManualChange
from .coverage import everybody
from .members import draw_in_force, newest_frame


def drawn_of(wave: int) -> list[Drawn]:
    """Return whom a wave asks, by stratum: removed people are not among them; empty before the draw."""
    drawing = draw_in_force(wave)
    if drawing is None:
        return []
    reasons = dict(drawing.changes.filter(kind=ManualChange.Kind.ADD).order_by("made_at").values_list(
        "customer", "reason"))
    return [Drawn(member.customer, member.stratum, member.probability, member.weight,
                  reasons.get(member.customer, ""), member.how, tuple(filter(None, member.reach.split(","))))
            for member in drawing.members.filter(is_removed=False).order_by("stratum", "customer")]


def population_of(wave: int) -> Population | None:
    """Return whom a wave's answers speak for, None before the draw."""
    drawing = draw_in_force(wave)
    if drawing is None:
        return None
    return Population({line["name"]: line["size"] for line in drawing.table},
                      {line["name"]: line["eligible"] for line in drawing.table},
                      drawing.frame.counts, drawing.frame.blocked)


def standing_of(wave: int) -> Standing:
    """Return how far the sample of a wave is."""
    frame, drawing = newest_frame(wave), draw_in_force(wave)
    return Standing(
        frame.inside if frame is not None and frame.is_ready else None,
        drawing.members.filter(is_removed=False).count() if drawing is not None else None,
        Ask.objects.filter(wave_id=wave).count())


def service_days(wave: int) -> tuple[date, date] | None:
    """Return the days whose service a wave's sample was drawn for; None before the draw."""
    drawing = draw_in_force(wave)
    if drawing is None:
        return None
    rule = rule_of(drawing.frame.rule)
    return rule.start, rule.end


def not_asked(wave: int) -> Iterator[tuple[str, str]]:
    """Yield (customer, reason code) of everybody known whom a wave does not ask; nobody who is blocked."""
    drawing = draw_in_force(wave)
    for part in everybody(drawing) if drawing is not None else ():
        yield from ((row["customer"], row["state"]) for row in part if row["state"] not in LISTED)
