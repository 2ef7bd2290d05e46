"""Colleagues in no register: who wrote for several customers may be kept in a deletion, never a customer's own name."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry
from bihuan.core.privacy import services
from bihuan.engine.facts import store
from bihuan.engine.facts.privacy.vault import open_vault

from .conftest import NAME
from .test_requests import verified

NOW = datetime(2026, 9, 2, tzinfo=UTC)
# Case -> customer; who wrote there, without a word of what kind of person it is.
CASES = {"s:1": "K1", "s:2": "K2", "s:3": "K3", "s:4": "K4"}
WROTE = {"s:1": ("同事甲", NAME, "李雷", "小名", "两面"), "s:2": ("同事甲", "两面", "李雷"),
         "s:3": ("同事甲", NAME, "李雷"), "s:4": (NAME, "李雷", "同事甲")}


@pytest.fixture
def nameless(records):
    """K1, another customer by name, a nickname of K1 alone, and 两面, whom one other customer's case holds, too."""
    store.append(records, "cases", pa.table({
        "id": [*CASES][2:], "external_id": ["3", "4"], "customer": ["K3", "K4"], "opened": [NOW, NOW]}), source="s")
    said = [(case, name) for case, names in WROTE.items() for name in names]
    store.append(records, "messages", pa.table({
        "id": [f"n{at}" for at in range(len(said))], "case": [case for case, _name in said], "at": [NOW] * len(said),
        "sender": [name for _case, name in said], "text": ["好"] * len(said)}), source="s")
    return records


def senders(home, case):
    with store.connect(home) as con:
        rows = con.execute('SELECT sender FROM messages WHERE "case" = ? AND id LIKE \'n%\'', [case]).fetchall()
    return {name for (name,) in rows}


def page_of(client, officer, found):
    client.force_login(officer)
    return client.get(reverse("privacy:request", args=[found.pk])).content.decode()


def test_who_wrote_for_several_customers_may_be_kept_and_nobody_else(client, nameless, officer):
    found = verified(officer, "delete")
    page = page_of(client, officer, found)
    assert page.count('name="stay"') == 1 and "同事甲（这位客户的 1 个工单；还在另外 3 位客户的工单里）" in page
    assert "另有 4 个名字" in page and NAME not in page and "小名" not in page
    refused = client.post(reverse("privacy:request_answer", args=[found.pk]), {"stay": [NAME]})
    assert refused.status_code == 422 and not AuditEntry.objects.filter(action="core.name_kept").exists()
    client.post(reverse("privacy:request_answer", args=[found.pk]), {"stay": ["同事甲"]})
    assert AuditEntry.objects.get(action="core.name_kept").object_id == "同事甲"
    run_pending()
    assert senders(nameless, "s:1") == {"同事甲", None} and senders(nameless, "s:2") == set(WROTE["s:2"])


def test_who_is_not_ticked_goes_and_who_was_kept_stays_in_later_imports(nameless, officer):
    services.answer_request(request=verified(officer, "delete"), stay=["同事甲", "小名"], actor=officer)
    run_pending()
    store.append(nameless, "messages", pa.table({
        "id": ["n90", "n91"], "case": ["s:1", "s:1"], "at": [NOW, NOW], "sender": ["同事甲", "小名"],
        "text": ["好", "好"]}), source="s")
    assert senders(nameless, "s:1") == {"同事甲", None}
    services.answer_request(request=verified(officer, "delete", customer="K4"), actor=officer)
    run_pending()
    assert senders(nameless, "s:4") == {"同事甲", None}


def test_a_name_that_the_vault_alone_knows_is_the_customers_own(client, nameless, officer):
    open_vault(nameless).put("K1", {"name": "同 事甲"})
    assert 'name="stay"' not in page_of(client, officer, verified(officer, "delete"))


def test_other_requests_and_closed_ones_ask_nothing(client, nameless, officer):
    assert 'name="stay"' not in page_of(client, officer, verified(officer, "block"))
    assert 'name="stay"' not in page_of(client, officer, services.open_request(
        customer="K1", kind="delete", actor=officer))
