"""What people marked as a problem in the analysis of a survey becomes a finding of the inbox, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from bihuan.core import workspace
from bihuan.core.models import Unit
from bihuan.core.rights import Actor
from bihuan.engine.survey.seen import EVERYBODY
from bihuan.loop.evaluate.opinions.contracts import State, Wave
from bihuan.loop.evaluate.opinions.queries.address import write_state
from bihuan.loop.evaluate.opinions.queries.findings import waiting
from bihuan.loop.evaluate.opinions.queries.lake import waves_seen
from bihuan.loop.evaluate.opinions.services import link_finding, take_finding

from ..contracts import Sign, per_month
from ..models import Finding, FindingAct
from .detect.surveys import loss_of, size_of
from .record import record_signs


def take_proposals(*, today: datetime, actor: Actor) -> int:
    """Take up every waiting proposal; returns how many. What the search itself saw is the same finding."""
    rows = waiting()
    if not rows:
        return 0
    waves = {wave.code: wave for wave in waves_seen(EVERYBODY)}
    return sum(_take(row, waves.get(row.survey), today, actor) for row in rows)


@transaction.atomic
def _take(row: Any, wave: Wave | None, today: datetime, actor: Actor) -> bool:
    if not take_finding(finding=row, actor=actor):
        return False
    sign = sign_of(row, wave)
    record_signs(signs=[sign], today=today, actor=actor)
    finding = Finding.objects.get(key=sign.key)
    if finding.created_by_id is None:
        finding.created_by = row.created_by
        finding.save(update_fields=["created_by"])
    link_finding(finding=row, address=reverse("findings:finding", args=[finding.pk]))
    FindingAct.objects.create(finding=finding, act="proposed", by=row.created_by, note=row.note, round=finding.round)
    return True


def sign_of(row: Any, wave: Wave | None) -> Sign:
    """Return a proposal as a sign; over all answers its key is that of the search."""
    told, filters = row.numbers, tuple((name, tuple(values)) for name, values in row.filters)
    value, usual, difference = told["value"], told["others"]["value"], told["difference"]
    family = wave.family if wave else row.survey
    # Numbers of some units or some answers are another problem than those of all: the key tells them apart.
    kept = (*filters, *((("unit", tuple(sorted(row.units))),) if row.units is not None else ()))
    narrowed = ";".join(f"{name}={','.join(values)}" for name, values in kept)
    address = write_state(State(filters=(*filters, (told["segment"], (told["group"],)))))
    key = f"survey_cell:{family}:{told['segment']}={told['group']}:{told['measure']}"
    return Sign(
        key=(f"{key}|{narrowed}" if narrowed else key)[:400], kind="survey_cell", title=row.sentence[:300],
        period=row.survey[:40], start=None, end=None, value=value["value"], n=value["n"],
        low=value["low"], high=value["high"], unit=value["unit"], difference=difference["value"],
        difference_low=difference["low"], difference_high=difference["high"],
        group={"survey": family, told["segment"]: told["group"], "measure": told["measure"]},
        unit_code=unit_of(row.units), usual=usual, q=told["q"],
        # Proposals of before the comparisons were counted say nothing of it: then it is as if there were no other.
        selected_from=told.get("compared", 1),
        **size_of(wave, difference["value"], value["n"], value["unit"]), method=told["method"],
        as_of=row.created_at.isoformat(), **_weight(wave, value, usual),
        evidence=f"{reverse('opinions:analysis', args=[row.survey])}?{address}")


def _weight(wave: Wave | None, value: dict[str, Any], usual: float | None) -> dict[str, Any]:
    if wave is None:
        return {}
    first, last = (None if one is None else workspace.day_of(one) for one in (wave.first, wave.last))
    return {"impacts": loss_of(wave, value["value"], usual, value["n"], value["unit"],
                               (value.get("low"), value.get("high"))),
            "frequency": per_month(value["n"], first, last)}


def unit_of(units: Iterable[str] | None) -> str:
    """Return the unit above all of those that the numbers speak of; empty, the whole workspace, where there is none."""
    codes = set(units or ())
    parents = dict(Unit.objects.filter(code__in=codes).values_list("code", "parent_code"))
    topmost = [code for code in codes if parents.get(code, "") not in codes]
    return topmost[0] if len(topmost) == 1 else ""
