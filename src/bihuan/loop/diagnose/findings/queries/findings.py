"""Findings one by one and in lists."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed

from ..contracts import FindingInfo
from ..models import Finding


def finding_info(pk: int) -> FindingInfo | None:
    """Return one finding whoever asks, None without it: the room that asks has checked the right."""
    found = Finding.objects.filter(pk=pk).first()
    return found.info() if found else None


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
