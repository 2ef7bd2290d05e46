"""Freezing: what the data say of a review's key indicators, kept with the hash of what was asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.rights import Actor
from bihuan.engine.effects.bundle import figures_hash
from bihuan.engine.facts import store
from bihuan.engine.indicators.contracts import Query, Result, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import evaluate_on, open_session
from bihuan.engine.indicators.passports import load
from bihuan.engine.indicators.targets import load_targets
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.conditions import unit_kinds, where_of

from ..models import Cycle
from ..rights import require_manage
from .errors import CycleError


@dataclass(frozen=True)
class Snapshot:
    """Key indicators at one moment; ``known_at`` is the moment whose data they are."""

    figures: list[dict[str, Any]]
    digest: str
    known_at: datetime
    as_of: datetime | None


def take_snapshot(
    *, indicators: Sequence[str], filters: Filters, start: date, end: date, known_at: datetime | None = None,
) -> Snapshot:
    """Return what the data say of some days of a scope; with ``known_at`` what they said then.

    An indicator whose rows lack a dimension of the filters is left out: it cannot answer for the scope.
    """
    home, moment = workspace.home(), known_at or timezone.now()
    query = Query(start=start, end=end, where=where_of(filters, unit_kinds()), known_at=known_at)
    scope = Scope(minimum_n=workspace.facts().minimum_n)
    known, targets = load(home.then(known_at)), load_targets(home.then(known_at))
    figures = []
    with open_session(home, query) as session:
        for name in indicators:
            if name not in known:
                continue
            try:
                found = evaluate_on(session, [known[name]], query, scope, targets=targets)
            except IndicatorError as error:
                if error.code != "dimension_absent":
                    raise
                continue
            figures += [stored(one, known[name].definition_hash) for one in found]
    return Snapshot(figures, digest_of(figures), moment, store.as_of(home, known_at=known_at))


def stored(result: Result, definition_hash: str) -> dict[str, Any]:
    """Return a result as it is kept, with the hash of its definition."""
    kept = json.loads(json.dumps(asdict(result), default=str))
    return {**kept, "definition_hash": definition_hash}


def digest_of(figures: list[dict[str, Any]]) -> str:
    """Return the SHA-256 of kept figures."""
    return figures_hash(figures)


def freeze_again(*, cycle: Cycle, reason: str, actor: Actor) -> Cycle:
    """Take the snapshot anew while nobody has handed in scores: late data have come. Raises CycleError."""
    require_manage(actor, cycle.units)
    if not reason.strip():
        raise CycleError(_("重新取数需要写明原因。"), field="reason")
    taken = take_snapshot(indicators=cycle.indicators, filters=cycle.kept, start=cycle.start, end=cycle.end)
    return _replace(cycle=cycle, taken=taken, reason=reason.strip(), actor=actor)


@transaction.atomic
def _replace(*, cycle: Cycle, taken: Snapshot, reason: str, actor: Actor) -> Cycle:
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if not cycle.is_open:
        raise CycleError(_("复盘已结束，数值不再改变。"))
    if cycle.members.filter(scored_at__isnull=False).exists():
        raise CycleError(_("已有成员按现在的数值交了评分，不能再换数值。"))
    before = cycle.figures_hash
    cycle.figures, cycle.figures_hash = taken.figures, taken.digest
    cycle.known_at, cycle.as_of = taken.known_at, taken.as_of
    cycle.save(update_fields=["figures", "figures_hash", "known_at", "as_of"])
    audit.record("plan.cycle_frozen_again", cycle, actor=actor, reason=reason, before=before, after=taken.digest)
    return cycle
