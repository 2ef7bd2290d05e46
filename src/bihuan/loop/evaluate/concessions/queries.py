"""Concessions beside the policy in force: which lie beyond it, who agreed, and what each clause cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.colleagues import OTHERS, named_to, others_label, shown
from bihuan.engine.facts.few import few
from bihuan.engine.facts.held import HeldConnection
from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.stats.proportions import wilson

from .contracts import Clause, Concession, Page, Share
from .models import Decision, Policy
from .rights import inside

held = HeldConnection()
LONGEST = 5000      # decisions that a query names


def policy() -> Policy | None:
    """Return the policy in force, None where nobody wrote one."""
    return Policy.objects.first()


def concessions(scope: Scope, *, state: str = "", size: int = 50, offset: int = 0) -> Page:
    """Return one page of the concessions in cases within the scope, the latest first, and the sums of all of them."""
    judged = _judged(scope)
    wanted = f"WHERE state = {literal(state)}" if state else ""
    rows = _ask(f"{judged} SELECT *, (SELECT count(*) FROM judged {wanted}) AS total FROM judged {wanted} "
                f'ORDER BY "at" DESC, id LIMIT {int(size)} OFFSET {int(offset)}')
    total = rows[0].pop("total") if rows else 0
    for row in rows[1:]:
        row.pop("total")
    sums = _ask(f"""{judged} SELECT count(*) AS n, count(*) FILTER (state NOT IN ('within', 'unjudged')) AS outside,
        count(DISTINCT "case") FILTER (state = 'within' AND is_complaint) AS protected FROM judged""")[0]
    return Page(tuple(map(_telling(scope), rows)), total, _share(sums["outside"], sums["n"]), _clauses(judged),
                sums["protected"])


def waiting(scope: Scope, most: int) -> tuple[int, tuple[Concession, ...]]:
    """Return how many concessions beyond the policy wait for a decision, and the oldest of them."""
    if policy() is None:
        return 0, ()
    rows = _ask(f"""{_judged(scope)} SELECT *, count(*) OVER () AS total FROM judged WHERE state = 'waiting'
                    ORDER BY "at", id LIMIT {int(most)}""")
    total, told = rows[0]["total"] if rows else 0, _telling(scope)
    return total, tuple(told({name: value for name, value in row.items() if name != "total"}) for row in rows)


def find(concession: str, scope: Scope) -> Concession | None:
    """Return one concession within the scope."""
    rows = _ask(f"{_judged(scope)} SELECT * FROM judged WHERE id = $1", [concession])
    return _telling(scope)(rows[0]) if rows else None


def is_protected(case: str, scope: Scope) -> bool:
    """Return whether every concession in a case kept to the policy: what came of it is not to be laid on the agent."""
    (row,) = _ask(f"{_judged(scope)} SELECT coalesce(bool_and(state = 'within'), false) AS kept FROM judged "
                  f"WHERE \"case\" = $1", [case])
    return bool(row["kept"])


def _telling(scope: Scope) -> Callable[[dict[str, Any]], Concession]:
    """How a row is told within a scope: without who of another company gave it or agreed to it."""
    named = named_to(scope)
    if named is None:
        return lambda row: Concession(**row)
    deciding = Decision.objects.filter(decided_by__agent_id__in=named).select_related("decided_by")
    agreeing = named | {"", *(str(one.decided_by) for one in deciding)}

    def told(row: dict[str, Any]) -> Concession:
        agent = others_label() if shown(row["agent"], named) == OTHERS else row["agent"]
        approved_by = row["approved_by"] if row["approved_by"] in agreeing else _("审批人不显示")
        return Concession(**{**row, "agent": agent, "approved_by": approved_by})

    return told


def _share(outside: int, n: int) -> Share:
    if not n or policy() is None:
        return Share(outside, n, None, None, None)
    low, high = wilson(outside, n)
    return Share(outside, n, outside / n, float(low), float(high))


def _clauses(judged: str) -> tuple[Clause, ...]:
    rows = _ask(f"""{judged}, by_currency AS (
            SELECT clause, currency, count(*) AS n, sum(amount) AS amount,
                   count(*) FILTER (state NOT IN ('within', 'unjudged')) AS outside
            FROM judged GROUP BY clause, currency)
        SELECT clause, sum(n)::BIGINT AS count, sum(outside)::BIGINT AS outside,
               list({{'currency': currency, 'amount': amount}} ORDER BY currency) AS amounts
        FROM by_currency GROUP BY clause ORDER BY count DESC, clause""")
    return tuple(Clause(row["clause"], row["count"], tuple((one["currency"], one["amount"]) for one in row["amounts"]),
                        row["outside"]) for row in rows)


def _judged(scope: Scope) -> str:
    """SQL that begins with ``judged``: each concession with its state."""
    now = policy()
    clauses = ", ".join(f"({literal(name)}, {'NULL' if most is None else float(most)}::DOUBLE)"
                        for name, most in (now.clauses if now else {}).items()) or "(NULL, NULL::DOUBLE)"
    decided = ", ".join(f"({literal(one.concession)}, {str(one.is_approved).lower()}, {literal(str(one.decided_by))})"
                        for one in Decision.objects.select_related("decided_by")[:LONGEST]) or "(NULL, NULL, NULL)"
    return f"""WITH allowed(clause, most) AS (VALUES {clauses}), decided(id, yes, who) AS (VALUES {decided}),
        judged AS (
            SELECT k.id, k."case", coalesce(k.agent, f.agent, '') AS agent, k.amount, coalesce(k.currency, '') AS
                   currency, coalesce(k.clause, '') AS clause, k."at",
                   CASE WHEN {str(now is None).lower()} THEN 'unjudged'
                        WHEN a.clause IS NOT NULL AND (a.most IS NULL OR k.amount <= a.most) THEN 'within'
                        WHEN d.yes OR (d.yes IS NULL AND k.approved_by IS NOT NULL
                                       AND k.approved_by IS DISTINCT FROM coalesce(k.agent, f.agent)
                                       AND k.approved_by IS DISTINCT FROM g.name) THEN 'approved'
                        WHEN d.yes IS NOT NULL THEN 'refused' ELSE 'waiting' END AS state,
                   a.most, coalesce(d.who, k.approved_by, '') AS approved_by, f.kind = 'complaint' AS is_complaint
            FROM concessions k JOIN fact_case f ON f."case" = k."case" LEFT JOIN allowed a ON a.clause = k.clause
            LEFT JOIN decided d ON d.id = k.id LEFT JOIN agents g ON g.id = coalesce(k.agent, f.agent)
            WHERE {inside(scope)})"""


def _ask(sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
    with held.on(workspace.home()) as con:
        return few(con, sql, params or ()).to_pylist()
