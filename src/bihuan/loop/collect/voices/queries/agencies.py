"""Agencies for those who keep them; an account's own ways in, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.core.privacy.models import Agreement
from bihuan.engine.survey.questionnaire import Item
from bihuan.engine.survey.questionnaire import contracts as c
from bihuan.engine.survey.questionnaire.showing import columns_of as grades_of
from bihuan.engine.survey.questionnaire.showing import extra_choices
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import waves_for

from ..models import Access, Agency, Delivery
from ..rights import DELIVER, MANAGE, found_or_hidden
from .calls import wave_of
from .questions import questions_of


@dataclass(frozen=True)
class Column:
    """A column of the file to deliver: what it is of, and what its cells may say ("" for anything)."""

    name: str
    title: str = ""
    allowed: str = ""


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


def columns_of(access: Access) -> list[Column]:
    """Return the columns of the file that is to be delivered."""
    items = questions_of(wave_of(access.wave_id).version_id).items()
    return [Column("response_id"), Column("answered_at", allowed="2026-11-30 10:05"),
            *(column for item in items if item.asks for column in _columns(item))]


def _columns(item: Item) -> list[Column]:
    title, allowed = item.title.in_language("zh-hans"), _allowed(item)
    # The places of a ranking and the rows of a matrix stand in columns of their own.
    parts = item.rows if item.type == c.MATRIX else item.choices if item.type == c.RANKING else ()
    if parts:
        return [Column(f"{item.name}.{part.value}", f"{title} · {part.text.in_language('zh-hans')}", allowed)
                for part in parts]
    return [Column(item.name, title, allowed)]


def _allowed(item: Item) -> str:
    if item.type == c.RATING:
        return f"{item.low} – {item.high}"
    if item.type == c.RANKING:
        return f"1 – {len(item.choices)}"
    offered = grades_of(item) if item.type == c.MATRIX else (*item.choices, *extra_choices(item))
    words = (choice.text.in_language("zh-hans") or choice.value for choice in offered)
    return ("┋" if item.type == c.CHECKBOX else " / ").join(words)
