"""Deleting a person: what is left of them in rows without an id, in the files of rejected rows, in a later import."""

import csv
import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bihuan.engine.facts import derive, retention, store
from bihuan.engine.facts.backup import restore_backup, write_backup
from bihuan.engine.facts.derive.tests.cases import append
from bihuan.engine.facts.importing import import_rows
from bihuan.engine.facts.privacy.erasing import erase
from bihuan.engine.facts.privacy.leaks import files_with
from bihuan.engine.facts.privacy.vault import open_vault
from bihuan.engine.home import Home, open_home

PHONE, OTHER = "13800138000", "13900139000"
NOW = datetime(2026, 9, 1, 2, tzinfo=UTC)
CASES = [{"external_id": "1", "customer": "K1", "opened": NOW}, {"external_id": "2", "customer": "K2", "opened": NOW}]
SAID = [
    {"case": "1", "at": NOW, "sender": "诸葛小亮", "sender_kind": "customer", "text": f"请打{PHONE}"},
    {"case": "1", "at": NOW, "sender": "a1", "sender_kind": "agent", "text": "好的"},
    {"case": "2", "at": NOW, "sender": "李雷", "sender_kind": "customer", "text": f"请打{OTHER}"},
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    home = open_home(tmp_path_factory.mktemp("kept") / "home")
    import_rows(home, "cases", CASES, source="s", actor="test")
    import_rows(home, "messages", SAID, source="s", actor="test")
    return home


@pytest.fixture
def talked(kept, tmp_path):
    """Two customers with a case each, and messages that came without an id."""
    return open_home(shutil.copytree(kept.path, tmp_path / "talked"))


def messages(home):
    with store.connect(home) as con:
        return con.sql('SELECT id, "case", text FROM messages ORDER BY id').fetchall()


def test_a_row_without_an_id_keeps_the_one_that_was_made_of_its_words(talked):
    before = {one[0] for one in messages(talked)}
    erase(talked, ["K1"])
    after = messages(talked)
    assert {one[0] for one in after} == before
    assert sorted((case, text) for _, case, text in after if text) == [("s:2", f"请打{OTHER}")]


def test_the_same_file_imported_again_brings_nobody_back(talked):
    erase(talked, ["K1"], values=[PHONE])
    open_vault(talked).destroy("K1")
    again = import_rows(talked, "messages", SAID, source="s", actor="test")
    assert (again.accepted, again.updated, again.unchanged) == (0, 0, 3)
    assert files_with(talked.path, PHONE) == []


def test_a_new_row_of_a_deleted_person_comes_without_what_identifies_them(talked):
    erase(talked, ["K1"], values=[PHONE])
    open_vault(talked).destroy("K1")
    people = [{"id": "K1", "name": "诸葛小亮", "phone": PHONE, "tier": "VIP"}, {"id": "K2", "phone": OTHER}]
    import_rows(talked, "customers", people, source="s", actor="test")
    with store.connect(talked) as con:
        found = con.sql("SELECT id, name, phone, tier FROM customers ORDER BY id").fetchall()
    assert found == [("K1", None, None, "VIP"), ("K2", None, OTHER, None)]
    assert files_with(talked.path, PHONE) == []


def test_a_backup_of_before_the_deletion_restored_shows_nothing_of_the_person(talked, tmp_path):
    people = [{"id": "K1", "name": "诸葛小亮", "phone": PHONE, "tier": "VIP"}, {"id": "K2", "phone": OTHER}]
    import_rows(talked, "customers", people, source="s", actor="test")
    write_backup(talked, tmp_path / "before.tar.gz")
    erase(talked, ["K1"], values=[PHONE])
    open_vault(talked).destroy("K1")
    again = Home(tmp_path / "again")
    shutil.copytree(talked.path / "keys", again.path / "keys")
    told = restore_backup(again, tmp_path / "before.tar.gz")
    assert (told["emptied"], told["remaining"]) == (1, [])
    assert files_with(again.path, PHONE) == files_with(again.path, "诸葛小亮") == []
    with store.connect(again) as con:
        assert con.sql("SELECT id, name, phone, tier FROM customers ORDER BY id").fetchall() == [
            ("K1", None, None, "VIP"), ("K2", None, OTHER, None)]
    assert sorted((case, text) for _, case, text in messages(again) if text) == [("s:2", f"请打{OTHER}")]


def test_messages_without_moments_stay_so_when_their_words_go(home):
    """Taken for timed ones they would make answers of one customer, and failures of all others of the source."""
    append(home, cases=[{"id": f"s:{row['external_id']}", **row} for row in CASES], messages=[
        row | {"id": f"m{at}", "case": f"s:{row['case']}", "attributes": '{"timed":false}'}
        for at, row in enumerate(SAID)])
    erase(home, ["K1"])
    (done,) = retention.expire(home, "messages", datetime(2026, 10, 1, tzinfo=UTC))
    assert len(done.ids) == 1 and retention.due(home, "messages", datetime(2026, 10, 1, tzinfo=UTC)) == 0
    assert [text for _, _, text in messages(home)] == [None] * 3
    derive.refresh(home)
    with store.connect(home) as con:
        assert con.sql('SELECT "case", responded, first_response_s FROM fact_case ORDER BY 1').fetchall() == [
            ("s:1", None, None), ("s:2", None, None)]


def test_a_source_that_tells_no_kinds_keeps_who_of_the_company_wrote(home):
    """赵六 is in no register and no case's agent: the customer, whom neither rows, facts nor a new import name again."""
    said = [{"case": f"s:{number}", "at": NOW, "seq": at, "sender": sender, "text": "好", "source": "s"}
            for number in "12" for at, sender in enumerate(("赵六", "王 敏", "A1", "B7"))]
    append(home, agents=[{"id": "A1", "name": "王敏"}], messages=said,
           cases=[{"id": f"s:{row['external_id']}", "agent": "B7", "source": "s", **row} for row in CASES],
           events=[{"case": "s:1", "at": NOW, "activity": "备注", "kind": "note", "actor": name} for name in ("赵六", "王敏")])
    derive.refresh(home)
    erase(home, ["K1"])
    open_vault(home).destroy("K1")
    append(home, messages=said)
    with store.connect(home) as con:
        assert con.sql('SELECT "case", list(sender ORDER BY seq) FROM messages GROUP BY 1 ORDER BY 1').fetchall() == [
            ("s:1", [None, "A1", "A1", "B7"]), ("s:2", ["赵六", "A1", "A1", "B7"])]
        assert con.sql("SELECT actor FROM events ORDER BY 1 NULLS LAST").fetchall() == [("A1",), (None,)]
        assert con.sql('SELECT "case", responder FROM fact_case ORDER BY 1').fetchall() == [("s:1", None), ("s:2", "赵六")]


def test_files_of_rejected_rows_lose_the_persons_lines_alone(home):
    batch = home.batches
    store.append(home, "customers", pa.table({"id": ["K1"], "name": ["诸葛小亮"], "phone": [PHONE]}))
    for name in ("b1.rejected.csv", "b1.cells.csv"):
        with (batch / name).open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([["客户", "电话"], ["K1", ""], ["K9", f"又名{PHONE}"], ["K2", OTHER]])
    with (batch / "b2.cells.csv").open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([["客户", "电话"], ["x", PHONE]])
    told = erase(home, ["K1"], values=[PHONE])
    assert told.rejected == 5 and told.remaining == ()
    with (batch / "b1.rejected.csv").open(encoding="utf-8-sig", newline="") as left:
        assert list(csv.reader(left)) == [["客户", "电话"], ["K2", OTHER]]
    assert not (batch / "b2.cells.csv").exists()


def test_copies_of_a_watched_folder_go_too(home):
    done = home.path / "inbox" / "desk" / "done"
    done.mkdir(parents=True)
    (done / "monday.csv").write_text(f"K1,{PHONE}\n", encoding="gb18030")
    (done / "tuesday.csv").write_text(f"K2,{OTHER}\n", encoding="gb18030")
    told = erase(home, ["K1"], values=[PHONE])
    assert told.uploads == 1 and [file.name for file in done.iterdir()] == ["tuesday.csv"]
