"""The vault: values come back to those who may see them, and never again once a key is destroyed."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from bihuan.engine.facts import store
from bihuan.engine.facts.backup import restore_backup, write_backup
from bihuan.engine.facts.privacy.blocking import blocked_customers, publish_blocked
from bihuan.engine.facts.privacy.errors import PrivacyError
from bihuan.engine.facts.privacy.keys import master_keys
from bihuan.engine.facts.privacy.leaks import files_with, scan_files, scan_text
from bihuan.engine.facts.privacy.rules import Rules, publish_rules
from bihuan.engine.facts.privacy.sealing import content_id, seal, unseal_text
from bihuan.engine.facts.privacy.vault import open_vault
from bihuan.engine.home import open_home

PHONE, NAME = "13800138000", "诸葛小亮"


@pytest.fixture
def vault(home):
    found = open_vault(home)
    found.put("K1", {"name": NAME, "phone": PHONE})
    found.put("K2", {"name": "李雷", "phone": "13900139000"})
    return found


class TestVault:
    def test_values_come_back(self, vault):
        assert vault.get("K1") == {"name": NAME, "phone": PHONE}
        assert vault.get("K3") == {}
        assert set(vault.get_many(["K1", "K2", "K3"])) == {"K1", "K2"}

    def test_nothing_is_written_in_the_clear(self, vault, home):
        assert files_with(home.path, PHONE) == [] and files_with(home.path, NAME) == []

    @pytest.mark.parametrize("written", ["13800138000", "+86 138-0013-8000", "１３８ ００１３ ８０００"])
    def test_a_person_is_found_however_the_number_is_written(self, vault, written):
        assert vault.find("phone", written) == ["K1"]

    def test_an_empty_value_takes_the_old_one_away(self, vault):
        vault.put("K1", {"phone": ""})
        assert vault.get("K1") == {"name": NAME}

    def test_values_cannot_be_passed_off_as_another_persons(self, vault, home):
        with sqlite3.connect(home.path / "vault" / "values.sqlite3") as con:
            con.execute("DELETE FROM sealed WHERE subject = 'K2'")
            con.execute("UPDATE sealed SET subject = 'K2' WHERE subject = 'K1'")
        with pytest.raises(PrivacyError) as refused:
            vault.get("K2")
        assert refused.value.code == "vault_damaged"

    def test_what_is_past_its_time_is_swept(self, vault):
        now = datetime.now(UTC)
        vault.put("K2", {"email": "a@b.example"}, kept_until=now + timedelta(days=1))
        assert vault.sweep(now=now) == 0
        assert vault.sweep(now=now + timedelta(days=2)) == 1
        assert "email" not in vault.get("K2")


class TestDestruction:
    def test_a_deleted_value_is_in_no_file_no_tail_and_no_restored_backup(self, vault, home, tmp_path):
        backup = tmp_path / "before.tar.gz"
        write_backup(home, backup)
        done = vault.destroy("K1")
        assert (done.values, done.had_key) == (2, True)
        assert vault.get("K1") == {} and vault.find("phone", PHONE) == [] and vault.is_destroyed("K1")
        assert vault.get("K2")["phone"] == "13900139000", "others keep theirs"
        for value in (PHONE, NAME):
            assert files_with(home.path, value) == [] and files_with(tmp_path, value) == []
        assert not list(home.path.rglob("*-wal")) and not list(home.path.rglob("*-journal"))
        # The restored workspace holds the old values, and no key anywhere opens them.
        again = open_home(tmp_path / "again")
        restore_backup(again, backup)
        assert not (again.path / "keys" / "subjects.sqlite3").exists(), "a backup contains no key"
        keys = (home.path / "keys" / "subjects.sqlite3").read_bytes()
        (again.path / "keys").mkdir(exist_ok=True)
        (again.path / "keys" / "subjects.sqlite3").write_bytes(keys)
        (again.path / "keys" / "master").write_text((home.path / "keys" / "master").read_text())
        assert open_vault(again).get("K1") == {} and open_vault(again).get("K2")["name"] == "李雷"
        assert open_vault(again).sweep() == 2, "what no key opens is removed"

    def test_restoring_in_place_keeps_the_keys(self, vault, home, tmp_path):
        write_backup(home, tmp_path / "b.tar.gz")
        for path in sorted(home.path.rglob("*"), reverse=True):
            if "keys" not in path.relative_to(home.path).parts and path.name != "bihuan-home.json":
                path.unlink() if path.is_file() else path.rmdir()
        restore_backup(home, tmp_path / "b.tar.gz")
        assert open_vault(home).get("K1")["phone"] == PHONE

    def test_the_key_itself_is_overwritten(self, vault, home):
        file = home.path / "keys" / "subjects.sqlite3"
        with sqlite3.connect(file) as con:
            (wrapped,) = con.execute("SELECT wrapped FROM subject_keys WHERE subject = 'K1'").fetchone()
        con.close()
        assert wrapped in file.read_bytes()
        vault.destroy("K1")
        assert wrapped not in file.read_bytes()

    def test_a_later_import_cannot_bring_the_person_back(self, vault):
        vault.destroy("K1")
        with pytest.raises(PrivacyError) as refused:
            vault.put("K1", {"name": NAME})
        assert refused.value.code == "subject_destroyed"
        assert vault.put_many([("K1", {"name": NAME}), ("K9", {"name": "韩梅梅"})]) == {"K1"}
        assert vault.get("K9") == {"name": "韩梅梅"}


class TestMasterKeys:
    def test_rotation_changes_every_wrapping_and_forgets_the_old_key(self, vault, home):
        before = master_keys(home)
        assert vault.rotate() == 3, "two subjects and the key of the look-ups"
        after = master_keys(home)
        assert after.current != before.current and list(after.keys) == [after.current]
        assert vault.get("K1")["phone"] == PHONE and vault.find("phone", PHONE) == ["K1"]

    def test_keys_may_come_from_the_environment(self, home, monkeypatch):
        monkeypatch.setenv("BIHUAN_VAULT_KEYS", "a:" + "11" * 32)
        vault = open_vault(home)
        vault.put("K1", {"name": NAME})
        assert not (home.path / "keys" / "master").exists()
        monkeypatch.setenv("BIHUAN_VAULT_KEYS", "b:" + "22" * 32 + ",a:" + "11" * 32)
        assert vault.rotate() == 2
        monkeypatch.setenv("BIHUAN_VAULT_KEYS", "b:" + "22" * 32)
        assert vault.get("K1") == {"name": NAME}
        monkeypatch.setenv("BIHUAN_VAULT_KEYS", "c:" + "33" * 32)
        with pytest.raises(PrivacyError) as refused:
            vault.get("K1")
        assert refused.value.code == "key_missing"

    @pytest.mark.parametrize("text", ["abc", "a:12", "a:" + "1" * 63 + "g"])
    def test_a_key_that_is_none_is_refused(self, home, monkeypatch, text):
        monkeypatch.setenv("BIHUAN_VAULT_KEYS", text)
        with pytest.raises(PrivacyError) as refused:
            open_vault(home).put("K1", {"name": "x"})
        assert refused.value.code == "bad_master_key"

    def test_files_are_for_their_owner_alone(self, vault, home):
        for file in ("keys/master", "keys/subjects.sqlite3", "vault/values.sqlite3"):
            assert (home.path / file).stat().st_mode & 0o077 == 0, file


class TestSealing:
    def test_customers_enter_masked_and_come_back_from_the_vault(self, home):
        rows = pa.table({"id": ["K1"], "name": [NAME], "phone": [PHONE], "email": [None], "tier": ["VIP"]})
        sealed = seal(home, "customers", rows).to_pylist()[0]
        assert sealed == {"id": "K1", "name": "诸葛**", "phone": "138****8000", "email": None, "tier": "VIP"}
        assert open_vault(home).get("K1") == {"name": NAME, "phone": PHONE}

    def test_texts_keep_placeholders_and_their_spans_lie_under_the_customer(self, home):
        text = f"我叫{NAME}，请打{PHONE}"
        rows = pa.table({"id": ["m1"], "case": ["c1"], "text": [text], "attributes": [None]})
        masked = seal(home, "messages", rows, customers={"c1": "K1"})["text"][0].as_py()
        assert masked == "我叫〔姓名〕，请打〔手机号〕"
        assert unseal_text(home, "K1", "messages", "text", "m1", masked) == text
        open_vault(home).destroy("K1")
        assert unseal_text(home, "K1", "messages", "text", "m1", masked) == masked

    def test_sealing_twice_changes_nothing(self, home):
        rows = pa.table({"id": ["K1"], "name": [NAME], "phone": [PHONE]})
        once = seal(home, "customers", rows)
        assert seal(home, "customers", once).equals(once) and seal(home, "customers", rows).equals(once)
        assert open_vault(home).get("K1")["phone"] == PHONE

    def test_a_text_of_no_known_customer_belongs_to_its_case(self, home):
        seal(home, "messages", pa.table({"id": ["m1"], "case": ["c1"], "text": [PHONE]}))
        assert list(open_vault(home).get("case:c1")) == ["text:messages.text:m1"]

    def test_an_import_is_sealed_where_the_workspace_says_so(self, home):
        from bihuan.engine.facts.importing import import_rows

        publish_rules(home, Rules(on_import=True))
        at = datetime(2026, 9, 1, tzinfo=UTC)
        cases = [{"external_id": "1", "customer": "K1", "opened": at, "subject": f"{NAME}先生来电"}]
        message = {"case": "s:1", "at": at, "sender_kind": "customer", "text": f"请打{PHONE}"}
        for _ in range(2):
            first = import_rows(home, "cases", cases, source="s", actor="t")
            second = import_rows(home, "messages", [message], source="s", actor="t")
        assert (first.unchanged, second.unchanged) == (1, 1), "the same rows again are still the same"
        assert files_with(home.path, PHONE) == [] and files_with(home.path, NAME) == []
        with store.connect(home) as con:
            (case,) = con.sql("SELECT subject FROM cases").fetchall()
            (row,) = con.sql("SELECT id, text FROM messages").fetchall()
        assert case == ("〔姓名〕先生来电",) and row[1] == "请打〔手机号〕"
        assert unseal_text(home, "K1", "messages", "text", row[0], row[1]) == f"请打{PHONE}"

    def test_a_number_told_in_pieces_is_sealed_whole_and_its_messages_stay_the_same_rows(self, home):
        from bihuan.engine.facts.importing import import_rows

        publish_rules(home, Rules(on_import=True))
        at = datetime(2026, 9, 1, tzinfo=UTC)
        import_rows(home, "cases", [{"external_id": "1", "customer": "K1", "opened": at}], source="s", actor="t")
        said = [{"case": "s:1", "at": at, "seq": seq, "sender_kind": "customer", "text": text}
                for seq, text in enumerate(("我电话138", "0013", "8000"))]
        import_rows(home, "messages", said[:1], source="s", actor="t")
        whole = import_rows(home, "messages", said[::-1], source="s", actor="t")
        again = import_rows(home, "messages", said, source="s", actor="t")
        assert (whole.accepted, whole.updated, again.unchanged) == (2, 1, 3), "the first came alone before, in the clear"
        with store.connect(home) as con:
            rows = con.sql("SELECT id, text FROM messages ORDER BY seq").fetchall()
        assert [text for _id, text in rows] == ["我电话〔手机号〕", "〔手机号〕", "〔手机号〕"]
        assert [unseal_text(home, "K1", "messages", "text", *row) for row in rows] == [one["text"] for one in said]

    def test_the_id_of_a_row_without_one_is_the_lakes(self, home):
        from bihuan.engine.facts.identity import key_sql
        from bihuan.engine.facts.schema import TABLES

        row = {"id": None, "case": "s:1", "at": datetime(2026, 9, 1, 8, 0, 0, 123456, tzinfo=UTC), "seq": None,
               "sender": "a", "text": "文"}
        with store.connect(home) as con:
            con.register("given", pa.Table.from_pylist([row], pa.schema([
                ("id", pa.string()), ("case", pa.string()), ("at", pa.timestamp("us", tz="UTC")), ("seq", pa.int64()),
                ("sender", pa.string()), ("text", pa.string())])))
            expected = con.sql(f"SELECT {key_sql(TABLES['messages'], 'id')} FROM given").fetchall()[0][0]
        assert content_id("messages", row) == expected

    def test_tables_without_personal_data_pass(self, home):
        rows = pa.table({"id": ["x"]})
        assert seal(home, "units", rows) is rows


class TestBlocking:
    @pytest.fixture
    def filled(self, home):
        now = datetime(2026, 9, 1, tzinfo=UTC)
        store.append(home, "cases", pa.table({
            "id": ["s:1", "s:2", "s:3"], "external_id": ["1", "2", "3"], "customer": ["K1", "K2", None],
            "opened": [now] * 3}), source="s")
        store.append(home, "messages", pa.table({
            "id": ["m1", "m2", "m3"], "case": ["s:1", "s:2", "s:3"], "at": [now] * 3, "text": ["a", "b", "c"]}))
        store.append(home, "customers", pa.table({"id": ["K1", "K2"], "name": ["x", "y"]}))
        return home

    def rows(self, home, table, column):
        with store.connect(home) as con:
            return [row[0] for row in con.sql(f'SELECT "{column}" FROM {table} ORDER BY 1').fetchall()]

    def test_rows_of_a_blocked_customer_are_left_out_of_every_table(self, filled):
        publish_blocked(filled, ["K1"])
        assert blocked_customers(filled) == {"K1"}
        assert self.rows(filled, "cases", "id") == ["s:2", "s:3"]
        assert self.rows(filled, "messages", "id") == ["m2", "m3"]
        assert self.rows(filled, "customers", "id") == ["K2"]

    def test_derived_facts_leave_them_out_and_get_them_back(self, filled):
        from bihuan.engine.facts.derive import refresh

        publish_blocked(filled, ["K1"])
        refresh(filled)
        assert self.rows(filled, "fact_case", "case") == ["s:2", "s:3"]
        publish_blocked(filled, [])
        assert self.rows(filled, "fact_case", "case") == ["s:1", "s:2", "s:3"], "without computing anything anew"

    def test_a_merged_customer_is_blocked_under_every_number(self, filled):
        from bihuan.engine.facts.identities import MERGED

        store.append(filled, "links", pa.table({"id": ["l1"], "case": ["K1"], "other": ["K2"], "kind": [MERGED]}))
        publish_blocked(filled, ["K1"])
        assert self.rows(filled, "cases", "id") == ["s:3"] and self.rows(filled, "messages", "id") == ["m3"]

    def test_lifting_the_block_brings_them_back(self, filled):
        publish_blocked(filled, ["K1", "K2"])
        publish_blocked(filled, [])
        assert self.rows(filled, "cases", "id") == ["s:1", "s:2", "s:3"] and not blocked_customers(filled)

    def test_at_most_two_lists_are_kept(self, filled):
        for number in range(5):
            publish_blocked(filled, [f"K{number}"])
        assert len(list((filled.path / "privacy").glob("blocked-*"))) == 2


class TestLeaks:
    def test_a_scan_names_file_line_and_kind(self, tmp_path):
        file = tmp_path / "server.log"
        file.write_text("fine\nuser 13800138000 logged in\n")
        (leak,) = scan_files([file])
        assert (leak.line, leak.kind, leak.value) == (2, "mobile", PHONE)
        assert scan_text("〔手机号〕 138****8000") == []
