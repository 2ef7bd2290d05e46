"""A survey's report as files and behind a link that expires, can be revoked and says nothing of a person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.engine.report.survey.contracts import Change, Sample, Stratum

from ..models import SharedReport
from ..queries import reports
from ..queries.reports import token_of

CODE = "care.2"


def made(client, person, days=7):
    client.force_login(person)
    assert client.post(reverse("opinions:report_share", args=[CODE]), {"days": days}).status_code == 302
    return SharedReport.objects.get()


@pytest.mark.parametrize(("form", "magic"), [("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_a_report_can_be_had_as_a_file(client, cast, form, magic):
    client.force_login(cast.director)
    response = client.get(reverse("opinions:report_file", args=[CODE, form]))
    assert b"".join(response.streaming_content).startswith(magic)
    assert AuditEntry.objects.filter(action="evaluate.survey_report_exported").count() == 1
    assert client.get(reverse("opinions:report_file", args=[CODE, "odt"])).status_code == 404


def test_a_link_shows_numbers_and_no_person_to_whoever_has_it(client, cast, monkeypatch):
    """Nor why somebody was put onto the sample: how many were, by stratum, is told."""
    sample = Sample((("样本", "1"),), (Stratum("华东", 9, 9, 3, 1, 0, 4, None, None),),
                    (Change("人工加入", "华东", "找王先生核实", "2026-03-02"),))
    monkeypatch.setattr(reports, "sample_told", lambda *told: sample)
    row = made(client, cast.director)
    client.logout()
    response = client.get(reverse("opinions:shared", args=[token_of(row)]))
    body = response.content.decode()
    assert response.status_code == 200 and response["X-Robots-Tag"] == "noindex"
    assert "总体满意度" in body and "华东" in body
    assert "13800000000" not in body and "K1" not in body and "五天" not in body
    assert "王先生" not in str(row.content) + body and "+1" in body and "没有人工变动" not in body
    assert AuditEntry.objects.filter(action="evaluate.survey_share_opened").count() == 1
    report = response.context["report"]
    assert body.count("data-chart=") == len(report.charts) > 3 and "以表格查看" in body
    speed = next(line for line in report.trend if line.title == "物流")
    assert [point.result.n for point in speed.points] == [240, 240] and speed.points[1].change.startswith("-0.")
    assert dict(report.validity)["收到"] == 240 and "没有客户名单可比" not in body


def test_a_link_ends(client, cast):
    row = made(client, cast.director)
    address = reverse("opinions:shared", args=[token_of(row)])
    assert client.get(address[:-2] + "x/").status_code == 404, "a forged one"
    SharedReport.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(address).status_code == 404
    SharedReport.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert client.post(reverse("opinions:share_revoke", args=[row.pk])).status_code == 302
    assert client.get(address).status_code == 404


def test_who_may_not_see_or_export_gets_404(client, cast):
    row = made(client, cast.director)
    for name in ("outsider", "nobody", "inspector"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("opinions:report_file", args=[CODE, "pdf"])).status_code == 404
        assert client.post(reverse("opinions:report_share", args=[CODE]), {"days": 7}).status_code == 404
        assert client.post(reverse("opinions:share_revoke", args=[row.pk])).status_code == 404
    client.force_login(cast.outsider)
    assert client.get(reverse("opinions:report", args=[CODE])).status_code == 404
    client.force_login(cast.leader)
    assert client.get(reverse("opinions:report", args=[CODE])).status_code == 200


def test_a_report_of_one_group_names_what_is_of_the_whole_wave(client, cast):
    client.force_login(cast.director)
    address = reverse("opinions:report", args=[CODE])
    assert "（全期次）" not in client.get(address).content.decode()
    kept = client.get(address, {"f.地区": "华东"}).content.decode()
    assert "有效性（全期次）" in kept and "这些答案代表谁（全期次）" in kept
