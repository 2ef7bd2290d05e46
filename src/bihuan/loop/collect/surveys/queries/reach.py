"""Surveys within a person's reach, as rooms need them that keep something beside each survey."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User

from ..models import Survey

__all__ = ["Survey", "surveys_within"]


def surveys_within(user: User, permission: str) -> QuerySet[Survey]:
    """Return the surveys that are not archived and that the person reaches with a permission, with their versions."""
    return Survey.objects.for_user(user, permission).filter(archived_at=None).prefetch_related("versions")
