"""The loop on one screen: numbers equal their lists, work stands on its stage, others see their own alone."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from bihuan.core.models import Role
from bihuan.core.privacy.models import Export
from bihuan.loop.board.queries import closing, mine, own, stages, waiting
from bihuan.loop.diagnose.complaint_reviews.models import ComplaintReview
from bihuan.loop.diagnose.findings import services as findings
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.diagnose.meetings.models import Decision, Meeting
from bihuan.loop.evaluate.concessions.contracts import Concession
from bihuan.loop.evaluate.vendors.models import Contract, ContractVersion, Sheet
from bihuan.loop.improve.measures import services as measures
from bihuan.loop.verify.verdicts import services as verdicts

PAGE = reverse("loop:overview")
STATEMENT = Statement(step="电话接起", action="晚间排队", metric="电话接起时长", threshold="超过 30 秒")


def stage_of(user, name):
    return next(one for one in stages(user) if str(one.name) == name)


def figures(user, name):
    return {str(one.label): one.value for one in stage_of(user, name).counts}


@pytest.fixture
def problem(cast):
    return findings.raise_finding(title="晚间接起慢", statement=STATEMENT, unit_code="n1", actor=cast.manager)


def test_a_problem_waits_on_its_stage_and_moves_on(cast, problem, client):
    assert figures(cast.director, "诊断") == {"待处理的问题": 0, "查原因中": 1, "待改进": 0}
    assert "晚间接起慢" in stage_of(cast.director, "诊断").lines[0].text
    client.force_login(cast.director)
    page = client.get(PAGE).content.decode()
    assert page.count('class="card loop-stage"') == len(stages(cast.director)) and "晚间接起慢" in page
    findings.act_on(finding_id=problem.pk, by=cast.director)
    assert figures(cast.director, "诊断") == {"待处理的问题": 0, "查原因中": 0, "待改进": 0}


def test_every_number_opens_a_list_that_is_there(cast, problem, running, client):
    client.force_login(cast.director)
    for address in set(re.findall(r'<ul class="loop-counts">.*?</ul>', client.get(PAGE).content.decode(), re.S)):
        for link in re.findall(r'href="([^"]+)"', address):
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_each_number_is_as_long_as_the_list_it_opens(cast, problem, done, client):
    verdicts.open_reviews()
    client.force_login(cast.director)
    looked = 0
    for stage in stages(cast.director):
        for figure in stage.counts:
            context = client.get(figure.url).context
            rows = context["page"].paginator.count if "page" in context else len(context["lines"])
            assert rows == figure.value, (figure.label, figure.url)
            looked += 1
    assert looked > 10


def test_a_measure_waits_in_improving_then_in_verifying(cast, done):
    assert figures(cast.director, "改进")["未关闭的措施"] == 1
    assert figures(cast.director, "验证")["等待复评"] == 0
    verdicts.open_reviews()
    assert figures(cast.director, "验证")["等待复评"] == 1
    assert str(cast.leader) == stage_of(cast.director, "验证").lines[0].who


def test_an_empty_loop_says_what_to_do_first(cast, client):
    client.force_login(cast.director)
    page = client.get(PAGE).content.decode()
    assert "先定要改善什么" in page and "没有未解决的问题" in page
    assert "先定要改善什么" not in {stage.nothing for stage in stages(cast.agent)}, "who may set none is not told to"
    assert closing(cast.director) is None


def test_a_new_workspace_begins_with_an_import(cast, client, settings, tmp_path):
    begin = 'href="/collect/imports/new/"'
    client.force_login(cast.manager)
    assert begin not in client.get(PAGE).content.decode(), "there are records"
    settings.BIHUAN_HOME = tmp_path / "new"
    assert begin in client.get(PAGE).content.decode()
    client.force_login(cast.director)
    page = client.get(PAGE).content.decode()
    assert begin not in page and "请有“数据导入”权限的同事先导入" in page
    assert "数据源正常" not in page, "there is no source to be well"


@pytest.fixture
def waits(cast, draft, monkeypatch):
    """One of everything that waits beside problems, measures and reviews of effect."""
    day, now = date(2025, 7, 1), "2025-07-01T00:00:00Z"
    contract = Contract.objects.create(unit_code="v", title="外包甲合同", starts_on=day, owner=cast.director)
    version = ContractVersion.objects.create(contract=contract, number=1, valid_from=day, terms={},
                                             created_by=cast.director)
    for month, state in ((5, "sent"), (6, "appealed")):
        Sheet.objects.create(contract=contract, version=version, month=date(2025, month, 1), rows=[], state=state,
                             known_at=now, sent_at=now, answered_at=now, answer_by=day)
    Export.objects.create(kind="x", title="联系名单", purpose="回访", asked_by=cast.manager)
    for place, state in enumerate(("open", "submitted")):
        ComplaintReview.objects.create(case=f"desk:T{place}", unit_code="n1", opened=now, closed=now, state=state,
                                       due_on=day)
    meeting = Meeting.objects.create(kind="workshop", title="会", unit_code="north", at=now, since=day, until=day,
                                     chair=cast.manager, created_by=cast.manager)
    Decision.objects.create(meeting=meeting, text="改班表", owner=cast.leader, due_on=day)
    measures.propose_measure(measure=draft, actor=cast.manager)
    beyond = Concession("t:c1", "t:1", "a1", 300, "CNY", "7.2", datetime(2025, 7, 1, tzinfo=UTC), "waiting", 200, "",
                        False)
    for room in (waiting, own):
        monkeypatch.setattr(room, "waiting_concessions", lambda scope, most: (1, (beyond,)))


def test_all_that_waits_is_counted_where_it_waits(cast, waits, client):
    found = {str(one.label): (one.value, one.url) for stage in stages(cast.director) for one in stage.counts}
    client.force_login(cast.director)
    for label in ("待外包商确认的考核单", "申诉中的考核单", "待批的导出", "待填写的投诉复盘表", "待审核的投诉复盘表",
                  "未完成的会议决定", "待审批的措施"):
        value, url = found[label]
        assert value == 1 == client.get(url).context["page"].paginator.count, label
    assert stage_of(cast.director, "收集").counts and "待 manager 审批" in stage_of(cast.director, "改进").lines[0].who
    assert found["超出政策、待审批的让步"] == (1, f"{reverse('concessions:concession_list')}?state=waiting")
    assert "让步 1" in {line.text for line in waiting.evaluation(cast.director, date(2025, 7, 2))[1]}
    assert figures(cast.vendor, "评价")["待外包商确认的考核单"] == 1
    assert "申诉中的考核单" not in figures(cast.leader, "评价") and "待批的导出" not in figures(cast.leader, "评价")
    assert "未完成的会议决定" not in figures(cast.outsider, "诊断")


def test_what_waits_on_a_person_says_what_to_do_and_opens(cast, problem, waits, client):
    """Only what the person can finish: a team's leader decides no appeal, the vendor answers its own sheet."""
    day = date(2025, 7, 2)
    found = {(str(one.text), str(one.who)) for one in mine(cast.director, day)}
    asked = {what for _text, what in found}
    assert {"处理申诉", "去审批", "审核", "填写"} <= asked and ("1 份导出", "去审批") in found
    assert "办理会议决定" not in asked, "it is the leader's"
    assert {"改班表": "办理会议决定"}.items() <= {one.text: one.who for one in mine(cast.leader, day)}.items()
    assert [one.who for one in mine(cast.vendor, day)] == ["确认或申诉"]
    assert "查原因" in {one.who for one in mine(cast.manager, day)}
    for person in (cast.director, cast.manager, cast.leader, cast.vendor):
        client.force_login(person)
        for line in mine(person, day):
            assert client.get(line.url).status_code == 200, (person, line.url)
    client.force_login(cast.agent)
    assert "现在没有事等您办理" in client.get(PAGE).content.decode()


def test_people_see_their_own_part_and_others_nothing(cast, problem, client):
    assert figures(cast.leader, "诊断")["查原因中"] == 1
    assert figures(cast.outsider, "诊断")["查原因中"] == 0
    client.force_login(cast.outsider)
    assert "晚间接起慢" not in client.get(PAGE).content.decode()
    client.force_login(cast.nobody)
    assert client.get(PAGE).status_code == 404


def test_whoever_has_a_part_in_a_stage_has_the_loop_for_a_home(cast, problem, client):
    client.force_login(cast.agent)
    assert client.get("/").url == PAGE
    page = client.get(PAGE).content.decode()
    assert "晚间接起慢" not in page and "诊断" not in {str(one.name) for one in stages(cast.agent)}
    assert page.count('class="card loop-stage"') == len(stages(cast.agent)) > 0
    assert str(reverse("loop:overview")) in page
    Role.objects.filter(key="agent").update(permissions=["improve.view_measures"])
    page = client.get(PAGE)
    assert page.status_code == 200 and reverse("indicators:board") not in page.content.decode(), "no way into a 404"


def test_whoever_sees_the_loop_begins_there(cast, client):
    client.force_login(cast.director)
    assert client.get("/").url == PAGE
