"""Parse all records of a file at once: one temporary table of typed cells and a mark on the records that are bad."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .binding import Bindings, Cell
from .codes import code_type, is_code, is_listed, one_of, says_codes
from .dates import Order
from .halves import halves
from .lake import Run, duckdb_type, literal, quoted
from .mapping import Choice, Mapping, Value
from .mapping.model import MISSING, NOT_YET
from .parsers import LATEST, lost, of_zone, sql_of, within_reason
from .readers.base import WHITE, Raw
from .schema import TEXT, TIME
from .sides import Sides, sides_of, stray
from .silent import is_total, without
from .spans import bounds, dated, stand_ins, stays_typed

SECONDS = Value(parser="duration")
WORDS = 40
TOTAL = "is_total"
# Marks of a record: fine, some cell blanked, quarantined.
FINE, BLANKED, REFUSED = 0, 1, 2


@dataclass
class Stage:
    """The SQL of one file's parsing, layer by layer: raw cells, texts of values, typed values, judgement."""

    raw: Raw
    bindings: Bindings
    mapping: Mapping
    zone: str
    dates: dict[str, Order]
    parsed: str = "parsed"
    frequent: dict[int, tuple[str, ...]] = field(default_factory=dict)
    again: bool = False
    until: str = LATEST     # nothing that has happened lies after it

    def __post_init__(self) -> None:
        if self.mapping.below_header:
            self.raw = self.raw.without_first(self.mapping.below_header)

    def make(self, run: Run) -> None:
        """Make the table ``parsed``: a row per record in the file's order, columns v0.. w0.. and ``bad``."""
        run(f"CREATE OR REPLACE TEMP TABLE {self.parsed} AS SELECT {', '.join(self._values)}, {self._mark()} AS bad "
            f"FROM ({self.layers(self.raw.relation)})")

    def read_again(self, run: Run) -> None:
        """Ask the second reading for the records that the first did not understand: it knows more and costs more."""
        marked = f"SELECT rowid FROM {self.parsed} WHERE bad > {FINE}"
        if not run(f"{marked} LIMIT 1"):
            return
        self.again = True
        numbered = f"(SELECT row_number() OVER () - 1 AS rn, * FROM {self.raw.relation})"
        records = self.layers(f"(SELECT * FROM {numbered} WHERE rn IN ({marked}))", keep="rn")
        run(f"CREATE OR REPLACE TEMP TABLE {self.doubted} AS SELECT *, {self._mark()} AS bad FROM ({records})")
        changes = ", ".join(f"{name} = d.{name}" for name in (*self._values, "bad"))
        run(f"UPDATE {self.parsed} SET {changes} FROM {self.doubted} d WHERE {self.parsed}.rowid = d.rn")

    @property
    def doubted(self) -> str:
        """The table of the records that were read again: texts t0.., values v0.., ``bad`` and their position ``rn``."""
        return f"{self.parsed}_doubted"

    @property
    def _values(self) -> list[str]:
        return [f"v{i}" for i, _ in enumerate(self.bindings.cells)] + [f"w{k}" for k, _ in enumerate(self.conditions)]

    @property
    def conditions(self) -> list[Choice]:
        return list(dict.fromkeys(choice for bound in self.bindings.bounds for choice in bound.when))

    @property
    def sides(self) -> Sides:
        return sides_of(self.conditions, self.raw.types)

    def layers(self, relation: str, *, keep: str = "") -> str:
        """SELECT with t<i> (the text meant) and v<i> (its value) of every cell; ``keep`` carries a column along."""
        cells = list(enumerate(self.bindings.cells))
        carried = [keep] if keep else []
        conditions = [f"w{k}" for k, _ in enumerate(self.conditions)] + [TOTAL] * self._finds_totals
        conditions += [f"s{k}" for k, _ in enumerate(self.sides)]
        pluses = [f"p{i}_{k}" for i, cell in cells for k, _ in enumerate(cell.durations)]
        bare = [f"{self._bare(column)} AS {self._r(column)}" for column in self._columns] or ["NULL AS nothing"]
        raw = [f"{self._said(column)} AS {self._r(column)}" for column in self._columns] or ["nothing"]
        texts = [f"{self._meant(cell)} AS t{i}" for i, cell in cells]
        texts += [f"{self._holds(choice)} AS w{k}" for k, choice in enumerate(self.conditions)]
        texts += [f"{stray(self._text(column), sides, dict(self.bindings.known.words(column)))} AS s{k}"
                  for k, (column, sides) in enumerate(self.sides.items())]
        if self._finds_totals:
            texts.append(f"{is_total(self._r(self.raw.columns[0]))} AS {TOTAL}")
        texts += [f"{self._text(column)} AS p{i}_{k}" for i, cell in cells for k, column in enumerate(cell.durations)]
        meant = [f"{self._translated(i, cell)} AS m{i}" for i, cell in cells]
        typed = [f"{self._typed(i, cell)} AS c{i}" for i, cell in cells]
        final = [f"{self._final(i, cell)} AS v{i}" for i, cell in cells]
        told = [f"t{i}" for i, _ in cells]
        query = relation
        for columns in (bare, raw, texts, [*meant, *told, *conditions, *pluses],
                        [*typed, *told, *conditions, *pluses], [*final, *told, *conditions]):
            query = f"(SELECT {', '.join([*columns, *carried])} FROM {query})"
        return query[1:-1]

    def orders(self, cell: Cell) -> tuple[str, ...]:
        """The orders in which the cell's slashed dates are read."""
        order = self.dates.get(cell.columns[0]) if cell.columns else None
        return cell.value.dates or (order.orders if order else ())

    def fails(self, i: int) -> str:
        """SQL: the cell says something that is no value of its field."""
        cell = self.bindings.cells[i]
        if not self.fallible(cell):
            return "false"
        return f"(t{i} IS NOT NULL AND v{i} IS NULL)"

    def fallible(self, cell: Cell) -> bool:
        if cell.value.on_error == "none" or not cell.columns:
            return False
        if cell.value.only:
            return True
        if cell.value.default is not None and cell.value.parser == "text":
            return False
        return cell.value.parser != "text" or cell.kind != TEXT or bool(cell.allowed) or self.raw.doubtful

    @property
    def _finds_totals(self) -> bool:
        """Whether lines that begin with a word for totals are kept out, even those that could be read."""
        return (self.raw.tabular and self.mapping.totals == "leave_out" and bool(self.raw.columns)
                and self.raw.columns[0] not in self.raw.types)

    @property
    def _columns(self) -> list[str]:
        wanted = [column for cell in self.bindings.cells for column in (*cell.columns, *cell.durations)]
        wanted += [choice.column for choice in self.conditions]
        wanted += self.raw.columns[:1] * self._finds_totals
        return list(dict.fromkeys(wanted))

    def _r(self, column: str) -> str:
        return f"r{self._columns.index(column)}"

    def _bare(self, column: str) -> str:
        """The cell without blanks around it; typed columns as they are."""
        if column in self.raw.types or not self.raw.trim:
            return quoted(column)
        return f"trim({quoted(column)}, {literal(WHITE)})"

    def _said(self, column: str) -> str:
        """NULL where the cell means nothing."""
        cell = self._r(column)
        if column in self.raw.types or (self.raw.blanks and not self.raw.trim):
            return cell
        missing = ", ".join(literal(code) for code in ("", *self.nothing(column)))
        return f"CASE WHEN {cell} NOT IN ({missing}) THEN {cell} END"

    def nothing(self, column: str) -> tuple[str, ...]:
        """Words that mean nothing in a column; the empty cell is not among them."""
        present = self.bindings.known.present(column)
        return tuple(dict.fromkeys(word for word in (*MISSING, *self.mapping.missing) if word and word not in present))

    def _text(self, column: str) -> str:
        kind = self.raw.types.get(column)
        if kind is None:
            return self._r(column)
        whole = f"CASE WHEN {self._r(column)} = floor({self._r(column)}) THEN {self._r(column)}::HUGEINT::VARCHAR"
        return f"{whole} ELSE {self._r(column)}::VARCHAR END" if kind in ("DOUBLE", "FLOAT") else (
            f"{self._r(column)}::VARCHAR")

    def _meant(self, cell: Cell) -> str:
        value = cell.value
        if not cell.columns:
            return "NULL" if value.constant is None else literal(value.constant)
        texts = [self._text(column) for column in cell.columns]
        if value.how in ("object", "rest"):
            pairs = ", ".join(f"{literal(_key(column))} || to_json({text})"
                              for column, text in zip(cell.columns, texts))
            return f"nullif('{{' || concat_ws(',', {pairs}) || '}}', '{{}}')"
        undated = stand_ins(cell) if self.again else ""
        if stays_typed(cell, self.raw.types):
            typed = self._r(cell.columns[0])
            return dated(typed, undated) if undated else typed
        if cell.kind == TIME and value.how == "join" and len(texts) == 2:
            texts = halves(*texts)
        text = texts[0] if len(texts) == 1 else f"nullif(concat_ws({literal(value.separator)}, {', '.join(texts)}), '')"
        if value.how == "first" and len(texts) > 1:
            text = f"coalesce({', '.join(texts)})"
        if missing := (*value.missing, *(NOT_YET if cell.kind == TIME else ())):
            text = without(text, missing)
        if cell.allowed and (nothing := [told for told, meant in value.mapped if not meant]):
            # Words that somebody said mean nothing in a field of few words.
            text = f"CASE WHEN lower({text}) NOT IN ({', '.join(literal(word) for word in nothing)}) THEN {text} END"
        if undated:
            text = dated(text, undated)
        there = " AND ".join(f"{self._text(column)} IS NOT NULL" for column in cell.plus)
        return f"CASE WHEN {there} THEN {text} END" if there else text

    def _translated(self, i: int, cell: Cell) -> str:
        """What the mapping's words make of the text. The words that the file's first records use are asked first."""
        value, text = cell.value, f"t{i}"
        if value.among:
            text = is_listed(value, text)
        elif value.mapped:
            meanings = dict(value.mapped)
            frequent = " ".join(f"WHEN {text} = {literal(word)} THEN {self._meaning(cell, meanings, word)}"
                                for word in self.frequent.get(i, ()) if not value.only or word.lower() in meanings)
            # A map, because a CASE with a hundred branches costs as much for the rows that never reach it.
            words = ", ".join(f"{literal(told)}: {literal(meant)}" for told, meant in value.mapped)
            other = f"lower({text})" if cell.allowed else text
            if value.default is not None or value.only:
                other = literal(value.default) if value.default else "NULL"
            asked = f"lower({text})"
            if value.only:
                # What somebody wrote beside a choice ("其他〖...〗") is no part of it.
                asked = f"regexp_replace({asked}, '〖[^〗]*〗', '', 'g')"
            rare = one_of(cell, f"coalesce(MAP {{{words}}}[{asked}], {other})")
            quick = f"TRY_CAST({text} AS {code_type(cell)})" if says_codes(cell, self.frequent.get(i, ())) else ""
            text = (f"coalesce({quick}, CASE WHEN {text} IS NOT NULL THEN {rare} END)" if quick else
                    f"CASE WHEN {text} IS NULL THEN NULL {frequent} ELSE {rare} END")
        elif cell.columns:
            text = one_of(cell, text)
        return f"coalesce({text}, {literal(value.constant)})" if value.constant is not None and cell.columns else text

    def _meaning(self, cell: Cell, meanings: dict[str, str], word: str) -> str:
        default = word.lower() if cell.allowed else word
        if cell.value.default is not None:
            default = cell.value.default
        meant = meanings.get(word.lower(), default)
        if not is_code(cell):
            return literal(meant) if meant else "NULL"
        return f"{literal(meant)}::{code_type(cell)}" if meant in cell.allowed else "NULL"

    def sample(self, run: Run) -> None:
        """Look at the first records for the words of the translated columns."""
        for i, cell in enumerate(self.bindings.cells):
            if cell.value.mapped and len(cell.columns) == 1 and not cell.value.among:
                words = run(f"SELECT {self._bare(cell.columns[0])}::VARCHAR AS w FROM {self.raw.head(run)} "
                            f"WHERE w IS NOT NULL GROUP BY w ORDER BY count(*) DESC, w LIMIT {WORDS}")
                self.frequent[i] = tuple(word for (word,) in words)

    def _holds(self, choice: Choice) -> str:
        """A condition compares without case; a missing cell is "" in it."""
        cells = ", ".join(literal(cell.lower()) for cell in choice.values)
        told = f"lower(coalesce({self._text(choice.column)}, ''))"
        if words := self.bindings.known.words(choice.column):
            meant = ", ".join(f"{literal(word)}: {literal(meaning.lower())}" for word, meaning in words)
            told = f"coalesce(MAP {{{meant}}}[{told}], {told})"
        return f"{told} {'NOT ' if choice.negated else ''}IN ({cells})"

    def moment(self, i: int, cell: Cell) -> str:
        """SQL over ``doubted``: what a cell of times says, out of bounds or not, without what is added to it."""
        return self._typed(i, cell, f"t{i}")

    def _typed(self, i: int, cell: Cell, meant: str = "") -> str:
        meant = meant or f"m{i}"
        if not cell.columns and cell.value.constant is not None:
            return f"CAST({meant} AS {duckdb_type(cell.kind)})"
        if stays_typed(cell, self.raw.types):
            naive = self.raw.types[cell.columns[0]] == "TIMESTAMP" and cell.kind == TIME
            return of_zone(meant, self.zone) if naive else f"TRY_CAST({meant} AS {duckdb_type(cell.kind)})"
        value = sql_of(cell.value, meant, zone=self.zone, dates=self.orders(cell), again=self.again)
        if is_code(cell):
            return meant
        if cell.allowed:
            return f"CASE WHEN {meant} IN ({', '.join(literal(word) for word in cell.allowed)}) THEN {meant} END"
        if self.raw.doubtful and cell.kind == TEXT:
            value = f"CASE WHEN NOT {lost(f't{i}')} THEN {value} END"
        return value if cell.kind in (TIME, TEXT) else f"TRY_CAST({value} AS {duckdb_type(cell.kind)})"

    def length(self, column: str, text: str) -> str:
        """SQL: the seconds that a text of a column of durations says."""
        return sql_of(self.bindings.known.written(SECONDS, (column,)), text, zone=self.zone, dates=(), again=self.again)

    def _final(self, i: int, cell: Cell) -> str:
        if cell.kind != TIME:
            return f"c{i}"
        moment = f"c{i}"
        if cell.durations:
            lengths = [self.length(column, f"p{i}_{k}") for k, column in enumerate(cell.durations)]
            lengths[len(cell.plus):] = [f"CASE WHEN p{i}_{k} IS NULL THEN 0 ELSE {length} END"
                                        for k, length in enumerate(lengths) if k >= len(cell.plus)]
            seconds = " + ".join(f"({length})" for length in lengths)
            moment = f"c{i} + to_microseconds((({seconds}) * 1000000)::BIGINT)"
        return within_reason(moment, *bounds(cell, self.until))

    def _mark(self) -> str:
        """2 when the record must stay out, 1 when some cell was blanked, else 0."""
        refused = [self.fails(i) for i, cell in enumerate(self.bindings.cells) if cell.severe and self.fallible(cell)]
        refused += [f"v{i} IS NULL" for i, cell in enumerate(self.bindings.cells) if cell.required]
        refused += [TOTAL] * self._finds_totals
        blanked = [self.fails(i) for i, cell in enumerate(self.bindings.cells)
                   if not cell.severe and self.fallible(cell)]
        blanked += [f"s{k} IS NOT NULL" for k, _ in enumerate(self.sides)]
        return (f"(CASE WHEN {' OR '.join(refused) or 'false'} THEN {REFUSED} "
                f"WHEN {' OR '.join(blanked) or 'false'} THEN {BLANKED} ELSE {FINE} END)::TINYINT")


def _key(column: str) -> str:
    return json.dumps(column, ensure_ascii=False) + ":"
