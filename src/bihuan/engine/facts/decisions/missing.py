"""Decisions about words that mean nothing: "-", 无, N/A; in a column of texts one of them may be what somebody said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import pyarrow as pa

from ..lake import literal, quoted
from ..mapping.model import NOT_YET
from ..schema import TEXT, TIME
from ..spans import stand_ins
from .model import LIKELY, SURE, Decision, Option
from .sample import SAMPLED, Sample

OPTIONS = (
    Option("missing", "没有内容，留空", "nothing: leave it empty"),
    Option("value", "是一个值，照原样保留", "a value: keep it as it is"),
)


class Missing(Sample):
    """Finds the cells that are blanked because their word usually means nothing."""

    def _nothing(self, column: str) -> Iterator[Decision]:
        present = self.stage.bindings.known.present(column)
        times = NOT_YET if self._is_of(column, TIME) else ()
        words = ", ".join(literal(word) for word in (*self.stage.nothing(column), *present, *times))
        found = self.run(
            f"SELECT c, count(*) FROM (SELECT trim({quoted(column)}::VARCHAR) AS c FROM {self._as_written}) "
            f"WHERE c IN ({words}) OR {self._stands_for_none(column)} GROUP BY c ORDER BY count(*) DESC, c"
        )
        if found and not self._is_of(column, TEXT):
            yield _note(column, [(str(word), int(times)) for word, times in found])
            return
        for word, times in found:
            decided = word in present
            yield Decision(
                "missing_words",
                column,
                "value" if decided else "missing",
                SURE if decided else LIKELY,
                (f"“{word}”是没有内容吗", f'Whether "{word}" means nothing'),
                (f"{times} 个单元格只写着它", f"{times} cells say nothing else"),
                OPTIONS,
                self.evidence(column, f"c = {literal(word)}", self._as_written),
                word,
            )

    def _stands_for_none(self, column: str) -> str:
        """SQL: the cell is a moment that stands for "no date"."""
        patterns = {stand_ins(cell) for cell in self.stage.bindings.cells if column in cell.columns} - {""}
        if not self._is_of(column, TIME) or not patterns:
            return "false"
        return " OR ".join(f"regexp_full_match(c, {literal(pattern)})" for pattern in sorted(patterns))

    @cached_property
    def _as_written(self) -> str:
        """The sample with the words in it: a reader of text may have blanked them already."""
        if not self.stage.raw.reread:
            return "sampled"
        self.run(
            f"CREATE OR REPLACE TEMP TABLE sampled_texts AS SELECT row_number() OVER () - 1 AS rn, * "
            f"FROM (SELECT * FROM {self.stage.raw.texts} LIMIT {SAMPLED})"
        )
        return "sampled_texts"

    def _is_of(self, column: str, wanted: pa.DataType) -> bool:
        """Whether all that is made of the column is of one kind: of a time or a number such a word is none."""
        kinds = [cell.kind for cell in self.stage.bindings.cells if column in cell.columns and cell.value.how != "rest"]
        return bool(kinds) and all(kind == wanted for kind in kinds)


def _note(column: str, found: list[tuple[str, int]]) -> Decision:
    told = [f"“{word}” {times}" for word, times in found]
    return Decision(
        "missing_words",
        column,
        "",
        SURE,
        ("没有内容的词", "Words that mean nothing"),
        (f"留空的单元格：{'、'.join(told)}", f"cells left empty: {', '.join(told)}"),
    )
