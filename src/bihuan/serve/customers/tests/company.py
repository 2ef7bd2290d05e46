"""A few invented customers and cases of two centres."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bihuan.engine.facts import importing

DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def case(number, customer, unit, days, **more):
    opened = DAY + timedelta(days=days)
    return {"id": f"t:{number}", "external_id": str(number), "customer": customer, "unit": unit, "channel": "phone",
            "kind": "contact", "topic": "退款", "opened": opened, "resolved_at": opened + timedelta(hours=1),
            "agent": "a1" if unit == "n1" else "b1", **more}


def bring_company(home):
    """K1 (VIP, north), K2 (north, of old), K3 (south); one number nobody knows, one case without a number."""
    importing.import_rows(home, "customers", [
        {"id": "K1", "name": "王小明", "tier": "VIP", "region": "华东", "phone": "13800138000", "email": "a@b.example"},
        {"id": "K2", "name": "李四方", "tier": "普通", "region": "华北", "phone": "13900139000"},
        {"id": "K3", "name": "赵六一", "tier": "普通", "region": "华南", "phone": "13700137000",
         "attributes": '{"external_id": "OLD-3"}'}], source="crm", actor="test")
    importing.import_rows(home, "customer_history", [
        {"customer": "K1", "attribute": "tier", "value": "普通", "valid_from": DAY - timedelta(days=900),
         "valid_to": DAY + timedelta(days=3)},
        {"customer": "K1", "attribute": "tier", "value": "VIP", "valid_from": DAY + timedelta(days=3)}],
        source="crm", actor="test")
    importing.import_rows(home, "cases", [
        case(0, "K1", "n1", 0, tier="普通"), case(1, "K2", "n1", -200), case(2, "K1", "n2", 5, tier="VIP"),
        case(3, "K3", "s1", 6), case(4, "OLD-3", "s1", 7, kind="complaint"),
        case(5, None, "n1", 8, attributes='{"phone": "+86 139-0013-9000"}'), case(6, "X-404", "n1", 9)],
        source="t", actor="test")
    importing.import_rows(home, "messages", [
        {"case": "t:0", "at": DAY, "seq": 1, "sender_kind": "customer", "text": "什么时候退款"},
        {"case": "t:0", "at": DAY, "seq": 2, "sender_kind": "agent", "text": "内部：查物流", "public": False}],
        source="t", actor="test")
    importing.import_rows(home, "answers", [
        {"id": "t:a1", "case": "t:0", "customer": "K1", "metric": "csat", "value": 4, "at": DAY,
         "text": "找13800138000"}],
        source="t", actor="test")
