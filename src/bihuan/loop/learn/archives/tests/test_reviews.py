"""A whole review is filed: five parts, with or without measures, its frozen numbers proved, its own readers alone."""

import csv
import io
import json
import shutil
import zipfile
from argparse import Namespace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.rights import NotAllowed
from bihuan.engine.effects.bundle import FIGURES, PARTS, check_bundle, pack
from bihuan.engine.effects.commands import verdict
from bihuan.loop.learn.archives import services
from bihuan.loop.learn.archives.errors import Refused
from bihuan.loop.learn.archives.models import Archive
from bihuan.loop.learn.archives.services.making import folder
from bihuan.loop.plan.cycles.contracts import Opening
from bihuan.loop.plan.cycles.services import close_cycle, open_cycle

CONCLUSION = "本期达成。晚间接起慢的问题下一期先查，联系人 13800138000。"


def opened(cast, *filters):
    """A review of two months of 2025, on whose last day six calls and six answers lie: the data end with it."""
    return open_cycle(owner=cast.director, actor=cast.director, opening=Opening(
        "project", "热线二季度复盘", date(2025, 4, 1), date(2025, 6, 2), filters,
        indicators=("contact_volume", "csat_mean"), why="看接起与满意度"))


def contents(archive):
    with zipfile.ZipFile(folder() / archive.file) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_a_review_without_a_measure_is_filed_and_its_numbers_are_proved(client, cast, answers, capsys, tmp_path):
    review = opened(cast, ("channel", ("phone",)))
    with pytest.raises(Refused, match="还没有结束"):
        services.start_review_archive(cycle=review, actor=cast.director)
    review = close_cycle(cycle=review, conclusion=CONCLUSION, actor=cast.director)
    client.force_login(cast.director)
    asked = client.get(f"{reverse('archives:of_cycle')}?cycle={review.pk}").content.decode()
    assert "没有措施的复盘也可归档" in asked
    assert reverse("archives:of_cycle") in client.get(reverse("cycles:cycle", args=[review.pk])).content.decode()
    page = client.post(reverse("archives:cycle_archive", args=[review.pk]))["Location"]
    run_pending()
    filed = Archive.objects.get()
    held = contents(filed)
    assert {name.split("/")[0] for name in held} == {*PARTS, "manifest.json"}
    assert (filed.state, filed.quarter, filed.verdict_id, filed.measure_id) == ("ready", "2025-Q2", None, None)
    rows = list(csv.DictReader(io.StringIO(held["数据统计表/期末数值.csv"].decode("utf-8-sig"))))
    assert [row["n"] for row in rows] == ["6", "6"] and len(rows) == len(json.loads(held[FIGURES]))
    assert "这次复盘没有改进措施" in held["改进措施清单/说明.txt"].decode()
    assert "本期达成" in held["效果评估报告/复盘报告.txt"].decode()
    assert not any(b"13800138000" in raw for raw in held.values())
    shown = client.get(page).content.decode()
    assert review.number in shown and "期末数值" in shown
    assert "热线二季度复盘" in client.get(reverse("archives:archive_list"), {"verdict": "review"}).content.decode()
    assert "热线二季度复盘" not in client.get(reverse("archives:archive_list"), {"verdict": "worse"}).content.decode()
    assert not services.check_archive(archive=filed, actor=cast.director).faults
    # Elsewhere, by the command; and one whose numbers were written anew, manifest and all.
    whole = folder() / filed.file
    code, told = verdict(Namespace(bundle=whole, fingerprint=filed.fingerprint))
    assert (code, told["review"]) == (0, review.number)
    with zipfile.ZipFile(whole) as bundle:
        bundle.extractall(tmp_path / "open")
        told = json.loads(bundle.read("manifest.json"))
    (tmp_path / "open" / "manifest.json").unlink()
    figures = json.loads(held[FIGURES])
    figures[0]["value"] = 9
    (tmp_path / "open" / FIGURES).write_text(json.dumps(figures), encoding="utf-8")
    kept = {name: told[name] for name in ("kind", "review", "figures_hash")}
    pack(tmp_path / "open", tmp_path / "bent.zip", kept)
    bent = check_bundle(tmp_path / "bent.zip")
    assert bent.intact and bent.equal is False
    assert verdict(Namespace(bundle=tmp_path / "bent.zip", fingerprint=""))[0] == 1
    assert "frozen" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "open")


def test_a_reviews_archive_is_for_those_who_see_the_review(client, cast, answers, closed):
    review = opened(cast, ("unit", ("n1",)))
    type(closed.measure.finding).objects.update(first_seen=review.opened_at - timedelta(days=1))
    review = close_cycle(cycle=review, conclusion=CONCLUSION, actor=cast.director)
    made = services.start_review_archive(cycle=review, actor=cast.director)
    run_pending()
    held = contents(Archive.objects.get(pk=made.pk))
    assert "M-0001" in held["改进措施清单/改进措施.csv"].decode("utf-8-sig")
    assert "晚间解决率低" in held["执行记录/问题.csv"].decode("utf-8-sig")
    assert "有效" in held["效果评估报告/复盘报告.txt"].decode()
    addresses = (reverse("archives:archive", args=[made.pk]), reverse("archives:archive_file", args=[made.pk]),
                 f"{reverse('archives:of_cycle')}?cycle={review.pk}")
    for person in (cast.outsider, cast.agent, cast.nobody):
        client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code == 404, (person, address)
        assert client.post(reverse("archives:cycle_archive", args=[review.pk])).status_code == 404
    client.force_login(cast.leader)
    assert "热线二季度复盘" in client.get(addresses[0]).content.decode()
    with pytest.raises(NotAllowed):
        services.start_review_archive(cycle=review, actor=cast.leader)
