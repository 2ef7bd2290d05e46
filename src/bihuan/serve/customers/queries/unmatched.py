"""Cases that belong to nobody known: why, and whom the rules propose."""

from __future__ import annotations

from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import Scope

from ..contracts import CASE_FIELDS, Page, Rule, Unmatched
from ..rights import inside
from .rules import matching, rule_line
from .session import ask

HOW = {
    "exact": "trim({0})",
    "digits": "right(regexp_replace({0}, '[^0-9]', '', 'g'), 11)",     # a country code makes no other number
    "lower": "lower(trim({0}))",
}


def unmatched_page(scope: Scope, *, size: int, offset: int, reason: str = "") -> Page:
    """Return one page: a line for every number nobody knows, and for every case without a number."""
    lines = f"""
        WITH {todo_sql(scope)}, lines AS (
            SELECT CASE WHEN number IS NULL THEN 'missing' ELSE 'unknown' END AS reason, number, source,
                   min("case") AS "case", count(*) AS cases, max(opened) AS last_at
            FROM todo GROUP BY number, source, CASE WHEN number IS NULL THEN "case" END
        )"""
    wanted = f"WHERE reason = {literal(reason)}" if reason else ""
    found = ask(f"{lines} SELECT *, count(*) OVER () AS total FROM lines {wanted} "
                f"ORDER BY cases DESC, last_at DESC, \"case\" LIMIT {int(size)} OFFSET {int(offset)}")
    hits = _candidates_of([row["case"] for row in found], scope)
    rows = tuple(Unmatched(
        reason=row["reason"], number=row["number"] or "", source=row["source"] or "", case=row["case"],
        cases=row["cases"], last_at=row["last_at"], candidates=hits.get(row["case"], ((), ""))[0],
        rule=hits.get(row["case"], ((), ""))[1]) for row in found)
    return Page(rows, found[0]["total"] if found else 0)


def unmatched_counts(scope: Scope) -> dict[str, int]:
    """Return how many cases have a customer, none, or an unknown one, and how many customers are on record."""
    found = ask(f"""
        SELECT count(*) AS cases, count(*) FILTER (f.customer IS NULL) AS missing,
               count(*) FILTER (f.customer IS NOT NULL AND c.id IS NULL) AS unknown,
               (SELECT count(*) FROM customers) AS customers
        FROM fact_case f LEFT JOIN customers c ON c.id = f.customer WHERE {inside(scope)}""")
    return dict(found[0])


def proposals(scope: Scope) -> list[tuple[str, str]]:
    """Return (case, customer) for every unmatched case for which the first rule that finds anybody finds one."""
    found = ask(f"""WITH {todo_sql(scope)}, {hits_sql()}
        SELECT "case", min(customer) AS customer FROM hits JOIN
            (SELECT "case", min(place) AS place FROM hits GROUP BY "case") USING ("case", place)
        GROUP BY "case" HAVING count(DISTINCT customer) = 1 ORDER BY "case" """)
    return [(row["case"], row["customer"]) for row in found]


def likely_same(scope: Scope, *, limit: int = 50) -> list[tuple[str, tuple[str, ...]]]:
    """Return customers with the same telephone or mail: (field, numbers), those of most numbers first."""
    if scope.units is not None or scope.agents is not None:
        return []
    parts = []
    for name, how in (("phone", "digits"), ("email", "lower")):
        value = HOW[how].format(name)
        parts.append(f"SELECT {literal(name)} AS field, list(id ORDER BY id) AS numbers FROM customers "
                     f"WHERE length({value}) > 5 AND id NOT IN (SELECT number FROM customer_numbers) "
                     f"GROUP BY {value} HAVING count(*) > 1")
    found = ask(f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY len(numbers) DESC, numbers LIMIT {int(limit)}")
    return [(row["field"], tuple(row["numbers"][:6])) for row in found]


def todo_sql(scope: Scope) -> str:
    return f"""todo AS (
        SELECT f."case", f.customer AS number, f.source, f.external_id, f.opened, k.attributes
        FROM fact_case f LEFT JOIN customers c ON c.id = f.customer JOIN cases k ON k.id = f."case"
        WHERE c.id IS NULL AND {inside(scope)})"""


def hits_sql() -> str:
    """Return SQL of (case, customer, place of the rule) for the rows of ``todo``."""
    parts = [_rule_sql(place, rule) for place, rule in enumerate(matching().rules)]
    nothing = 'SELECT NULL::VARCHAR AS "case", NULL::VARCHAR AS customer, 0 AS place WHERE false'
    return f"hits AS ({' UNION ALL '.join([nothing, *parts])})"


def field_sql(name: str, alias: str, own: tuple[str, ...]) -> str:
    """Return the SQL of a field of a case or customer, one of its own columns or one among its attributes."""
    if name in own:
        column = "number" if name == "customer" else name
        return f"{alias}.{column}"
    path = literal('$."' + name.removeprefix("attributes.").replace('"', "") + '"')
    return f"json_extract_string({alias}.attributes, {path})"


def _rule_sql(place: int, rule: Rule) -> str:
    case = HOW[rule.how].format(field_sql(rule.case_field, "t", CASE_FIELDS))
    customer = HOW[rule.how].format(field_sql(rule.customer_field, "c", ("id", "phone", "email")))
    source = f" AND t.source = {literal(rule.source)}" if rule.source else ""
    return (f'SELECT t."case", coalesce(m.customer, c.id) AS customer, {place} AS place FROM todo t '
            f"JOIN customers c ON {case} = {customer} AND {case} <> '' "
            f"LEFT JOIN customer_numbers m ON m.number = c.id WHERE true{source}")


def _candidates_of(cases: list[str], scope: Scope) -> dict[str, tuple[tuple[str, ...], str]]:
    if not cases:
        return {}
    listed = ", ".join(map(literal, cases))
    found = ask(f"""WITH {todo_sql(scope)[:-1]} AND f."case" IN ({listed})), {hits_sql()}
        SELECT "case", place, list(DISTINCT customer ORDER BY customer) AS customers FROM hits JOIN
            (SELECT "case", min(place) AS place FROM hits GROUP BY "case") USING ("case", place) GROUP BY ALL""")
    rules = matching().rules
    return {row["case"]: (tuple(row["customers"]), rule_line(rules[row["place"]])) for row in found}
