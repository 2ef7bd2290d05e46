"""Putting the customer file right: a new version of the row, and what was before stays in the history."""

from __future__ import annotations

from datetime import UTC

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.engine.facts import freshness, store
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.indicators.contracts import EVERYTHING

from ..contracts import CORRECTABLE
from ..errors import Refused
from ..models import Correction
from ..queries.people import find_customer
from ..queries.session import ask
from ..queries.tiers import tiers_in_force
from ..rights import require_whole_reach

SHORTEST_REASON = 4


@transaction.atomic
def correct_customer(*, number: str, attribute: str, value: str, reason: str, actor: User) -> Correction:
    """Set one attribute of the customer file; from now on it holds, and cases that were opened before keep theirs."""
    require_whole_reach(actor)
    if attribute not in CORRECTABLE:
        raise Refused("not_correctable")
    if attribute == "tier" and tiers_in_force().tiers:
        raise Refused("tier_by_rule")
    if not value.strip():
        raise Refused("no_value")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("reason_needed")
    if find_customer(number, EVERYTHING) is None:
        raise Refused("unknown_customer", number=number)
    reason = mask_text(reason.strip(), load_rules(workspace.home()))[:300]
    found = ask("SELECT * FROM customers WHERE id = $1", [number])
    row = found[0] if found else {"id": number}
    made = Correction.objects.create(customer=number, attribute=attribute, value=value.strip(), reason=reason,
                                     before_at=row.get("recorded_at"), made_by=actor)
    audit.record("serve.customer_corrected", ("customer", number), actor=actor, attribute=audit.plain(attribute),
                 before=row.get(attribute), value=value.strip(), reason=reason)
    _write("customers", {**row, attribute: value.strip()}, row.get("source") or "bihuan", actor)
    _write("customer_history", {"customer": number, "attribute": attribute, "value": value.strip(),
                                "valid_from": timezone.now().astimezone(UTC)}, "correction", actor)
    if attribute == "tier":
        freshness.refresh(workspace.home())
    return made


def _write(table: str, row: dict[str, object], source: str, actor: User) -> None:
    schema = pa.schema(TABLES[table].fields)
    made = pa.Table.from_pylist([{name: row.get(name) for name in schema.names}], schema)
    store.append(workspace.home(), table, made, actor=f"user:{actor.pk}", source=source)
