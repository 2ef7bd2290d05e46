"""Masking on import: rows enter the lake with placeholders, what was taken out goes into the vault.

Masking is the same for the same value, so that a file imported again is still found unchanged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.engine.facts.identity import TELLING
from bihuan.engine.facts.lake import quoted
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.facts.views import source_query
from bihuan.engine.home import Home

from .dialogues import find_pieces
from .masking import Span, mask, mask_field, restore
from .numbers import Find
from .rules import Rules, load_rules
from .vault import Vault, open_vault

# Table -> column that names the subject, columns of one known kind, columns of free text.
FIELDS: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "customers": ("id", {"name": "name", "phone": "mobile", "email": "email"}, ("attributes",)),
    "cases": ("customer", {}, ("subject", "attributes")),
    "messages": ("case", {}, ("text", "attributes")),
    "events": ("case", {}, ("attributes",)),
    "answers": ("customer", {}, ("text",)),
}
CASE = "case:"
CHUNK = 50_000


def seal_staged(home: Home, con: duckdb.DuckDBPyConnection, staged: Mapping[str, str]) -> dict[str, str]:
    """Return the relations of an import with masked ones in place of those that hold personal data.

    The relations as they are, unless the workspace masks on import. Called under the lock of the commit.
    """
    if not load_rules(home).on_import:
        return dict(staged)
    customers = _customers(home, con, staged)
    sealed = dict(staged)
    for table, relation in staged.items():
        if table in FIELDS:
            sealed[table] = f"sealed_{table}"
            _seal_relation(home, con, table, relation, sealed[table], customers)
    return sealed


def _seal_relation(home: Home, con: duckdb.DuckDBPyConnection, table: str, relation: str, target: str,
                   customers: Mapping[str, str]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(target)} AS SELECT * FROM {relation} WHERE false")
    # All rows are fetched before the first is written: an unfinished result would block the insert.
    ordered = ' ORDER BY "case", "at", seq, id' if table == "messages" else ""
    rows = con.sql(f"SELECT * FROM {relation}{ordered}").to_arrow_table()
    for start, length in _chunks(rows, whole="case" if ordered else ""):
        con.register("sealed_rows", seal(home, table, rows.slice(start, length), customers=customers))
        con.execute(f"INSERT INTO {quoted(target)} SELECT * FROM sealed_rows")
        con.unregister("sealed_rows")


def _chunks(rows: pa.Table, *, whole: str) -> Iterator[tuple[int, int]]:
    """Yield (start, length) of parts; none ends between rows that agree in the column ``whole``: a dialogue stays one."""
    start = 0
    while start < rows.num_rows:
        end = min(start + CHUNK, rows.num_rows)
        while whole and end < rows.num_rows and rows[whole][end] == rows[whole][end - 1]:
            end += 1
        yield start, end - start
        start = end


def _customers(home: Home, con: duckdb.DuckDBPyConnection, staged: Mapping[str, str]) -> dict[str, str]:
    """Return the customer of each case that the staged rows speak of, where one is known."""
    speaking = [relation for table, relation in staged.items() if FIELDS.get(table, ("",))[0] == "case"]
    if not speaking:
        return {}
    wanted = " UNION ".join(f'SELECT "case" FROM {relation}' for relation in speaking)
    known = f'SELECT id, customer FROM ({source_query(home, TABLES["cases"])})'
    if "cases" in staged:
        known += f' UNION ALL SELECT id, customer FROM {staged["cases"]}'
    found = con.sql(f"SELECT id, max(customer) FROM ({known}) WHERE customer IS NOT NULL AND id IN ({wanted}) GROUP BY id")
    return dict(found.fetchall())


def seal(home: Home, table: str, rows: pa.Table, *, customers: Mapping[str, str] | None = None) -> pa.Table:
    """Return the rows of a source table masked, and keep what was taken out in the vault under its subject.

    ``customers`` maps case to customer, for tables that know only their case; without one the case itself is the
    subject. Rows of subjects whose data was deleted come back masked and nothing of them is kept.
    Returns ``rows`` itself for tables without personal data.
    """
    if table not in FIELDS:
        return rows
    subject_column, fields, texts = FIELDS[table]
    rules, kept = load_rules(home), []
    columns: dict[str, list[Any]] = {name: rows[name].to_pylist() for name in (*fields, *texts) if name in rows.column_names}
    subjects = _subjects(rows, subject_column, customers or {})
    told = _told(rows, columns, rules) if table == "messages" else {}
    telling = {name: rows[name].to_pylist() for name in TELLING.get(table, ()) if name in rows.column_names}
    ids = _row_keys(rows)
    for row in told:
        if not ids[row] and columns["text"][row]:
            # Made of the message as it is masked alone: in a longer piece of its dialogue it is still the same row.
            alone = {"text": mask(columns["text"][row], rules).text}
            ids[row] = content_id(table, {name: alone.get(name, values[row]) for name, values in telling.items()})
    for row, subject in enumerate(subjects):
        taken = _mask_row(columns, row, fields, texts, rules, told.get(row, ()))
        if taken:
            # The key is that of the masked row, as readers of the lake will see it.
            key = ids[row] or content_id(table, {name: columns.get(name, told)[row] for name, told in telling.items()})
            kept.append((subject, {_name(table, name, key) if name in texts else name: value
                                   for name, value in taken.items()}))
    if kept:
        open_vault(home).put_many(kept)
    if told and "id" in rows.column_names:
        columns["id"] = [ids[row] if row in told else one for row, one in enumerate(rows["id"].to_pylist())]
    for name, values in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, rows.schema.field(name).type))
    return rows


def unseal_text(home: Home, subject: str, table: str, column: str, row: str, masked: str, *,
                vault: Vault | None = None) -> str:
    """Return a masked text of the lake as it was, where its spans are still in the vault; else as it is.

    Reveal needs a right, a reason and a log line: only ``core.privacy.services.reveal`` calls this.
    """
    raw = (vault or open_vault(home)).get(subject).get(_name(table, column, row))
    return restore(masked, spans_of(raw)) if raw else masked


def spans_of(raw: str) -> list[Span]:
    """Return spans from the form in which the vault keeps them."""
    return [Span(0, 0, kind, "", value, at, until) for at, until, kind, value in json.loads(raw)]


def _mask_row(columns: dict[str, list[Any]], row: int, fields: dict[str, str], texts: tuple[str, ...],
              rules: Rules, told: Sequence[Find]) -> dict[str, str | None]:
    taken: dict[str, str | None] = {}
    for name, kind in fields.items():
        value = columns[name][row] if name in columns else None
        if value and kind in rules.kinds and (shown := mask_field(value, kind)) != value:
            columns[name][row], taken[name] = shown, value
    for name in texts:
        value = columns[name][row] if name in columns else None
        if value:
            masked = mask(value, rules, more=told if name == "text" else ())
            if masked.spans:
                columns[name][row] = masked.text
                taken[name] = json.dumps(
                    [[span.at, span.until, span.kind, span.value] for span in masked.spans], ensure_ascii=False)
    return taken


def _told(rows: pa.Table, columns: Mapping[str, list[Any]], rules: Rules) -> dict[int, list[Find]]:
    """What the messages of each case make up together: {row: finds}; rows lie in the order of each dialogue."""
    if not {"case", "text", "sender_kind"} <= set(rows.column_names):
        return {}
    dialogues: dict[Any, list[int]] = {}
    for row, case in enumerate(rows["case"].to_pylist()):
        dialogues.setdefault(case, []).append(row)
    sides, found = rows["sender_kind"].to_pylist(), {}
    for places in dialogues.values():
        told = find_pieces([(sides[row], columns["text"][row]) for row in places], rules) if len(places) > 1 else {}
        found.update({places[at]: finds for at, finds in told.items()})
    return found


def content_id(table: str, row: Mapping[str, Any]) -> str:
    """Return the id that ``identity.key_sql`` makes of a row without one; a test holds the two together."""
    parts = []
    for name in TELLING.get(table, ()):
        value = row.get(name)
        if value is not None and hasattr(value, "timestamp"):
            value = round(value.timestamp() * 1_000_000)
        parts.append("\x1e" if value is None else str(value))
    return hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()[:20]


def _subjects(rows: pa.Table, column: str, customers: Mapping[str, str]) -> list[str]:
    own: list[Any] = rows[column].to_pylist() if column in rows.column_names else [None] * rows.num_rows
    if column == "case":
        return [customers.get(case) or f"{CASE}{case}" for case in own]
    keys = _row_keys(rows)
    return [subject or f"{CASE}{key}" for subject, key in zip(own, keys, strict=True)]


def _row_keys(rows: pa.Table) -> list[str]:
    if "id" not in rows.column_names:
        return [""] * rows.num_rows
    return ["" if key is None else str(key) for key in rows["id"].to_pylist()]


def _name(table: str, column: str, row: str) -> str:
    return f"text:{table}.{column}:{row}"
