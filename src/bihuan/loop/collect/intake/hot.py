"""The two statements that every delivery needs, written out: compiling them each time costs more than running them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.utils import timezone

from bihuan.core.statements import hot_cursor

from .models import Hook, Receipt
from .sealing import unseal

DOOR_SQL = """
    SELECT id, scheme, "table", mapping, source, is_active, sealed, CASE WHEN previous_until > %s THEN previous END
    FROM intake_hook WHERE address = %s"""


@dataclass(frozen=True)
class Door:
    """What a delivery needs to know of its webhook; ``secrets`` are those that open now, the newest first."""

    pk: int
    scheme: str
    table: str
    mapping: str
    source: str
    is_active: bool
    secrets: tuple[str, ...]


def find_door(address: str) -> Door:
    """Return the webhook at an address; raises Hook.DoesNotExist."""
    with hot_cursor() as cursor:
        cursor.execute(DOOR_SQL, [connection.ops.adapt_datetimefield_value(timezone.now()), address])
        row = cursor.fetchone()
    if row is None:
        raise Hook.DoesNotExist
    return Door(*row[:5], bool(row[5]), tuple(unseal(sealed).decode() for sealed in row[6:] if sealed is not None))


def insert(receipt: Receipt) -> bool:
    """Keep a receipt; False when its key or its delivery is kept already. Committed when this returns."""
    values = [field.get_db_prep_save(getattr(receipt, field.attname), connection)
              for field in Receipt._meta.concrete_fields]
    with hot_cursor() as cursor:
        cursor.execute(_insert_sql(), values)
        return bool(cursor.rowcount)


@cache
def _insert_sql() -> str:
    columns = [connection.ops.quote_name(field.column) for field in Receipt._meta.concrete_fields]
    return (f"INSERT INTO {connection.ops.quote_name(Receipt._meta.db_table)} ({', '.join(columns)}) "
            f"VALUES ({', '.join(['%s'] * len(columns))}) ON CONFLICT DO NOTHING")
