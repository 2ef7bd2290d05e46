"""Made-up customers, cases and answers, put into a workspace through the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from bihuan.engine.facts import store
from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.schema import TABLES

DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
PEOPLE = ("SELECT c.id AS number, CASE WHEN c.tier = 'VIP' THEN 'vip' ELSE 'old' END AS type, c.tier, c.region, "
          "c.phone, c.email, c.attributes FROM customers c")


def put(home, table, rows):
    fields = [field for field in TABLES[table].schema if any(field.name in row for row in rows)]
    full = [{field.name: row.get(field.name) for field in fields} for row in rows]
    store.append(home, table, pa.Table.from_pylist(full, schema=pa.schema(fields)), source="t")


def customer(number, tier="普通", region="华东", phone="13800138000", email=None, **attributes):
    told = "{" + ", ".join(f'"{name}": "{value}"' for name, value in attributes.items()) + "}" if attributes else None
    return {"id": number, "tier": tier, "region": region, "phone": phone, "email": email, "attributes": told}


def case(number, customer, days=0, **more):
    opened = DAY + timedelta(days=days)
    return {"id": f"t:{number}", "external_id": str(number), "customer": customer, "channel": "phone",
            "kind": "contact", "product": "A", "unit": "n1", "agent": "a1", "opened": opened, "resolved_at": opened,
            **more}


def bring_company(home):
    """Ten people, each with a fate of their own in a frame of March 2026 asked by SMS or mail."""
    put(home, "customers", [
        customer("K01"), customer("K02", region="华北"), customer("K03", tier="VIP", region="华北"),
        customer("K04", phone=None), customer("K05", phone=None, email="a@b.example", spend="750"),
        customer("K06"), customer("K07", region="华南"), customer("K08"), customer("K09"), customer("K10")])
    put(home, "cases", [
        case(1, "K01"), case(2, "K02", kind="complaint"), case(3, "K03", channel="online"), case(4, "K04"),
        case(5, "K05"), case(6, "K06", days=-60), case(7, "K07"), case(8, "K08"), case(9, "K09"),
        case(10, "K01", days=3, product="B", agent="a2")])
    put(home, "answers", [{"id": "t:1#csat", "case": "t:1", "metric": "csat", "value": 4.0, "at": DAY,
                           "status": "valid"}])
    put(home, "invitations", [
        {"id": "t:i1", "case": "t:8", "customer": "K08", "at": DAY, "status": "sent"},
        {"id": "t:i2", "case": "t:7", "customer": "K07", "at": DAY, "status": "failed"}])
    refresh(home)
