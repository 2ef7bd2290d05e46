"""The journal: a chain that shows edits, cut tails and rewrites, and survives a torn last line."""

import json
from datetime import UTC, datetime

import pytest

from bihuan.engine.facts import journal
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.privacy.leaks import files_with

from .files import CASES, written


def note(home, batch):
    return journal.done(home, batch, actor="t", recorded_at=datetime.now(UTC), tables={"cases": {"accepted": 1}},
                        counts={"read": 1}, file="a.csv")


def test_a_batch_is_done_then_undone_once(home):
    note(home, "b1")
    assert journal.get(home, "b1").visible()
    journal.undone(home, "b1", actor="cli:me")
    assert (journal.get(home, "b1").state, journal.get(home, "b1").undone_by) == ("undone", "cli:me")
    assert not journal.get(home, "b1").visible()
    with pytest.raises(FactsError) as refused:
        journal.undone(home, "b1", actor="cli:me")
    assert refused.value.code == "already_undone" and "b1" in refused.value.text("zh")


def test_an_unknown_batch_is_refused(home):
    with pytest.raises(FactsError, match="no batch nothing"):
        journal.get(home, "nothing")


def test_the_chain_is_whole_and_ends_in_its_head(home):
    for name in ("b1", "b2", "b3"):
        note(home, name)
    number, digest = journal.head(home)
    assert journal.verify(home) == number == 3
    assert journal.verify(home, digest) == 3


def edited(lines):
    lines[1] = lines[1].replace('"read": 1', '"read": 2')
    return lines


def taken_out(lines):
    return [lines[0], lines[2]]


@pytest.mark.parametrize("change", [edited, taken_out])
def test_a_changed_line_is_found(home, change):
    for name in ("b1", "b2", "b3"):
        note(home, name)
    file = journal.file_of(home)
    file.write_text("\n".join(change(file.read_text().splitlines())) + "\n")
    with pytest.raises(FactsError) as found:
        journal.verify(home)
    assert found.value.params["line"] == 2


def test_a_cut_tail_and_a_full_rewrite_lack_the_noted_head(home, tmp_path):
    note(home, "b1")
    note(home, "b2")
    _, noted = journal.head(home)
    file = journal.file_of(home)
    file.write_text(file.read_text().splitlines()[0] + "\n")
    assert journal.verify(home) == 1
    with pytest.raises(FactsError):
        journal.verify(home, noted)
    file.unlink()
    note(home, "b9")
    with pytest.raises(FactsError):
        journal.verify(home, noted)


def test_a_line_torn_by_a_crash_is_not_read_and_then_cut_off(home):
    note(home, "b1")
    with open(journal.file_of(home), "a") as file:
        file.write('{"seq": 2, "act": "do')
    assert [batch.id for batch in journal.batches(home)] == ["b1"]
    note(home, "b2")
    assert journal.verify(home) == 2
    assert all(json.loads(line) for line in journal.file_of(home).read_text().splitlines())


def test_a_name_in_a_files_name_is_not_kept(home, tmp_path):
    import_file(home, written(tmp_path, "王小明13800138000客户.csv", CASES), actor="test")
    (batch,) = journal.batches(home)
    assert batch.file == "〔姓名〕〔手机号〕客户.csv"
    assert files_with(home.path, "王小明") == files_with(home.path, "13800138000") == []
