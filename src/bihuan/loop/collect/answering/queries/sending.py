"""What the pages of sending read: the list, the funnel, the ways out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.services import CARRIERS, GROUPS

from ..contracts import Funnel
from ..models import Dispatch, Draft, Invitation, QuotaCount, Response, Reward, Site
from ..waves import wave_of

State = Invitation.State
REACHED = Q(sent_at__isnull=False)


def dispatch_of(wave: int) -> Dispatch:
    """Return how a wave is sent; what nobody decided yet is as it is by itself."""
    return Dispatch.objects.filter(wave_id=wave).select_related("way", "started_by").first() or Dispatch(wave_id=wave)


def language_of(sheet: str, wave: int, customer: str) -> str:
    """Return the language to write to somebody in: that of their answers, else that in which they were asked."""
    try:
        answered = Response.objects.filter(wave_id=wave, pk=UUID(sheet.rpartition(":")[2])).first()
    except ValueError:      # from a file: its sheets have numbers of their own
        answered = None
    asked = answered or Invitation.objects.filter(wave_id=wave, customer=customer).first()
    return asked.language if asked else "zh-hans"


def ways(channel: str) -> QuerySet[Channel]:
    """Return the company's channels that can carry messages of this kind."""
    return Channel.objects.filter(owner=None, is_active=True, kind=CARRIERS.get(channel, ""))


def gateway_channels() -> QuerySet[Channel]:
    """Return the gateways whose reports are taken."""
    return Channel.objects.filter(owner=None, is_active=True, kind=Channel.Kind.WEBHOOK)


def group_channels() -> QuerySet[Channel]:
    """Return the groups of 企业微信, 钉钉 and 飞书 in which something can be said."""
    return Channel.objects.filter(owner=None, is_active=True, kind__in=GROUPS)


def funnel(wave: int) -> Funnel:
    """Return how many got how far. In an anonymous wave nobody knows who opened or answered: None."""
    named = wave_of(wave).mode != "anonymous"
    told: dict[str, Any] = Invitation.objects.filter(wave_id=wave).aggregate(
        listed=Count("pk"), sent=Count("pk", filter=REACHED), reminded=Count("pk", filter=Q(reminders__gt=0)),
        delivered=Count("pk", filter=Q(delivered_at__isnull=False)),
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        waiting=Count("pk", filter=Q(state__in=(State.WAITING, State.SENDING), sent_at=None)))
    by_link = Response.objects.filter(wave_id=wave, invitation__isnull=False).exclude(status="withdrawn")
    finished = by_link.count()
    begun = finished + Draft.objects.filter(invitation__wave_id=wave).exclude(
        pk__in=by_link.values("invitation_id")).count()
    reasons = dict(Invitation.objects.filter(wave_id=wave).exclude(reason="").filter(
        state__in=(State.NOT_SENT, State.FAILED)).order_by().values_list("reason").annotate(n=Count("pk")))
    return Funnel(
        listed=told["listed"], sent=told["sent"], waiting=told["waiting"], reminded=told["reminded"],
        # No gateway reported anything: nobody knows what arrived.
        delivered=told["delivered"] or None, opened=max(told["opened"], begun) if named else None,
        started=begun if named else None, finished=finished if named else None, not_sent=reasons,
        responses=_counts(wave, "status"), channels=_counts(wave, "channel", status="valid"))


def _counts(wave: int, column: str, **only: str) -> dict[str, int]:
    return dict(Response.objects.filter(wave_id=wave, **only).order_by().values_list(column).annotate(n=Count("pk")))


def invitations(wave: int, *, state: str = "", reason: str = "", words: str = "") -> QuerySet[Invitation]:
    """Return who is asked and what became of it, the newest first."""
    found = Invitation.objects.filter(wave_id=wave).order_by("-made_at", "pk")
    if state == "answered":
        found = found.filter(finished_at__isnull=False)
    elif state in State.values:
        found = found.filter(state=state)
    if reason:
        found = found.filter(reason=reason)
    return found.filter(customer__icontains=words) if words else found


def sites(wave: int) -> list[Site]:
    """Return the links of a wave, each with how many valid answers came by it (``site.answers``)."""
    counts = dict(Response.objects.filter(wave_id=wave, status="valid", site__isnull=False).order_by().values_list(
        "site_id").annotate(n=Count("pk")))
    found = list(Site.objects.filter(wave_id=wave))
    for site in found:
        site.answers = counts.get(site.pk, 0)  # type: ignore[attr-defined]
    return found


def rewards(wave: int, *, state: str = "") -> QuerySet[Reward]:
    """Return the ledger of a wave's rewards."""
    found = Reward.objects.filter(wave_id=wave).select_related("given_by")
    return found.filter(state=state) if state in Reward.State.values else found


def quotas(wave: int) -> dict[str, QuotaCount]:
    """Return how full each quota is, by name."""
    return {one.name: one for one in QuotaCount.objects.filter(wave_id=wave)}
