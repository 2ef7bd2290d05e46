"""Answers in long form, as the lake keeps them, as a table of respondents by items."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from ..facts import importing, store
from ..facts.mapping import Mapping
from ..home import open_home
from .contracts import Design, Responses, Rules
from .errors import SurveyError

ANSWERS = """
    SELECT split_part(id, '#', 1) AS respondent, question, metric, value, text, weight, status, customer
    FROM answers WHERE {where} ORDER BY respondent, question"""


def read_file(path: Path, mapping: Mapping, design: Design | None) -> tuple[Responses, Design, int]:
    """Read a file by its mapping without keeping it: (responses, design, rows that the import left out).

    Raises SurveyError.
    """
    with tempfile.TemporaryDirectory(prefix="bihuan-survey-") as folder:
        home = open_home(folder)
        result = importing.import_file(home, path, mapping=mapping, actor="survey")
        with store.connect(home) as con:
            return *read_answers(con, design), result.quarantined


def read_answers(con: duckdb.DuckDBPyConnection, design: Design | None, *,
                 survey: str | None = None) -> tuple[Responses, Design]:
    """Return the answers of one ``survey`` (None: all there are) and the design, the plain one where None is given.

    Raises SurveyError when there are none. Answers of one response share the part of their id before "#". A segment
    is the text of its item, its number else.
    """
    where = "survey = ?" if survey is not None else "true"
    table = con.sql(ANSWERS.format(where=where), params=[survey] if survey is not None else []).to_arrow_table()
    if not table.num_rows:
        raise SurveyError("no_answers")
    design = design or plain_design(table)
    ids, row = np.unique(_texts(table, "respondent"), return_inverse=True)
    items, column = np.unique(_texts(table, "question"), return_inverse=True)
    values = np.full((len(ids), len(items)), np.nan)
    values[row, column] = np.array(table["value"].to_pylist(), float)
    texts = np.full((len(ids), len(items)), None, object)
    texts[row, column] = np.array(table["text"].to_pylist(), object)
    names = tuple(str(item) for item in items)
    design = _with_items(design, names)

    def item(name: str) -> int:
        return names.index(name)

    responses = Responses(
        ids, names, values, _first(row, table["weight"].to_pylist(), len(ids), 1.0).astype(float),
        {name: _words(texts[:, item(name)], values[:, item(name)]) for name in design.segments},
        values[:, item(design.seconds)] if design.seconds else None,
        _words(texts[:, item(design.device)], values[:, item(design.device)]) if design.device else None,
        _first(row, table["customer"].to_pylist(), len(ids), None),
        _first(row, table["status"].to_pylist(), len(ids), "valid"))
    return responses, design


def plain_design(table: pa.Table) -> Design:
    """What the answers say of themselves: items of the metrics nps, csat and ces; each rating item is a dimension."""
    metrics: dict[str, list[str]] = {}
    for question, metric in sorted({(row["question"] or "", row["metric"] or "") for row in
                                    table.select(["question", "metric"]).to_pylist()}):
        metrics.setdefault(metric, []).append(question)
    first = {metric: questions[0] for metric, questions in metrics.items()}
    rated = [*metrics.get("csat", ()), *metrics.get("rating", ())]
    return Design(overall=first.get("csat", ""), nps=first.get("nps", ""), ces=first.get("ces", ""),
                  dimensions={question: (question,) for question in rated}, rules=Rules(answered_share=0))


def _texts(table: Any, name: str) -> np.ndarray:
    return np.array([text or "" for text in table[name].to_pylist()], str)


def _with_items(design: Design, items: tuple[str, ...]) -> Design:
    """The design with its patterns spelled out; raises for what nobody was asked."""
    used = {design.overall, design.nps, design.ces, *design.segments, design.seconds, design.device}
    dimensions = {name: tuple(dict.fromkeys(item for pattern in patterns for item in _matching(pattern, items, used)))
                  for name, patterns in design.dimensions.items()}
    for name in [*used, *(item for found in dimensions.values() for item in found)]:
        if name and name not in items:
            raise SurveyError("unknown_item", item=name, items=", ".join(items[:60]))
    return replace(design, dimensions=dimensions)


def _matching(pattern: str, items: tuple[str, ...], used: set[str]) -> list[str]:
    if not any(sign in pattern for sign in "*?["):
        return [pattern]
    return [item for item in items if fnmatchcase(item, pattern) and item not in used] or [pattern]


def _first(row: np.ndarray, values: list[Any], size: int, usual: Any) -> np.ndarray:
    """One value a respondent: that of the first answer which says one."""
    found = np.full(size, usual, object)
    # Backwards, so that the first one is written last.
    for place, value in zip(row.tolist()[::-1], values[::-1]):
        if value is not None:
            found[place] = value
    return found


def _words(texts: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.array([text if text else (f"{value:g}" if not np.isnan(value) else None)
                     for text, value in zip(texts, values)], object)
