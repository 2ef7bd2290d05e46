"""Who has the loop for a home page: whoever has a part in one of its stages."""

from __future__ import annotations

from bihuan.loop.collect.surveys.rights import READERS
from bihuan.loop.collect.voices.rights import HANDLE
from bihuan.loop.evaluate.concessions.rights import VIEW as ROWS

BOARD, FINDINGS, MEASURES = "evaluate.view_board", "diagnose.view_findings", "improve.view_measures"
SOURCES, ARCHIVES, LIBRARY = "collect.manage_sources", "learn.view_archives", "learn.view_library"
# Who may set goals is told to; others only that they see none.
SET_GOALS = "plan.change_goals"

COLLECT = (SOURCES, HANDLE, *READERS)
LEARN = (MEASURES, ARCHIVES, LIBRARY)
# Each stage then shows what the person's own rights reach.
SEE = tuple(dict.fromkeys((FINDINGS, BOARD, ROWS, MEASURES, *COLLECT, *LEARN)))
