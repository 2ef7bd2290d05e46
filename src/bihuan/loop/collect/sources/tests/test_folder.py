"""A watched folder: what is whole is imported and moved, what cannot be is set aside with a word what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice
from bihuan.engine.facts import importing, journal
from bihuan.loop.collect.sources.models import ArrivedFile

from .folders import cases, csv_file, look, names, settled


def test_the_folder_is_made_in_the_inbox(folder, workspace_home):
    assert folder == workspace_home.path / "inbox" / "callcentre" and folder.is_dir()


def test_a_whole_file_is_imported_and_moved(source, folder, workspace_home):
    csv_file(folder / "工单_0301.csv")
    first = look(source, now=timezone.now() - timedelta(minutes=1))
    assert first.waiting == 1 and cases(workspace_home) == 0, "it may grow still"
    assert settled(source).taken == 1
    assert cases(workspace_home) == 3 and names(folder, "done") == ["工单_0301.csv"]
    (batch,) = journal.batches(workspace_home)
    assert (batch.file, batch.actor) == ("工单_0301.csv", "source:callcentre")
    row = ArrivedFile.objects.get()
    assert (row.state, row.batch, row.read, row.quarantined) == ("imported", batch.id, 3, 0)
    source.refresh_from_db()
    assert source.last_taken == 3 and source.fresh_at is not None and source.lake_names == [batch.source]
    assert AuditEntry.objects.filter(action="collect.batch_imported").count() == 1
    assert not list((workspace_home.path / "pulls").iterdir()), "the copy does not stay"


def test_the_same_rows_as_by_hand(source, folder, workspace_home):
    """A file imported on the page and dropped into the folder gives its rows once."""
    path = csv_file(folder / "工单.csv")
    importing.import_file(workspace_home, path, preset="cases")
    settled(source)
    assert cases(workspace_home) == 3


def test_a_growing_file_is_left_alone(source, folder, workspace_home):
    now = timezone.now()
    for minute in range(3):
        csv_file(folder / "a.csv", rows=3 + minute)
        look(source, now=now + timedelta(minutes=minute))
    assert cases(workspace_home) == 0 and ArrivedFile.objects.get().state == "seen"
    look(source, now=now + timedelta(minutes=3))
    assert cases(workspace_home) == 5


def test_the_same_file_again_adds_nothing(source, folder, workspace_home):
    for name in ("a.csv", "a.csv", "copy.csv"):
        csv_file(folder / name)
        settled(source)
    assert len(journal.batches(workspace_home)) == 1 and cases(workspace_home) == 3
    assert sorted(ArrivedFile.objects.values_list("state", flat=True)) == ["imported", "same", "same"]
    done = names(folder, "done")
    assert len(done) == 3 and "a.csv" in done and "copy.csv" in done, "nothing is overwritten"


def test_a_batch_that_was_taken_back_is_imported_again(source, folder, workspace_home):
    csv_file(folder / "a.csv")
    settled(source)
    importing.undo(workspace_home, journal.batches(workspace_home)[0].id, actor="test")
    assert cases(workspace_home) == 0
    csv_file(folder / "a.csv")
    settled(source)
    assert cases(workspace_home) == 3


def test_rejected_rows_lie_beside_and_complete_the_import(source, folder, workspace_home):
    csv_file(folder / "a.csv", rows=4, bad=1)
    settled(source)
    assert names(folder, "done") == ["a.csv", "a.rejected.csv"] and cases(workspace_home) == 3
    assert "1 行未导入" in Notice.objects.get().text and "done/a.rejected.csv" in Notice.objects.get().text
    text = (folder / "done" / "a.rejected.csv").read_text(encoding="utf-8-sig")
    (folder / "a.rejected.csv").write_text(text.replace("三月初", "2026-03-01 09:00"), encoding="utf-8")
    settled(source)
    assert cases(workspace_home) == 4


@pytest.mark.parametrize("preset", ["cases", ""])
def test_a_file_that_no_mapping_fits_waits_for_people(watch, workspace_home, preset):
    source = watch(streams={"files": preset} if preset else {})
    folder = Path(source.config["folder"])
    (folder / "menu.csv").write_text("菜名,价格\n面,12\n饭,3\n", encoding="utf-8")
    assert settled(source).undecided == 1
    assert names(folder, "undecided") == ["menu.csv"] and cases(workspace_home) == 0
    notice = Notice.objects.get()
    assert "待处理：menu.csv" in notice.title and "undecided" in notice.text
    why = ArrivedFile.objects.get().trouble_text
    assert why.startswith("不能导入：" if preset else "没有映射认得这些列") and "--preset" not in why


def test_nothing_usable_waits_for_people(source, folder, workspace_home):
    csv_file(folder / "a.csv", rows=2, bad=2)
    assert settled(source).undecided == 1 and "没有一行可以使用" in ArrivedFile.objects.get().trouble_text


def test_files_without_a_mapping_are_known_by_their_header(watch, workspace_home):
    source = watch(streams={})
    csv_file(Path(source.config["folder"]) / "a.csv")
    settled(source)
    assert cases(workspace_home) == 3
