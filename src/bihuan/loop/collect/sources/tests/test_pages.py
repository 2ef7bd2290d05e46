"""The pages of sources: for who keeps them, and for nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry, Job
from bihuan.engine.facts.privacy.vault import open_vault
from bihuan.loop.collect.sources.models import Pull, Source, Stream
from bihuan.loop.collect.sources.sealing import secret_of

from .servers import SECRET, ticket, zendesk

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
LIST = "/collect/sources/"


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.admin)
    return client


def told(system, **more):
    return {"name": "Zendesk 生产", "code": "zendesk", "address": system.url, "user": "ann@example.com",
            "secret": SECRET, "mapping_tickets": "zendesk_tickets", "rhythm": "day", "at": "02:30", "expected": "2880",
            **more}


def text(answer):
    return answer.content.decode()


def test_a_source_is_set_up_tried_run_and_seen(admin, serve, unhurried):
    system = serve(zendesk([ticket(number) for number in range(1, 13)]))
    assert "还没有数据源" in text(admin.get(LIST))
    answer = admin.post(f"{LIST}new/zendesk/", told(system), follow=True)
    page = text(answer)
    assert "试读 10 行，10 行可以导入" in page and "每天 02:30" in page and "尚未运行" in page
    assert SECRET not in page
    source = Source.objects.get()
    assert (source.cron, source.expected_minutes, source.is_active) == ("30 2 * * *", 2880, True)
    assert secret_of(source.subject) == SECRET
    system.asked.clear()
    page = text(admin.post(f"{LIST}{source.pk}/run/", follow=True))
    assert "取消任务" in page, "the job shows how far it is"
    run_pending()
    page = text(admin.get(f"{LIST}{source.pk}/"))
    assert "12 行" in page and "正常" in page and "共 12 个工单" in page
    assert "2026-03-13" in page, "the data end with the latest ticket"
    page = text(admin.get(LIST))
    assert "正常" in page and "2026-03-13" in page
    batch = Pull.objects.get().chunks.get().batch
    assert admin.get(f"/collect/imports/batches/{batch}/").status_code == 200, "its batch is one of the imports"
    assert [entry.action for entry in AuditEntry.objects.filter(action__contains="source")] == ["collect.source_saved"]


def test_a_source_that_cannot_be_reached_is_kept_switched_off(admin, serve):
    system = serve(zendesk([]))
    page = text(admin.post(f"{LIST}new/zendesk/", told(system, secret="wrong-0123456789"), follow=True))
    assert "HTTP 401" in page and "已保存但没有启用" in page and "已暂停" in page
    source = Source.objects.get()
    page = text(admin.post(f"{LIST}{source.pk}/edit/", {**told(system), "code": ""}, follow=True))
    assert "已连通" in page
    admin.post(f"{LIST}{source.pk}/switch/")
    source.refresh_from_db()
    assert source.is_active and source.next_at <= timezone.now()


def test_a_secret_left_empty_stays(admin, serve):
    system = serve(zendesk([]))
    admin.post(f"{LIST}new/zendesk/", told(system))
    source = Source.objects.get()
    page = text(admin.get(f"{LIST}{source.pk}/edit/"))
    assert "留空则不变" in page and SECRET not in page
    admin.post(f"{LIST}{source.pk}/edit/", told(system, secret="", name="别名"))
    source.refresh_from_db()
    assert source.name == "别名" and secret_of(source.subject) == SECRET


@pytest.mark.parametrize("change,said", [
    ({"address": "ftp://x"}, "https://域名"), ({"secret": ""}, "请填写密钥"), ({"secret": "密钥"}, "重新复制"),
    ({"mapping_tickets": ""}, "至少为一种数据"), ({"code": "中文"}, "代号"), ({"rhythm": "7"}, "rhythm"),
    ({"address": "https://10.0.0.1"}, "内部网络")])
def test_what_cannot_be_is_refused_with_a_reason(admin, serve, settings, change, said):
    if "内部" in said:
        settings.BIHUAN_SOURCES_PRIVATE = []
    answer = admin.post(f"{LIST}new/zendesk/", {**told(serve(zendesk([]))), **change})
    assert answer.status_code == 422 and said in text(answer)
    assert not Source.objects.exists()


def test_a_code_is_taken_once(admin, serve):
    system = serve(zendesk([]))
    admin.post(f"{LIST}new/zendesk/", told(system))
    answer = admin.post(f"{LIST}new/zendesk/", told(system))
    assert answer.status_code == 422 and "已被另一个数据源使用" in text(answer)


def test_a_generic_interface_is_described_without_code(admin, serve):
    from .servers import System

    def answer(path, query, headers):
        assert headers["X-Key"] == SECRET and query["limit"] == "2" and query["kind"] == "a"
        rows = [{"编号": f"N{n}", "时间": "2026-03-01 10:00"} for n in range(3)][int(query["skip"]):][:2]
        return 200, {"data": {"list": rows}}, {}

    system = serve(System(answer))
    page = text(admin.post(f"{LIST}new/json/", {
        "name": "自研", "code": "own", "address": system.url, "path": "v2/orders", "records": "data.list",
        "auth": "header", "auth_header": "X-Key", "secret": SECRET, "paging": "offset", "page_param": "skip",
        "size_param": "limit", "size": "2", "since_format": "iso", "params": "kind=a", "per_minute": "6000",
        "rhythm": "15", "expected": "60", "mapping_records": "cases"}, follow=True))
    assert "每 15 分钟" in page, page
    assert Stream.objects.get().preset == "cases" and Source.objects.get().config["params"] == {"kind": "a"}
    page = text(admin.get(f"{LIST}{Source.objects.get().pk}/edit/"))
    assert "kind=a" in page


def test_reading_again_and_deleting(admin, serve, unhurried, workspace_home):
    admin.post(f"{LIST}new/zendesk/", told(serve(zendesk([ticket(1)]))))
    source = Source.objects.get()
    admin.post(f"{LIST}{source.pk}/run/")
    run_pending()
    admin.post(f"{LIST}{source.pk}/reset/")
    assert source.streams.get().position == {}
    answer = admin.post(f"{LIST}{source.pk}/delete/", follow=True)
    assert "导入过的批次还在" in text(answer) and not Source.objects.exists() and not Stream.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deleted_source_leaves_no_key(client, cast, serve, zendesk_source, workspace_home):
    source = zendesk_source(serve(zendesk([])))
    client.force_login(cast.admin)
    client.post(f"{LIST}{source.pk}/delete/")
    assert open_vault(workspace_home).is_destroyed(source.subject)


def test_others_find_nothing(client, cast, serve, zendesk_source):
    source = zendesk_source(serve(zendesk([])))
    one = f"{LIST}{source.pk}/"
    for person in (cast.outsider, cast.manager, cast.director, cast.nobody):
        client.force_login(person)
        for address in (LIST, f"{LIST}new/zendesk/", one, f"{one}state/", f"{one}edit/"):
            assert client.get(address).status_code == 404, (person, address)
        for act in ("try", "run", "switch", "reset", "delete", "edit"):
            assert client.post(f"{one}{act}/").status_code == 404, (person, act)
        assert "数据源" not in text(client.get("/account/"))
    assert Source.objects.get().is_active and not Job.objects.exists()


def test_lists_take_few_queries(admin, serve, zendesk_source, unhurried):
    system = serve(zendesk([ticket(1)]))
    for number in range(3):
        zendesk_source(system, name=f"S{number}", code=f"s{number}")
    source = Source.objects.first()
    Pull.objects.bulk_create(Pull(source=source, state="done") for _ in range(3))
    taken = {}
    for address in COUNTS:
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(address.replace("PK", str(source.pk))).status_code == 200
        taken[address] = len(queries)
    assert taken == COUNTS
