"""Signs become findings: the same problem is the same row, each period one sighting of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.rights import Actor
from bihuan.engine.clock.calendars import load_calendars
from bihuan.engine.clock.elapsed import add_business

from ..contracts import Sign
from ..models import Finding, FindingAct, JointIssue, Sighting

# A department has three working days to answer; a spike that is over for longer than this opens no matter any more.
ANSWER_SECONDS, FRESH = 3 * 8 * 3600, timedelta(days=45)
CALENDAR = "cn_office"
NUMBERS = ("indicator_version", "where", "group", "period", "start", "end", "selected_from", "size", "size_measure",
           "n", "value", "low", "high", "difference", "difference_low", "difference_high", "target", "usual", "q",
           "unit", "direction", "method", "evidence", "as_of")


@transaction.atomic
def record_signs(*, signs: list[Sign], today: datetime, actor: Actor) -> dict[str, int]:
    """Store what the search saw; returns how many findings are new, seen again, and came back after being settled."""
    counts = {"new": 0, "again": 0, "back": 0}
    keys = []
    for sign in sorted(signs, key=lambda one: (one.key, one.end or today.date())):
        finding, outcome = _seen(sign, today)
        _sighted(finding, sign)
        counts[outcome] += 1
        keys.append(sign.key)
    counts["again"] = len({sign.key for sign in signs}) - counts["new"] - counts["back"]
    audit.record_bulk("diagnose.findings_sighted", keys, actor=actor, new=counts["new"], back=counts["back"])
    return counts


@transaction.atomic
def see(*, sign: Sign, today: datetime, actor: Actor) -> Finding:
    """Store one sign of a room above that watches a problem; returns its finding, the same one each time."""
    record_signs(signs=[sign], today=today, actor=actor)
    return Finding.objects.get(key=sign.key)


def _seen(sign: Sign, today: datetime) -> tuple[Finding, str]:
    moment = _moment(sign, today)
    finding = Finding.objects.select_for_update().filter(key=sign.key).first()
    if finding is None:
        return _opened(sign, moment), "new"
    outcome = "again"
    if sign.end is None or finding.end is None or sign.end >= finding.end:
        # Picked once as the worst of many it stays picked from them, however few the next look compares.
        among = max(finding.selected_from, sign.selected_from)
        for name in NUMBERS:
            setattr(finding, name, getattr(sign, name))
        finding.selected_from = among
        _weigh(finding, sign)
        finding.last_seen = max(finding.last_seen, moment)
    if finding.settled_at is not None and moment > finding.settled_at and finding.state == Finding.State.SETTLED:
        finding.state, finding.settled_at, finding.round = Finding.State.NEW, None, finding.round + 1
        FindingAct.objects.create(finding=finding, act="back", round=finding.round)
        outcome = "back"
    finding.save()
    return finding, outcome


def _opened(sign: Sign, moment: datetime) -> Finding:
    finding = Finding.objects.create(
        key=sign.key, kind=sign.kind, title=sign.title, indicator=sign.indicator, unit_code=sign.unit_code,
        suggested_unit=sign.suggested_unit, first_seen=moment, last_seen=moment,
        **{name: getattr(sign, name) for name in NUMBERS})
    if _weigh(finding, sign):
        finding.save(update_fields=["impacts", "frequency"])
    FindingAct.objects.create(finding=finding, act="found")
    return finding


def _weigh(finding: Finding, sign: Sign) -> bool:
    """Take the impacts of what is no indicator; those of indicators are measured by the search."""
    if sign.frequency is None:
        return False
    finding.impacts, finding.frequency = sign.impacts, sign.frequency
    return True


def open_issue(finding: Finding, *, unit: str, now: datetime) -> JointIssue:
    """Open the cross-department matter of a finding with its own clock: three working days to answer."""
    due = add_business(load_calendars(workspace.home())[CALENDAR], now, ANSWER_SECONDS)
    return JointIssue.objects.create(finding=finding, owner_unit=unit, opened_at=now, answer_by=due)


def open_issues_of_spikes(*, today: datetime) -> int:
    """Open a matter for every spike that is not over for long and has none; returns how many."""
    fresh = Finding.objects.filter(kind="spike", issue=None, last_seen__gte=today - FRESH, state=Finding.State.NEW)
    now = timezone.now()
    for finding in fresh:
        open_issue(finding, unit=finding.suggested_unit, now=now)
        FindingAct.objects.create(finding=finding, act="issue_opened", note=finding.suggested_unit)
    return len(fresh)


def _sighted(finding: Finding, sign: Sign) -> None:
    Sighting.objects.update_or_create(
        finding=finding, period=sign.period, defaults={
            "seen_at": timezone.now(), "value": sign.value, "n": sign.n, "low": sign.low, "high": sign.high,
            "size": sign.size, "as_of": sign.as_of, "definition_hash": sign.definition_hash,
            "evidence": sign.evidence})


def _moment(sign: Sign, today: datetime) -> datetime:
    """Return when a problem was seen: the end of its period, as far as the data reach."""
    if sign.end is None:
        return today
    return min(datetime.combine(sign.end, time(23, 59), workspace.zone()), today)
