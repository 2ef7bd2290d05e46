"""The inbox and the problem page: who sees them, what they do."""

import json
import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.models import Job
from bihuan.loop.collect.surveys.models import Survey
from bihuan.loop.diagnose.findings.models import Finding, JointIssue
from bihuan.loop.diagnose.findings.services.record import open_issue

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
PAGES = ("finding_list", "finding_new", "finding")
ACTS = ("finding_accept", "finding_apart", "finding_dismiss", "finding_assign", "finding_state", "issue_ask")


def url(name, finding=None):
    return reverse(f"findings:{name}", args=[finding.pk] if finding and name not in ("finding_list",) else [])


def test_outsiders_get_404_everywhere(client, cast, finding):
    for person in (cast.outsider, cast.vendor, cast.agent, cast.nobody):
        client.force_login(person)
        assert client.get(url("finding", finding)).status_code == 404
        for act in (*ACTS, "issue_answer"):
            assert client.post(url(act, finding)).status_code == 404, act
    for person in (cast.agent, cast.nobody):
        client.force_login(person)
        assert client.get(url("finding_list")).status_code == 404
        assert client.get(reverse("findings:finding_new")).status_code == 404
        assert client.post(reverse("findings:search")).status_code == 404


def test_those_who_only_see_may_not_decide(client, cast, finding):
    client.force_login(cast.inspector)
    assert client.get(url("finding", finding)).status_code == 200
    for act in ACTS:
        assert client.post(url(act, finding)).status_code == 404, act


def test_the_inbox_shows_number_interval_and_comparison(client, cast, finding):
    client.force_login(cast.leader)
    page = client.get(url("finding_list")).content.decode()
    assert "80.0%" in page and "74.0%" in page and "≥ 90.0%" in page and "n = 200" in page
    assert finding.number in page
    client.force_login(cast.outsider)
    assert finding.number not in client.get(url("finding_list")).content.decode()


def test_the_inbox_filters_by_state_kind_and_owner(client, cast, finding):
    client.force_login(cast.leader)
    for query, shown in (("?state=new", True), ("?state=dismissed", False), ("?kind=spike", False), ("?mine=on", False),
                         ("?unit=n1", True), ("?q=接通率", True)):
        assert (finding.number in client.get(url("finding_list") + query).content.decode()) is shown, query


def test_a_list_takes_as_many_statements_however_long(client, cast, finding, django_assert_num_queries):
    client.force_login(cast.director)
    for number in range(4):
        Finding.objects.create(key=f"k{number}", kind="spike", title="x", first_seen=finding.first_seen,
                               last_seen=finding.last_seen)
    with django_assert_num_queries(COUNTS["/diagnose/findings/"]):
        client.get(url("finding_list"))


def test_accept_assign_dismiss_with_reason(client, cast, finding):
    client.force_login(cast.leader)
    assert client.post(url("finding_accept", finding)).status_code == 302
    assert client.post(url("finding_assign", finding), {"owner": cast.outsider.pk}).status_code == 422
    assert client.post(url("finding_assign", finding), {"owner": cast.manager.pk}).status_code == 302
    assert client.post(url("finding_dismiss", finding), {"reason": "小"}).status_code == 422
    assert client.post(url("finding_dismiss", finding), {"reason": "促销期的正常波动"}).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.owner, finding.dismissed_reason) == ("dismissed", cast.manager, "促销期的正常波动")
    assert [act.act for act in finding.acts.all()] == ["accepted", "assigned", "dismissed"]


def test_a_vague_statement_comes_back_with_its_hint(client, cast, finding):
    client.force_login(cast.leader)
    sent = {"step": "服务流程", "action": "服务不到位", "metric": "质量", "threshold": "过高"}
    refused = client.post(url("finding_state", finding), sent)
    assert refused.status_code == 422 and "请写明是哪个环节" in refused.content.decode()
    sent = {"step": "晚间热线接听", "action": "18–21 时少排两人", "metric": "接通时长", "threshold": "超过 30 秒"}
    assert client.post(url("finding_state", finding), sent).status_code == 302
    assert "少排两人" in client.get(url("finding", finding)).content.decode()


def test_a_person_raises_a_problem_only_where_they_reach(client, cast):
    client.force_login(cast.leader)
    sent = {"step": "晚间热线接听", "action": "18–21 时少排两人", "metric": "接通时长", "threshold": "超过 30 秒",
            "unit_code": "n1"}
    assert client.post(reverse("findings:finding_new"), sent).status_code == 302
    assert Finding.objects.get().owner == cast.leader
    assert client.post(reverse("findings:finding_new"), {**sent, "unit_code": "s1"}).status_code == 422


def test_a_problem_seen_in_a_page_of_voices_leads_back_to_it(client, cast):
    client.force_login(cast.director)
    page = reverse("voices:codings")
    begun = client.get(reverse("findings:finding_new"), {"action": "等得太久", "from": page}).content.decode()
    assert 'value="等得太久"' in begun and f'value="{page}"' in begun
    sent = {"step": "退换货审批", "action": "等得太久", "metric": "解决周期", "threshold": "多等 20 小时",
            "unit_code": ""}
    for address, kept in ((page, page), ("https://elsewhere.example/", ""), ("//elsewhere.example/", "")):
        client.post(reverse("findings:finding_new"), {**sent, "evidence": address})
        assert Finding.objects.order_by("-pk").first().evidence == kept


def test_the_department_that_was_asked_sees_the_problem_and_answers(client, cast, finding):
    client.force_login(cast.leader)
    assert client.post(url("issue_ask", finding), {"unit": "s1"}).status_code == 302
    client.force_login(cast.outsider)
    assert client.get(url("finding", finding)).status_code == 200
    assert client.post(url("finding_accept", finding)).status_code == 404
    assert client.post(url("issue_answer", finding), {"text": "已查明，周五前补人"}).status_code == 302
    issue = JointIssue.objects.get()
    assert issue.answered_by == cast.outsider and not issue.is_late


def test_whoever_works_on_the_problem_does_not_answer_for_the_department(client, cast, finding):
    open_issue(finding, unit="s1", now=timezone.now())
    client.force_login(cast.leader)
    assert client.post(url("issue_answer", finding), {"text": "替他们答复"}).status_code == 404


def test_the_button_queues_the_search(client, cast):
    client.force_login(cast.leader)
    assert client.post(reverse("findings:search")).status_code == 302
    assert Job.objects.get().kind == "findings.search"


@pytest.mark.parametrize("name", ["finding_list"])
def test_an_empty_inbox_says_what_to_do(client, cast, name):
    client.force_login(cast.leader)
    assert "还没有查找过" in client.get(reverse(f"findings:{name}")).content.decode()


def test_a_survey_is_begun_from_the_problem_and_stays_with_it(client, cast, finding):
    """The form knows what it is about; the problem shows the survey to those whose reach holds it."""
    client.force_login(cast.manager)
    address = re.search(r'href="(/collect/surveys/new/[^"]+)"', client.get(url("finding", finding)).content.decode())[1]
    form = client.get(address.replace("&amp;", "&")).context
    assert form["subject"] == f"finding:{finding.pk}" and finding.number in form["form"]["about"].value()
    sent = {name: form["form"][name].value() or "" for name in form["form"].fields}
    made = client.post("/collect/surveys/new/", {**sent, "subject": form["subject"], "begin": "contact"})
    assert made.status_code == 302, made.context["form"].errors
    page = client.get(url("finding", finding)).content.decode()
    assert "专项调查：" in page and "还没有安排期次" in page
    Survey.objects.update(unit_code="s1")
    assert "还没有安排期次" not in client.get(url("finding", finding)).content.decode(), "one of another centre"
