"""Many responses are analysed in the background: asked for, waited for, stopped, done, and anew when facts change."""

import pytest
from django.urls import reverse

from bihuan.core import jobs
from bihuan.core.models import Job
from bihuan.engine.facts import presets

from ..models import WorkedOut
from ..queries import working
from .world import MAPPING

CODE = "care.2"


@pytest.fixture
def many(monkeypatch):
    """Every wave has too many responses for a page."""
    monkeypatch.setattr(working, "AT_ONCE", 10)


def page(client, kind="analysis"):
    return client.get(reverse(f"opinions:{kind}", args=[CODE]))


def ask(client, kind="analysis"):
    return client.post(reverse("opinions:work_ask", args=[CODE, kind]))


@pytest.mark.parametrize("kind", ["analysis", "cross"])
def test_the_page_goes_from_asking_over_waiting_to_the_same_result(client, cast, many, monkeypatch, kind):
    client.force_login(cast.director)
    assert "开始计算" in page(client, kind).content.decode() and not Job.objects.exists()
    assert ask(client, kind).status_code == 302 and ask(client, kind).status_code == 302
    assert WorkedOut.objects.count() == 1 and "排队等候" in page(client, kind).content.decode()
    jobs.run_pending()
    done = page(client, kind)
    monkeypatch.setattr(working, "AT_ONCE", 10**6)
    at_once = page(client, kind)
    name = "page" if kind == "analysis" else "scan"
    assert done.context[name] == at_once.context[name] and not done.context["work"].stale


def test_progress_a_failure_with_another_try_and_a_stop(client, cast, many, monkeypatch):
    client.force_login(cast.director)
    ask(client)
    job = Job.objects.get()
    Job.objects.update(state="running", done=2, total=4, text="计算得分与区间")
    shown = page(client).content.decode()
    assert "计算得分与区间" in shown and "取消任务" in shown
    Job.objects.update(state="failed", error_text="磁盘已满")
    shown = page(client).content.decode()
    assert "没有算完" in shown and "磁盘已满" in shown and "重新计算" in shown
    assert ask(client).status_code == 302 and Job.objects.count() == 2
    again = Job.objects.exclude(pk=job.pk).get()
    Job.objects.filter(pk=again.pk).update(cancel_requested=True)
    jobs.run_pending()
    again.refresh_from_db()
    assert again.state == "cancelled" and not WorkedOut.objects.exclude(done_at=None).exists()
    assert "已取消" in page(client).content.decode()


def test_a_result_is_for_those_who_see_the_same_and_marked_when_facts_changed(client, cast, many, surveyed):
    client.force_login(cast.director)
    ask(client)
    jobs.run_pending()
    client.force_login(cast.leader)
    assert "开始计算" in page(client).content.decode()
    client.force_login(cast.outsider)
    assert page(client).status_code == 404 and ask(client).status_code == 404
    client.force_login(cast.director)
    assert ask(client, "other").status_code == 404
    store_something(surveyed)
    shown = page(client)
    assert shown.context["work"].stale and "之后数据有变化" in shown.content.decode()
    presets.save(surveyed, "care", MAPPING.replace('"物流"', '"配送"'))
    assert "开始计算" in page(client).content.decode()


def store_something(home):
    import pyarrow as pa

    from bihuan.engine.facts import store
    store.append(home, "exposures", pa.table({"kind": ["order"], "count": [1.0]}))


def test_what_bears_no_seal_is_never_opened(client, cast, many):
    client.force_login(cast.director)
    ask(client)
    jobs.run_pending()
    done = WorkedOut.objects.get()
    WorkedOut.objects.update(content=bytes(32) + bytes(done.content)[32:])
    assert "开始计算" in page(client).content.decode()
