"""Agencies for those who keep them; an account's own ways in, and nothing else."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.core.privacy.models import Agreement
from bihuan.engine.survey.questionnaire import Item
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import waves_for

from ..models import Access, Agency, Delivery
from ..rights import DELIVER, MANAGE, found_or_hidden
from .calls import wave_of
from .questions import questions_of


def agencies_for(user: User) -> QuerySet[Agency]:
    return Agency.objects.for_user(user, MANAGE).select_related("agreement")


def agency_for(user: User, pk: int) -> Agency:
    return found_or_hidden(agencies_for(user).filter(pk=pk).first(), f"agency {pk}")


def agreements() -> QuerySet[Agreement]:
    """Return the agreements an agency may work under."""
    return Agreement.objects.filter(returned_on=None).order_by("party")


def accounts() -> QuerySet[User]:
    """Return the accounts that may do nothing but deliver; the service looks again."""
    return User.objects.filter(is_active=True, assignments__role__permissions=[DELIVER]).distinct()


def waves_of(user: User) -> list[WaveInfo]:
    return [wave for wave in waves_for(user, MANAGE) if wave.state != "closed"]


def accesses_of(agency: Agency) -> QuerySet[Access]:
    return agency.accesses.select_related("user", "wave__survey", "agency__agreement")


def access_in(agency: Agency, pk: int) -> Access:
    return found_or_hidden(accesses_of(agency).filter(pk=pk).first(), f"access {pk}")


def deliveries_of(agency: Agency) -> QuerySet[Delivery]:
    return Delivery.objects.filter(access__agency=agency).select_related(
        "access__user", "access__wave__survey", "access__agency", "handled_by").prefetch_related("files")


def own_accesses(user: User) -> list[Access]:
    """Return where the person may deliver to now; what has ended is not shown any more."""
    found = Access.objects.filter(user=user, ended_at=None).select_related("agency__agreement", "wave__survey")
    return [one for one in found if one.in_force()]


def own_access(user: User, pk: int) -> Access:
    return found_or_hidden(next((one for one in own_accesses(user) if one.pk == pk), None), f"access {pk}")


def columns_of(access: Access) -> list[tuple[str, str]]:
    """Return (column, question) of the file that is to be delivered."""
    items = questions_of(wave_of(access.wave_id).version_id).items()
    return [("response_id", ""), ("answered_at", ""), *((name, title) for item in items if item.asks
                                                        for name, title in _columns(item))]


def _columns(item: Item) -> list[tuple[str, str]]:
    title = item.title.in_language("zh-hans")
    if item.rows:
        return [(f"{item.name}.{row.value}", f"{title} · {row.text.in_language('zh-hans')}") for row in item.rows]
    return [(item.name, title)]
