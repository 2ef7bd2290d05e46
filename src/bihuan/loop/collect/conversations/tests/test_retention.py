"""What was kept long enough goes, with a proof; what is younger stays; every figure stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry, Job
from bihuan.core.rights import SystemActor
from bihuan.engine.facts import importing, store
from bihuan.engine.facts.privacy.vault import open_vault
from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.text import search
from bihuan.loop.collect.conversations import services
from bihuan.loop.collect.conversations.models import Deletion, Recording, SpanTag, Tag
from bihuan.loop.collect.conversations.queries.conversation import find_conversation
from bihuan.loop.collect.conversations.queries.retention import cutoff, terms
from bihuan.loop.collect.conversations.queries.tags import quotes_of

from .conftest import DAY

SYSTEM = SystemActor("test")
PAGE = reverse("conversations:retention")


@pytest.fixture(autouse=True)
def _talks(talks, cast):
    search.build(talks)
    return talks


def test_the_last_day_of_a_shorter_month_is_meant():
    """The zone is Asia/Shanghai, eight hours before UTC."""
    assert cutoff(1, datetime(2026, 3, 31, 9, tzinfo=UTC)) == datetime(2026, 2, 27, 16, tzinfo=UTC)
    assert cutoff(24, datetime(2026, 3, 2, tzinfo=UTC)) == datetime(2024, 3, 1, 16, tzinfo=UTC)


def test_due_texts_go_with_a_proof_and_the_figures_stay(client, cast, talks):
    message = find_conversation("t:1", EVERYTHING).bubbles[0].id
    tag = Tag.objects.first()
    services.tag_span(case="t:1", message=message, tag=tag, start=0, end=2, revealed=False, actor=cast.leader)
    before = evaluate(talks, Query())
    client.force_login(cast.admin)
    assert client.post(PAGE, {"messages": "1"}).status_code == 302
    assert {term.kind: term.due for term in terms()}["messages"] == 5
    job = client.post(reverse("conversations:delete_due"))
    assert job.status_code == 302
    run_pending()
    assert Job.objects.get(kind="conversations.delete_expired").state == "done"
    proof = Deletion.objects.get()
    entry = AuditEntry.objects.get(seq=proof.audit_seq)
    assert (proof.count, entry.leaves, proof.root) == (5, 5, entry.merkle_root)
    assert audit.verify().ok
    assert all(bubble.gone for bubble in find_conversation("t:1", EVERYTHING).bubbles)
    assert SpanTag.objects.count() == 1 and quotes_of(tag.pk, EVERYTHING) == []
    with store.connect(talks) as con:
        assert con.sql("SELECT count(*), count(text) FROM messages").fetchall() == [(5, 0)]
    assert evaluate(talks, Query()) == before
    assert str(proof.count) in client.get(PAGE).content.decode()
    run_again = services.delete_expired(actor=SYSTEM, progress=lambda *_: None, cancelled=lambda: False)
    assert run_again == 0 and Deletion.objects.count() == 1


def test_the_page_says_whose_names_go_and_counts_those_of_whom_nothing_is_known(client, cast, talks):
    rows = [{"case": "t:2", "at": DAY, "seq": 9 + at, "sender": name, "text": "好"}
            for at, name in enumerate(("赵六", "b1", "K2"))]     # nobody's, a case's agent, a customer's number
    importing.import_rows(talks, "messages", rows, source="t", actor="test")
    client.force_login(cast.admin)
    assert "逐个认定" not in client.get(PAGE).content.decode()
    client.post(PAGE, {"messages": "1"})
    page = client.get(PAGE).content.decode()
    assert "到期的记录里有 1 个名字" in page and "?state=name" in page and "坐席的姓名保留" in page
    services.delete_expired(actor=SYSTEM, progress=lambda *_: None, cancelled=lambda: False)
    assert "逐个认定" not in client.get(PAGE).content.decode()
    with store.connect(talks) as con:
        assert con.sql("SELECT DISTINCT sender FROM messages ORDER BY 1").fetchall() == [("a1",), ("b1",), (None,)]


def test_a_stopped_deletion_goes_on(cast):
    for number in range(3):
        services.add_recording(case="t:3", name="a.mp3", parts=[b"x"], duration_s=1, channel="phone",
                               recorded_at=DAY + timedelta(days=number), actor=cast.leader)
    services.save_terms(months={"recordings": 1, "messages": 1}, actor=SYSTEM)
    nothing = services.delete_expired(actor=SYSTEM, progress=lambda *_: None, cancelled=lambda: True)
    assert nothing == 0
    rest = services.delete_expired(actor=SYSTEM, progress=lambda *_: None, cancelled=lambda: False)
    assert rest == 8 and not Recording.objects.filter(deleted_at=None).exists()


def test_nothing_is_deleted_without_a_term_or_a_right(client, cast):
    client.force_login(cast.admin)
    client.post(reverse("conversations:delete_due"))
    assert not Job.objects.filter(kind="conversations.delete_expired").exists()
    client.force_login(cast.outsider)
    assert client.get(PAGE).status_code == 404
    assert client.post(reverse("conversations:delete_due")).status_code == 404


def test_files_of_refused_rows_go_too(talks):
    import os

    old, new = talks.batches / "b1.rejected.csv", talks.batches / "b2.cells.csv"
    for file in (old, new):
        file.write_text("秘密")
    os.utime(old, (DAY.timestamp(), DAY.timestamp()))
    services.save_terms(months={"rejected": 1}, actor=SYSTEM)
    assert services.delete_expired(actor=SYSTEM, progress=lambda *_: None, cancelled=lambda: False) == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_who_was_not_heard_of_for_long_is_no_longer_known_by_name(talks, cast):
    importing.import_rows(talks, "customers", [
        {"id": "K1", "name": "王小明", "phone": "13800138000", "tier": "VIP", "since": DAY - timedelta(days=900)},
        {"id": "K9", "name": "李四方", "phone": "13900139000", "since": DAY - timedelta(days=900)},
        {"id": "K8", "name": "陈三", "since": DAY - timedelta(days=900)}], source="crm", actor="test")
    importing.import_rows(talks, "customer_history", [
        {"customer": number, "attribute": attribute, "value": value, "valid_from": DAY - timedelta(days=800)}
        for number in ("K8", "K9") for attribute, value in (("phone", "13700137000"), ("tier", "VIP"))],
        source="crm", actor="test")
    importing.import_rows(talks, "answers", [
        {"id": "late", "customer": "K8", "metric": "csat", "value": 4.0, "at": DAY, "status": "valid"}],
        source="crm", actor="test")
    open_vault(talks).put("K9", {"phone": "13900139000"})
    months = (timezone.now().year - DAY.year) * 12 + timezone.now().month - DAY.month + 6
    services.save_terms(months={"customers": months}, actor=SYSTEM)
    assert {term.kind: term.due for term in terms()}["customers"] == 2, "K8 answered later; K9 has a row and a history"
    assert services.delete_expired(actor=SYSTEM, progress=lambda *_: None, cancelled=lambda: False) == 2
    with store.connect(talks) as con:
        assert con.sql("SELECT id, name, phone, tier FROM customers ORDER BY id").fetchall() == [
            ("K1", "王小明", "13800138000", "VIP"), ("K8", "陈三", None, None), ("K9", None, None, None)]
        assert con.sql("SELECT customer, attribute, value FROM customer_history ORDER BY ALL").fetchall() == [
            ("K8", "phone", "13700137000"), ("K8", "tier", "VIP"), ("K9", "phone", None), ("K9", "tier", "VIP")]
    assert open_vault(talks).get("K9") == {} and not open_vault(talks).is_destroyed("K9")
    assert {one.kind for one in Deletion.objects.all()} == {"customers"}
