"""Findings one by one and in lists."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.ui import formats

from ..contracts import FindingInfo, FindingTold
from ..models import Finding
from .statement import Statement
from .words import compared, shown_title


def finding_info(pk: int) -> FindingInfo | None:
    """Return one finding whoever asks, None without it: the room that asks has checked the right."""
    found = Finding.objects.filter(pk=pk).first()
    return found.info() if found else None


def finding_told(pk: int) -> FindingTold | None:
    """Return one finding in words whoever asks, None without it: the room that asks has checked the right."""
    found = Finding.objects.filter(pk=pk).first()
    if found is None:
        return None
    said = Statement(found.stated_step, found.stated_action, found.stated_metric, found.stated_threshold)
    return FindingTold(
        found.pk, found.number, shown_title(found), found.round, said.sentence() if found.is_stated else "",
        found.period, "" if found.value is None else formats.figure(found.value, found.unit), found.n,
        formats.interval(found.low, found.high, found.unit), compared(found))


def findings_for(user: User) -> QuerySet[Finding]:
    """Return the findings a person sees."""
    return Finding.objects.for_user(user).select_related("owner", "issue")


def finding_for(user: User, pk: int) -> Finding:
    """Return one finding a person sees; NotAllowed, as for one that is not there, otherwise."""
    found = findings_for(user).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"finding {pk}")
    return found


def findings_by_key(user: User, keys: list[str]) -> dict[str, int]:
    """Return {key: pk} of those of some findings that a person sees."""
    return dict(Finding.objects.for_user(user).filter(key__in=keys).values_list("key", "pk"))


def known_keys(keys: list[str]) -> set[str]:
    """Return which of some keys are findings, whoever may see them: two rooms must not name one problem twice."""
    return set(Finding.objects.filter(key__in=keys).values_list("key", flat=True))
