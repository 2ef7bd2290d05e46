"""Which answers a reader may see, and what the records say of those who gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

# Which answers are one response: those of one id before "#"; where an export numbers each answer, those about one case
# at one moment.
RESPONDENT = """CASE WHEN contains(id, '#') OR "case" IS NULL OR "at" IS NULL THEN split_part(id, '#', 1)
    ELSE concat_ws('|', survey, "case", epoch_us("at")) END"""
# Segments that no question asks for: what the answer, its case or its customer says. A customer's type and region are
# those of the moment of the answer where their history is known.
ATTRIBUTES = {
    "@channel": "any_value(a.channel)",
    "@region": "coalesce(any_value(h_region.value), any_value(p.region), any_value(c.region))",
    "@tier": "coalesce(any_value(h_tier.value), any_value(c.tier), any_value(p.tier))",
    "@product": "any_value(c.product)",
    "@topic": "any_value(c.topic)",
    "@unit": "any_value(c.unit)",
}
JOINED = f"""
    WITH a AS (
        SELECT {RESPONDENT} AS respondent, any_value(channel) AS channel, any_value("case") AS "case",
               any_value(customer) AS customer, any_value(agent) AS agent, max("at") AS "at"
        FROM answers WHERE {{where}} GROUP BY 1)
    SELECT a.respondent, {{columns}}
    FROM a
    LEFT JOIN cases c ON c.id = a."case"
    LEFT JOIN customers p ON p.id = coalesce(a.customer, c.customer)
    LEFT JOIN customer_history h_region ON h_region.customer = p.id AND h_region.attribute = 'region'
        AND a."at" >= h_region.valid_from AND (h_region.valid_to IS NULL OR a."at" < h_region.valid_to)
    LEFT JOIN customer_history h_tier ON h_tier.customer = p.id AND h_tier.attribute = 'tier'
        AND a."at" >= h_tier.valid_from AND (h_tier.valid_to IS NULL OR a."at" < h_tier.valid_to)
    GROUP BY 1"""


@dataclass(frozen=True)
class Seen:
    """Whose answers a reader may see: ``units`` or ``agents`` None for all.

    An answer belongs to the unit of its case and to the units its agent was a member of when it was given. ``owned``
    names surveys that belong to a unit of the reader: all of their answers are seen.
    """

    units: tuple[str, ...] | None = None
    agents: tuple[str, ...] | None = None
    owned: tuple[str, ...] = ()

    def condition(self, table: str = "answers") -> tuple[str, list[Any]]:
        """Return the condition on rows of ``answers`` (under the name ``table``), and its parameters."""
        if self.units is None and self.agents is None:
            return "true", []
        parts, params = [f"{table}.survey IN (SELECT unnest(?::VARCHAR[]))"], [list(self.owned)]
        if self.agents is not None:
            parts.append(f"{table}.agent IN (SELECT unnest(?::VARCHAR[]))")
            params.append(list(self.agents))
        elif self.units is not None:
            parts.append(f"""EXISTS (SELECT 1 FROM cases s WHERE s.id = {table}."case"
                AND s.unit IN (SELECT unnest(?::VARCHAR[])))""")
            parts.append(f"""EXISTS (SELECT 1 FROM memberships m WHERE m.agent = {table}.agent
                AND m.unit IN (SELECT unnest(?::VARCHAR[])) AND coalesce({table}.at >= m.valid_from, true)
                AND (m.valid_to IS NULL OR {table}.at < m.valid_to))""")
            params += [list(self.units), list(self.units)]
        return f"({' OR '.join(parts)})", params


EVERYBODY = Seen()


def attributes_of(con: duckdb.DuckDBPyConnection, ids: np.ndarray, names: Sequence[str], where: str = "true",
                  params: Sequence[Any] = ()) -> dict[str, np.ndarray]:
    """Return {attribute: a text a respondent of ``ids``, None for unknown}; ``where`` is that of the answers."""
    if not names:
        return {}
    columns = ", ".join(f'{ATTRIBUTES[name]} AS "{name}"' for name in names)
    asked = {"place": np.arange(len(ids)), "id": pa.array(ids.tolist(), pa.string())}
    con.register("bihuan_respondents", pa.table(asked))
    try:
        found = con.sql(f"""SELECT {', '.join(f'f."{name}"' for name in names)} FROM bihuan_respondents r
            JOIN ({JOINED.format(columns=columns, where=where)}) f ON f.respondent = r.id ORDER BY r.place""",
                        params=list(params)).to_arrow_table()
    finally:
        con.unregister("bihuan_respondents")
    return {name: np.array([*found[name].to_pylist(), None], object)[:-1] for name in names}
