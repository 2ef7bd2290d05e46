"""The search for findings over all sources, with what was looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.rights import Actor
from bihuan.engine.findings.contracts import Tally
from bihuan.loop.evaluate.indicators.queries import engine

from ..contracts import Sign
from ..models import Finding, Search
from .bundling import bundle_peaks
from .detect.indicators import busiest_team, indicator_signs
from .detect.surveys import survey_signs, theme_signs
from .impact import measure_impacts
from .proposals import take_proposals
from .record import open_issues_of_spikes, record_signs

STEPS = 4                                # indicators, surveys, themes, writing


def search_findings(*, actor: Actor, tell: Callable[[int, str], None] = lambda done, text: None,
                    job: Any = None) -> Search | None:
    """Look through the whole workspace and store what is found; None for a workspace without data.

    May be run again at any point: what was seen before is the same finding.
    """
    latest = engine.as_of()
    if latest is None:
        return None
    today = latest.astimezone(workspace.zone())
    row = Search.objects.create(as_of=latest.isoformat(), job=job)
    signs, counts = _look(today, tell)
    tell(3, _("正在登记问题"))
    signs = _with_owners(signs)
    with translation.override("zh-hans"):
        outcome = record_signs(signs=signs, today=today, actor=actor)
    outcome["taken"] = take_proposals(today=today, actor=actor)
    measure_impacts()
    outcome["bundled"] = bundle_peaks()
    outcome["issues"] = open_issues_of_spikes(today=today)
    row.counts = {"steps": counts, **outcome}
    row.ended_at = timezone.now()
    row.save(update_fields=["counts", "ended_at"])
    return row


def _with_owners(signs: list[Sign]) -> list[Sign]:
    """Suggest for each new problem that names no unit the team that most of its rows belong to."""
    known = set(Finding.objects.values_list("key", flat=True))
    suggested: dict[str, str] = {}
    for sign in signs:
        if sign.key not in known and sign.key not in suggested and not sign.suggested_unit:
            suggested[sign.key] = busiest_team(sign)
    return [replace(sign, suggested_unit=suggested.get(sign.key, sign.suggested_unit)) for sign in signs]


def _look(today: datetime, tell: Callable[[int, str], None]) -> tuple[list[Sign], dict[str, dict[str, int]]]:
    counts: dict[str, dict[str, int]] = {}
    signs: list[Sign] = []

    def take(step: str, found: list[Sign], tally: Tally) -> None:
        signs.extend(found)
        counts[step] = {"looked": tally.looked, "small": tally.small, "undecided": tally.undecided,
                        "found": len({sign.key for sign in found})}

    # Titles are kept in the language of the workspace; pages say them in the reader's.
    with translation.override("zh-hans"):
        tell(0, _("正在检查指标"))
        for step, found, tally in indicator_signs(today.date()):
            take(step, found, tally)
        tell(1, _("正在检查调查"))
        take("survey_cell", *survey_signs())
        tell(2, _("正在检查意见主题"))
        take("theme", *theme_signs())
    return signs, counts
