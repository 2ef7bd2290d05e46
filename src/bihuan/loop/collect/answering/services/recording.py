"""Writing into the lake who was asked and what became of it: the denominator of every response rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import F, Q

from bihuan.core import workspace
from bihuan.engine.facts import importing

from ..contracts import CHANNEL_IN_RECORDS
from ..models import Invitation
from ..waves import wave_of

MOST = 5_000
State = Invitation.State


def record_invitations(*, cancelled: Callable[[], bool] = lambda: False) -> int:
    """Write what changed since it was last written; returns how many. A row written twice is the same row."""
    done = 0
    changed = Invitation.objects.filter(Q(written_at=None) | Q(changed_at__gt=F("written_at"))).exclude(
        state__in=(State.WAITING, State.SENDING))
    while not cancelled():
        lines = list(changed.order_by("wave_id", "pk")[:MOST])
        lines = [one for one in lines if one.wave_id == lines[0].wave_id]
        if not lines:
            return done
        wave = wave_of(lines[0].wave_id)
        if wave.mode != "anonymous":
            # Who was asked, without who answered, would read as "did not answer".
            done += len(lines)
            _import(lines, wave.code)
        ids, latest = [one.pk for one in lines], max(one.changed_at for one in lines)
        for start in range(0, len(ids), 500):
            # What changed since it was read is written again.
            Invitation.objects.filter(pk__in=ids[start:start + 500], changed_at__lte=latest).update(
                written_at=F("changed_at"))
    return done


def _import(lines: list[Invitation], wave: str) -> None:
    importing.import_rows(workspace.home(), "invitations", [row_of(one, wave) for one in lines], source=wave,
                          actor="surveys", name=f"invitations-{wave}")


def row_of(invitation: Invitation, wave: str) -> dict[str, Any]:
    """Return the row of an invitation; of an anonymous wave it never says whether there was an answer."""
    answered = invitation.finished_at is not None
    state = "answered" if answered else invitation.state
    return {
        "id": f"{wave}:{invitation.pk}", "source": source_of(invitation.case, wave), "case": invitation.case or None,
        "customer": invitation.customer, "agent": invitation.agent or None, "survey": wave,
        "channel": CHANNEL_IN_RECORDS.get(invitation.channel, "other"), "status": state,
        "at": invitation.sent_at or invitation.made_at,
        "reason": invitation.reason or None, "answered_at": invitation.finished_at}


def source_of(case: str, wave: str) -> str:
    """Return whose row it is: a case is known under the name of the system it came from."""
    return case.partition(":")[0] if case else wave
