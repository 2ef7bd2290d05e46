"""The audit log and the background jobs as pages, and one's own account."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.jobs import enqueue, run_pending
from bihuan.core.models import AuditEntry, AuditHead, Job, User
from bihuan.core.queries import unit_names
from bihuan.core.rights import SystemActor


@pytest.fixture
def office(client, cast):
    client.force_login(cast.admin)
    return client


class TestAuditPage:
    @pytest.mark.parametrize("query, expected", [
        ("action=core.role_loaded", 17), ("object_words=core.user", 9), ("first=2000-01-01&last=2000-01-31", 0),
        ("first=2000-01-01", 26), ("last=notaday&action=core.person_created", 9),
    ])
    def test_entries_are_found(self, office, query, expected):
        page = office.get(f"/settings/audit/?{query}")
        assert page.context["page"].paginator.count == expected

    def test_an_actor_is_shown_by_name(self, office, cast):
        office.post(f"/settings/people/{cast.nobody.pk}/link/")
        page = office.get(f"/settings/audit/?actor=user:{cast.admin.pk}")
        assert page.context["page"].paginator.count == 1
        assert "core.password_link_made" in page.content.decode()

    def test_parts_of_the_product_and_what_they_acted_on_are_named_in_words(self, office):
        audit.record("privacy.agreement_recorded", ("core.job", "7"), actor=SystemActor("voices.gather"))
        page = office.get("/settings/audit/").content.decode()
        assert "登记处理协议" in page and "系统 · 客户反馈" in page and "后台任务<small" in page

    def test_codes_are_named(self, office, cast):
        enqueue("core.verify_log", actor=cast.admin)
        audit.record("plan.goal_set", ("goals.goal", "1"), actor=cast.admin, indicator=audit.plain("fcr"),
                     posts=[{"role": audit.plain("agent"), "unit": audit.plain("n1")}])
        audit.record("evaluate.rows_exported", ("indicator", "pickup"), actor=cast.admin)
        audit.record("improve.measure_verified", ("measures.measure", "1"), actor=cast.admin,
                     verdict=audit.plain("effective"), name=audit.plain("open"), step=audit.plain("open"))
        page = office.get("/settings/audit/").content.decode()
        assert "名称：open" in page and "步骤：open" not in page      # what somebody typed is no choice of the room
        for words in ("效果结论：有效<", "电话接通时长<", "类别：校验审计日志", "指标：一次性解决率（FCR）",
                      f"角色：坐席；单位：{unit_names()['n1']}"):
            assert words in page

    def test_an_entry_that_counts_items_is_shown(self, office, cast):
        audit.record("collect.scenario_saved", ("scenario", "1"), actor=cast.admin, version=2, items=7,
                     owner=cast.admin.pk, sound=True, terms=audit.plain("ab" * 32), title="不进日志的文字",
                     closes_at=datetime(2026, 11, 21, 4, 36, 45, 523013, tzinfo=UTC))
        page = office.get("/settings/audit/").content.decode()
        for words in ("项数：7", f"负责人：{cast.admin}", "允许录音：是", "条款的指纹：#abababababab…", "标题：#",
                      "截止时间：2026-11-21 12:36<"):
            assert words in page
        assert "items" not in page and "不进日志的文字" not in page

    def test_the_export_holds_every_entry_and_is_logged(self, office):
        answer = office.get("/settings/audit/export/?action=core.role_loaded")
        text = b"".join(answer.streaming_content).decode()
        assert text.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert len(rows) == 17 and {row["action"] for row in rows} == {"core.role_loaded"}
        assert AuditEntry.objects.first().action == "core.audit_exported"

    def test_a_check_runs_as_a_job(self, office):
        kept = audit.head_line()
        answer = office.post("/settings/audit/verify/", {"head": kept})
        run_pending()
        assert "审计日志完好" in office.get(answer["Location"]).content.decode()
        AuditEntry.objects.all().delete()
        AuditHead.objects.all().delete()
        answer = office.post("/settings/audit/verify/", {"head": kept})
        run_pending()
        assert "已没有" in office.get(answer["Location"]).content.decode()

    def test_no_value_reaches_the_page(self, office):
        audit.record("core.thing_done", actor=User.objects.get(username="admin"), name="王小明")
        page = office.get("/settings/audit/").content.decode()
        assert "王小明" not in page and "名称：#" in page


class TestJobPages:
    def test_a_page_polls_until_the_job_is_finished(self, office, cast):
        job = enqueue("core.verify_log", actor=cast.admin, title="校验")
        page = office.get(f"/jobs/{job.pk}/").content.decode()
        assert 'hx-trigger="every 1s"' in page and "<html" in page
        fragment = office.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
        assert 'hx-trigger="every 1s"' in fragment and "<html" not in fragment
        Job.objects.filter(pk=job.pk).update(state="running", heartbeat_at=timezone.now() - timedelta(seconds=9))
        assert "执行进程没有回应" in office.get(f"/jobs/{job.pk}/").content.decode()
        Job.objects.filter(pk=job.pk).update(state="queued", interrupted=1)
        assert "执行进程中断过 1 次" in office.get(f"/jobs/{job.pk}/").content.decode()
        run_pending()
        fragment = office.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
        assert "hx-trigger" not in fragment and "已完成" in fragment

    def test_jobs_are_stopped_and_run_again_from_the_page(self, office, cast):
        job = enqueue("core.verify_log", actor=cast.admin)
        assert office.post(f"/jobs/{job.pk}/cancel/")["Location"] == f"/jobs/{job.pk}/"
        assert "重新执行" in office.get(f"/jobs/{job.pk}/").content.decode()
        fragment = office.post(f"/jobs/{job.pk}/retry/", headers={"HX-Request": "true"}).content.decode()
        assert "取消任务" in fragment

    def test_work_that_comes_round_is_named_in_the_readers_language(self, office, cast):
        job = enqueue("core.verify_log", actor=cast.admin, title="写入答卷")
        office.post("/account/language/", {"language": "en"})
        for page in ("/jobs/", f"/jobs/{job.pk}/"):
            assert "Write responses" in office.get(page).content.decode(), page

    def test_a_failed_job_says_why(self, office, cast):
        job = enqueue("core.verify_log", actor=cast.admin)
        Job.objects.filter(pk=job.pk).update(state="failed", error_text="磁盘已满")
        assert "磁盘已满" in office.get(f"/jobs/{job.pk}/").content.decode()

    def test_people_see_their_own_jobs_only(self, client, cast):
        own, other = enqueue("core.verify_log", actor=cast.leader), enqueue("core.verify_log", actor=cast.director)
        client.force_login(cast.leader)
        assert [job.pk for job in client.get("/jobs/").context["page"]] == [own.pk]
        assert client.get(f"/jobs/{other.pk}/").status_code == 404
        client.force_login(cast.admin)
        assert len(client.get("/jobs/").context["page"]) == 2

    def test_a_result_that_the_reader_may_not_open_is_no_link(self, client, cast):
        job = enqueue("core.verify_log", actor=cast.leader)
        Job.objects.filter(pk=job.pk).update(state="done", result={"url": "/settings/audit/"})
        for person, count in ((cast.leader, 0), (cast.admin, 1)):
            client.force_login(person)
            assert client.get(f"/jobs/{job.pk}/").content.decode().count("查看结果") == count


class TestAccount:
    def test_the_language_is_kept_with_the_person(self, client, cast):
        client.force_login(cast.leader)
        answer = client.post("/account/language/", {"language": "en", "next": "/account/"})
        assert answer["Location"] == "/account/" and answer.cookies["django_language"].value == "en"
        cast.leader.refresh_from_db()
        assert cast.leader.language == "en"
        assert 'lang="en"' in client.get("/account/").content.decode()

    @pytest.mark.parametrize("following", ["https://evil.test/", "//evil.test", ""])
    def test_switching_the_language_leads_nowhere_else(self, client, db, following):
        answer = client.post("/account/language/", {"language": "en", "next": following})
        assert answer["Location"] in ("/", "")

    def test_an_unknown_language_changes_nothing(self, client, cast):
        client.force_login(cast.leader)
        client.post("/account/language/", {"language": "xx"})
        cast.leader.refresh_from_db()
        assert cast.leader.language == ""

    def test_a_first_password_must_be_changed_before_anything_else(self, client, cast):
        User.objects.filter(pk=cast.leader.pk).update(must_change_password=True)
        cast.leader.set_password("first-password-1")
        cast.leader.save(update_fields=["password"])
        client.login(username="leader", password="first-password-1")
        assert client.get("/jobs/")["Location"] == "/account/password/change/"
        # The bell of the page that asks for the password must not be replaced by that page, again and again.
        assert client.get("/notifications/bell/", headers={"HX-Request": "true"}).status_code == 204
        assert "请先设定您自己的密码" in client.get("/account/password/change/").content.decode()
        sent = {"oldpassword": "first-password-1", "password1": "second-password-2", "password2": "second-password-2"}
        assert client.post("/account/password/change/", sent)["Location"] == "/"
        assert "密码已修改。" in client.get("/jobs/").content.decode()
        assert AuditEntry.objects.filter(action="core.password_changed").count() == 1

    @pytest.mark.parametrize("path", ["/account/2fa/", "/account/password/change/", "/account/logout/"])
    def test_the_account_pages_open(self, client, cast, path):
        client.force_login(cast.leader)
        assert client.get(path, follow=True).status_code == 200

    def test_the_api_knows_the_person_and_refuses_strangers(self, client, cast):
        assert client.get("/api/v1/me").status_code == 401
        client.force_login(cast.leader)
        assert client.get("/api/v1/me").json() == {"username": "leader", "name": "leader"}

    def test_no_page_lets_a_foreign_script_in(self, client, cast):
        client.force_login(cast.leader)
        policy = client.get("/account/")["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
