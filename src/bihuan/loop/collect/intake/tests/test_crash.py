"""Killed at any point, nothing is lost and nothing is there twice."""

import pytest

from bihuan.core.jobs import JobRetry
from bihuan.core.models import AuditEntry
from bihuan.engine.facts import journal, store
from bihuan.loop.collect.intake.models import Receipt, Writing
from bihuan.loop.collect.intake.services import erase_customer, flush, retry_failed
from bihuan.loop.collect.intake.tests.conftest import case

WRITING = "bihuan.loop.collect.intake.services.writing"


class Killed(BaseException):
    """Stands for kill -9 at one place: nothing of the product catches it."""


def count(home):
    with store.connect(home) as con:
        return con.execute(
            "SELECT count(*), count(DISTINCT id), (SELECT count(*) FROM fact_case) FROM cases").fetchone()


@pytest.mark.parametrize("seam", ["before the import", "written, facts not derived", "written, not marked",
                                  "marked in part"])
def test_the_next_run_does_what_is_left(push, told, token, workspace_home, monkeypatch, seam):
    answers = [push(token, [case(n), case(n + 100)]) for n in range(5)]
    with monkeypatch.context() as patch:
        def die(*args, **more):
            raise Killed

        target = {"before the import": "bihuan.engine.facts.importing.import_rows",
                  "written, facts not derived": "bihuan.engine.facts.freshness.derive.refresh",
                  "written, not marked": f"{WRITING}._mark", "marked in part": "bihuan.core.audit.record"}[seam]
        patch.setattr(target, die)
        with pytest.raises(Killed):
            flush()
    assert Receipt.objects.filter(state="writing").count() == 5 and Writing.objects.filter(ended_at=None).count() == 1
    flush()
    assert count(workspace_home) == (10, 10, 10)
    assert len(journal.batches(workspace_home)) == 1
    fates = [told(token, answer) for answer in answers]
    assert [(fate["state"], fate["accepted"]) for fate in fates] == [("stored", 2)] * 5
    assert AuditEntry.objects.filter(action="collect.push_stored").count() == 1
    assert flush()["batches"] == 0


def test_a_bad_push_does_not_hold_up_the_others(push, told, token, workspace_home, monkeypatch):
    from bihuan.engine.facts import importing

    real = importing.import_rows

    def stumble(home, table, rows, **more):
        if any(row["external_id"] == "T1" for row in rows):
            raise ZeroDivisionError("T1 and its customer's name")
        return real(home, table, rows, **more)

    monkeypatch.setattr(importing, "import_rows", stumble)
    answers = [push(token, [case(n)]) for n in range(3)]
    flush()
    states = [told(token, answer)["state"] for answer in answers]
    assert states == ["stored", "failed", "stored"]
    bad = told(token, answers[1])
    assert "ZeroDivisionError" in bad["problem"] and "customer" not in bad["problem"]
    monkeypatch.setattr(importing, "import_rows", real)
    assert retry_failed(hook_id=None, actor=token.owner) == 1
    flush()
    assert told(token, answers[1])["accepted"] == 1 and count(workspace_home)[0] == 3


def test_a_full_disk_costs_no_attempt(push, told, token, monkeypatch):
    from bihuan.engine.facts import importing

    answer = push(token, [case(1)])
    with monkeypatch.context() as patch:
        patch.setattr(importing, "import_rows", lambda *args, **more: (_ for _ in ()).throw(OSError(28, "no space")))
        for _ in range(9):
            with pytest.raises(JobRetry):
                flush()
    assert Receipt.objects.get().attempts == 0
    flush()
    assert told(token, answer)["accepted"] == 1


def test_two_at_once_do_not_write_the_same(push, token, workspace_home):
    from bihuan.engine.facts.locks import locked

    push(token, [case(1)])
    with locked(workspace_home, "intake"):
        assert flush() == {"receipts": 0, "rows": 0, "batches": 0}
    assert flush()["receipts"] == 1


@pytest.mark.parametrize("lock", ["commit", "facts"])
def test_a_long_import_is_not_waited_for(push, token, workspace_home, lock):
    from bihuan.engine.facts.locks import locked

    push(token, [case(1)])
    with locked(workspace_home, lock):
        assert flush()["batches"] == 0 and Receipt.objects.get().state == "waiting"
    assert flush()["batches"] == 1


def test_what_names_a_deleted_customer_is_not_kept(push, token, monkeypatch):
    push(token, [case(1)])
    push(token, [case(2)])
    Receipt.objects.update(state="failed")
    assert erase_customer("c2") == {"pushes": 1}
    assert Receipt.objects.filter(body__isnull=False).count() == 1


def test_receipts_and_their_keys_go_after_a_week_and_what_waits_stays(push, token):
    from datetime import timedelta

    from django.utils import timezone

    push(token, [case(1)], key="a")
    flush()
    push(token, [case(2)], key="b")
    Receipt.objects.update(received_at=timezone.now() - timedelta(days=8))
    monday = Receipt.objects.get(key="b")
    Receipt.objects.filter(key="a").update(state="stored")
    flush()
    assert not Receipt.objects.filter(key="a").exists()
    assert monday.state == "waiting"
