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
from .seen import ATTRIBUTES, EVERYBODY, RESPONDENT, Seen, attributes_of

ANSWERS = f"""
    SELECT {RESPONDENT} AS respondent, question, metric, value, text, weight, status, customer, "case",
        epoch_us("at") AS since
    FROM answers WHERE {{where}}"""


def read_file(path: Path, mapping: Mapping, design: Design | None) -> tuple[Responses, Design, int]:
    """Read a file by its mapping without keeping it: (responses, design, rows that the import left out).

    Raises SurveyError.
    """
    with tempfile.TemporaryDirectory(prefix="bihuan-survey-") as folder:
        home = open_home(folder)
        result = importing.import_file(home, path, mapping=mapping, actor="survey")
        with store.connect(home) as con:
            return *read_answers(con, design), result.quarantined


def read_answers(con: duckdb.DuckDBPyConnection, design: Design | None, *, survey: str | None = None,
                 seen: Seen = EVERYBODY, answered: bool = False) -> tuple[Responses, Design]:
    """Return the answers of one ``survey`` (None: all there are) and the design, the plain one where None is given.

    Only what ``seen`` lets the reader see is read. Raises SurveyError when there are none. Answers of one response
    share the part of their id before "#", or case and moment where each has an id of its own. A segment is the text of
    its item, its number else, or an attribute such as ``@region``. With ``answered`` the design is cut to the items
    that somebody answered: a questionnaire may ask what nobody said anything to, and an older wave what a newer one
    does not ask.
    """
    where, params = seen.condition()
    if survey is not None:
        where, params = f"survey = ? AND {where}", [survey, *params]
    table = con.sql(ANSWERS.format(where=where), params=params).to_arrow_table()
    if not table.num_rows:
        raise SurveyError("no_answers")
    design = design or plain_design(table)
    row, ids = _in_order(table, *_coded(table["respondent"]))
    column, items = _coded(table["question"])
    names = tuple(str(item) for item in items)
    design = _with_items(_answered(design, set(names)) if answered else design, names)
    long = _Long(table, row, column, len(ids), names)
    attributes = attributes_of(con, ids, [name for name in design.segments if name in ATTRIBUTES], where, params)
    weights = long.first("weight")
    return Responses(
        ids, names, long.values, np.array([1.0 if weight is None else weight for weight in weights], float),
        {name: attributes[name] if name in attributes else long.words(name) for name in design.segments},
        long.values[:, names.index(design.seconds)] if design.seconds else None,
        long.words(design.device) if design.device else None, long.first("customer"),
        long.first("status", "valid"), long.first("case")), design


class _Long:
    """Answers in long form: which respondent and which item each one belongs to."""

    def __init__(self, table: pa.Table, row: np.ndarray, column: np.ndarray, size: int, names: tuple[str, ...]) -> None:
        self.table, self.row, self.column, self.size, self.names = table, row, column, size, names
        self.values = np.full((size, len(names)), np.nan)
        self.values[row, column] = table["value"].to_numpy().astype(float)

    def words(self, name: str) -> np.ndarray:
        """One item's answers as texts, the number where there is none; None for no answer."""
        place = self.names.index(name)
        asked = np.flatnonzero(self.column == place)
        texts = np.full(self.size, None, object)
        texts[self.row[asked]] = np.array(self.table["text"].take(pa.array(asked)).to_pylist() + [None], object)[:-1]
        return np.array([text if text else (f"{value:g}" if not np.isnan(value) else None)
                         for text, value in zip(texts, self.values[:, place])], object)

    def first(self, name: str, usual: Any = None) -> np.ndarray:
        """One value a respondent: that of the first item which says one."""
        encoded = self.table[name].combine_chunks().dictionary_encode()
        known = encoded.is_valid().to_numpy(zero_copy_only=False)
        at = np.full((self.size, len(self.names)), -1, np.int32)
        at[self.row[known], self.column[known]] = encoded.indices.drop_null().to_numpy()
        codes = at[np.arange(self.size), (at >= 0).argmax(axis=1)]
        return np.array([*encoded.dictionary.to_pylist(), usual], object)[codes]


def plain_design(table: pa.Table) -> Design:
    """What the answers say of themselves: items of the metrics nps, csat and ces; each rating item is a dimension.

    Such ratings are given after a contact: of those about one case the first counts.
    """
    metrics: dict[str, list[str]] = {}
    for question, metric in sorted({(row["question"] or "", row["metric"] or "") for row in
                                    table.select(["question", "metric"]).to_pylist()}):
        metrics.setdefault(metric, []).append(question)
    first = {metric: questions[0] for metric, questions in metrics.items()}
    rated = [*metrics.get("csat", ()), *metrics.get("rating", ())]
    return Design(overall=first.get("csat", ""), nps=first.get("nps", ""), ces=first.get("ces", ""),
                  dimensions={question: (question,) for question in rated},
                  rules=Rules(answered_share=0, one_per_case=True))


def _coded(column: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a column of texts as places in the sorted list of its texts, and that list; None counts as empty."""
    encoded = column.combine_chunks().fill_null("").dictionary_encode()
    known = np.array(encoded.dictionary.to_pylist(), str)
    order = np.argsort(known, kind="stable")
    rank = np.empty(len(known), np.int64)
    rank[order] = np.arange(len(known))
    return rank[encoded.indices.to_numpy()], known[order]


def _in_order(table: pa.Table, row: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Respondents by the time of their answers, then id: of two answers of one person the first is the earlier one."""
    since = np.full(len(ids), np.iinfo(np.int64).max)
    np.minimum.at(since, row, table["since"].fill_null(np.iinfo(np.int64).max).to_numpy())
    order = np.argsort(since, kind="stable")
    place = np.empty(len(ids), np.int64)
    place[order] = np.arange(len(ids))
    return place[row], ids[order]


def _with_items(design: Design, items: tuple[str, ...]) -> Design:
    """The design with its patterns spelled out; raises for what nobody was asked."""
    segments = [name for name in design.segments if name not in ATTRIBUTES]
    used = {design.overall, design.nps, design.ces, *segments, design.seconds, design.device}
    dimensions = {name: tuple(dict.fromkeys(item for pattern in patterns for item in _matching(pattern, items, used)))
                  for name, patterns in design.dimensions.items()}
    for name in [*used, *(item for found in dimensions.values() for item in found)]:
        if name and name not in items:
            raise SurveyError("unknown_item", item=name, items=", ".join(items[:60]))
    return replace(design, dimensions=dimensions)


def _answered(design: Design, items: set[str]) -> Design:
    """The design without the items nobody answered, and without dimensions that have no other."""
    kept = {name: found for name, wanted in design.dimensions.items()
            if (found := tuple(item for item in wanted if item in items))}
    pairs = {item: wish for item, wish in design.expectations.items() if {item, wish} <= items}
    segments = tuple(name for name in design.segments if name in items or name in ATTRIBUTES)

    def said(item: str) -> str:
        return item if item in items else ""

    return replace(design, dimensions=kept, expectations=pairs, segments=segments, overall=said(design.overall),
                   nps=said(design.nps), ces=said(design.ces), seconds=said(design.seconds),
                   device=said(design.device))


def _matching(pattern: str, items: tuple[str, ...], used: set[str]) -> list[str]:
    if not any(sign in pattern for sign in "*?["):
        return [pattern]
    return [item for item in items if fnmatchcase(item, pattern) and item not in used] or [pattern]
