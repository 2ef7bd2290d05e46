"""A file comes in whole or in parts, goes on where it broke off, and is refused when it is not what it says."""

import gzip
import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.loop.collect.records import files
from bihuan.loop.collect.records.errors import Refused
from bihuan.loop.collect.records.models import Upload

from .conftest import csv_bytes


def start(client, name="工单.csv", size=10, stamp="1"):
    return client.post(reverse("records:upload_start"), json.dumps({"name": name, "size": size, "stamp": stamp}),
                       content_type="application/json")


def part(client, answer, data, offset):
    return client.post(f"{answer['part']}?offset={offset}", data, content_type="application/octet-stream")


def test_parts_make_the_file(manager):
    data = csv_bytes()
    told = start(manager, size=len(data)).json()
    assert told["received"] == 0
    assert part(manager, told, data[:40], 0).json() == {"received": 40}
    assert part(manager, told, data[40:], 40).json() == {"received": len(data)}
    answer = manager.post(told["finish"]).json()
    upload = Upload.objects.get()
    assert answer["next"] == reverse("records:file", args=[upload.pk])
    assert upload.state == "received"
    assert upload.path.read_bytes() == data
    assert AuditEntry.objects.filter(action="collect.upload_received").count() == 1


def test_broken_upload_goes_on_where_it_stopped(manager):
    data = csv_bytes()
    told = start(manager, size=len(data)).json()
    part(manager, told, data[:40], 0)
    again = start(manager, size=len(data)).json()
    assert again["id"] == told["id"]
    assert again["received"] == 40


def test_part_out_of_step_is_told_where_to_go_on(manager):
    told = start(manager, size=100).json()
    part(manager, told, b"x" * 40, 0)
    answer = part(manager, told, b"x" * 10, 70)
    assert answer.status_code == 409
    assert answer.json()["received"] == 40


def test_more_than_announced_is_not_taken(manager):
    told = start(manager, size=10).json()
    assert part(manager, told, b"x" * 11, 0).status_code == 409
    assert Upload.objects.get().received == 0


def test_incomplete_file_cannot_be_finished(manager):
    told = start(manager, size=10).json()
    part(manager, told, b"x" * 4, 0)
    answer = manager.post(told["finish"])
    assert answer.status_code == 422
    assert "4 B" in answer.json()["error"]
    assert Upload.objects.get().state == "receiving"


@pytest.mark.parametrize(("name", "size", "word"), [
    ("malware.exe", 10, "不能导入这种文件"), ("old.xls", 10, "不能导入这种文件"), ("a.csv", 0, "空的"),
    ("a.csv", files.MAX_BYTES + 1, "超过上限"), ("a.xlsx.gz", 10, "不能导入这种文件"),
])
def test_what_cannot_be_imported_is_refused_before_it_is_sent(manager, name, size, word):
    answer = start(manager, name=name, size=size)
    assert answer.status_code == 422
    assert word in answer.json()["error"]
    assert not Upload.objects.exists()


def test_name_of_the_sender_never_becomes_a_path(manager, workspace_home):
    start(manager, name="../../etc/passwd\x00.csv", size=10)
    upload = Upload.objects.get()
    assert upload.name == "passwd.csv"
    assert upload.path == workspace_home.uploads / f"{upload.pk}.csv"


def test_whole_file_without_script(manager):
    answer = manager.post(reverse("records:upload_new"), {"file": SimpleUploadedFile("工单.csv", csv_bytes())})
    upload = Upload.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("records:file", args=[upload.pk])
    assert upload.received == upload.size == len(csv_bytes())


def test_refused_whole_file_says_why_and_leaves_nothing(manager, workspace_home, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = manager.post(reverse("records:upload_new"), {"file": SimpleUploadedFile("a.csv", b"%PDF-1.4 ...")})
    assert answer.status_code == 422
    assert "只是改了扩展名" in answer.content.decode()
    assert Upload.objects.get().state == "discarded"
    assert not list(workspace_home.uploads.glob("*.csv"))


def test_abandoned_uploads_make_room(manager, cast, django_capture_on_commit_callbacks):
    told = start(manager, size=10).json()
    part(manager, told, b"x" * 4, 0)
    old = Upload.objects.get()
    Upload.objects.update(changed_at=timezone.now() - timedelta(days=3))
    with django_capture_on_commit_callbacks(execute=True):
        start(manager, name="b.csv")
    old.refresh_from_db()
    assert old.state == "discarded"
    assert not old.path.exists()


def test_upload_of_somebody_else_does_not_exist(manager, client, cast):
    told = start(manager, size=10).json()
    client.force_login(cast.vendor)
    assert part(client, told, b"x" * 4, 0).status_code == 404
    client.force_login(cast.admin)
    assert client.post(told["finish"]).status_code == 404


def workbook(size):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return packed.getvalue()


def test_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RATIO_FROM_BYTES", 1000)
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(2_000_000))
    with pytest.raises(Refused, match="解压后过大"):
        files.check_content(path, ".xlsx")


def test_gzip_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RATIO_FROM_BYTES", 1000)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 5_000_000))
    with pytest.raises(Refused, match="解压后过大"):
        files.check_content(path, ".csv.gz")


@pytest.mark.parametrize(("suffix", "data"), [
    (".xlsx", b"PK\x03\x04 broken"), (".parquet", b"PAR1 no end"), (".csv.gz", b"\x1f\x8b broken"),
    (".csv", b"a,b\n1,\x00\x00\n"),
])
def test_content_that_is_not_of_its_kind_is_refused(tmp_path, suffix, data):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    with pytest.raises(Refused, match="文件内容不是"):
        files.check_content(path, suffix)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_of_every_encoding_are_taken(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(encoding=encoding))
    files.check_content(path, ".csv")
