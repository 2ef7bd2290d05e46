"""The list of process redesigns: ranked by share of complaints and effort (SPEC 154)."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require
from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import Finding
from ..queries.priorities import COMPLAINTS, DIMENSIONS, narrowed, pareto_key, pareto_of
from ..queries.scoping import ALL, Kept
from ..queries.words import place_of
from ..rights import WORK
from .detect.indicators import where_of
from .errors import FindingError
from .rounds import held, moved

EFFORTS = range(1, 6)


@transaction.atomic
def redesign_from_pareto(*, by: str, value: str, actor: User, kept: Kept = ALL) -> Finding:
    """Make a bar of the Pareto a redesign item, its complaints as evidence; made twice, it is there once."""
    require(actor, WORK)
    if by not in DIMENSIONS:
        raise NotAllowed(by)
    found = pareto_of(actor, by, kept)
    line = next((one for one in found.lines if one.value == value), None)
    if line is None:
        raise NotAllowed(f"{by}={value}")
    key = pareto_key(by, value, kept)
    row = Finding.objects.filter(key=key).first()
    if row is not None:
        require(actor, WORK, row)
        return row
    place, units = {by: value}, dict(kept.filters).get("unit", ())
    unit = value if by == "team" else units[0] if len(units) == 1 else ""
    with translation.override("zh-hans"):
        title = _("{place}的投诉：流程再造").format(place=place_of(place))
    moment = datetime.combine(found.end, time(23, 59), workspace.zone())
    passport = engine.passports()[COMPLAINTS]
    where = " and ".join(part for part in (where_of(place), narrowed(kept)) if part)
    row = Finding(
        key=key, kind="process", title=title, indicator=COMPLAINTS, where=where, indicator_version=passport.version,
        group=place, unit_code=unit, n=line.count, value=line.count, unit="count", direction="down", size=line.count,
        size_measure="cases", share=line.share, redesign=True, start=found.start, end=found.end,
        period=f"{found.start:%Y-%m}–{found.end:%Y-%m}", evidence=line.evidence, first_seen=moment, last_seen=moment,
        selected_from=len(found.lines), created_by=actor)
    require(actor, WORK, row)
    return moved(row, Finding.State.ACCEPTED, "redesign", by=actor)


@transaction.atomic
def redesign_finding(*, finding: Finding, actor: User) -> Finding:
    """Put a finding on the redesign list as it is, once; how hard it is can be said later."""
    row = held(finding.pk)
    require(actor, WORK, row)
    if row.redesign:
        return row
    row.redesign = True
    if row.indicator and row.share is None and row.start and row.end:
        row.share = share_of_complaints(row)
    state = Finding.State.ACCEPTED if row.state == Finding.State.NEW else row.state
    return moved(row, state, "redesign", by=actor)


@transaction.atomic
def set_redesign(*, finding: Finding, effort: int, actor: User) -> Finding:
    """Put a finding on the redesign list with an effort of 1 to 5, or change its effort."""
    row = held(finding.pk)
    require(actor, WORK, row)
    if effort not in EFFORTS:
        raise FindingError(_("改造难度是 1（容易）到 5（很难）。"), field="effort")
    row.redesign, row.effort = True, effort
    if row.indicator and row.share is None and row.start and row.end:
        row.share = share_of_complaints(row)
    state = Finding.State.ACCEPTED if row.state == Finding.State.NEW else row.state
    return moved(row, state, "redesign", by=actor, note=str(effort))


def share_of_complaints(row: Finding) -> float | None:
    """Return what part of all complaints of the finding's span lies in its place; None where nothing is known."""
    def count(where: str | None) -> int | None:
        found = engine.ask(Query((COMPLAINTS,), (), "all", row.start, row.end, where), EVERYTHING)
        return found[0].n if found else None

    there, whole = count(row.where or None), count(None)
    return there / whole if there is not None and whole else None
