"""From parsed records to staged rows of each table: ids, order among equal times, one row a key."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bihuan.engine.home import Home

from .binding import Bound
from .cases import cases_sql
from .fields import Fields
from .identity import TELLING, key_sql
from .lake import constant, literal, quoted
from .mapping import Mapping, Plan
from .runner import Runner
from .schema import TABLES, SourceTable
from .stage import Stage

SHARED = ("customers", "agents", "units")     # their ids mean the same in every system
MAIN = "is_main"


class Rows(Fields):
    """Makes, out of one parsed relation, the staged relation of every table: its fields, ``source`` and ``rn``."""

    def __init__(self, home: Home, run: Runner, stage: Stage, *, source: str) -> None:
        super().__init__(home, run, stage, source=source)
        # Where further rows of a record go into the table of its main row, each says which it is, for the counts.
        main = stage.mapping.table
        self.shared = main if [plan.table for plan in stage.mapping.plans].count(main) > 1 else ""

    def stage(self) -> dict[str, str]:
        """{table: relation}, one row a key; of records with the same key the last one in the file counts."""
        staged = {}
        bounds = self.bindings.bounds
        for table in dict.fromkeys(bound.plan.table for bound in bounds):
            parts = [self._part(bound) for bound in bounds if bound.plan.table == table]
            name = f"{self.parsed}_{table}"
            self.run(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {' UNION ALL BY NAME '.join(parts)}")
            staged[table] = self._one_a_key(TABLES[table], name, [b for b in bounds if b.plan.table == table])
        return staged

    def _part(self, bound: Bound) -> str:
        if bound.plan.role == "case":
            return cases_sql(self, bound)
        table = TABLES[bound.plan.table]
        values = {name: self.value(bound, name) for name in table.names}
        if "id" in values:
            values["id"] = self._id(bound, table)
        if bound.plan.table == "answers" and self.late_after:
            values["status"] = (f"CASE WHEN {values['status']} = 'valid' AND {values['at']} > "
                                f"TIMESTAMPTZ {literal(self.late_after)} THEN 'late' ELSE {values['status']} END")
        if bound.plan.table == "cases":
            values["external_id"] = self.external_id(bound)
        columns = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in values.items())
        source = self.source_sql(bound)
        source = constant(self.source) if source == literal(self.source) else source
        if table.name == self.shared:
            columns += f", {str(bound.plan.role == 'main').lower()} AS {MAIN}"
        return (f"SELECT rowid AS rn, {columns}, {source} AS source FROM {self.parsed} "
                f"WHERE {self.records(bound)}")

    def _id(self, bound: Bound, table: SourceTable) -> str:
        if table.name == "cases":
            return f"{literal(self.source + ':')} || {self.content(bound)}" if self._nameless(bound) else (
                self.prefixed(bound, f"v{bound.cells['external_id']}"))
        if bound.plan.spread and "id" in bound.cells:
            return f"{self.prefixed(bound, 'v' + str(bound.cells['id']))} || {literal('#' + bound.plan.tag)}"
        if bound.plan.tag and "case" in bound.cells:
            return f"{self.value(bound, 'case')} || {literal('#' + bound.plan.tag)}"
        if "id" in bound.cells:
            cell = f"v{bound.cells['id']}"
            return cell if table.name in SHARED else self.prefixed(bound, cell)
        return "NULL::VARCHAR" if table.name in TELLING else self.content(bound)

    def _nameless(self, bound: Bound) -> bool:
        """Rows whose id is made of what they say: equal rows are told apart by a number."""
        given = "external_id" if bound.plan.table == "cases" else "id"
        return "id" in TABLES[bound.plan.table].key and given not in bound.cells and not bound.plan.tag

    def _one_a_key(self, table: SourceTable, name: str, bounds: list[Bound]) -> str:
        if table.name in TELLING and any(self._nameless(bound) for bound in bounds):
            name = self._told_apart(table, name, bounds)
            own = [bound for bound in bounds if not self._nameless(bound)]
            return self._last_of_twins(table, name) if own else name
        if any(self._nameless(bound) for bound in bounds):
            return self._numbered(table, name)
        return self._last_of_twins(table, name)

    def _told_apart(self, table: SourceTable, name: str, bounds: list[Bound]) -> str:
        """Rows without an id that agree in all telling columns get their order in the file as ``seq``, or an id."""
        given = any("seq" in bound.cells for bound in bounds if self._nameless(bound))
        telling = list(TELLING[table.name] if given else TELLING[table.name][:2])
        if not self._find_twins(f"(SELECT * FROM {quoted(name)} WHERE id IS NULL)", telling):
            return name
        columns = ", ".join(quoted(column) for column in telling)
        ranked = (f"SELECT rn, row_number() OVER (PARTITION BY {columns} ORDER BY rn) - 1 AS nth FROM {quoted(name)} "
                  f"WHERE id IS NULL AND hash({columns}) IN (SELECT h FROM twins)")
        self.run(f"CREATE OR REPLACE TEMP TABLE {quoted(name + '_nth')} AS {ranked}")
        new = "seq" if not given else "id"
        value = "coalesce(t.nth, r.seq)" if not given else (
            f"CASE WHEN t.nth > 0 THEN {key_sql(table, 'id', 'r')} || '-' || t.nth ELSE r.id END")
        self.run(f"CREATE OR REPLACE TEMP VIEW {quoted(name + '_apart')} AS SELECT r.* REPLACE ({value} AS {new}) "
                 f"FROM {quoted(name)} r LEFT JOIN {quoted(name + '_nth')} t ON t.rn = r.rn AND r.id IS NULL")
        return f"{name}_apart"

    def _numbered(self, table: SourceTable, name: str) -> str:
        """Equal rows are kept: the second of the same content gets "-1" behind its made id."""
        if not self._find_twins(quoted(name), ["id"]):
            return name
        suffix = "CASE WHEN nth > 0 THEN '-' || nth ELSE '' END"
        changed = f"id || {suffix} AS id"
        if table.name == "cases":
            changed += f", external_id || {suffix} AS external_id"
        ranked = f"SELECT *, row_number() OVER (PARTITION BY id ORDER BY rn) - 1 AS nth FROM {quoted(name)}"
        self.run(f"CREATE OR REPLACE TEMP TABLE {quoted(name + '_apart')} AS "
                 f"SELECT * EXCLUDE (nth) REPLACE ({changed}) FROM ({ranked})")
        return f"{name}_apart"

    def _last_of_twins(self, table: SourceTable, name: str) -> str:
        """Of rows with the same key the last in the file stands; they are looked for only if there are any."""
        keys = list(table.key)
        if not self._find_twins(quoted(name), keys):
            return name
        columns = ", ".join(quoted(key) for key in keys)
        self.run(f"CREATE OR REPLACE TEMP TABLE {quoted(name + '_single')} AS SELECT * FROM {quoted(name)} "
                 f"QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY rn DESC) = 1")
        return f"{name}_single"

    def _find_twins(self, relation: str, columns: list[str]) -> bool:
        """Whether rows may agree in these columns; the hashes of those that may are then in ``twins``.

        Sorting the hashes as numbers is several times faster than counting distinct keys.
        """
        if len(columns) > 2 and columns[0] == "case":
            # In most logs no two rows of a case are of the same moment; only rows that are need all columns compared.
            if not self._find_twins(relation, columns[:2]):
                return False
            few = ", ".join(quoted(column) for column in columns[:2])
            relation = f"(SELECT * FROM {relation} WHERE hash({few}) IN (SELECT h FROM twins))"
        listed = ", ".join(quoted(column) for column in columns)
        self.run.check()
        hashes = self.run.con.execute(f"SELECT hash({listed}) AS h FROM {relation}").fetchnumpy()["h"]
        hashes.sort()
        twins = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        if not len(twins):
            return False
        self.run.con.register("twins", pa.table({"h": pa.array(twins, pa.uint64())}))
        return True


def main_counts(run: Runner, mapping: Mapping, told: dict[str, int]) -> tuple[int, int]:
    """(Accepted, updated) in records: where a record makes several rows of the main table, its own row counts.

    Where the main table takes some records only, others may become rows of another table instead, and count there:
    users who are staff, and those who are customers.
    """
    tables = [plan.table for plan in mapping.plans]
    new, changed = told["accepted"], told["updated"]
    if tables.count(mapping.table) > 1 and new + changed:
        found = run(f"SELECT count(*) FILTER (NOT is_update), count(*) FILTER (is_update) "
                    f"FROM {quoted(mapping.table + '_news')} WHERE {MAIN}")[0]
        new, changed = int(found[0]), int(found[1])
    for table in instead(mapping):
        found = run(f"SELECT count(DISTINCT rn) FILTER (NOT is_update), count(DISTINCT rn) FILTER (is_update) "
                    f"FROM {quoted(table + '_news')}")[0]
        new, changed = new + int(found[0]), changed + int(found[1])
    return new, changed


def instead(mapping: Mapping) -> list[str]:
    """The tables that are made only of records which the main table does not take: other cells of the same column."""
    taken = {choice.column: set(choice.values) for choice in mapping.plans[0].when if not choice.negated}

    def apart(plan: Plan) -> bool:
        return plan.role == "side" and plan.explode == mapping.plans[0].explode and any(
            choice.column in taken and not choice.negated and not taken[choice.column] & set(choice.values)
            for choice in plan.when)

    others = dict.fromkeys(plan.table for plan in mapping.plans if plan.table != mapping.table)
    return [table for table in others if all(apart(plan) for plan in mapping.plans if plan.table == table)]
