"""Rows of the records as a page may show them: texts masked, or as they were for those who gave a reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from bihuan.core import workspace
from bihuan.engine.facts.privacy import Rules, load_rules, mask_text

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
        return [{name: _masked(value, name, rules) if name in columns and value else value
                 for name, value in row.items()} for row in rows]
    from bihuan.engine.facts.privacy.sealing import CASE, unseal_text
    from bihuan.engine.facts.privacy.vault import open_vault

    vault = open_vault(workspace.home())
    subject = customer or f"{CASE}{case}"
    return [{name: unseal_text(workspace.home(), subject, table, name, row.get("id") or "", value, vault=vault)
             if name in columns and value else value for name, value in row.items()} for row in rows]


def _masked(value: str, column: str, rules: Rules) -> str:
    lang = get_language() or "zh"
    if column != "attributes":
        return mask_text(value, rules, style="partial", lang=lang)
    try:
        fields = json.loads(value)
    except ValueError:
        return mask_text(value, rules, style="partial", lang=lang)
    # Value by value: masking the JSON as one text could reach across its quotes.
    return json.dumps({name: mask_text(field, rules, style="partial", lang=lang) if isinstance(field, str) else field
                       for name, field in fields.items()}, ensure_ascii=False)
