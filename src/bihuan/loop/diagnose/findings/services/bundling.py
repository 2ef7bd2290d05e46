"""Findings of one peak are put together for the inbox, and taken apart by hand; each stays a finding of its own."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.core.models import Unit
from bihuan.core.rights import Actor, require
from bihuan.engine.findings.bundles import KINDS, Peak, bundle
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import Finding
from ..rights import WORK, require_seen
from .errors import FindingError
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
def put_together(*, finding_id: int, leader_id: int, by: Actor) -> Finding:
    """Put a finding into another one's bundle by hand: what the search sees afterwards neither adds nor takes away.

    Raises FindingError where one of them is decided on for good, leads others, or stands in a bundle already.
    """
    finding, leader = (held(number) for number in sorted((finding_id, leader_id)))
    finding, leader = (finding, leader) if finding.pk == finding_id else (leader, finding)
    for one in (finding, leader):
        require_seen(by, one)
        require(by, WORK, one)
        if one.state in (Finding.State.SETTLED, Finding.State.DISMISSED):
            raise FindingError(_("{number} 已经了结，不能归在一起。").format(number=one.number), field="leader")
    if finding.pk == leader.pk or finding.bundle_id is not None or finding.members.exists():
        raise FindingError(_("这个问题已经在一组里：先拆开，再归到别的问题下。"), field="leader")
    if leader.bundle_id is not None:
        raise FindingError(_("{number} 自己归在别的问题下：请选领头的那一个。").format(number=leader.number),
                           field="leader")
    Finding.objects.filter(Q(pk=leader.pk) | Q(bundle=leader)).update(apart=True)
    finding.bundle, finding.apart = leader, True
    return moved(finding, finding.state, "joined", by=by, note=leader.number)


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
