"""What lies in a watched folder may be meant badly, and the worker may stop at any line."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bihuan.core.jobs import run_pending
from bihuan.core.models import Job
from bihuan.core.notifications.models import Notice
from bihuan.engine.facts import journal
from bihuan.engine.facts.privacy.leaks import files_with
from bihuan.loop.collect.sources.errors import Refused, Trouble
from bihuan.loop.collect.sources.models import ArrivedFile, Source
from bihuan.loop.collect.sources.services import arrivals, folders

from .folders import cases, csv_file, look, names, settled


class TestSafety:
    def test_a_link_is_neither_read_nor_followed(self, source, folder, workspace_home, tmp_path):
        secret = csv_file(tmp_path / "secret.csv")
        (folder / "a.csv").symlink_to(secret)
        settled(source)
        assert cases(workspace_home) == 0 and secret.exists()
        assert (folder / "undecided" / "a.csv").is_symlink()
        assert "链接" in ArrivedFile.objects.get().trouble_text

    def test_a_file_that_becomes_a_link_is_not_followed(self, source, folder, workspace_home, tmp_path, monkeypatch):
        path = csv_file(folder / "a.csv")
        state = path.lstat()
        secret = csv_file(tmp_path / "secret.csv")
        path.unlink()
        path.symlink_to(secret)
        with folders.opened(source) as opened, pytest.raises(Trouble) as caught:
            folders.copy_out(opened, "a.csv", state, ".csv")
        assert caught.value.code == "file_changed"

    def test_a_link_in_place_of_a_folder_leads_nowhere(self, source, folder, tmp_path):
        (tmp_path / "outside").mkdir()
        (folder / "done").symlink_to(tmp_path / "outside")
        csv_file(folder / "a.csv")
        settled(source)
        assert list((tmp_path / "outside").iterdir()) == []
        assert names(folder, "done") == ["a.csv"] and (folder / "undecided" / "done").is_symlink()
        (folder / "undecided" / "done").unlink()
        (folder / "undecided").rmdir()
        (folder / "undecided").symlink_to(tmp_path / "outside")
        with pytest.raises(Trouble):
            settled(source)
        assert list((tmp_path / "outside").iterdir()) == []

    def test_the_watched_folder_itself_may_be_no_link(self, source, folder, tmp_path):
        folder.rename(tmp_path / "moved")
        folder.symlink_to(tmp_path / "moved")
        with pytest.raises(Trouble) as caught:
            look(source)
        assert caught.value.code == "folder_missing"

    def test_a_pipe_does_not_hold_the_worker(self, source, folder):
        os.mkfifo(folder / "a.csv")
        settled(source)
        assert names(folder, "undecided") == ["a.csv"]

    def test_names_that_cannot_be_shown_are_set_aside(self, source, folder, workspace_home):
        csv_file(folder / "a\nb.csv")
        Path(os.fsdecode(os.fsencode(folder) + b"/\xb9\xa4.csv")).write_text("x", encoding="utf-8")
        settled(source)
        assert names(folder, "undecided") == [".csv", "ab.csv"] and cases(workspace_home) == 0

    @pytest.mark.parametrize("name", [".hidden.csv", "a.csv.part", "a.csv.tmp", "~$a.xlsx", "a.csv.filepart"])
    def test_what_is_still_being_sent_is_not_touched(self, source, folder, name):
        csv_file(folder / name)
        settled(source)
        assert (folder / name).exists() and not ArrivedFile.objects.exists()

    def test_a_bomb_is_not_unpacked(self, source, folder, monkeypatch):
        import gzip

        monkeypatch.setattr(arrivals, "RATIO_FROM_BYTES", 1000)
        with gzip.open(folder / "a.csv.gz", "wb") as file:
            file.write(b"0" * 5_000_000)
        settled(source)
        assert "解压后过大" in ArrivedFile.objects.get().trouble_text

    def test_other_kinds_are_set_aside(self, source, folder):
        (folder / "a.exe").write_bytes(b"MZ")
        settled(source)
        assert "文件类型" in ArrivedFile.objects.get().trouble_text

    @pytest.mark.parametrize("wanted", ["/etc", "../..", "/", ".."])
    def test_only_allowed_places_are_watched(self, watch, wanted):
        with pytest.raises(Refused) as caught:
            watch(config={"folder": wanted})
        assert caught.value.code == "folder_outside" and not Source.objects.exists()

    def test_places_that_the_installation_names_are_watched(self, watch, settings, tmp_path):
        settings.BIHUAN_INBOX_ROOTS = [str(tmp_path / "exports")]
        (tmp_path / "exports" / "cc").mkdir(parents=True)
        assert watch(config={"folder": str(tmp_path / "exports" / "cc")}).config["folder"].endswith("/exports/cc")
        with pytest.raises(Refused) as caught:
            watch(code="other", config={"folder": str(tmp_path / "exports" / "cc")})
        assert caught.value.code == "folder_taken"
        (tmp_path / "exports" / "out").symlink_to("/etc")
        with pytest.raises(Refused):
            watch(code="third", config={"folder": str(tmp_path / "exports" / "out")})


class TestCrashes:
    def test_what_was_written_is_not_written_again(self, source, folder, workspace_home, killed):
        csv_file(folder / "a.csv")
        killed(arrivals, "_note", lambda: settled(source))
        assert (folder / "a.csv").exists() and len(journal.batches(workspace_home)) == 1
        look(source, now=timezone.now() + timedelta(minutes=1))
        assert len(journal.batches(workspace_home)) == 1 and names(folder, "done") == ["a.csv"]
        assert ArrivedFile.objects.get().state == "imported"

    def test_what_was_noted_is_only_moved(self, source, folder, workspace_home, killed):
        csv_file(folder / "a.csv")
        killed(folders, "move", lambda: settled(source))
        settled(source)
        assert len(journal.batches(workspace_home)) == 1 and names(folder, "done") == ["a.csv"]


def test_old_files_leave(source, folder):
    csv_file(folder / "a.csv")
    settled(source)
    look(source, now=timezone.now() + timedelta(days=29))
    assert names(folder, "done") == ["a.csv"]
    look(source, now=timezone.now() + timedelta(days=31))
    assert names(folder, "done") == []


def test_the_round_looks_into_folders_and_says_when_one_is_gone(source, folder):
    folder.rmdir()
    Job.objects.create(kind="sources.turn", title="x")
    run_pending()
    source.refresh_from_db()
    assert source.trouble["code"] == "folder_missing" and "没有读到数据" in Notice.objects.get().title
    folder.mkdir()
    Job.objects.create(kind="sources.turn", title="x")
    run_pending()
    source.refresh_from_db()
    assert source.trouble == {}


def test_a_file_on_its_page(client, cast, source, folder):
    csv_file(folder / "工单.csv", rows=4, bad=1)
    (folder / "menu.csv").write_text("菜名,价格\n面,12\n", encoding="utf-8")
    settled(source)
    client.force_login(cast.admin)
    page = client.get(f"/collect/sources/{source.pk}/").content.decode()
    for words in ("工单.csv", "已导入", "menu.csv", "待处理", "不能导入：", "每分钟查看"):
        assert words in page, words


def test_threads_of_two_workers_do_not_take_a_file_twice(source, folder, workspace_home):
    """The lock of the source: the second finds it held and leaves."""
    from bihuan.engine.facts.locks import locked

    csv_file(folder / "a.csv")
    look(source, now=timezone.now() - timedelta(minutes=1))
    held, done = threading.Event(), threading.Event()

    def hold():
        with locked(workspace_home, f"source-{source.pk}"):
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    Job.objects.create(kind="sources.turn", title="x")
    run_pending()
    done.set()
    thread.join()
    assert cases(workspace_home) == 0 and (folder / "a.csv").exists()


def test_names_in_file_names_are_noted_nowhere(source, folder, workspace_home):
    csv_file(folder / "王小明13800138000.csv", rows=2)
    csv_file(folder / "王小明13900139000.csv", rows=3, start=10, bad=1)
    (folder / "王小明13800138000.doc").write_text("x")
    settled(source)
    kept = [*ArrivedFile.objects.values_list("name", flat=True), *Notice.objects.values_list("title", flat=True),
            *Notice.objects.values_list("text", flat=True), *names(folder, "done"),
            *(batch.file for batch in journal.batches(workspace_home))]
    assert len(journal.batches(workspace_home)) == 2 and ArrivedFile.objects.filter(state="imported").count() == 2
    assert kept and not [one for one in kept if "小明" in one or "1390013" in one or "1380013" in one]
    assert files_with(workspace_home.path, "王小明") == []
