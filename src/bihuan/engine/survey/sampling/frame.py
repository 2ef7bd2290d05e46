"""The frame: everybody known, with what they are, whether the rule takes them, and why they cannot be asked.

It is written as one Parquet file, sorted by customer, by DuckDB alone: a million customers pass in bounded memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from bihuan.engine.facts.lake import literal

from .contracts import ATTRIBUTES, FrameFile, FrameRule

# What a way of asking needs to know of a customer; "" needs nothing, as somebody goes there or hands it over.
ADDRESS = {"phone": "phone", "sms": "phone", "email": "email", "wechat": "attributes.wechat", "app": "attributes.app",
           "visit": "", "other": ""}
COLUMNS = ("customer", "inside", "state", "outside", "reach", *ATTRIBUTES, "key", "spend", "cases", "complaints",
           "last_at", "last_case", "last_agent")
# What a frame knows of one person and no stratum is made of.
FORGOTTEN = ("reach", "spend", "cases", "complaints", "last_at", "last_case", "last_agent")
# Invitations with these words reached nobody: they are no contact that would have to be followed by quiet.
NOT_SENT = ("failed", "bounced", "not_sent", "throttled", "test")
NOBODY = pa.table({"customer": pa.array([], pa.string()), "channel": pa.array([], pa.string()),
                   "reason": pa.array([], pa.string())})


def write_frame(con: duckdb.DuckDBPyConnection, rule: FrameRule, path: Path, *, zone: ZoneInfo, people: str,
                within: str = "true", barred: pa.Table = NOBODY, quiet_since: datetime | None = None) -> FrameFile:
    """Write the frame of ``rule`` to ``path`` and return what it holds.

    ``con`` is a connection of ``facts.store.connect``. ``people``: SQL with a row a customer (number, type, tier,
    region, phone, email, attributes); ``within``: SQL that limits the cases ``f`` to what may be seen. ``barred``:
    (customer, channel or "" for all, reason of BARRED). Who was invited by any system since ``quiet_since`` is left
    in peace. The file appears in one step.
    """
    con.register("barred_now", barred)
    working = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        con.execute(f"COPY ({frame_sql(rule, zone, people, within, quiet_since)}) TO {literal(str(working))} "
                    "(FORMAT parquet, COMPRESSION zstd)").fetchall()
        found = read_file(con, working)
        os.replace(working, path)
    finally:
        working.unlink(missing_ok=True)
        con.unregister("barred_now")
    return FrameFile(str(path), found.digest, found.universe, found.inside, found.eligible)


def without(con: duckdb.DuckDBPyConnection, path: Path, target: Path, aliases: Mapping[str, str]) -> str:
    """Write a frame anew in which some customers are known by ``aliases`` alone; returns its digest.

    {number: alias}. Attributes stay, by which a stratum's size can be counted again; what else was known of them goes,
    and nobody draws them any more (``pinned`` of ``draw`` repeats the draws that were).
    """
    con.register("aliases_now", pa.table({"number": pa.array(list(aliases), pa.string()),
                                          "alias": pa.array(list(aliases.values()), pa.string())}))
    gone = {"customer": "coalesce(alias, customer)", "state": "CASE WHEN alias IS NULL OR state != '' THEN state "
            "ELSE 'blocked' END", **{name: f"CASE WHEN alias IS NULL THEN {name} END" for name in FORGOTTEN}}
    columns = ", ".join(f"{gone.get(name, name)} AS {name}" for name in COLUMNS)
    try:
        con.execute(f"COPY (SELECT {columns} FROM {relation(path)} LEFT JOIN aliases_now ON number = customer "
                    f"ORDER BY customer) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)").fetchall()
        return digest_of(con, relation(target))
    finally:
        con.unregister("aliases_now")


def read_file(con: duckdb.DuckDBPyConnection, path: Path) -> FrameFile:
    """Return what a frame's file holds now, its digest computed anew."""
    source = relation(path)
    counts = con.sql(f"SELECT count(*), count(*) FILTER (inside), count(*) FILTER (inside AND state = '') "
                     f"FROM {source}").fetchall()[0]
    return FrameFile(str(path), digest_of(con, source), *(int(count) for count in counts))


def digest_of(con: duckdb.DuckDBPyConnection, source: str) -> str:
    """Return the hash of a frame's content, the same in whatever order its rows lie.

    Rows are hashed in 4,096 heaps by their customer's own hash, so that no text of all of them is ever built.
    """
    line = "concat_ws(chr(31), " + ", ".join(f"coalesce(CAST({_plain(name)} AS VARCHAR), chr(30))"
                                             for name in COLUMNS) + ")"
    heaps = con.sql(f"SELECT left(sha256(customer), 3) AS heap, sha256(string_agg({line}, chr(10) ORDER BY customer)) "
                    f"AS digest FROM {source} GROUP BY heap ORDER BY heap").fetchall()
    return hashlib.sha256("".join(f"{heap}{digest}" for heap, digest in heaps).encode()).hexdigest()


def relation(path: Path) -> str:
    """Return the SQL of a frame's rows."""
    return f"read_parquet({literal(str(path))})"


def counts_by(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, dict[str, int]]:
    """Return {attribute: {value: how many of the frame}}: the population that answers are compared with."""
    found: dict[str, dict[str, int]] = {}
    for name in ATTRIBUTES:
        rows = con.sql(f"SELECT coalesce({name}, ''), count(*) FROM {relation(path)} WHERE inside GROUP BY 1 "
                       "ORDER BY 2 DESC, 1").fetchall()
        found[name] = {value: int(count) for value, count in rows}
    return found


def frame_sql(rule: FrameRule, zone: ZoneInfo, people: str, within: str, quiet_since: datetime | None) -> str:
    """Return the SQL of a frame; its parts are named as they are thought."""
    start = datetime.combine(rule.start, time.min, tzinfo=zone)
    end = datetime.combine(rule.end + timedelta(days=1), time.min, tzinfo=zone)
    period = f"{{column}} >= {_moment(start)} AND {{column}} < {_moment(end)}"
    mine = {name: _listed(f"f.{name}", wanted) for name, wanted in (
        ("channel", rule.channels), ("unit", rule.units), ("product", rule.products), ("kind", rule.kinds),
        ("topic", rule.topics), ("priority", rule.priorities))}
    whole = " AND ".join(f"({condition})" for condition in mine.values())
    flags = ", ".join(f"bool_or({condition}) AS in_{name}" for name, condition in mine.items())
    named = {"case": 'f."case"', "agent": "f.agent", **{name: f"f.{name}" for name in mine}}
    last = ", ".join(f"'{name}': {column}" for name, column in named.items())
    return f"""
        WITH people AS ({people}),
        served AS (
            SELECT f.customer, {flags}, count(*) FILTER ({whole}) AS cases, max(f.opened) FILTER ({whole}) AS last_at,
                   count(*) FILTER (f.kind = 'complaint') AS complaints,
                   arg_max({{{last}}}, (f.opened, f."case")) FILTER ({whole}) AS last
            FROM fact_case f WHERE f.customer IS NOT NULL AND NOT coalesce(f.merged, false) AND {within}
                AND {period.format(column="f.opened")} GROUP BY f.customer
        ),
        spoken AS ({_spoken(period.format(column="a.at"))}),
        quiet AS ({_quiet(quiet_since)}),
        kept AS (SELECT customer, channel, min(reason) AS reason FROM barred_now GROUP BY ALL),
        barred AS (SELECT customer, min(reason) FILTER (channel = '') AS reason,
                          list(channel) FILTER (channel != '') AS channels FROM kept GROUP BY customer),
        told AS (
            SELECT p.number AS customer, p.type, p.tier, p.region, s.last.channel, s.last.product, s.last.unit,
                   {_spend(rule)} AS spend, coalesce(s.cases, 0) AS cases, coalesce(s.complaints, 0) AS complaints,
                   s.customer IS NOT NULL AS is_served, s.in_channel, s.in_unit, s.in_product, s.in_kind, s.in_topic,
                   s.in_priority,
                   s.last_at, s.last."case" AS last_case, s.last.agent AS last_agent,
                   k.customer IS NOT NULL AS has_spoken, q.customer IS NOT NULL AS is_quiet, b.reason AS bar,
                   {_addresses(rule)} AS addresses, coalesce(b.channels, []) AS refused
            FROM people p LEFT JOIN served s ON s.customer = p.number LEFT JOIN spoken k ON k.customer = p.number
                LEFT JOIN quiet q ON q.customer = p.number LEFT JOIN barred b ON b.customer = p.number
        ),
        judged AS (
            SELECT *, list_filter(addresses, lambda way: NOT list_contains(refused, way)) AS ways,
                   {_outside(rule)} AS outside FROM told
        )
        SELECT customer, outside = '' AS inside, CASE WHEN outside != '' THEN 'outside' ELSE {_state()} END AS state,
               outside, array_to_string(ways, ',') AS reach, type, tier, region, channel, product, unit,
               {_band(rule)} AS spend_band, {_yes("complaints > 0")} AS complained,
               {_yes("cases > 0 AND NOT has_spoken AND complaints = 0")} AS silent, {_yes(_key(rule))} AS key,
               spend, cases, complaints, last_at, last_case, last_agent
        FROM judged ORDER BY customer"""


def _spoken(period: str) -> str:
    """Customers who gave feedback in the period; complaints count beside it."""
    return f"""SELECT DISTINCT coalesce(a.customer, f.customer) AS customer FROM answers a
               LEFT JOIN fact_case f ON f."case" = a."case"
               WHERE {period} AND coalesce(a.customer, f.customer) IS NOT NULL"""


def _quiet(since: datetime | None) -> str:
    if since is None:
        return "SELECT NULL::VARCHAR AS customer WHERE false"
    words = ", ".join(map(literal, NOT_SENT))
    return f"""SELECT DISTINCT coalesce(i.customer, f.customer) AS customer FROM invitations i
               LEFT JOIN fact_case f ON f."case" = i."case"
               WHERE i.at >= {_moment(since)} AND coalesce(i.status, 'sent') NOT IN ({words})"""


def _state() -> str:
    """The reason that bars a customer of the frame, '' for those who may be asked."""
    return """CASE WHEN bar IN ('withdrawn', 'no_consent') THEN bar WHEN is_quiet THEN 'quiet'
        WHEN bar IS NOT NULL AND bar != 'refused' THEN bar WHEN bar = 'refused' THEN 'refused'
        WHEN len(addresses) = 0 THEN 'no_address' WHEN len(ways) = 0 THEN 'refused' ELSE '' END"""


def _outside(rule: FrameRule) -> str:
    """The first condition of the rule that a customer does not meet, '' for those it takes."""
    conditions = [("no_service", "NOT is_served")]
    for name, wanted in (("channel", rule.channels), ("unit", rule.units), ("product", rule.products),
                         ("kind", rule.kinds), ("topic", rule.topics), ("priority", rule.priorities)):
        if wanted:
            conditions.append((name, f"NOT coalesce(in_{name}, false)"))
    conditions.append(("cases", "cases = 0"))
    for name, wanted in (("type", rule.types), ("tier", rule.tiers), ("region", rule.regions)):
        if wanted:
            conditions.append((name, f"NOT ({_listed(name, wanted)})"))
    if rule.spend_from is not None or rule.spend_to is not None:
        low, high = (f"{float(end)!r}" if end is not None else None for end in (rule.spend_from, rule.spend_to))
        parts = [f"spend >= {low}" if low else "", f"spend < {high}" if high else ""]
        conditions.append(("spend", f"NOT coalesce({' AND '.join(filter(None, parts))}, false)"))
    if rule.complained is not None:
        conditions.append(("complaint", "complaints = 0" if rule.complained else "complaints > 0"))
    return "CASE " + " ".join(f"WHEN {condition} THEN '{name}'" for name, condition in conditions) + " ELSE '' END"


def _addresses(rule: FrameRule) -> str:
    """The list of the rule's ways of asking for which the customer has an address, in the rule's order."""
    ways = []
    for way in rule.ask_by:
        needed = ADDRESS[way]
        if not needed:
            ways.append(literal(way))
            continue
        kind, _, name = needed.partition(".")
        value = f"json_extract_string(p.attributes, {literal('$.' + name)})" if name else f"p.{kind}"
        ways.append(f"CASE WHEN coalesce({value}, '') != '' THEN {literal(way)} END")
    return f"list_filter([{', '.join(ways)}]::VARCHAR[], lambda way: way IS NOT NULL)"


def _spend(rule: FrameRule) -> str:
    if not rule.spend_field:
        return "NULL::DOUBLE"
    path = literal('$."' + rule.spend_field.replace('"', "") + '"')
    return f"try_cast(json_extract_string(p.attributes, {path}) AS DOUBLE)"


def _band(rule: FrameRule) -> str:
    """The band of spending as text: "<100", "100-500", ">=500"; NULL where nothing is known of it."""
    cuts = sorted(rule.spend_cuts)
    if not cuts:
        return "NULL::VARCHAR"
    words = [f"<{cuts[0]:g}", *(f"{low:g}-{high:g}" for low, high in zip(cuts, cuts[1:])), f">={cuts[-1]:g}"]
    parts = [f"WHEN spend < {float(cut)!r} THEN {literal(word)}" for cut, word in zip(cuts, words)]
    return f"CASE WHEN spend IS NULL THEN NULL {' '.join(parts)} ELSE {literal(words[-1])} END"


def _key(rule: FrameRule) -> str:
    parts = [_listed(name, wanted) for name, wanted in (("type", rule.key_types), ("tier", rule.key_tiers)) if wanted]
    return " OR ".join(parts) or "false"


def _listed(column: str, wanted: tuple[str, ...]) -> str:
    return f"coalesce({column} IN ({', '.join(map(literal, wanted))}), false)" if wanted else "true"


def _yes(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 'yes' ELSE 'no' END"


def _moment(at: datetime) -> str:
    return f"TIMESTAMPTZ {literal(at.isoformat())}"


def _plain(name: str) -> str:
    # Times are compared as counted microseconds: their text depends on the connection's settings.
    return f"epoch_us({name})" if name == "last_at" else name
