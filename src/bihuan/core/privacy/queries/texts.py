"""Rows of the records as a page may show them: texts masked, or as they were for those who gave a reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from bihuan.core import workspace
from bihuan.engine.facts.privacy import Rules, load_rules, mask, mask_text
from bihuan.engine.facts.privacy.dialogues import find_pieces
from bihuan.engine.facts.privacy.numbers import Find

# Columns of free text and of unforeseen fields, by source table.
TEXTS: dict[str, tuple[str, ...]] = {
    "cases": ("subject", "attributes"), "events": ("attributes",), "messages": ("text", "attributes"),
    "answers": ("text",), "customers": ("attributes",),
}


def shown_rows(table: str, rows: Sequence[dict[str, Any]], *, case: str, customer: str | None,
               revealed: bool) -> list[dict[str, Any]]:
    """Return rows of one case with their texts masked; ``revealed``: whole, with what the import took out put back.

    Reveal only after ``services.record_reveal``.
    """
    columns = TEXTS.get(table, ())
    if not revealed:
        rules = load_rules(workspace.home())
        told = _told(rows, rules) if table == "messages" else {}
        return [{name: _masked(value, name, rules, told.get(at, ())) if name in columns and value else value
                 for name, value in row.items()} for at, row in enumerate(rows)]
    from bihuan.engine.facts.privacy.sealing import CASE, unseal_text
    from bihuan.engine.facts.privacy.vault import open_vault

    vault = open_vault(workspace.home())
    subject = customer or f"{CASE}{case}"
    return [{name: unseal_text(workspace.home(), subject, table, name, row.get("id") or "", value, vault=vault)
             if name in columns and value else value for name, value in row.items()} for row in rows]


def _told(rows: Sequence[dict[str, Any]], rules: Rules) -> dict[int, list[Find]]:
    """What messages of one conversation make up together: a number that is told in pieces; {row: finds}."""
    order = sorted(range(len(rows)), key=lambda at: (str(rows[at]["at"]), rows[at]["seq"] or 0))
    found = find_pieces([(rows[at]["sender_kind"], rows[at]["text"]) for at in order], rules)
    return {order[place]: finds for place, finds in found.items()}


def _masked(value: str, column: str, rules: Rules, told: Sequence[Find]) -> str:
    lang = get_language() or "zh"
    if column != "attributes":
        return mask(value, rules, style="partial", lang=lang, more=told).text
    try:
        fields = json.loads(value)
    except ValueError:
        return mask_text(value, rules, style="partial", lang=lang)
    # Value by value: masking the JSON as one text could reach across its quotes.
    return json.dumps({name: mask_text(field, rules, style="partial", lang=lang) if isinstance(field, str) else field
                       for name, field in fields.items()}, ensure_ascii=False)
