"""Surveys that were begun from something of another room."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core.models import User

from ..models import READERS, Survey, Wave


@dataclass(frozen=True)
class About:
    """A survey and its newest wave, None before one is planned."""

    survey: Survey
    wave: Wave | None


def surveys_about(user: User, subject: str) -> list[About]:
    """Return the surveys begun from ``subject``, such as ``finding:12``, that a person may see, the newest first."""
    found = Survey.objects.for_user(user, *READERS).filter(subject=subject).order_by("-pk")
    return [About(one, one.waves.order_by("-number").first()) for one in found]
