"""The cases behind a problem, for a review that is opened from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.engine.facts import store
from bihuan.loop.diagnose.findings.queries import finding_for
from bihuan.loop.diagnose.findings.queries.problem import cases_behind
from bihuan.loop.diagnose.findings.queries.words import shown_title
from bihuan.loop.evaluate.opinions.queries.themes import answers_of_theme
from bihuan.loop.plan.cycles.contracts import MOST_CASES
from bihuan.loop.plan.cycles.queries.cases import known_cases

# Who said what in a survey is for those alone who may read single answers.
ANSWERS = "collect.view_responses"


@dataclass(frozen=True)
class Behind:
    """A problem with its days and the cases behind it that a person may open; ``more``: how many were left out."""

    finding: Any
    title: str
    start: date
    end: date
    cases: tuple[str, ...]
    more: int


def behind_finding(pk: int, user: User) -> Behind:
    """Return what a review of a problem begins with; NotAllowed for a problem beyond one's reach."""
    finding = finding_for(user, pk)
    found = _cases(finding, user)
    known = [one for one in found if one in known_cases(found, user)]
    seen = finding.first_seen.astimezone(workspace.zone()).date()
    end = finding.end or seen
    return Behind(finding, str(shown_title(finding)), finding.start or min(seen, end) - timedelta(days=89), end,
                  tuple(known[:MOST_CASES]), max(len(found) - MOST_CASES, 0))


def _cases(finding: Any, user: User) -> list[str]:
    if finding.kind != "theme":
        return cases_behind(finding, user)
    if not can(user, ANSWERS):
        return []
    answers = answers_of_theme(user, finding.period, str(finding.group.get("theme", "")))
    with store.connect(workspace.home()) as con:
        rows = con.execute('SELECT DISTINCT "case" FROM answers WHERE id IN (SELECT unnest(?::VARCHAR[])) '
                           'AND "case" IS NOT NULL ORDER BY 1', [answers]).fetchall()
    return [case for case, in rows]
