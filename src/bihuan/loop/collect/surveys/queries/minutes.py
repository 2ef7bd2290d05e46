"""How long the answers of a survey's waves took, beside what was estimated for the wording they were given to."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core import workspace
from bihuan.engine.facts.held import HeldConnection
from bihuan.engine.survey.lint import estimate
from bihuan.engine.survey.minutes import Minutes, minutes_of
from bihuan.engine.survey.questionnaire import read

from ..models import Survey, Version

held = HeldConnection()
LATEST = 3          # versions that are told of
SECONDS = """
    SELECT survey, value FROM answers WHERE question = '_seconds' AND value IS NOT NULL
        AND coalesce(status, 'valid') = 'valid' AND survey IN (SELECT unnest(?::VARCHAR[]))"""


@dataclass(frozen=True)
class Measured:
    """One version: the minutes it was thought to take and those it took."""

    version: int
    estimated: float
    took: Minutes

    @property
    def ratio(self) -> float | None:
        """How many times the estimate it took."""
        return self.took.median / self.estimated if self.estimated else None


def measured_minutes(survey: Survey) -> list[Measured]:
    """Return the versions that were answered, the newest first; too few answers are not told of.

    Answers faster than the survey's rules allow do not count here either.
    """
    waves = dict(survey.waves.values_list("code", "version_id"))
    if not waves:
        return []
    with held.on(workspace.home()) as con:
        rows = con.sql(SECONDS, params=[list(waves)]).fetchall()
    seconds: dict[int, list[float]] = {}
    fastest = survey.rules.get("fastest_s") or 0
    for code, value in rows:
        if value < fastest:
            continue
        seconds.setdefault(waves[code], []).append(value)
    found = []
    for version in Version.objects.filter(pk__in=seconds).order_by("-number")[:LATEST]:
        took = minutes_of(seconds[version.pk])
        if took is not None and took.n >= survey.minimum_n:
            found.append(Measured(version.number, estimate(read(version.document)).minutes, took))
    return found
