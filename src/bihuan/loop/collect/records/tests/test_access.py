"""Who may come in: strangers are sent to the log-in, people without the right and other people's files find nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.engine.facts import importing
from bihuan.loop.collect.records import services
from bihuan.loop.collect.records.models import Upload

from .conftest import csv_bytes

LISTS = ("batch_list", "upload_new", "mapping_list")
STEPS = ("file", "mapping", "mapping_preview", "questions", "check", "check_cells", "importing")
ACTS = ("upload_part", "upload_finish", "upload_discard", "file_reading", "mapping_save", "mapping_adjust",
        "check_start", "import_start", "job_stop")
BATCH = ("batch", "batch_rejected", "batch_cells", "batch_completeness", "batch_board")


@pytest.fixture
def upload(client, cast):
    client.force_login(cast.manager)
    client.post(reverse("records:upload_new"), {"file": SimpleUploadedFile("a.csv", csv_bytes())})
    client.logout()
    return Upload.objects.get()


@pytest.fixture
def batch(cast, workspace_home):
    rows = [{"id": "a1", "name": "甲"}]
    return importing.import_rows(workspace_home, "agents", rows, source="hr", actor=f"user:{cast.manager.pk}").batch


def test_strangers_are_sent_to_the_login(client, cast):
    for name in LISTS:
        answer = client.get(reverse(f"records:{name}"))
        assert answer.status_code == 302, name
        assert answer.url.startswith(reverse("account_login")), name


def test_without_the_right_there_is_nothing(client, cast):
    for who in ("outsider", "nobody", "agent", "leader", "director"):
        client.force_login(getattr(cast, who))
        for name in LISTS:
            assert client.get(reverse(f"records:{name}")).status_code == 404, (who, name)


@pytest.mark.parametrize("who", ["outsider", "admin"])
def test_other_peoples_files_do_not_exist(client, cast, upload, who):
    client.force_login(getattr(cast, who))
    for name in STEPS:
        assert client.get(reverse(f"records:{name}", args=[upload.pk])).status_code == 404, name


@pytest.mark.parametrize("who", ["outsider", "admin"])
def test_nothing_can_be_done_to_other_peoples_files(client, cast, upload, who):
    client.force_login(getattr(cast, who))
    for name in ACTS:
        assert client.post(reverse(f"records:{name}", args=[upload.pk])).status_code == 404, name
        upload.refresh_from_db()
        assert upload.state == "received", name


def test_changes_come_by_post_only(client, cast, upload):
    client.force_login(cast.manager)
    for name in ACTS:
        assert client.get(reverse(f"records:{name}", args=[upload.pk])).status_code == 302, name


def test_batches_are_closed_to_outsiders(client, cast, batch):
    client.force_login(cast.outsider)
    for name in BATCH:
        assert client.get(reverse(f"records:{name}", args=[batch])).status_code == 404, name


def test_undo_is_closed_to_outsiders(client, cast, batch):
    client.force_login(cast.outsider)
    assert client.post(reverse("records:batch_undo", args=[batch]), {"reason": "x"}).status_code == 404


def test_batch_that_never_was_is_not_found(client, cast):
    client.force_login(cast.admin)
    assert client.get(reverse("records:batch_rejected", args=["..%2f..%2fjournal"])).status_code == 404
    assert client.get(reverse("records:batch", args=["20240101T000000-none"])).status_code == 404


def test_list_takes_the_same_queries_for_many_batches(client, cast, workspace_home):
    client.force_login(cast.admin)
    counts = []
    for number in range(3):
        importing.import_rows(workspace_home, "agents", [{"id": f"a{number}", "name": "甲"}], source="hr",
                              actor=f"user:{cast.admin.pk}")
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("records:batch_list"))
        counts.append(len(seen))
    assert counts == [6, 6, 6]


def test_rows_that_were_not_taken_go_to_whoever_sent_them_or_may_see_personal_data(client, cast, workspace_home):
    """They are not masked: another administrator sees the batch, not the rows."""
    batch = importing.import_rows(workspace_home, "agents", [{"id": "a1"}], source="hr",
                                  actor=f"user:{cast.manager.pk}").batch
    (workspace_home.batches / f"{batch}.rejected.csv").write_text("id,phone\n,13800138000\n", encoding="utf-8")
    address = reverse("records:batch_rejected", args=[batch])
    client.force_login(cast.admin)
    page = client.get(reverse("records:batch", args=[batch]))
    assert page.status_code == 200 and address not in page.content.decode()
    assert client.get(address).status_code == 404
    client.force_login(cast.manager)
    assert address in client.get(reverse("records:batch", args=[batch])).content.decode()
    assert b"13800138000" in b"".join(client.get(address).streaming_content)


def test_a_deletion_that_removed_a_file_takes_what_the_dry_run_noted_of_it(cast, upload, workspace_home):
    Upload.objects.update(state=Upload.State.CHECKED, check_result={"cells": [{"value": "13800138000"}]})
    assert services.erase_customer("K1") == {"uploads": 0}
    upload.path.unlink()
    assert services.erase_customer("K1") == {"uploads": 1}
    upload.refresh_from_db()
    assert (upload.state, upload.check_result) == (Upload.State.DISCARDED, {})


@pytest.mark.parametrize("reason", ["several", "elsewhen"])
def test_the_numbers_of_those_who_bear_a_name_are_for_who_manages_units(reason):
    name = {"name": "张三", "rows": 3, "reason": reason, "bearers": ["a1", "a2"]}
    people = {"known": 0, "total": 1, "unknown": [name]}
    told = [render_to_string("records/_people.html", {"people": people, "may_read_numbers": may})
            for may in (True, False)]
    assert ["a1、a2" in text for text in told] == [True, False]
    assert {"several": "2 人同名", "elsewhen": "记录那天不在任何单位"}[reason] in told[1]
