"""The first hundred thousand records of a file, loaded once: what their cells say is counted and quoted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..lake import literal, quoted
from ..runner import Runner
from ..stage import Stage
from .model import Evidence

SAMPLED, SHOWN = 100_000, 3


class Sample:
    """Looks at a sample of the parsed file's raw cells."""

    def __init__(self, run: Runner, stage: Stage) -> None:
        self.run, self.stage = run, stage
        run(
            f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT row_number() OVER () - 1 AS rn, * "
            f"FROM (SELECT * FROM {stage.raw.relation} LIMIT {SAMPLED})"
        )

    def count(self, column: str, *tests: str) -> list[int]:
        """How many sampled cells pass each test ("c" is the trimmed cell)."""
        counts = ", ".join(f"count(*) FILTER ({test})" for test in tests)
        return [
            int(number)
            for number in self.run(f"SELECT {counts} FROM (SELECT trim({quoted(column)}::VARCHAR) AS c FROM sampled)")[
                0
            ]
        ]

    def evidence_of(self, column: str, words: Sequence[str]) -> dict[str, tuple[Evidence, ...]]:
        """{word: the first cells that say it}, all words in one look."""
        if not words:
            return {}
        listed = ", ".join(literal(word) for word in words)
        rows = self.run(
            f"SELECT c, rn FROM (SELECT rn, trim({quoted(column)}::VARCHAR) AS c FROM sampled) WHERE c IN ({listed}) "
            f"QUALIFY row_number() OVER (PARTITION BY c ORDER BY rn) <= {SHOWN} ORDER BY rn"
        )
        found: dict[str, tuple[Evidence, ...]] = {}
        positions = np.array([rn for _, rn in rows], dtype=np.int64)
        for (word, _), number in zip(rows, self.stage.raw.number(positions) if rows else ()):
            sheet, row = self.stage.raw.place(int(number))
            found[word] = (*found.get(word, ()), Evidence(row, word[:80], sheet))
        return found

    def evidence(self, column: str, test: str, relation: str = "sampled") -> tuple[Evidence, ...]:
        rows = self.run(
            f"SELECT rn, c FROM (SELECT rn, trim({quoted(column)}::VARCHAR) AS c FROM {relation}) "
            f"WHERE {test} ORDER BY rn LIMIT {SHOWN}"
        )
        places = (
            [self.stage.raw.place(int(number)) for number in self.stage.raw.number(_positions(rows))] if rows else []
        )
        return tuple(Evidence(row, str(text)[:80], sheet) for (_, text), (sheet, row) in zip(rows, places))


def _positions(rows: list[tuple[object, ...]]) -> np.ndarray:
    return np.array([row[0] for row in rows], dtype=np.int64)
