"""Mystery-shopper visits: planned, reported with evidence, checked by somebody else, kept apart from customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import Unit, User
from bihuan.core.rights import NotAllowed, descendants, reaches, require, scope_of
from bihuan.engine.facts import importing
from bihuan.engine.facts.privacy import load_rules, mask_text

from ..contracts import VERDICTS
from ..errors import Refused
from ..models import Attachment, Scenario, Visit
from ..queries.session import ask
from ..rights import MANAGE
from ..scoring import failed, score_of
from ..sealing import seal
from .files import MB, PICTURES, SOUND, Sent, keep_files

# How far from the visit the case may have been opened that it left behind.
CASE_WITHIN = timedelta(days=2)

State = Visit.State
COLUMNS = ("id", "case", "customer", "agent", "survey", "question", "metric", "value", "text", "at", "channel",
           "entered_by", "weight")


@transaction.atomic
def save_scenario(*, scenario: Scenario, checklist: Sequence[Mapping[str, Any]], actor: User,
                  **fields: Any) -> Scenario:
    """Write a scenario. A changed checklist is a new version; visits keep the one they went by."""
    require(actor, MANAGE)
    if not reaches(scope_of(actor, MANAGE), unit=fields.get("unit_code", scenario.unit_code)):
        raise NotAllowed(MANAGE)
    items = [{**item, "key": f"c{at}"} for at, item in enumerate(checklist, 1)]
    if not items:
        raise Refused("checklist_empty")
    if scenario.pk is not None and items != scenario.checklist:
        scenario.version += 1
    for name, value in fields.items():
        setattr(scenario, name, value)
    scenario.checklist, scenario.changed_by = items, actor
    scenario.save()
    audit.record("collect.scenario_saved", scenario, actor=actor, version=scenario.version, items=len(items))
    return scenario


@transaction.atomic
def plan_visit(*, scenario: Scenario, visitor: User, unit_code: str, place: str, planned_on: Any,
               actor: User) -> Visit:
    """Send somebody to a unit."""
    require(actor, MANAGE)
    if not reaches(scope_of(actor, MANAGE), unit=unit_code):
        raise NotAllowed(MANAGE)
    made = Visit.objects.create(
        scenario=scenario, scenario_version=scenario.version, checklist=scenario.checklist, unit_code=unit_code,
        place=place.strip(), visitor=visitor, planned_on=planned_on)
    audit.record("collect.visit_planned", made, actor=actor, scenario=scenario.pk, visitor=visitor.pk)
    return made


@transaction.atomic
def report_visit(*, visit: Visit, visited_at: datetime, results: Mapping[str, str], notes: Mapping[str, str],
                 case: str = "", files: Sequence[Sent] = (), actor: User) -> Visit:
    """Report what was found, item by item, with evidence. The score follows from the weights."""
    found = _locked(visit)
    if found.visitor_id != actor.pk:
        require(actor, MANAGE, found)
    if found.state == State.CHECKED:
        raise Refused("visit_state")
    keys = [item["key"] for item in found.checklist]
    missing = [key for key in keys if results.get(key) not in VERDICTS]
    if missing:
        raise Refused("results_missing", count=len(missing))
    rules = load_rules(workspace.home())
    found.results = {key: results[key] for key in keys}
    found.sealed = seal({key: mask_text(text.strip(), rules)[:2_000] for key, text in notes.items()
                         if key in {*keys, "all"} and text.strip()})
    found.score, found.is_failed = score_of(found.checklist, found.results), failed(found.checklist, found.results)
    found.visited_at, found.case, found.state, found.reported_by = visited_at, case.strip(), State.DONE, actor
    found.save()
    keep_files(files, allowed=(*PICTURES, *SOUND), most=10, largest=50 * MB, added_by=actor, visit=found)
    audit.record("collect.visit_reported", found, actor=actor, score=found.score, failed=found.is_failed,
                 files=[audit.plain(one.digest) for one in Attachment.objects.filter(visit=found)])
    return found


def check_visit(*, visit: Visit, agrees: bool, actor: User) -> Visit:
    """Check a report: somebody other than the visitor agrees, or sends it back. What the visit left in the records
    is then taken out of customers' statistics."""
    found = _decide(visit, agrees, actor)
    if agrees and found.case:
        keep_apart(found.case)
    return found


@transaction.atomic
def _decide(visit: Visit, agrees: bool, actor: User) -> Visit:
    require(actor, MANAGE, visit)
    found = _locked(visit)
    if found.state != State.DONE:
        raise Refused("visit_state")
    if actor.pk in (found.visitor_id, found.reported_by_id):
        raise Refused("checked_by_visitor")
    if agrees and found.case:
        _require_own_case(found)
    found.state = State.CHECKED if agrees else State.PLANNED
    found.checked_by, found.checked_at = actor, timezone.now()
    found.save(update_fields=["state", "checked_by", "checked_at"])
    audit.record("collect.visit_checked", found, actor=actor, agrees=agrees)
    return found


def _require_own_case(visit: Visit) -> None:
    """Raise Refused unless the case that a visit names was opened about its time at its unit: another one's ratings
    would leave customers' statistics."""
    rows = ask("SELECT unit, opened FROM fact_case WHERE \"case\" = $1", [visit.case])
    units = descendants([visit.unit_code], Unit.objects.only("code", "parent_code"))
    for row in rows:
        near = visit.visited_at is not None and abs(row["opened"] - visit.visited_at) <= CASE_WITHIN
        if not near or (visit.unit_code and row["unit"] and row["unit"] not in units):
            raise Refused("case_elsewhere", case=visit.case)


def keep_apart(case: str) -> int:
    """Mark the answers that a visit left in the records as a test, by the normal import; returns how many.

    A visitor who rates the service afterwards is no customer.
    """
    rows = ask(f"SELECT {', '.join(f'a.{chr(34)}{name}{chr(34)}' for name in COLUMNS)}, a.source FROM answers a "
               "WHERE a.\"case\" = $1 AND coalesce(a.status, 'valid') != 'test'", [case])
    for source in {row["source"] for row in rows}:
        importing.import_rows(workspace.home(), "answers", [
            {**{name: row[name] for name in COLUMNS}, "status": "test"} for row in rows if row["source"] == source],
            source=source, actor="visits", name="visits")
    return len(rows)


def _locked(visit: Visit) -> Visit:
    return Visit.objects.select_for_update().get(pk=visit.pk)
