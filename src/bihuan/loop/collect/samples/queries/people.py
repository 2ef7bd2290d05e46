"""One customer of a sample or beside it: how they can be reached, and which stratum they would be in."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.privacy.queries.contact import contact_bars
from bihuan.engine.facts.lake import literal
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.engine.survey.sampling.frame import ADDRESS, relation
from bihuan.engine.survey.sampling.strata import stratum_sql
from bihuan.serve.customers.queries.session import ask

from ..models import Draw
from .files import opened, path_of
from .plans import plan_of


def ways_to(customer: str, ask_by: Sequence[str]) -> tuple[str, ...]:
    """Return the ways of asking that are open to a customer now, in the given order; () for one who is blocked."""
    if customer in blocked_customers(workspace.home()):
        return ()
    bars = {channel for _customer, channel, _why in
            contact_bars(timezone.now(), purpose="survey", customers=[customer])}
    if "" in bars:
        return ()
    found = ask("SELECT phone, email, json_extract_string(attributes, '$.wechat') AS wechat, "
                "json_extract_string(attributes, '$.app') AS app FROM customers WHERE id = $1", [customer])
    known = found[0] if found else {}
    return tuple(way for way in ask_by if way not in bars
                 and (not ADDRESS[way] or known.get(ADDRESS[way].removeprefix("attributes."))))


def stratum_in(drawing: Draw, customer: str) -> str:
    """Return the stratum a customer of the frame is in; "" for one outside it."""
    with opened() as con:
        found = con.sql(f"SELECT {stratum_sql(plan_of(drawing).strata)} FROM {relation(path_of(drawing.frame))} "
                        f"WHERE inside AND customer = {literal(customer)}").fetchall()
    return str(found[0][0]) if found else ""
