"""The audit chain: what it keeps, and what it finds."""

import threading

import pytest
from django.db import connection, transaction

from bihuan.core import audit
from bihuan.core.audit import merkle
from bihuan.core.models import AuditEntry, AuditHead, Role
from bihuan.core.rights import SystemActor
from bihuan.core.services import deactivate_user, load_roles
from bihuan.core.tests.cast import SYSTEM

WRITERS = 8


def write(count, action="core.thing_done"):
    for number in range(count):
        audit.record(action, ("thing", str(number)), actor=SYSTEM, number=number)


@pytest.fixture
def chain(db):
    write(5)


def codes(verification):
    return [(fault.code, fault.seq) for fault in verification.faults]


def test_an_untouched_chain_holds(chain):
    found = audit.verify()
    assert found.ok and found.entries == 5
    assert found.head == audit.head_line()
    assert audit.verify(found.head).ok


def test_an_empty_log_holds(db):
    assert audit.verify().ok
    assert audit.verify(audit.head_line()).ok


@pytest.mark.parametrize("change", [
    {"action": "core.other"}, {"actor": "user:9"}, {"data": {"number": 7}}, {"object_id": "x"},
])
def test_an_edited_entry_is_found(chain, change):
    AuditEntry.objects.filter(seq=3).update(**change)
    assert codes(audit.verify()) == [("edited", 3)]


def test_an_edit_with_its_hash_made_anew_breaks_the_next_link(chain):
    entry = AuditEntry.objects.get(seq=3)
    entry.actor = "user:9"
    entry.hash = audit.chain.entry_hash(entry)
    entry.save()
    assert codes(audit.verify()) == [("rewritten", 4)]


def test_a_removed_entry_is_found(chain):
    AuditEntry.objects.filter(seq=3).delete()
    assert codes(audit.verify()) == [("gap", 4)]


def test_a_cut_tail_is_found(chain):
    AuditEntry.objects.filter(seq__gte=4).delete()
    assert codes(audit.verify()) == [("cut", 3)]


def test_a_tail_cut_together_with_the_end_is_found_by_the_kept_line(chain):
    kept = audit.head_line()
    AuditEntry.objects.filter(seq__gte=4).delete()
    AuditHead.objects.update(seq=3, hash=AuditEntry.objects.get(seq=3).hash)
    assert audit.verify().ok, "without a line kept elsewhere this cannot be seen"
    assert codes(audit.verify(kept)) == [("cut", 5)]


def test_a_full_rewrite_is_found_by_the_kept_line(chain):
    kept = audit.head_line()
    AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    write(6, action="core.forged")
    assert audit.verify().ok
    assert codes(audit.verify(kept)) == [("rewritten", 5)]


def test_a_line_that_is_none_is_named(chain):
    assert codes(audit.verify("deadbeef")) == [("head_unreadable", None)]


def test_entries_added_behind_the_end_are_found(chain):
    last = AuditEntry.objects.get(seq=5)
    last.pk = last.seq = 6
    last.save(force_insert=True)
    assert codes(audit.verify()) == [("cut", 5)]


def test_values_are_kept_as_keyed_hashes(db):
    phone = 13812345678
    audit.record("core.thing_done", actor=SYSTEM, name="王小明", phone=phone, count=3, flag=True, nothing=None,
                 role=audit.plain("agent"), more={"mail": "w@example.test", "parts": ["王", 2]})
    entry = AuditEntry.objects.get()
    assert entry.data["count"] == 3 and entry.data["flag"] is True and entry.data["nothing"] is None
    assert entry.data["role"] == "agent"
    stored = str(entry.data)
    assert "王" not in stored and "example" not in stored and str(phone) not in stored
    assert set(entry.data["name"]) == {"hash"}


def test_the_same_value_gives_the_same_hash_under_one_secret_only(db, settings):
    first = audit.digest.stored("王小明")
    assert first == audit.digest.stored("王小明")
    settings.SECRET_KEY = "another"
    assert first != audit.digest.stored("王小明")


def test_an_act_that_is_rolled_back_leaves_no_entry(chain):
    with pytest.raises(RuntimeError), transaction.atomic():
        write(1)
        raise RuntimeError
    assert audit.verify().entries == 5 and audit.verify().ok


def test_a_bulk_act_is_one_entry(db):
    entry = audit.record_bulk("collect.batch_imported", [f"case:{n}" for n in range(1000)], actor=SYSTEM)
    assert (AuditEntry.objects.count(), entry.leaves) == (1, 1000)
    assert len(entry.merkle_root) == 64
    assert audit.verify().ok


def test_merkle_tree_of_rfc_6962():
    """RFC 6962 2.1 as in the certificate-transparency test vectors: the empty tree and the tree of one empty leaf."""
    assert merkle.root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root([""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_each_leaf_proves_its_part(count):
    leaves = [f"case:{number}" for number in range(count)]
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        path = merkle.proof(leaves, index)
        assert merkle.holds(leaf, path, root)
        assert not merkle.holds(leaf + "x", path, root)


def test_a_right_changed_behind_the_log_is_found(cast):
    assert audit.verify().ok
    role = Role.objects.get(key="agent")
    Role.objects.filter(pk=role.pk).update(scope="all")
    cast.outsider.assignments.all().delete()
    found = {(fault.code, fault.text.split()[1]) for fault in audit.verify().faults}
    assert found == {("unlogged", str(role.pk)), ("unlogged", str(cast.outsider.pk))}


def test_every_change_of_rights_through_the_services_is_logged(cast):
    deactivate_user(user=cast.leader, actor=SYSTEM)
    load_roles(actor=SYSTEM)
    assert audit.verify().ok


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_make_one_chain():
    failures = []

    def writer(number):
        try:
            for turn in range(10):
                audit.record("core.thing_done", ("thing", f"{number}/{turn}"), actor=SystemActor(f"cli:{number}"))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = audit.verify()
    assert found.ok and found.entries == WRITERS * 10
    assert list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 81))
