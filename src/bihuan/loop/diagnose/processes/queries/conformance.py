"""A version of a process held against the log: what was skipped, out of order, repeated, extra; numbers per step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.facts.store import connect
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.process.behind import Found
from bihuan.engine.process.conformance import Conformance, check_conformance
from bihuan.engine.process.log import EventIndex
from bihuan.engine.process.register import Step
from bihuan.engine.process.steps import StepNumbers, hot_spots, measure_steps

from ..contracts import State
from ..models import ProcessVersion
from ..rights import ROWS, VIEW
from .cases import Lines, lines_of
from .log import clock_of, index_of
from .register import model_of

DEVIATIONS: dict[str, Any] = {
    "skipped": _("跳过"), "order": _("顺序颠倒"), "repeated": _("不该重复而重复"), "extra": _("规程外的活动"),
    "unfinished": _("尚未走到"),
}
FACTS = """SELECT f.csat, f.is_complaint FROM asked LEFT JOIN fact_case f ON f."case" = asked.id ORDER BY asked.place"""


@dataclass(frozen=True)
class Checked:
    """``withheld``: fewer cases than may be told. ``problem``: why the steps cannot be replayed."""

    cases: int
    withheld: bool = False
    problem: str = ""
    found: Conformance | None = None
    rows: tuple[tuple[str, Any], ...] = ()           # (deviation in words, StepResult)


def steps_of_version(version: ProcessVersion) -> tuple[Step, ...]:
    return tuple(one.info() for one in version.steps.all())


def check_version(user: User, version: ProcessVersion, state: State) -> Checked:
    """Return the replay of the cases a person may see; rows of fewer cases than the minimum are left out."""
    scope = scope_of(user, VIEW)
    index = index_of(state, scope, also=version.process.where)
    if not len(index.cases) or len(index.cases) < scope.minimum_n:
        return Checked(len(index.cases), withheld=bool(len(index.cases)))
    try:
        found = check_conformance(index, model_of(steps_of_version(version)))
    except ValueError as error:
        return Checked(len(index.cases), problem=str(error))
    rows = tuple((DEVIATIONS[one.kind], one) for one in found.results if one.share.count >= scope.minimum_n)
    return Checked(len(index.cases), found=found, rows=rows)


def deviating_cases(user: User, version: ProcessVersion, state: State, name: str, kind: str, page: int) -> Lines | None:
    """Return one page of the cases behind a deviation; None when there is no such deviation."""
    index = index_of(state, scope_of(user, ROWS), also=version.process.where)
    steps = model_of(steps_of_version(version))
    result = check_conformance(index, steps).of(name, kind) if steps and len(index.cases) else None
    if result is None:
        return None
    return lines_of(index, Found(result.cases, result.times, np.full(len(result.cases), np.nan)), page)


@dataclass(frozen=True)
class Measured:
    """The numbers of each step; ``hot`` are the names of those where complaints gather, for marking."""

    cases: int
    withheld: bool = False
    problem: str = ""
    rows: tuple[tuple[Step, StepNumbers], ...] = ()
    hot: tuple[str, ...] = ()


def numbers_of(user: User, version: ProcessVersion, state: State) -> Measured:
    """Return wait, handling time, repetitions and satisfaction of each step, and where complaints gather."""
    scope = scope_of(user, VIEW)
    index = index_of(state, scope, also=version.process.where)
    if not len(index.cases) or len(index.cases) < scope.minimum_n:
        return Measured(len(index.cases), withheld=bool(len(index.cases)))
    steps = steps_of_version(version)
    csat, complaint = _facts(index)
    try:
        found = measure_steps(index, model_of(steps), [one.started_by for one in steps], clock_of(state), csat,
                              complaint)
    except ValueError as error:
        return Measured(len(index.cases), problem=str(error))
    rows = tuple((step, one) for step, one in zip(steps, found) if one.cases >= scope.minimum_n)
    return Measured(len(index.cases), rows=rows, hot=hot_spots([one for _step, one in rows]))


def step_cases(user: User, version: ProcessVersion, state: State, name: str, page: int) -> Lines | None:
    """Return one page of the cases that did a step; None when there is no such step."""
    index = index_of(state, scope_of(user, ROWS), also=version.process.where)
    step = next((one for one in model_of(steps_of_version(version)) if one.name == name), None)
    if step is None:
        return None
    codes = [code for code, activity in enumerate(index.activities) if activity in step.activities]
    cases, times = np.unique(index.case_of(np.flatnonzero(np.isin(index.activity, codes))), return_counts=True)
    return lines_of(index, Found(cases, times, np.full(len(cases), np.nan)), page)


def complaint_flags(index: EventIndex) -> np.ndarray:
    """Return for each case whether it is a complaint (1, 0), NaN where the source does not say."""
    return _facts(index)[1]


def activities_seen(user: User, where: str) -> list[str]:
    """Return the names of the log's activities, for the form of a step; none where too few cases may be told."""
    scope: Scope = scope_of(user, VIEW)
    index = index_of(State(), scope, also=where)
    if not len(index.cases) or len(index.cases) < scope.minimum_n:
        return []
    counts = np.bincount(index.activity, minlength=len(index.activities))
    return [index.activities[code] for code in np.argsort(-counts) if counts[code] >= max(1, scope.minimum_n)]


def _facts(index: EventIndex) -> tuple[np.ndarray, np.ndarray]:
    with connect(workspace.home()) as connection:
        connection.register("asked", pa.table({"id": index.cases, "place": pa.array(np.arange(len(index.cases)))}))
        rows = connection.sql(FACTS).to_arrow_table()
    return tuple(rows[name].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(float) if name == "csat" else
                 rows[name].cast(pa.int8()).cast(pa.float64()).to_numpy(zero_copy_only=False).astype(float)
                 for name in ("csat", "is_complaint"))  # type: ignore[return-value]
