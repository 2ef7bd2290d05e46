"""Masking on import: rows enter the lake with placeholders, what was taken out goes into the vault.

Masking is the same for the same value, so that a file imported again is still found unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from bihuan.engine.home import Home

from .masking import Span, mask, mask_field, restore
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
    subjects = _subjects(rows, table, subject_column, customers or {})
    keys = _row_keys(rows)
    for row, subject in enumerate(subjects):
        taken = _mask_row(columns, row, fields, texts, table, keys[row], rules)
        if taken:
            kept.append((subject, taken))
    if kept:
        open_vault(home).put_many(kept)
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


def _mask_row(columns: dict[str, list[Any]], row: int, fields: dict[str, str], texts: tuple[str, ...], table: str,
              key: str, rules: Rules) -> dict[str, str | None]:
    taken: dict[str, str | None] = {}
    for name, kind in fields.items():
        value = columns[name][row] if name in columns else None
        if value and kind in rules.kinds and (shown := mask_field(value, kind)) != value:
            columns[name][row], taken[name] = shown, value
    for name in texts:
        value = columns[name][row] if name in columns else None
        if value:
            masked = mask(value, rules)
            if masked.spans:
                columns[name][row] = masked.text
                taken[_name(table, name, key)] = json.dumps(
                    [[span.at, span.until, span.kind, span.value] for span in masked.spans], ensure_ascii=False)
    return taken


def _subjects(rows: pa.Table, table: str, column: str, customers: Mapping[str, str]) -> list[str]:
    own: list[Any] = rows[column].to_pylist() if column in rows.column_names else [None] * rows.num_rows
    if column == "case":
        return [customers.get(case) or f"{CASE}{case}" for case in own]
    keys = _row_keys(rows)
    return [subject or f"{CASE}{key}" for subject, key in zip(own, keys, strict=True)]


def _row_keys(rows: pa.Table) -> list[str]:
    return [str(key) for key in rows["id"].to_pylist()] if "id" in rows.column_names else [""] * rows.num_rows


def _name(table: str, column: str, row: str) -> str:
    return f"text:{table}.{column}:{row}"
