"""What a field of a table reads as in SQL, over the parsed records of a file."""

from __future__ import annotations

from bihuan.engine.home import Home

from .binding import Bound
from .identity import content_sql
from .lake import constant, duckdb_type, literal
from .runner import Runner
from .schema import TABLES, TEXT
from .stage import REFUSED, Stage

DEFAULTS = {("events", "origin"): "log", ("answers", "status"): "valid"}


class Fields:
    """The parsed records of one file or part, and how each field of each table is read from them."""

    def __init__(self, home: Home, run: Runner, stage: Stage, *, source: str) -> None:
        self.home, self.run, self.bindings, self.source = home, run, stage.bindings, source
        self.parsed, self.conditions = stage.parsed, stage.conditions
        self.new_cases_only, self.late_after = stage.mapping.new_cases_only, stage.mapping.late_after

    def records(self, bound: Bound) -> str:
        """SQL: which records give a row of this plan. A side row is not made where its needed cells are missing."""
        tests = [f"bad < {REFUSED}"]
        tests += [f"w{self.conditions.index(choice)}" for choice in bound.when]
        if bound.plan.role == "side":
            needed = {*TABLES[bound.plan.table].required, "value"} & set(bound.cells)
            if (bound.plan.spread or bound.plan.explode) and {"value", "text"} <= set(bound.cells):
                needed -= {"value"}
                tests.append(f"coalesce(v{bound.cells['value']}::VARCHAR, v{bound.cells['text']}) IS NOT NULL")
            tests += [f"v{bound.cells[name]} IS NOT NULL" for name in sorted(needed)
                      if self.bindings.cells[bound.cells[name]].columns]
        return " AND ".join(tests)

    def value(self, bound: Bound, name: str) -> str:
        """SQL of one field; ids of cases are made unlike those of other systems."""
        table = TABLES[bound.plan.table]
        kind = dict(table.fields).get(name, TEXT)
        if name not in bound.cells:
            default = DEFAULTS.get((table.name, name))
            return constant(default) if default else f"NULL::{duckdb_type(kind)}"
        cell = f"v{bound.cells[name]}"
        if name in table.case_columns and name != "id":
            return self.prefixed(bound, cell)
        default = DEFAULTS.get((table.name, name))
        return f"coalesce({cell}, {literal(default)})" if default else cell

    def prefixed(self, bound: Bound, cell: str) -> str:
        """SQL: <source>:<id>, unless the id begins so already."""
        source = self.source_sql(bound)
        start = literal(self.source + ":") if source == literal(self.source) else f"{source} || ':'"
        return f"CASE WHEN starts_with({cell}, {start}) THEN {cell} ELSE {start} || {cell} END"

    def source_sql(self, bound: Bound) -> str:
        main = next((other for other in self.bindings.bounds if "source" in other.cells), bound)
        if "source" in main.cells:
            return f"coalesce(v{main.cells['source']}, {literal(self.source)})"
        return literal(self.source)

    def external_id(self, bound: Bound) -> str:
        """The id the other system gave; a record without any is known by what it says."""
        if "external_id" in bound.cells:
            cell, start = f"v{bound.cells['external_id']}", self.source_sql(bound)
            return f"CASE WHEN starts_with({cell}, {start} || ':') THEN {cell}[len({start}) + 2:] ELSE {cell} END"
        return self.content(bound)

    def content(self, bound: Bound) -> str:
        table = TABLES[bound.plan.table]
        kinds = dict(table.fields)
        return content_sql((f"v{bound.cells[name]}", kinds[name]) for name in table.names
                           if name in bound.cells and name not in ("id", "external_id"))
