"""What people may write into 表1, and what is refused: scores by halves, low scores with what really happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .table1_contracts import Cell, Mark
from .table1_errors import MARKS
from .table1_vague import is_vague

LOW = 2              # at and below it a score needs a scene
LONGEST = 2000


@dataclass(frozen=True)
class Wrong:
    """Why a mark is not taken: a code, the field it is about, and the sentence's parts."""

    code: str
    field: str
    params: dict[str, Any]

    def text(self, lang: str = "zh") -> str:
        return MARKS[self.code][0 if lang.startswith("zh") else 1].format(**self.params)


def wrong_in(mark: Mark) -> list[Wrong]:
    """Return everything that keeps a mark from being taken; empty for one that may be saved."""
    found = [Wrong("score_range", name, {}) for name in ("score", "second") if not score_allowed(getattr(mark, name))]
    scene = mark.scene.strip()
    if mark.score is not None and mark.score <= LOW and not scene:
        found.append(Wrong("scene_missing", "scene", {}))
    if scene and is_vague(scene):
        found.append(Wrong("scene_vague", "scene", {"text": scene[:30]}))
    if mark.measure.strip() and not mark.owner.strip():
        found.append(Wrong("owner_missing", "owner", {}))
    if mark.due and not _is_day(mark.due):
        found.append(Wrong("due_unreadable", "due", {}))
    found += [Wrong("too_long", name, {"n": LONGEST}) for name in ("scene", "measure", "effect")
              if len(getattr(mark, name)) > LONGEST]
    return found


def score_allowed(score: float | None) -> bool:
    """Say whether a human score is none, or 1 to 5 by halves.

    >>> [score_allowed(score) for score in (None, 4.5, 0.5, 4.25, 5)]
    [True, True, False, False, True]
    """
    return score is None or (1 <= score <= 5 and float(score * 2).is_integer())


def lacks_scene(mark: Mark, cell: Cell) -> bool:
    """Say whether a low level, computed or human, still has no scene."""
    lowest = min((score for score in (mark.score, cell.score) if score is not None), default=None)
    return lowest is not None and lowest <= LOW and not mark.scene.strip()


def lacks_evidence(mark: Mark, cell: Cell) -> bool:
    """Say whether a score rests on nothing: no record behind it and no scene."""
    scored = mark.score is not None or cell.score is not None
    return scored and cell.own_n == 0 and not mark.scene.strip()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
