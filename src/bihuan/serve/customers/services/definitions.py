"""Set who is new, old or VIP, and by which fields records find their customer. Versions are only added."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import require_assessment
from bihuan.core.rights import Actor
from bihuan.engine.facts import freshness, store
from bihuan.engine.home import publish

from ..contracts import (
    CASE_FIELDS,
    CUSTOMER_FIELDS,
    MATCHING_PART,
    TIER_SOURCE,
    TIERING,
    TIERS_PART,
    TYPES_PART,
    Matching,
    Rule,
    TierCount,
    Tiers,
    Types,
)
from ..errors import Refused
from ..models import RuleVersion
from ..queries.session import held
from ..queries.tiers import changes_sql, counts_of, tiers_in_force
from ..queries.tierwords import entered_tiers
from ..rights import require_whole_reach

LINE = re.compile(r"^(?:(?P<source>[^\s:=]+):\s*)?(?P<case>[^\s=]+)\s*=\s*(?P<customer>[^\s=(]+)\s*"
                  r"(?:\((?P<how>exact|digits|lower)\))?$")


@transaction.atomic
def save_types(*, types: Types, note: str, actor: Actor) -> RuleVersion:
    """Put a definition of customer types in force for every page."""
    require_whole_reach(actor)
    told = {**asdict(types), "vip_tiers": list(types.vip_tiers)}
    return _save(RuleVersion.Kind.TYPES, TYPES_PART, told, note, actor)


@transaction.atomic
def save_matching(*, lines: str, watch: int, note: str, actor: Actor) -> RuleVersion:
    """Put match rules in force, typed one a line: ``[source:] case field = customer field [(digits|lower)]``."""
    require_whole_reach(actor)
    told = asdict(Matching(rules=read_rules(lines), watch=watch))
    return _save(RuleVersion.Kind.MATCHING, MATCHING_PART, {**told, "rules": list(told["rules"])}, note, actor)


@transaction.atomic
def save_tiers(*, text: str, note: str, actor: Actor) -> RuleVersion:
    """Put rules of tiers in force: they decide on people by machine, so their assessment comes first."""
    require_whole_reach(actor)
    if entered_tiers(text):
        require_assessment("automated", TIERING)
    saved = _save(RuleVersion.Kind.TIERS, TIERS_PART, {"text": text.strip()}, note, actor)
    jobs.enqueue("customers.tiers", actor=actor, title=_("按规则给客户定级"))
    return saved


@transaction.atomic
def preview_tiers(*, text: str, actor: Actor) -> list[TierCount]:
    """Return how many customers each tier would have; who asks sees everybody, and that they asked is on record."""
    require_whole_reach(actor)
    counts = counts_of(Tiers(entered_tiers(text)), workspace.facts().minimum_n)
    audit.record("serve.tiers_previewed", ("customer_rule", "tiers"), actor=actor, text=text.strip())
    return counts


def apply_tiers(*, actor: Actor) -> int:
    """Write the tiers that changed into the customers' history, from the data's latest moment on; returns how many.

    Cases that came with a tier keep it; the others have the one that held when they were opened.
    """
    rules = tiers_in_force()
    if not rules.version:
        return 0
    if rules.tiers:
        require_assessment("automated", TIERING)
    with held.on(workspace.home()) as con:
        rows = con.sql(changes_sql(rules)).to_arrow_table()
    if rows.num_rows:
        begun = rows.filter(pc.is_null(rows["valid_to"]))["customer"].to_pylist()
        audit.record_bulk("serve.tiers_applied", begun, ("customer_rule", f"tiers:{rules.version}"), actor=actor,
                          rows=rows.num_rows, version=rules.version)
        store.append(workspace.home(), "customer_history", rows, actor="system",
                     source=f"{TIER_SOURCE}:v{rules.version}")
        freshness.refresh(workspace.home())
    return rows.num_rows


def read_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules of a text; refused with the number of the line that says nothing.

    >>> read_rules("crm: attributes.phone = phone (digits)")
    (Rule(case_field='attributes.phone', customer_field='phone', how='digits', source='crm'),)
    """
    rules = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.match(line.strip())
        if found is None:
            raise Refused("rules_unread", line=number, text=line.strip()[:60])
        for name, known in ((found["case"], CASE_FIELDS), (found["customer"], CUSTOMER_FIELDS)):
            if name not in known and not re.fullmatch(r"attributes\..+", name):
                raise Refused("field_unknown", line=number, name=name, known=_("、").join(known))
        rules.append(Rule(found["case"], found["customer"], found["how"] or "exact", found["source"] or ""))
    return tuple(rules)


def _save(kind: str, part: str, told: dict[str, Any], note: str, actor: Actor) -> RuleVersion:
    latest = RuleVersion.objects.filter(kind=kind).aggregate(number=Max("number"))["number"] or 0
    content = {**told, "version": latest + 1}
    saved = RuleVersion.objects.create(kind=kind, number=latest + 1, content=content, note=note.strip(),
                                       created_by=actor if isinstance(actor, User) else None)
    audit.record("serve.rules_changed", saved, actor=actor, kind=audit.plain(kind), number=saved.number)
    publish(workspace.home(), **{part: content})
    return saved
