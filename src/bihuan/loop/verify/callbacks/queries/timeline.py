"""What call-backs add to the history of a customer on their page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bihuan.core import workspace
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.indicators.contracts import Scope

from ..models import Attempt, Target


def lines_of(numbers: Sequence[str], scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield every finished call of rounds within the reader's units; what was said only in the call that said it."""
    calls = Attempt.objects.filter(target__customer__in=numbers).exclude(outcome="").select_related(
        "caller", "target__round")
    if scope.agents is not None:            # a reach of one's own work contains no unit, and so no round
        return
    if scope.units is not None:
        calls = calls.filter(target__round__unit_code__in=scope.units)
    rules = load_rules(workspace.home())
    for call in calls[:500]:
        title = f"{call.target.round} · {call.get_outcome_display()}"
        yield {"at": call.started_at, "what": "callback", "title": title, "who": str(call.caller),
               "detail": _said(call.target, rules, scope) if call.outcome == "done" else ""}


def _said(target: Target, rules: Any, scope: Scope) -> str:
    score = "" if target.score is None else str(target.score)
    opinion = "" if "text" in scope.masked else mask_text(target.opinion, rules)
    return " · ".join(part for part in (score, opinion) if part)
