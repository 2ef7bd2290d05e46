"""Tiers by rule: whose is which, how many that would be, and what would change."""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.core import workspace
from bihuan.engine.facts.lake import literal
from bihuan.engine.home import read_definition
from bihuan.engine.indicators.contracts import EVERYTHING
from bihuan.engine.survey.telling import may_tell, told_groups

from ..contracts import NUMBERS, TIERS_PART, Condition, TierCount, Tiers
from .people import HELD, people_sql
from .rules import types
from .session import ask
from .tierwords import read_tiers

NO_TIER = " "
NOW = "(SELECT max(opened) FROM fact_case)"


def tiers_in_force() -> Tiers:
    """Return the rules in force; none where nobody made any."""
    told = read_definition(workspace.home(), TIERS_PART)
    return Tiers(read_tiers(told["text"]), told["text"], told["version"]) if told else Tiers()


def graded_sql(rules: Tiers) -> str:
    """Return SQL of every customer with the tier that the rules give (NULL: none)."""
    asked = sorted({(one.field, one.window) for tier in rules.tiers for one in tier.conditions if one.window})
    counts = "".join(
        f", count(*) FILTER (opened > {NOW} - INTERVAL {int(window)} DAY"
        f"{' AND kind = $$complaint$$' if field == 'complaints' else ''}) AS {field}_{int(window)}"
        for field, window in asked)
    branches = " ".join(f"WHEN {' AND '.join(map(_holds, tier.conditions)) or 'true'} THEN {literal(tier.name)}"
                        for tier in rules.tiers)
    return f"""
        WITH people AS ({people_sql(EVERYTHING, types())}), lately AS (
            SELECT customer{counts} FROM fact_case WHERE customer IS NOT NULL AND NOT coalesce(merged, false)
            GROUP BY customer)
        SELECT p.number AS customer, {f'CASE {branches} END' if branches else 'NULL::VARCHAR'} AS tier
        FROM people p LEFT JOIN lately l ON l.customer = p.number"""


def counts_of(rules: Tiers, minimum: int) -> list[TierCount]:
    """Return how many customers each tier would have, in the order of the rules; those without one last.

    What is below ``minimum``, or can be told from the others and the total, is withheld as None.
    """
    found = {row["tier"]: row for row in ask(f"""
        SELECT d.tier, count(*) AS customers, count(*) FILTER (d.tier IS DISTINCT FROM h.value) AS changed
        FROM ({graded_sql(rules)}) d LEFT JOIN ({HELD}) h ON h.customer = d.customer GROUP BY d.tier""")}
    names: list[str | None] = [*dict.fromkeys(tier.name for tier in rules.tiers), *([None] if None in found else [])]
    nobody = {"customers": 0, "changed": 0}
    told = told_groups({name or NO_TIER: row["customers"] for name, row in found.items()}, minimum)
    return [_count(name, found.get(name, nobody), minimum, not minimum or (name or NO_TIER) in told) for name in names]


def _count(name: str | None, row: Mapping[str, int], minimum: int, told: bool) -> TierCount:
    customers, changed = row["customers"], row["changed"]
    moved = told and (not changed or may_tell(changed, customers, minimum))
    return TierCount(name or "", customers if told else None, changed if moved else None)


def changes_sql(rules: Tiers) -> str:
    """Return SQL of the rows of ``customer_history`` that bring it in step: tiers that end, and that begin, now.

    Now is the latest moment of the data, so that cases to come are of the tier, and no past one.
    """
    return f"""
        WITH d AS ({graded_sql(rules)}), h AS ({HELD}),
        moved AS (SELECT coalesce(d.customer, h.customer) AS customer, d.tier, h.value, h.valid_from
                  FROM d FULL JOIN h ON h.customer = d.customer WHERE d.tier IS DISTINCT FROM h.value)
        SELECT customer, 'tier' AS attribute, value, valid_from, {NOW} AS valid_to FROM moved
        WHERE value IS NOT NULL AND (valid_from < {NOW} OR tier IS NULL)
        UNION ALL SELECT customer, 'tier', tier, {NOW}, NULL FROM moved WHERE tier IS NOT NULL"""


def _holds(one: Condition) -> str:
    """SQL of one condition; what is not known holds nothing."""
    column = f"l.{one.field}_{one.window}" if one.window else f"p.{one.field}"
    if one.field == "days":
        column = f"date_diff('day', least(p.since, p.first_at), {NOW})"
    if one.field.startswith("attributes."):
        path = literal('$."' + one.field.partition(".")[2].replace('"', "") + '"')
        text = f"json_extract_string(p.attributes, {path})"
        if one.op == "=":
            return f"coalesce({text} = {literal(one.value)}, false)"
        column = f"try_cast({text} AS DOUBLE)"
    elif one.field not in NUMBERS:
        return f"coalesce(p.{one.field} = {literal(one.value)}, false)"
    return f"coalesce({column} {one.op} {float(one.value)}, false)"
