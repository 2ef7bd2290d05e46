"""Write the policy, and decide on what went beyond it."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import Max

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require

from .errors import Refused
from .models import Decision, Policy
from .queries import find, policy
from .rights import DECIDE, reach, require_whole_reach

LINE = re.compile(r"^(?P<clause>[^:：]{1,80})[:：]\s*(?P<most>\*|\d+(?:\.\d+)?)$")
SHORTEST_REASON = 4


def read_policy(text: str) -> dict[str, float | None]:
    """Return {clause: most} of a text with a clause a line; * allows any amount.

    >>> read_policy("7.2: 200")
    {'7.2': 200.0}
    """
    clauses: dict[str, float | None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.match(line.strip())
        if found is None:
            raise Refused("policy_unread", line=number, text=line.strip()[:60])
        clause = found["clause"].strip()
        if clause in clauses:
            raise Refused("policy_twice", clause=clause)
        clauses[clause] = None if found["most"] == "*" else float(found["most"])
    return clauses


@transaction.atomic
def save_policy(*, text: str, note: str, actor: User) -> Policy:
    """Put a new version of the policy in force."""
    require_whole_reach(actor)
    clauses = read_policy(text)
    number = (Policy.objects.aggregate(number=Max("number"))["number"] or 0) + 1
    made = Policy.objects.create(number=number, clauses=clauses, note=note.strip(), made_by=actor)
    audit.record("evaluate.concession_policy_set", made, actor=actor, number=number, clauses=len(clauses))
    return made


@transaction.atomic
def decide(*, concession: str, is_approved: bool, reason: str, actor: User) -> Decision:
    """Approve a concession beyond the policy, or say that it should not have been made; not one's own."""
    require(actor, DECIDE)
    found = find(concession, reach(actor, DECIDE))
    if found is None:
        raise NotAllowed(concession)
    if found.state in ("within", "unjudged"):
        raise Refused("no_need")
    if actor.agent_id and actor.agent_id == found.agent:
        raise Refused("own_concession")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("reason_needed")
    now = policy()
    made, _is_new = Decision.objects.update_or_create(concession=concession, defaults={
        "case": found.case, "is_approved": is_approved, "reason": reason.strip()[:300],
        "policy": now.number if now else 0, "decided_by": actor})
    audit.record("evaluate.concession_decided", made, actor=actor, concession=audit.plain(concession),
                 approved=is_approved, reason=reason.strip(), policy=made.policy)
    return made
