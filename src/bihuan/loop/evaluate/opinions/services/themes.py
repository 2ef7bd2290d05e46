"""Themes of open answers are looked for in the background and corrected by people."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs, workspace
from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, SystemActor, require
from bihuan.engine.facts.privacy import load_rules, mask_many
from bihuan.engine.survey.seen import EVERYBODY
from bihuan.engine.text.themes.corrections import KINDS, Correction
from bihuan.engine.text.themes.find import FEWEST_TEXTS, Themes, find_themes

from ..contracts import Wave
from ..models import ThemeCorrection, ThemeRun
from ..queries.comments import Comment, comments_of
from ..queries.lake import waves_seen
from ..queries.themes import earlier_of
from ..rights import THEMES

Progress = Callable[[int, int, str], None]
# Fewer comments make no themes worth a name; a wave whose last answer is this old has come to rest.
LEAST_COMMENTS, AT_REST = 30, timedelta(days=1)


@transaction.atomic
def ask_themes(*, wave: Wave, actor: Actor) -> ThemeRun:
    """Have the themes of a wave looked for anew; what people corrected is kept."""
    require(actor, THEMES)
    run = ThemeRun.objects.create(survey=wave.code, created_by=actor if isinstance(actor, User) else None)
    audit.record("evaluate.themes_asked", run, actor=actor)
    job = jobs.enqueue("opinions.themes", actor=actor, title=wave.title, run=run.pk)
    run.job = job.pk
    run.save(update_fields=["job"])
    return run


def ask_due_themes() -> int:
    """Have the themes looked for of every wave that came to rest with enough comments and has none of its answers;
    returns how many. A wave that still gets answers every day waits, and a failed run is tried by a person."""
    now, asked = timezone.now(), 0
    for wave in waves_seen(EVERYBODY):
        if wave.responses < LEAST_COMMENTS or wave.last is None or wave.last > now - AT_REST:
            continue
        newest = ThemeRun.objects.filter(survey=wave.code).first()
        count = len(comments_of(wave.code, EVERYBODY))
        known = newest.texts if newest is not None else 0
        if count >= LEAST_COMMENTS and (newest is None or (newest.state == ThemeRun.State.READY and count > known)):
            ask_themes(wave=wave, actor=SystemActor("opinions.themes"))
            asked += 1
    return asked


def find_run(*, run: ThemeRun, progress: Progress) -> None:
    """Look for the themes of one run and keep them in one step; run again it finds the same.

    The whole wave is read, so that everybody's page speaks of the same themes; each page counts only the answers its
    reader may see. The wave before is read with it: what is compared must be told apart in the same way. Personal data
    are masked before any word is counted, so that no name becomes a label.
    """
    progress(0, 3, _("读取意见"))
    comments, before = comments_of(run.survey, EVERYBODY), earlier_of(run.survey)
    older = comments_of(before, EVERYBODY) if before else []
    progress(1, 3, _("遮蔽个人信息"))
    texts = mask_many([one.text for one in comments + older], load_rules(workspace.home()))
    progress(2, 3, _("归纳主题"))
    told = _told(find_themes(texts), comments, older, before)
    count = sum(bool(text and text.strip()) for text in texts[:len(comments)])
    if count < FEWEST_TEXTS:
        told = []
    run.content = zlib.compress(json.dumps(told, ensure_ascii=False).encode())
    run.texts, run.state = count, ThemeRun.State.READY if told else ThemeRun.State.FAILED
    run.problem = "" if told else _("有内容的意见只有 {n} 条，不足以归出主题（至少 20 条）。").format(n=count)
    run.save(update_fields=["content", "texts", "state", "problem"])
    progress(3, 3, "")


def _told(found: Themes, comments: list[Comment], older: list[Comment], before: str) -> list[dict[str, object]]:
    """The themes that this wave speaks of, its answers and those of the wave before, what is quoted first."""
    told, whole = [], comments + older
    for theme in found.themes:
        rank = {at: place for place, at in enumerate(theme.quoted)}
        order = sorted(theme.members, key=lambda at: (rank.get(at, len(rank)), at))
        own = [whole[at].answer for at in order if at < len(comments)]
        if own:
            told.append({"name": theme.name, "terms": theme.terms, "answers": own, "before": before,
                         "earlier": [whole[at].answer for at in order if at >= len(comments)]})
    return told


@transaction.atomic
def correct_theme(*, wave: Wave, correction: Correction, actor: User) -> ThemeCorrection:
    """Keep a correction of the themes of a wave, for it and the waves to come. Raises ValueError for a foreign kind."""
    require(actor, THEMES)
    if correction.kind not in KINDS:
        raise ValueError(f"{correction.kind!r} is no correction")
    row = ThemeCorrection.objects.create(
        family=wave.family, survey=wave.code, change=asdict(correction), created_by=actor)
    audit.record("evaluate.themes_corrected", row, actor=actor, kind=audit.plain(correction.kind))
    return row


@transaction.atomic
def correct_theme_often(*, wave: Wave, corrections: Sequence[Correction], actor: User) -> list[ThemeCorrection]:
    """Keep several corrections, all or none."""
    return [correct_theme(wave=wave, correction=one, actor=actor) for one in corrections]


@transaction.atomic
def undo_correction(*, correction: ThemeCorrection, actor: User) -> None:
    """Let a correction no longer hold; it stays on record."""
    require(actor, THEMES)
    row = ThemeCorrection.objects.select_for_update().get(pk=correction.pk)
    if row.undone_at is not None:
        raise NotAllowed(f"correction {row.pk}")
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    audit.record("evaluate.theme_correction_undone", row, actor=actor)
