"""An import that broke off says where it stands on every page, and goes on from there."""

from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.engine.facts import importing, journal
from bihuan.loop.collect.records import queries

from .steps import at, mapped, text


def full(*_args, **_more):
    raise OSError(28, "No space left on device")


def test_first_before_anything_was_written_then_before_the_facts(manager, cast, monkeypatch, workspace_home, caplog):
    upload = mapped(manager)
    with monkeypatch.context() as broken:
        broken.setattr(importing, "import_file", full)
        manager.post(at("import_start", upload))
        run_pending()
    page = text(manager.get(at("importing", upload)))
    assert "磁盘空间不足" in page and "再导入一次" in page and "任务会继续" not in page
    listed = text(manager.get(reverse("records:batch_list")))
    assert "导入没有完成" in listed and "查看原因，再导入" in listed and at("upload_discard", upload) in listed
    assert [(one.standing, one.batch) for one in queries.broken_off(cast.manager)] == [("导入没有完成", "")]
    with monkeypatch.context() as broken:
        broken.setattr(importing.freshness, "refresh", full)
        manager.post(at("import_start", upload))
        run_pending()
    upload.refresh_from_db()
    assert [(one.id, one.counts["accepted"]) for one in journal.batches(workspace_home)] == [(upload.batch, 3)]
    batch, derive = (reverse(f"records:{name}", args=[upload.batch]) for name in ("batch", "batch_derive"))
    assert manager.get(at("importing", upload))["Location"] == batch
    assert "指标还没有算完" in text(manager.get(batch)) and queries.is_behind()
    lacks = reverse("records:batch_completeness", args=[upload.batch])
    assert "要等算完才知道" in text(manager.get(lacks)) and "没有指标因" not in text(manager.get(lacks))
    assert [(one.standing, one.batch) for one in queries.broken_off(cast.manager)] == [("指标没有算完", upload.batch)]
    manager.post(derive)
    run_pending()
    assert "要等算完才知道" not in text(manager.get(lacks))
    assert "指标还没有算完" not in text(manager.get(batch)) and queries.broken_off(cast.manager) == []
    manager.force_login(cast.outsider)
    assert manager.post(derive).status_code == 404
