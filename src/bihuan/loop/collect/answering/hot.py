"""The two statements that every answer needs, written out: compiling them each time costs more than running them."""

from __future__ import annotations

import json
from functools import cache
from uuid import UUID

from django.db import connection

from bihuan.core.statements import hot_cursor

from .contracts import Door
from .models import Response
from .tokens import ONCE, PERSONAL, SHARED, hash_of

PERSONAL_SQL = """
    SELECT i.id, i.wave_id, i.customer, i."case", i.agent, i.channel, i.language,
           i.opened_at IS NOT NULL, r.status
    FROM answering_invitation i LEFT JOIN answering_response r ON r.invitation_id = i.id
    WHERE i.token_hash = %s ORDER BY r.status = 'withdrawn' LIMIT 1"""
SHARED_SQL = "SELECT id, wave_id, kind, place, agent, origins, is_active FROM answering_site WHERE token = %s"
ONCE_SQL = "SELECT wave_id FROM answering_onetimetoken WHERE hash = %s"


def find_door(token: str) -> Door | None:
    """Return what a token opens, None for one that opens nothing. One question; nothing is written."""
    ask = {PERSONAL: _personal, SHARED: _shared, ONCE: _once}.get(token[:1])
    return ask(token) if ask and len(token) <= 40 else None


def _personal(token: str) -> Door | None:
    row = _one(PERSONAL_SQL, hash_of(token))
    if row is None:
        return None
    number, wave, customer, case, agent, channel, language, opened, status = row
    return Door("personal", token, wave, channel, invitation=number if isinstance(number, UUID) else UUID(number),
                customer=customer, case=case, agent=agent, language=language, answered=status is not None,
                withdrawn=status == "withdrawn", opened=bool(opened))


def _shared(token: str) -> Door | None:
    row = _one(SHARED_SQL, token)
    if row is None:
        return None
    number, wave, kind, place, agent, origins, active = row
    listed = json.loads(origins) if isinstance(origins, str) else origins
    channel = {"open": "link", "place": "qr", "counter": "qr", "agent": "qr"}.get(kind, kind)
    return Door("shared", token, wave, channel, site=number, site_kind=kind, place=place, agent=agent,
                origins=tuple(listed or ()), is_active=bool(active))


def _once(token: str) -> Door | None:
    """A token that was spent cannot be told from one that never was: both open nothing."""
    row = _one(ONCE_SQL, hash_of(token))
    return Door("once", token, row[0], "email") if row else None


def _one(sql: str, value: str):
    with hot_cursor() as cursor:
        cursor.execute(sql, [value])
        return cursor.fetchone()


def spend(token: str) -> bool:
    """Use a one-time token up; False when it was used before. Call inside the transaction that keeps the answers."""
    with hot_cursor() as cursor:
        cursor.execute("DELETE FROM answering_onetimetoken WHERE hash = %s", [hash_of(token)])
        return bool(cursor.rowcount)


def insert(response: Response) -> bool:
    """Keep a response; False when the same was kept already. Committed when this returns, unless in a transaction."""
    values = [field.get_db_prep_save(getattr(response, field.attname), connection)
              for field in Response._meta.concrete_fields]
    with hot_cursor() as cursor:
        cursor.execute(_insert_sql(), values)
        return bool(cursor.rowcount)


@cache
def _insert_sql() -> str:
    columns = [connection.ops.quote_name(field.column) for field in Response._meta.concrete_fields]
    return (f"INSERT INTO {connection.ops.quote_name(Response._meta.db_table)} ({', '.join(columns)}) "
            f"VALUES ({', '.join(['%s'] * len(columns))}) ON CONFLICT DO NOTHING")
