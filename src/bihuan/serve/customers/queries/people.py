"""The list of customers: counted over the cases the reader may see, typed by the rule in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.engine.facts.lake import literal
from bihuan.engine.facts.privacy import mask_field
from bihuan.engine.indicators.contracts import Scope

from ..contracts import TIER_SOURCE, CustomerLine, Page, Types
from ..rights import inside, sees_all
from .rules import types
from .session import ask, ask_of, ask_of_one

ORDERS = {"last": "last_at DESC NULLS LAST", "cases": "cases DESC", "complaints": "complaints DESC",
          "csat": "csat NULLS LAST", "number": "number"}


# What the list shows, sorts by and looks in.
LISTED = "number, name, type, tier, region, first_at, last_at, cases, complaints, csat, answers"
# The tier that the rules gave a customer last and that holds.
HELD = (f"SELECT customer, value, valid_from, source FROM customer_history WHERE attribute = 'tier' "
        f"AND valid_to IS NULL AND starts_with(source, {literal(TIER_SOURCE)})")


@dataclass(frozen=True)
class Wanted:
    """What the reader asks for; empty words ask for everything."""

    text: str = ""
    type: str = ""
    tier: str = ""
    order: str = "last"


def customer_page(wanted: Wanted, scope: Scope, *, size: int, offset: int) -> Page:
    """Return one page of customers. A name is searched only for people to whom names are shown."""
    conditions, params = _conditions(wanted, scope)
    order = ORDERS.get(wanted.order, ORDERS["last"])
    sql = (f"SELECT *, (SELECT count(*) FROM {{kept}} WHERE {conditions}) AS total FROM {{kept}} WHERE {conditions} "
           f"ORDER BY {order}, number LIMIT {int(size)} OFFSET {int(offset)}")
    found = ask_of(f"SELECT {LISTED} FROM ({people_sql(scope, types())})", sql, params)
    total = found[0]["total"] if found else 0
    return Page(tuple(line_of(row, scope) for row in found), total)


def find_customer(number: str, scope: Scope) -> CustomerLine | None:
    """Return one customer, None when there is none or none of their cases lies within the scope."""
    sql = f"WITH people AS ({people_sql(scope, types(), only=number)}) SELECT * FROM people WHERE number = $1"
    found = ask_of_one(number, sql, [number])
    return line_of(found[0], scope) if found else None


def customers_within(numbers: Sequence[str], scope: Scope) -> set[str]:
    """Return which of these customers a person may see: all where they see everything, else those with a case there."""
    if sees_all(scope):
        return set(numbers)
    listed = ", ".join(literal(one) for one in numbers) or "NULL"
    return {row["customer"] for row in ask(
        f"SELECT DISTINCT f.customer FROM fact_case f WHERE f.customer IN ({listed}) "
        f"AND NOT coalesce(f.merged, false) AND {inside(scope)}")}


def tiers(scope: Scope) -> list[str]:
    """Return the tiers that customers have by their system, by rule or by their cases, for the picker."""
    found = ask(f"SELECT tier FROM customers WHERE tier IS NOT NULL UNION SELECT value FROM ({HELD}) "
                "UNION SELECT tier FROM fact_case WHERE tier IS NOT NULL ORDER BY 1 LIMIT 50")
    return [row["tier"] for row in found]


def people_sql(scope: Scope, rule: Types, *, only: str = "") -> str:
    """Return SQL with one row a customer; with ``only``, the customer asked for, it is for ``ask_of_one``."""
    within = f"NOT coalesce(f.merged, false) AND {inside(scope)}"
    cases, latest = ("{own}", "{latest}") if only else ("fact_case", "fact_case")
    known = f"c.id = {literal(only)}" if only else "true"
    return f"""
        WITH seen AS (
            SELECT f.customer, count(*) FILTER ({within}) AS cases, min(f.opened) AS first_at,
                   max(f.opened) FILTER ({within}) AS last_at, avg(f.csat) FILTER ({within}) AS csat,
                   count(f.csat) FILTER ({within}) AS answers,
                   count(*) FILTER (f.kind = 'complaint' AND {within}) AS complaints,
                   arg_max(f.tier, f.opened) FILTER (f.tier IS NOT NULL) AS last_tier,
                   arg_max(f.region, f.opened) FILTER (f.region IS NOT NULL) AS last_region
            FROM {cases} f WHERE f.customer IS NOT NULL GROUP BY f.customer
        ), known AS (
            SELECT c.* FROM customers c WHERE {known} AND c.id NOT IN (SELECT number FROM customer_numbers)
        ), told AS (
            SELECT coalesce(k.id, s.customer) AS number, k.name,
                   coalesce(h.value, k.tier, s.last_tier) AS tier,
                   coalesce(k.region, s.last_region) AS region, k.kind, k.phone, k.email, k.since, k.attributes,
                   k.id IS NOT NULL AS known, s.first_at, s.last_at, coalesce(s.cases, 0) AS cases,
                   coalesce(s.complaints, 0) AS complaints, s.csat, coalesce(s.answers, 0) AS answers
            FROM known k FULL JOIN seen s ON s.customer = k.id
            LEFT JOIN ({HELD}) h ON h.customer = coalesce(k.id, s.customer)
            WHERE {"true" if sees_all(scope) else "s.cases > 0"}
        )
        SELECT *, {type_sql(rule, latest)} AS type FROM told"""


def type_sql(rule: Types, openings: str = "fact_case") -> str:
    """Return the SQL that says vip, new or old; age is counted to the latest moment any case speaks of."""
    first = "least(since, first_at)" if rule.since == "record" else "coalesce(first_at, since)"
    vip = [f"tier IN ({', '.join(map(literal, rule.vip_tiers))})"] if rule.vip_tiers else []
    if rule.vip_field and rule.vip_amount is not None:
        path = literal('$."' + rule.vip_field.replace('"', "") + '"')
        vip.append(f"try_cast(json_extract_string(attributes, {path}) AS DOUBLE) >= {float(rule.vip_amount)}")
    now = f"(SELECT max(opened) FROM {openings})"
    return (f"CASE WHEN {' OR '.join(f'coalesce({one}, false)' for one in vip) or 'false'} THEN 'vip' "
            f"WHEN {first} >= {now} - INTERVAL {int(rule.new_days)} DAY THEN 'new' ELSE 'old' END")


def line_of(row: dict[str, Any], scope: Scope) -> CustomerLine:
    name = row["name"] or ""
    return CustomerLine(
        number=row["number"], name=(mask_field(name, "name") or "") if "name" in scope.masked else name,
        type=row["type"], tier=row["tier"] or "", region=row["region"] or "", first_at=row["first_at"],
        last_at=row["last_at"], cases=row["cases"], complaints=row["complaints"], csat=row["csat"],
        answers=row["answers"])


def _conditions(wanted: Wanted, scope: Scope) -> tuple[str, list[Any]]:
    parts, params = ["true"], []
    if wanted.text:
        params.append(wanted.text)
        searched = [f"contains(lower(number), lower(${len(params)}))",
                    f"number IN (SELECT customer FROM customer_numbers WHERE number = ${len(params)})"]
        if "name" not in scope.masked:
            searched.append(f"contains(coalesce(name, ''), ${len(params)})")
        parts.append(f"({' OR '.join(searched)})")
    for column, value in (("type", wanted.type), ("tier", wanted.tier)):
        if value:
            params.append(value)
            parts.append(f"{column} = ${len(params)}")
    return " AND ".join(parts), params
