"""A report is drafted from data, edited without touching its numbers, and read only by those who may see them."""

from dataclasses import replace

import pytest
from django.urls import reverse

from bihuan.core import jobs
from bihuan.core.models import AuditEntry, Role
from bihuan.core.privacy.contracts import Preferences
from bihuan.core.services import set_assignments
from bihuan.core.services.people import Post
from bihuan.core.systems import keep_names, source_names
from bihuan.core.tests.cast import SYSTEM
from bihuan.core.tests.kept import kept
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.report.contracts import Report as Content
from bihuan.engine.report.naming import for_people

from ..models import Report, ReportVersion
from ..rights import may_read, units_spoken_of
from ..services import draft_report

ORDER = {"title": "一月服务质量评价报告", "period": "custom", "start": "2026-01-01", "end": "2026-01-31", "by": "team"}


def ordered(client, person, **changes):
    client.force_login(person)
    response = client.post(reverse("reports:report_new"), ORDER | changes)
    assert response.status_code == 302, response.context["form"].errors
    jobs.run_pending()
    return Report.objects.get()


def content(report):
    return Content.from_json(report.versions.first().content)


@pytest.fixture
def report(client, cast):
    client.force_login(cast.manager)
    kept("report", (Report, ReportVersion), lambda: ordered(client, cast.manager))
    return Report.objects.get()


def test_an_ordered_report_is_drafted_with_the_lowest_items_first(client, cast, report):
    assert report.state == Report.State.READY
    page = client.get(reverse("reports:report", args=[report.pk])).context["page"]
    assert page.low and page.low[0].item == content(report).items[0]
    assert [chapter.title for chapter in page.chapters][:1] == ["优势"]


def test_a_managers_report_speaks_of_their_own_centre(report):
    """Centre north: 110 cases in January, none of team s1."""
    volume = {item.result.indicator: item.result.n for item in content(report).items}
    assert volume.get("contact_volume", 110) == 110
    assert "s1" not in {one.group.get("team") for one in content(report).breakdown}


def test_an_edit_is_a_new_version_and_keeps_the_numbers(client, cast, report):
    address = reverse("reports:report_edit", args=[report.pk])
    form = client.get(address).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    key = next(name for name in given if name.startswith("chapter_"))
    changed = given | {key: f"{given[key]}\n请班组长逐条复核。", "note": "补充"}
    assert client.post(address, changed).status_code == 302
    first, second = (Content.from_json(row.content) for row in report.versions.order_by("number"))
    assert first.fingerprint == second.fingerprint
    assert second.chapter(key.removeprefix("chapter_")).edited
    assert AuditEntry.objects.filter(action="evaluate.report_edited").count() == 1
    assert client.post(address, changed).status_code == 422, "the older version may not overwrite the newer one"


def test_a_reference_to_a_number_that_is_not_there_is_refused(client, cast, report):
    address = reverse("reports:report_edit", args=[report.pk])
    form = client.get(address).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    key = next(name for name in given if name.startswith("chapter_"))
    assert client.post(address, given | {key: "升至 [[n999]]"}).status_code == 422
    assert report.versions.count() == 1


@pytest.mark.parametrize(("form", "magic"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_a_report_can_be_had_as_a_file(client, cast, report, form, magic):
    response = client.get(reverse("reports:report_file", args=[report.pk, form]))
    assert b"".join(response.streaming_content).startswith(magic)
    assert AuditEntry.objects.filter(action="evaluate.report_exported").count() == 1


def test_records_are_named_by_their_system_on_the_page_and_in_the_files(client, cast, report):
    row = next(item.evidence.rows[0].row for item in content(report).items if item.evidence)
    code, _colon, number = row.partition(":")
    keep_names({code: "呼叫中心"})
    assert f">呼叫中心 {number}<" in client.get(reverse("reports:report", args=[report.pk])).content.decode()
    told = for_people(content(report), source_names())
    assert f"呼叫中心 {number}" in {one.row for item in told.items if item.evidence for one in item.evidence.rows}


def test_only_those_who_see_the_whole_of_its_scope_read_it(client, cast, report):
    seen = {}
    for name in ("director", "manager", "inspector", "leader", "agent", "outsider", "vendor", "nobody"):
        client.force_login(getattr(cast, name))
        seen[name] = client.get(reverse("reports:report", args=[report.pk])).status_code
        if seen[name] == 404:
            for view, more in (("report_edit", []), ("report_file", ["pdf"])):
                assert client.get(reverse(f"reports:{view}", args=[report.pk, *more])).status_code == 404
    assert seen == {"director": 200, "manager": 200, "inspector": 200, "leader": 404, "agent": 404, "outsider": 404,
                    "vendor": 404, "nobody": 404}
    client.force_login(cast.outsider)
    assert not client.get(reverse("reports:report_list")).context["page"].object_list


def test_a_report_about_nothing_says_so(client, cast):
    report = ordered(client, cast.manager, start="2019-01-01", end="2019-01-31")
    assert report.state == Report.State.FAILED and report.problem


def test_those_who_may_not_write_get_404(client, cast, report):
    for name in ("leader", "agent", "outsider", "nobody"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("reports:report_new")).status_code == 404
        assert client.get(reverse("reports:report_edit", args=[report.pk])).status_code == 404


def test_what_was_told_before_its_period_was_over_is_computed_anew_with_one_click(client, cast, report):
    address, renew = (reverse(f"reports:{name}", args=[report.pk]) for name in ("report", "report_renew"))
    assert not client.get(address).context["is_over_by_now"]
    assert client.post(renew).url == address and not report.renewals.exists()
    version = report.versions.get()
    early = replace(content(report), as_of="2026-01-20T10:00:00+08:00")
    ReportVersion.objects.filter(pk=version.pk).update(content=early.to_json())
    assert "按完整数据另出一份" in client.get(address).content.decode()
    client.force_login(cast.director)       # who sees more makes it of the same units: the manager reads it on
    made = Report.objects.get(pk=int(client.post(renew).url.strip("/").split("/")[-1]))
    assert (made.query, made.title) == (report.query, report.title) and made.pk != report.pk
    assert content(report).is_running
    assert made.units == report.units is not None
    client.force_login(cast.manager)
    assert made.replaces == report and client.post(renew).url.endswith(f"/{made.pk}/")
    assert "留作记录" in client.get(address).content.decode()
    assert "已被取代" in client.get(reverse("reports:report_list")).content.decode()
    for name in ("leader", "outsider"):
        client.force_login(getattr(cast, name))
        assert client.post(renew).status_code == 404


def test_a_draft_run_twice_is_made_once(client, cast, report):
    assert draft_report(report=report) == report.versions.get()


def test_reading_a_report_is_not_taking_it_along(client, cast, report, monkeypatch):
    """An inspector reads the centre's reports and exports nothing; whoever exports is held to the limit of lists."""
    file = reverse("reports:report_file", args=[report.pk, "pdf"])
    client.force_login(cast.inspector)
    page = client.get(reverse("reports:report", args=[report.pk]))
    assert page.status_code == 200 and file not in page.content.decode()
    assert client.get(file).status_code == 404
    client.force_login(cast.manager)
    monkeypatch.setattr("bihuan.core.privacy.services.exports.preferences", lambda: Preferences(export_rows=0))
    refused = client.get(file, follow=True)
    assert refused.redirect_chain and "审批" in refused.content.decode()
    assert not AuditEntry.objects.filter(action="evaluate.report_exported").exists()


def test_a_right_lost_is_lost_for_ones_own_reports_too(client, cast, report):
    """R20: the author, now leader of one team, no longer sees the numbers of the centre."""
    leader = Post(Role.objects.get(key="team_leader"), "n1")
    set_assignments(user=cast.manager, posts=[leader], actor=SYSTEM)
    for view, more in (("report", []), ("report_file", ["pdf"])):
        assert client.get(reverse(f"reports:{view}", args=[report.pk, *more])).status_code == 404
    assert not client.get(reverse("reports:report_list")).context["page"].object_list


def test_what_was_made_of_ones_own_work_is_for_oneself(cast, report):
    report.units, report.created_by = units_spoken_of(Scope(agents=("a1",))), cast.agent
    assert may_read(cast.agent, report) and may_read(cast.director, report)
    assert not may_read(cast.leader, report) and not may_read(cast.nobody, report)
