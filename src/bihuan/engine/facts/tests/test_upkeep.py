"""Backup and restore, the doctor, and the commands' exit codes."""

import io
import tarfile
from argparse import Namespace
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bihuan.engine.facts import backup, commands, doctor, journal, lake, store
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file
from bihuan.engine.home import open_home

from .files import CASES, rows, written
from .test_store import cases


def called(command, home, **arguments):
    given = {"json": True, "table": None, "preset": None, "mapping": None, "dry_run": False, **arguments}
    return command(Namespace(home=home, **given))


def states(home):
    return {line.check: line.state for line in doctor.look_over(home)}


def test_a_backup_restores_the_workspace_to_the_letter(home, tmp_path):
    import_file(home, written(tmp_path, "a.csv", CASES))
    (home.path / "mappings").mkdir()
    (home.path / "mappings" / "own.toml").write_text('table = "agents"')
    shared = home.path / "cache" / "answers" / "v" / "a.json"
    shared.parent.mkdir(parents=True)
    shared.write_text("[]")
    (home.path / "cache" / "names.json").write_text("{}")
    told = backup.write_backup(home, tmp_path / "all.tar.gz")
    other = open_home(tmp_path / "other")
    assert backup.restore_backup(other, tmp_path / "all.tar.gz") == {
        **{key: told[key] for key in ("files", "bytes", "head")}, "emptied": 0, "remaining": []}
    for query in ("SELECT id, agent FROM cases ORDER BY 1", 'SELECT "case", agent FROM fact_case ORDER BY 1'):
        assert rows(other, query) == rows(home, query)
    assert (other.path / "mappings" / "own.toml").read_text() == 'table = "agents"'
    assert not (other.path / "cache" / "answers").exists(), "what may vanish while it is copied is left out"
    assert not (other.path / "cache" / "names.json").exists(), "whom names mean is found again"
    assert journal.head(other) == journal.head(home)
    assert import_file(other, tmp_path / "a.csv").unchanged == 3


def test_a_backup_may_lie_inside_the_workspace(home):
    backup.write_backup(home, home.path / "backups" / "one.tar.gz")
    backup.write_backup(home, home.path / "backups" / "two.tar.gz")
    with pytest.raises(FactsError, match="not overwritten"):
        backup.write_backup(home, home.path / "backups" / "two.tar.gz")


def test_a_restore_overwrites_nothing(home, tmp_path):
    backup.write_backup(home, tmp_path / "all.tar.gz")
    store.append(home, "cases", cases(id=["s:1"]))
    with pytest.raises(FactsError, match="holds data"):
        backup.restore_backup(home, tmp_path / "all.tar.gz")


def changed(source, target):
    """The same backup with a byte of the journal changed."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            data = old.extractfile(member) or io.BytesIO()
            if member.name.endswith("journal.jsonl"):
                member.size += 1
                new.addfile(member, io.BytesIO(data.read() + b"\n"))
            else:
                new.addfile(member, data)
    return target


def cut(source, target):
    target.write_bytes(source.read_bytes()[:-200])
    return target


@pytest.mark.parametrize("harm", [changed, cut])
def test_a_damaged_backup_restores_nothing(home, tmp_path, harm):
    store.append(home, "cases", cases(id=["s:1"]))
    backup.write_backup(home, tmp_path / "all.tar.gz")
    other = open_home(tmp_path / "other")
    with pytest.raises(FactsError) as refused:
        backup.restore_backup(other, harm(tmp_path / "all.tar.gz", tmp_path / "harmed.tar.gz"))
    assert refused.value.code == "backup_broken"
    assert rows(other, "SELECT count(*) FROM cases") == [(0,)]


def test_a_sound_workspace_has_nothing_to_complain_of(home, tmp_path):
    import_file(home, written(tmp_path, "a.csv", CASES))
    assert set(states(home).values()) == {"ok"}


def test_the_doctor_finds_a_lost_file_a_changed_journal_and_stale_facts(home):
    store.append(home, "cases", cases(id=["s:1"]))
    assert states(home)["facts"] == "warn"
    (home.lake / "cases" / lake.files(home.lake / "cases")[0].path).unlink()
    assert states(home)["lake"] == "bad"
    file = journal.file_of(home)
    file.write_text(file.read_text().replace("engine", "nobody"))
    assert states(home)["journal"] == "bad"


def test_the_doctor_names_an_import_that_was_cut_off(home, monkeypatch):
    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "done", crash)
    with pytest.raises(KeyboardInterrupt):
        store.append(home, "cases", cases(id=["s:1"]))
    assert states(home)["leftovers"] == "warn"


def test_the_doctor_warns_of_years_without_holidays(home):
    store.append(home, "cases", pa.table({"id": ["s:1"], "opened": [datetime(2031, 5, 1, tzinfo=UTC)]}))
    line = next(line for line in doctor.look_over(home) if line.check == "calendars")
    assert line.state == "warn" and "2031" in line.found


def test_the_commands_exit_codes(home, tmp_path, capsys):
    good, bad = written(tmp_path, "a.csv", CASES), written(tmp_path, "b.csv", CASES.replace("2024-03-02", "never"))
    code, told = called(commands.import_records, home, file=str(good), table="cases")
    assert code == 0 and list(told) == ["batch", "read", "accepted", "updated", "unchanged", "quarantined",
                                        "rejected_file"]
    code, told = called(commands.import_records, home, file=str(bad), table="cases", preset="cases")
    assert (code, told["quarantined"]) == (3, 1) and "row 3, opened" in capsys.readouterr().err
    assert called(commands.import_records, home, file=str(tmp_path / "none.csv"))[0] == 2
    assert called(commands.import_records, home, file=str(good), table="nonsense")[0] == 2
    hopeless = written(tmp_path, "c.csv", "case_id,opened\n1,never\n")
    assert called(commands.import_records, home, file=str(hopeless))[0] == 1
    code, listed = called(commands.batches, home)
    assert [entry["state"] for entry in listed] == ["done", "done"]
    assert called(commands.undo, home, batch=listed[0]["batch"])[0] == 0
    assert called(commands.undo, home, batch=listed[0]["batch"])[0] == 2
    assert {"name", "table", "reads"} <= set(called(commands.presets, home)[1][0])
    assert called(commands.doctor, home)[0] == 0


def test_a_dry_run_of_the_command_names_cells_and_costs(home, tmp_path):
    file = written(tmp_path, "b.csv", CASES.replace("2024-03-02", "never"))
    code, told = called(commands.import_records, home, file=str(file), dry_run=True)
    assert (code, told["batch"], told["cells"][0]["row"], told["costs"]["cases.opened"]["bad"]) == (3, None, 3, 1)
