"""What crosses this room's border: a wave as other rooms know it, and the words for its kind, mode and state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

MINIMUM_N = 5  # below this nothing is told of a group


class Kind(models.TextChoices):
    WAVE = "wave", _("常规反馈收集")
    DIAGNOSTIC = "diagnostic", _("专项问题诊断")


class Mode(models.TextChoices):
    """Who is known to have answered: everybody to the readers; the office alone; nobody at all."""

    NAMED = "named", _("实名调查")
    CONFIDENTIAL = "confidential", _("保密调查")
    ANONYMOUS = "anonymous", _("匿名调查")


class Every(models.TextChoices):
    """How often a survey of waves is asked; ``own``: every so many days."""

    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    HALF = "half", _("每半年")
    YEAR = "year", _("每年")
    OWN = "own", _("自定间隔")


class State(models.TextChoices):
    PLANNED = "planned", _("未开放")
    OPEN = "open", _("进行中")
    CLOSED = "closed", _("已截止")


@dataclass(frozen=True)
class WaveInfo:
    """One wave of a survey. ``code`` is ``answers.survey`` and ``invitations.survey`` in the lake; ``state`` as of now.

    ``title`` is the survey's, ``name`` the wave's. ``rules`` are the survey's own rules of validity, by the names of
    the engine's ``Rules``.
    """

    id: int
    code: str
    survey_code: str
    title: str
    kind: str
    mode: str
    unit_code: str
    version_id: int
    opens_at: datetime | None
    closes_at: datetime | None
    state: str
    minimum_n: int
    name: str = ""
    number: int = 1
    survey_id: int = 0
    previous_code: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)

    @property
    def anonymous(self) -> bool:
        return self.mode == Mode.ANONYMOUS

    @property
    def open(self) -> bool:
        return self.state == State.OPEN
