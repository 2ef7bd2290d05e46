"""Interviews and visits: consent, coding to the tags of conversations, scores, and what is kept apart (31, 32, 62)."""

import io
import shutil
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.core.rights import NotAllowed
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.indicators.passports import load
from bihuan.loop.collect.conversations.models import Tag
from bihuan.loop.collect.samples.models import Task
from bihuan.loop.collect.voices import services
from bihuan.loop.collect.voices.models import Attachment, Guide, Interview, Passage, Scenario, Visit
from bihuan.loop.collect.voices.queries.interviews import interviews_for, theme_counts
from bihuan.loop.collect.voices.queries.visits import report_of
from bihuan.loop.collect.voices.tests.conftest import OPENED, person, refused

TALK = "客服王小明态度很好，但是等了四十分钟才有人接，电话13800138001"
WAV = b"RIFF0000WAVE" + b"0" * 20
CHECKLIST = "迎接 | 三十秒内招呼 | 3\n办理 | 说明所需材料 | 2\n办理 | 保护证件 | 5!"


def at(name, *args):
    return reverse(f"voices:{name}", args=args)


@pytest.fixture
def guide(cast):
    return services.save_guide(guide=Guide(), questions={"attitude": ["印象如何？", " "], "efficiency": ["等了多久？"]},
                               name="门店访谈", unit_code="north", actor=cast.manager)


@pytest.fixture
def talk(guide, cast):
    made = services.begin_interview(guide=guide, consent_how="签署同意书", unit_code="north", customer="K3",
                                    sound_allowed=False, actor=cast.manager)
    return services.save_notes(interview=made, notes={"attitude.1": TALK, "other.9": "没有这一题"}, done=True,
                               actor=cast.manager)


@pytest.fixture
def tag(db):
    return Tag.objects.create(name="等待过久")


class TestInterviews:
    def test_a_finished_one_closes_the_interviewers_task_to_reach_them(self, guide, cast, sample):
        tasks = [Task.objects.create(draw=sample, customer=customer, kind="silent", owner=owner, due=date(2026, 5, 1))
                 for customer, owner in (("K3", cast.manager), ("K4", cast.manager))]
        other = Task.objects.create(draw=sample, customer="K3", kind="chase", owner=cast.director, due=date(2026, 5, 1))
        made = services.begin_interview(guide=guide, consent_how="签署同意书", unit_code="north", customer="K3",
                                        actor=cast.manager)
        services.save_notes(interview=made, notes={}, done=False, actor=cast.manager)
        assert not Task.objects.exclude(state="open").exists()
        services.save_notes(interview=made, notes={"attitude.1": TALK}, done=True, actor=cast.manager)
        assert Task.objects.get(state="reached").pk == tasks[0].pk and Task.objects.get(pk=other.pk).state == "open"

    def test_a_guide_serves_many_and_each_keeps_its_own(self, guide, talk, cast):
        services.save_guide(guide=guide, questions={"attitude": ["印象如何？为什么？"]}, actor=cast.manager)
        talk.refresh_from_db()
        assert (guide.version, talk.guide_version) == (2, 1)
        assert talk.outline == [{"area": "attitude", "questions": ["印象如何？"]},
                                {"area": "efficiency", "questions": ["等了多久？"]}]

    def test_nothing_is_kept_without_consent_and_no_sound_without_more(self, guide, talk, cast):
        with refused("interview_consent"):
            services.begin_interview(guide=guide, consent_how=" ", unit_code="north", actor=cast.manager)
        with refused("sound_not_allowed"):
            services.add_interview_files(interview=talk, files=[services.Sent("a.wav", [WAV])], actor=cast.manager)
        Interview.objects.update(sound_allowed=True)
        made, = services.add_interview_files(interview=talk, files=[services.Sent("a.wav", [WAV])], actor=cast.manager)
        assert made.media == "audio/wav"

    def test_an_agent_interviews_none_of_their_own_customers(self, guide, talk, agent_caller):
        for customer in ("K1", "K2"):
            with pytest.raises(NotAllowed):
                services.begin_interview(guide=guide, consent_how="口头", unit_code="north", customer=customer,
                                         actor=agent_caller)
        Interview.objects.update(customer="K2")
        assert not interviews_for(agent_caller).exists()

    def test_a_passage_is_coded_as_it_was_seen_and_shown_masked(self, talk, tag, cast):
        shown = "客服〔姓名〕态度很好，但是等了四十分钟才有人接，电话〔手机号〕"
        start = shown.index("等了四十")
        made = services.code_passage(interview=talk, question="attitude.1", tag=tag.pk, start=start, end=start + 7,
                                     actor=cast.manager)
        assert TALK[made.start:made.end] == "等了四十分钟才"
        with refused("passage_taken"):
            services.code_passage(interview=talk, question="attitude.1", tag=tag.pk, start=start, end=start + 7,
                                  actor=cast.manager)
        whole = services.code_passage(interview=talk, question="attitude.1", tag=tag.pk, start=None, end=None,
                                      actor=cast.manager)
        assert (whole.start, whole.end) == (0, len(TALK))
        (count,), n = theme_counts(cast.manager)
        assert (count.interviews, count.n, count.passages, n) == (1, 1, 2, 1)
        assert "等了四十分钟才" in [quote.text for quote in count.quotes]
        assert all("13800138001" not in quote.text for quote in count.quotes)

    def test_who_withdraws_leaves_no_words(self, talk, tag, cast):
        services.code_passage(interview=talk, question="attitude.1", tag=tag.pk, start=None, end=None,
                              actor=cast.manager)
        services.withdraw_interview(interview=talk, actor=cast.manager)
        talk.refresh_from_db()
        assert talk.sealed is None and talk.customer == "" and not Passage.objects.exists()
        assert theme_counts(cast.manager) == ([], 0)

    def test_from_the_guide_to_the_file(self, client, cast, tag, place):
        client.force_login(cast.manager)
        assert "还没有访谈提纲" in client.get(at("interview_new")).content.decode()
        typed = {"name": "门店访谈", "unit_code": "north", "is_active": "on"}
        assert client.post(at("guide_new"), typed).status_code == 422
        assert "接触点" in client.get(at("guide_new")).content.decode()
        assert client.post(at("guide_new"), {**typed, "area_resolution": "解决了吗？"}).status_code == 302
        guide = Guide.objects.get()
        head = {"guide": guide.pk, "kind": "site", "unit_code": "north", "held_at": "2026-11-01T10:00",
                "consent_how": "口头"}
        assert client.post(at("interview_new"), head).status_code == 422
        there = client.post(at("interview_new"), {**head, "consent": "on"})["Location"]
        pk = Interview.objects.get().pk
        client.post(at("interview_notes", pk), {"note.resolution.1": TALK, "act": "draft"})
        assert TALK in client.get(there).content.decode()
        client.post(at("interview_notes", pk), {"note.resolution.1": TALK, "act": "done"})
        assert "13800138001" not in client.get(there).content.decode()
        assert client.post(at("interview_notes", pk), {"act": "draft"}).status_code == 422
        assert client.post(at("interview_files", pk), {"files": SimpleUploadedFile("a.wav", WAV)}).status_code == 422
        client.post(at("passage_add", pk), {"message": "resolution.1", "tag": tag.pk})
        assert "1 / 1 份访谈" in client.get(at("codings"), {"guide": guide.pk}).content.decode()
        sheet = openpyxl.load_workbook(io.BytesIO(client.get(at("codings_export")).content))["明细"]
        row = [cell.value for cell in sheet[2]]
        assert row[6] == "等待过久" and "13800138001" not in row[7] and "态度很好" in row[7]
        client.post(at("passage_remove", pk, Passage.objects.get().pk))
        assert "还没有编码" in client.get(at("codings")).content.decode()
        client.post(at("interview_withdraw", pk))
        assert "撤回了同意" in client.get(there).content.decode()


@pytest.fixture
def scenario(cast):
    items = [{"section": "迎接", "text": "招呼", "weight": 3.0, "critical": False},
             {"section": "办理", "text": "材料", "weight": 2.0, "critical": False},
             {"section": "办理", "text": "证件", "weight": 5.0, "critical": True}]
    return services.save_scenario(scenario=Scenario(), checklist=items, name="补卡", story="丢卡的老人",
                                  channel="counter", unit_code="north", actor=cast.manager)


@pytest.fixture
def visitor(cast):
    return person("visitor", "callback_officer", "north")


def visit_of(scenario, visitor, cast, results, *, case="", check=True, unit="n1"):
    made = services.plan_visit(scenario=scenario, visitor=visitor, unit_code=unit, place="一号厅",
                               planned_on=date(2026, 11, 1), actor=cast.manager)
    services.report_visit(visit=made, visited_at=OPENED, results=dict(zip(("c1", "c2", "c3"), results, strict=True)),
                          notes={"c1": "没人招呼"}, case=case, files=[services.Sent("a.png", [PNG])], actor=visitor)
    if check:
        services.check_visit(visit=made, agrees=True, actor=cast.manager)
    made.refresh_from_db()
    return made


PNG = b"\x89PNG\r\n\x1a\n" + b"1" * 20


class TestVisits:
    def test_a_score_is_the_weight_earned_of_the_weight_that_applied(self, scenario, visitor, cast):
        """By hand: met 3 + half of 2 = 4 of 5 without the third (n/a): 80. All apply, third unmet: 3+2+0 of 10 = 50."""
        one = visit_of(scenario, visitor, cast, ("met", "partly", "na"))
        two = visit_of(scenario, visitor, cast, ("met", "met", "unmet"), unit="n2")
        assert (one.score, one.is_failed, two.score, two.is_failed) == (80.0, False, 50.0, True)
        report = report_of(scenario, cast.manager)
        # Mean 65, s = 21.213, t(1) = 12.706: 65 +- 190.6, cut to what a score can be.
        assert (report.whole.mean, report.whole.low, report.whole.high, report.whole.few) == (65.0, 0.0, 100.0, True)
        greeted = report.items[0]
        # Wilson for 2 of 2: from 34.2 %.
        assert (greeted.k, greeted.n, round(greeted.low, 3)) == (2, 2, 0.342)
        assert [unit.n for unit in report.units] == [1, 1]

    def test_nobody_checks_their_own_and_a_report_is_whole(self, scenario, visitor, cast):
        made = services.plan_visit(scenario=scenario, visitor=cast.manager, unit_code="n1", place="",
                                   planned_on=date(2026, 11, 1), actor=cast.manager)
        with refused("results_missing"):
            services.report_visit(visit=made, visited_at=OPENED, results={"c1": "met"}, notes={}, actor=cast.manager)
        services.report_visit(visit=made, visited_at=OPENED, results=dict.fromkeys(("c1", "c2", "c3"), "met"), notes={},
                              actor=cast.manager)
        with refused("checked_by_visitor"):
            services.check_visit(visit=made, agrees=True, actor=cast.manager)

    def test_who_reported_for_another_does_not_check_it(self, scenario, visitor, cast):
        made = services.plan_visit(scenario=scenario, visitor=visitor, unit_code="n1", place="",
                                   planned_on=date(2026, 11, 1), actor=cast.manager)
        services.report_visit(visit=made, visited_at=OPENED, results=dict.fromkeys(("c1", "c2", "c3"), "met"), notes={},
                              actor=cast.manager)
        with refused("checked_by_visitor"):
            services.check_visit(visit=made, agrees=True, actor=cast.manager)

    def test_evidence_carries_its_hash(self, scenario, visitor, cast):
        """Of the bytes by coreutils sha256sum."""
        visit_of(scenario, visitor, cast, ("met", "met", "met"))
        assert Attachment.objects.get().digest == (
            "8426e826f6c9ca8a4df9c59d7f5c9a76"
            "eb14e7894678df1bd27ae7bdcde35056")

    def test_by_pages_from_the_scenario_to_the_report(self, client, cast, visitor):
        client.force_login(cast.manager)
        typed = {"name": "补卡", "channel": "counter", "story": "丢卡", "unit_code": "north", "is_active": "on"}
        wrong = client.post(at("scenario_new"), {**typed, "checklist_text": "迎接 | 招呼"})
        assert wrong.status_code == 422 and "第 1 行看不懂" in wrong.content.decode()
        client.post(at("scenario_new"), {**typed, "checklist_text": CHECKLIST})
        scenario = Scenario.objects.get()
        assert [(one["weight"], one["critical"]) for one in scenario.checklist] == [(3, False), (2, False), (5, True)]
        there = client.post(at("visit_new"), {"scenario": scenario.pk, "visitor": visitor.pk, "unit_code": "n1",
                                              "planned_on": "2026-11-01"})["Location"]
        pk = Visit.objects.get().pk
        client.force_login(visitor)
        assert " checked" not in client.get(there).content.decode()
        told = {"visited_at": "2026-11-01T10:00", "v_c1": "met", "v_c2": "partly", "n_c2": "只说了一半"}
        missing = client.post(at("visit_report", pk), told)
        assert missing.status_code == 422 and "还有 1 项没有结论" in missing.content.decode()
        client.post(at("visit_report", pk), {**told, "v_c3": "unmet", "files": SimpleUploadedFile("a.png", PNG)})
        assert client.post(at("visit_check", pk), {"act": "agree"}).status_code == 404
        client.force_login(cast.manager)
        client.post(at("visit_check", pk), {"act": "agree"})
        page = client.get(there).content.decode()
        assert "40.0" in page and "有没做到的" in page and Attachment.objects.get().digest in page
        assert "次数太少" in client.get(at("scenario_report", scenario.pk)).content.decode()
        sheet = openpyxl.load_workbook(io.BytesIO(client.get(at("scenario_export", scenario.pk)).content))["明细"]
        assert sheet["K3"].value == "只说了一半" and sheet["L3"].value == "40.0"
        one = Attachment.objects.get()
        assert b"".join(client.get(at("visit_attachment", pk, one.pk)).streaming_content) == PNG


def test_no_indicator_of_customers_counts_a_visit(built, db, tmp_path, settings, cast, scenario, visitor):
    """A visit's score is no row of the records; and what a visitor rated afterwards is a test once it is checked."""
    shutil.copytree(built.path, tmp_path / "home")
    settings.BIHUAN_HOME = tmp_path / "home"
    home = open_home(settings.BIHUAN_HOME)
    importing.import_rows(home, "answers", [
        {"id": f"t:{n}#{metric}", "case": f"t:{n}", "customer": f"K{n}", "metric": metric, "value": value,
         "question": metric, "at": OPENED + timedelta(hours=2)}
        for n, csat, nps in ((3, 5, 10), (4, 1, 0)) for metric, value in (("csat", csat), ("nps", nps))],
        source="t", actor="test")

    asked = tuple(name for name in load(home) if name.startswith(("csat", "nps")))

    def numbers():
        found = {one.indicator: (one.value, one.n) for one in evaluate(home, Query(asked, period="all"))}
        assert found
        return found

    before = numbers()
    visit_of(scenario, visitor, cast, ("unmet", "unmet", "unmet"))
    assert numbers() == before
    # The visitor was customer K4, whose case t:4 got a 1 and a 0.
    visit_of(scenario, visitor, cast, ("unmet", "unmet", "unmet"), case="t:4")
    after = numbers()
    assert after["csat"][1] == before["csat"][1] - 1 and after["nps"] == (100.0, 1)
    assert services.keep_apart("t:4") == 0
    # A case of another week is somebody else's: its ratings stay.
    other = visit_of(scenario, visitor, cast, ("met", "met", "met"), case="t:3", check=False)
    Visit.objects.filter(pk=other.pk).update(visited_at=OPENED + timedelta(days=9))
    with refused("case_elsewhere"):
        services.check_visit(visit=other, agrees=True, actor=cast.manager)
    assert numbers() == after


def test_outsiders_find_nothing(client, talk, scenario, visitor, cast):
    visit = visit_of(scenario, visitor, cast, ("met", "met", "met"), check=False)
    pages = [at("interview", talk.pk), at("guide_edit", talk.guide_id), at("visit", visit.pk),
             at("scenario_edit", scenario.pk), at("scenario_report", scenario.pk), at("scenario_export", scenario.pk),
             at("visit_attachment", visit.pk, Attachment.objects.get().pk),
             at("interview_attachment", talk.pk, Attachment.objects.get().pk)]
    acts = [*(at(f"interview_{name}", talk.pk) for name in ("notes", "files", "withdraw")), at("passage_add", talk.pk),
            at("passage_remove", talk.pk, 1), at("visit_report", visit.pk), at("visit_check", visit.pk)]
    whole = [at(name) for name in ("interview_list", "interview_new", "codings", "guide_list", "guide_new",
                                   "visit_list", "visit_new", "scenario_list", "scenario_new")]
    south = person("south_manager", "manager", "south")
    for user in (cast.outsider, cast.agent, cast.nobody, south):
        client.force_login(user)
        for page in pages:
            assert client.get(page).status_code == 404, (user, page)
        for act in acts:
            assert client.post(act).status_code == 404, (user, act)
    for user in (cast.outsider, cast.nobody):
        client.force_login(user)
        for page in [*whole]:
            assert client.get(page).status_code == 404, (user, page)
    client.force_login(south)
    assert talk.number not in client.get(at("interview_list")).content.decode()
    assert visit.number not in client.get(at("visit_list")).content.decode()
    client.force_login(visitor)
    assert client.get(at("visit", visit.pk)).status_code == 200
