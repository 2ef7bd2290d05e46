"""The pages of archives: one click, the list, the check, the file; outsiders find nothing."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.privacy.contracts import Preferences
from bihuan.core.privacy.models import Export
from bihuan.core.privacy.services import approve_export, save_preferences
from bihuan.loop.learn.archives.models import Archive

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def at(name, *args):
    return reverse(f"archives:{name}", args=args)


def test_one_click_from_the_verdict(client, cast, closed):
    client.force_login(cast.manager)
    page = client.get(reverse("verdicts:measure", args=[closed.measure_id])).content.decode()
    link = f"{at('of_measure')}?measure={closed.measure_id}"
    assert link in page and "效果评估报告" in client.get(link).content.decode()
    made = client.post(at("archive_make", closed.pk))
    row = Archive.objects.get()
    assert made["Location"] == at("archive", row.pk)
    assert "正在归档" in client.get(made["Location"]).content.decode()
    run_pending()
    page = client.get(made["Location"]).content.decode()
    for words in ("原始问卷", "数据统计表", "改进措施清单", "执行记录", "判定依据.json",
                  f"bihuan verdict {row.number}"):
        assert words in page, words
    assert client.get(link)["Location"] == at("archive", row.pk)
    assert client.post(at("archive_check", row.pk), follow=True).content.decode().count("核对相符") == 1
    raw = b"".join(client.get(at("archive_file", row.pk)).streaming_content)
    assert raw[:2] == b"PK" and len(raw) == Archive.objects.get().size
    found = client.get(at("archive_list"), {"q": "首次响應"}).content.decode()
    assert "<mark>" in found and row.number in found
    assert "没有符合的归档" in client.get(at("archive_list"), {"q": "没有这个词"}).content.decode()
    moved = client.post(at("archive", row.pk), {"quarter": "2025-Q9", "line": "在线"})
    assert moved.status_code == 422 and "2026-Q4" in moved.content.decode()
    assert client.post(at("archive", row.pk), {"quarter": "2025-Q3", "line": "在线"}).status_code == 302


def test_a_large_bundle_waits_for_a_second_person(client, cast, filed):
    save_preferences(chosen=Preferences(export_rows=1), actor=cast.admin)
    client.force_login(cast.manager)
    asked = client.get(at("archive_file", filed.pk))
    assert asked.status_code == 302 and reverse("privacy:export_ask") in asked["Location"]
    client.post(asked["Location"], {"use": "improvement", "purpose": "审计需要"})
    export = Export.objects.get()
    approve_export(export=export, actor=cast.director)
    run_pending()
    export.refresh_from_db()
    assert export.file and export.digest == filed.sha256


def test_keeping_is_set_and_what_is_due_is_deleted(client, cast, filed):
    client.force_login(cast.director)
    assert client.post(at("delete_due"), follow=True).content.decode().count("请先设置归档的保存月数") == 1
    assert client.post(at("keeping"), {"kept": "0"}).status_code == 422
    assert client.post(at("keeping"), {"kept": "6"}).status_code == 302
    Archive.objects.update(keep_until="2026-01-01")
    assert client.post(at("delete_due")).status_code == 302
    run_pending()
    page = client.get(at("keeping")).content.decode()
    assert filed.sha256 in page
    assert "到期已删除" in client.get(at("archive", filed.pk)).content.decode()


def test_who_does_not_see_the_numbers_gets_no_file(client, cast, filed):
    client.force_login(cast.leader)
    assert "下载归档包" not in client.get(at("archive", filed.pk)).content.decode()
    assert client.get(at("archive_file", filed.pk)).status_code == 404
    assert client.post(at("archive", filed.pk), {"quarter": "2025-Q3", "line": "x"}).status_code == 404


def test_outsiders_find_nothing(client, cast, filed):
    client.force_login(cast.manager)
    assert client.get(at("keeping")).status_code == 404 and client.post(at("delete_due")).status_code == 404
    for person in (cast.outsider, cast.nobody, cast.agent):
        client.force_login(person)
        assert filed.title not in client.get(at("archive_list")).content.decode()
        for address in (at("archive", filed.pk), at("archive_file", filed.pk), at("keeping"),
                        f"{at('of_measure')}?measure={filed.measure_id}"):
            assert client.get(address).status_code == 404, address
        for address in (at("archive_make", filed.verdict_id), at("archive_check", filed.pk), at("delete_due")):
            assert client.post(address).status_code == 404, address


@pytest.mark.parametrize("name", ["archive_list", "keeping"])
def test_lists_take_as_many_statements_as_agreed(client, cast, filed, name):
    client.force_login(cast.director)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(at(name)).status_code == 200
    assert len(statements) == COUNTS[name]
