"""Findings of one peak are put together for the inbox, and taken apart by hand; each stays a finding of its own."""

from __future__ import annotations

from django.db import transaction

from bihuan.core.models import Unit
from bihuan.core.rights import Actor, require
from bihuan.engine.findings.bundles import KINDS, Peak, bundle
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import Finding
from ..rights import WORK, require_seen
from .rounds import held, moved

UNITS = ("team", "vendor", "centre")


@transaction.atomic
def bundle_peaks() -> int:
    """Put the open findings of the same peak together anew; returns how many belong to another one.

    Only what nobody decided on joins or leaves; what was taken apart stays apart. Run again it changes nothing.
    """
    rows = list(Finding.objects.select_for_update(of=("self",)).filter(kind__in=KINDS, apart=False).exclude(
        state__in=(Finding.State.SETTLED, Finding.State.DISMISSED)).order_by("pk"))
    # What somebody works on inside a bundle stays where it is: it neither leads nor moves.
    rows = [row for row in rows if row.state == Finding.State.NEW or row.bundle_id is None]
    passports, above = engine.passports(), _above()
    found = bundle(_peak(row, passports[row.indicator].family if row.indicator in passports else row.indicator, above)
                   for row in rows)
    for row in rows:
        leader = found.get(row.pk)
        if row.state == Finding.State.NEW and row.bundle_id != leader:
            row.bundle_id = leader
            row.save(update_fields=["bundle"])
    # A member whose leader became a member itself, or is no longer open, stands alone until the next search.
    Finding.objects.filter(bundle__bundle__isnull=False).update(bundle=None)
    return Finding.objects.exclude(bundle=None).count()


def _peak(row: Finding, family: str, above: dict[str, frozenset[str]]) -> Peak:
    place = {name: str(value) for name, value in row.group.items() if name not in UNITS}
    return Peak(row.pk, row.kind, family, row.start, row.end, row.n, row.q, place, row.unit_code,
                above.get(row.unit_code, frozenset({row.unit_code})), row.state != Finding.State.NEW)


def _above() -> dict[str, frozenset[str]]:
    """Return {unit: itself and every unit above it}."""
    parents = dict(Unit.objects.values_list("code", "parent_code"))
    found = {}
    for code in parents:
        chain, at = [], code
        while at and at not in chain:
            chain.append(at)
            at = parents.get(at, "")
        found[code] = frozenset(chain)
    return found


@transaction.atomic
def take_apart(*, finding_id: int, by: Actor) -> Finding:
    """Take one finding out of its bundle, or, asked of the one that leads, let every member of it stand alone."""
    finding = held(finding_id)
    require_seen(by, finding)
    require(by, WORK, finding)
    for member in list(finding.members.select_for_update(of=("self",))):
        member.bundle, member.apart = None, True
        moved(member, member.state, "apart", by=by)
    finding.bundle, finding.apart = None, True
    return moved(finding, finding.state, "apart", by=by)
