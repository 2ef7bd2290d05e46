"""表1 as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from bihuan.core.languages import named
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.engine.indicators.periods import is_over
from bihuan.engine.report.table1 import is_running
from bihuan.engine.report.table1_contracts import GROUPS, LINES, Block, Cell, Mark, Table1
from bihuan.engine.report.table1_marks import lacks_evidence, lacks_scene
from bihuan.engine.report.words import words_for
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.plan.goals.contracts import filters_of
from bihuan.ui import formats

from ..models import EvaluationTable

DIMENSIONS = [title for title, count in GROUPS for _ in range(count)]


@dataclass(frozen=True)
class LineView:
    """One line of a block: both scores apart, what is missing, and the rows behind the computed one."""

    place: int
    dimension: str
    title: str
    standard: str
    cell: Cell
    band_label: str
    mark: Mark
    scored_at: datetime | None
    second_at: datetime | None
    rows_url: str
    unit_url: str
    lacks_scene: bool
    lacks_evidence: bool


@dataclass(frozen=True)
class BlockView:
    """One evaluated customer, unit or agent."""

    place: int
    block: Block
    lines: tuple[LineView, ...]

    @property
    def missing(self) -> int:
        return sum(line.lacks_scene for line in self.lines)


@dataclass(frozen=True)
class TableSums:
    """How far people have come: lines with a human score, low ones without a scene, scores that rest on nothing."""

    lines: int
    scored: int
    lacking: int
    bare: int


def is_over_by_now(content: Table1) -> bool:
    """Return whether a table was made before its period was over, and the data reach beyond it by now."""
    if not is_running(content) or not content.end:
        return False
    return is_over(date.fromisoformat(content.end), engine.today() if engine.as_of() else None)


def blocks_of(table: EvaluationTable, content: Table1, user: User) -> list[BlockView]:
    """Return the blocks of a table in words, with links for those who may open rows."""
    opens = can(user, "evaluate.view_rows")
    words = words_for(get_language() or "zh-hans")
    return [
        BlockView(place, block, tuple(
            _line(table, content, block, line, words.say, opens=opens) for line in range(len(LINES))))
        for place, block in enumerate(content.blocks)
    ]


def without_records(table: EvaluationTable, chosen: Sequence[str]) -> list[str]:
    """Return those who were chosen and have no block, by name: nobody in the period within the person's reach."""
    version = table.versions.first()
    found = {block.key for block in Table1.from_json(version.content).blocks} if version else set()
    names = unit_names() if table.subject == "unit" else {}
    return [names.get(code, code) for code in chosen if code not in found]


@dataclass(frozen=True)
class LineWords:
    """One line of a table for those who act on it: its indicator and scene, what was planned, who was evaluated."""

    problem: str
    measure: str
    customer: str
    indicator: str


def line_of_table(table: EvaluationTable, block: int, line: int) -> LineWords | None:
    """Return one line of a table's newest version; None when there is no such line."""
    version = table.versions.first()
    content = Table1.from_json(version.content) if version else None
    if content is None or not (0 <= block < len(content.blocks) and 0 <= line < len(LINES)):
        return None
    mark, title = content.blocks[block].marks[line], LINES[line][0]
    problem = named(title, mark.scene) if mark.scene else title
    return LineWords(problem[:300], mark.measure[:200], content.blocks[block].customer, title)


def sums_of(content: Table1) -> TableSums:
    """Return how far people have come with a table."""
    pairs = [(mark, cell) for block in content.blocks for mark, cell in zip(block.marks, block.cells, strict=True)]
    return TableSums(
        len(pairs), sum(mark.score is not None for mark, _ in pairs),
        sum(lacks_scene(mark, cell) for mark, cell in pairs), sum(lacks_evidence(mark, cell) for mark, cell in pairs))


def _line(table: EvaluationTable, content: Table1, block: Block, line: int, say, *, opens: bool) -> LineView:
    title, indicator, _printed = LINES[line]
    cell, mark = block.cells[line], block.marks[line]
    address = bool(indicator and opens)
    return LineView(
        line, say(DIMENSIONS[line]), say(title), content.standards[line], cell,
        formats.band_labels()[cell.score] if cell.score else "", mark, _moment(mark.scored_at),
        _moment(mark.second_at),
        _rows(table, indicator, block) if address and (cell.own_n or cell.immature) else "",
        _rows(table, indicator, None) if address and cell.of_unit else "",
        lacks_scene(mark, cell), lacks_evidence(mark, cell))


def _rows(table: EvaluationTable, indicator: str, block: Block | None) -> str:
    """Return the address of the rows behind a cell: the block's own, or (None) the whole evaluated unit's."""
    filters = dict(filters_of(table.filters))
    group: list[tuple[str, str]] = []
    if block is not None and block.key:
        if table.subject == "customer":
            group = [("group", f"customer={block.key}")]
        else:
            filters[table.subject] = (block.key,)
    days = [(name, day.isoformat()) for name, day in (("from", table.start), ("to", table.end)) if day]
    period = [("period", "custom"), *days] if days else [("period", "all")]
    pairs = [*period, *((name, value) for name, values in filters.items() for value in values), *group]
    return f"{reverse('indicators:rows', args=[indicator])}?{urlencode(pairs)}"


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
