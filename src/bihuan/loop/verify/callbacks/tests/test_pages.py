"""The pages of call-backs: from a measure to its round, the caller's screens; outsiders find nothing."""

import json
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.tests.world import CHANGE
from bihuan.loop.verify.callbacks import services
from bihuan.loop.verify.callbacks.models import Attempt, BusinessOutcome, Round, Target
from bihuan.loop.verify.callbacks.queries.affected import derive, found_by, scope_for

from .conftest import NOON, at, person

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())


class TestRounds:
    def test_from_the_measure_to_the_round(self, client, done, caller, midday):
        client.force_login(caller)
        leads = client.get(at("of_measure"), {"measure": done.pk})
        assert leads["Location"] == at("round_new") + f"?measure={done.pk}"
        page = client.get(leads["Location"])
        words = page.content.decode()
        assert all(one in words for one in ("没有达到", "未抽中", "没有可用的联系方式")) and not Round.objects.exists()
        form = {"measure": done.pk, "weeks": 12, "most": 20, "worthwhile": 0.5, "window_days": 28, "opening": "您好",
                "question": "几分？", "closing": "谢谢", "seed": page.context["preview"].seed}
        assert client.post(at("round_new"), form | {"most": 2, "act": "open"}).status_code == 422
        assert client.post(at("round_new"), form | {"act": "preview"}).status_code == 200
        made = client.post(at("round_new"), form | {"act": "open"})
        round_ = Round.objects.get()
        assert made["Location"] == at("round", round_.pk) and round_.question == "几分？"
        assert round_.seed == page.context["preview"].seed
        words = client.get(made["Location"]).content.decode()
        assert round_.list_hash in words and "规则找到" in words and "不回访的" in words
        assert client.get(at("of_measure"), {"measure": done.pk})["Location"] == at("round", round_.pk)
        assert client.post(at("round_new"), form | {"act": "open"}).status_code == 422

    def test_from_the_problem_to_the_round(self, client, done, caller, cast, midday):
        finding = Finding.objects.create(
            key="k", kind="manual", title="晚间解决率低", unit_code="n1", first_seen=NOON, last_seen=NOON,
            indicator="fcr_flag", where="channel = phone", group={"unit": "n1"}, start=CHANGE - timedelta(weeks=6),
            end=CHANGE - timedelta(weeks=4))
        client.force_login(cast.manager)
        button = at("of_finding") + f"?finding={finding.pk}"
        assert button in client.get(reverse("findings:finding", args=[finding.pk])).content.decode()
        assert "还没有改进措施" in client.get(button).content.decode()
        Measure.objects.filter(pk=done.pk).update(finding=finding)
        client.force_login(person("calls", "quality_manager"))
        page = client.get(button)
        found = [one for one in found_by(derive(Measure.objects.get(pk=done.pk)), scope_for(done, None))
                 if one.group == "affected"]
        assert page.context["foreseen"].count == len(found) > 0
        assert at("round_new") + f"?measure={done.pk}" in page.content.decode()
        Measure.objects.filter(pk=done.pk).update(change_on=None)
        assert "还没有完成" in client.get(button).content.decode()
        assert at("round_new") not in client.get(button).content.decode()
        for who in (cast.outsider, cast.nobody):
            client.force_login(who)
            assert client.get(button).status_code == 404

    def test_assigning_checking_and_concluding(self, client, opened, caller, insider):
        client.force_login(caller)
        page = client.get(at("round", opened.pk)).content.decode()
        assert f'value="{caller.pk}"' in page and f'value="{insider.pk}"' not in page
        assert client.post(at("round_assign", opened.pk), {"caller": insider.pk, "count": 3}).status_code == 422
        client.post(at("round_assign", opened.pk), {"caller": caller.pk, "count": 3})
        assert Target.objects.filter(caller=caller).count() == 3
        client.post(at("round_check", opened.pk))
        assert "名单一致" in client.get(at("round", opened.pk)).content.decode()
        assert client.post(at("round_conclude", opened.pk)).status_code == 422
        client.post(at("round_conclude", opened.pk), {"note": "项目提前结束"})
        page = client.get(at("round", opened.pk)).content.decode()
        assert "问题重复发生率" in page and "客户流失率" in page and "Newcombe" in page and "人数少" in page

    def test_the_verdict_page_shows_the_call_backs_beside_the_verdict(self, client, called, caller):
        services.conclude_round(round_=called, actor=caller)
        client.force_login(caller)
        page = client.get(reverse("verdicts:measure", args=[called.measure_id])).content.decode()
        assert called.number in page and "回访支持有效" in page and "单凭回访得不出" in page

    def test_the_list_is_filtered_and_every_number_leads_to_it(self, client, called, caller):
        client.force_login(person("runner", "quality_manager"))
        page = client.get(at("target_list", called.pk), {"state": "done", "group": "affected"})
        assert {one.group for one, _reason, _told in page.context["page"]} == {"affected"}
        assert "快多了" in page.content.decode()
        one = Target.objects.filter(round=called, state="done").first()
        services.record_benefit(target=one, kind="safer", actor=caller)
        for asked, count in (({"benefit": "safer"}, 1), ({"why": "refused"}, 1), ({"step": "left"}, 0),
                             ({"step": "reached"}, Target.objects.filter(state="done").count())):
            assert client.get(at("target_list", called.pk), asked).context["page"].paginator.count == count, asked
        assert "group=affected" in client.get(at("round", called.pk)).content.decode()

    def test_who_calls_is_blind_to_the_sides_until_the_round_is_over(self, client, called, caller):
        client.force_login(caller)
        page = client.get(at("target_list", called.pk), {"group": "affected", "why": "refused"})
        sides = {one.group for one, _reason, _told in page.context["page"]}
        assert sides == {"affected", "comparison"} and "对照客户" not in page.content.decode()
        assert all(one.state != "listed" for one, _reason, _told in page.context["page"])
        assert "group=affected" not in client.get(at("round", called.pk)).content.decode()
        services.conclude_round(round_=called, actor=caller)
        assert "对照客户" in client.get(at("target_list", called.pk)).content.decode()

    def test_the_department_sees_its_own_customers_alone(self, client, called, cast):
        client.force_login(cast.leader)
        page = client.get(at("target_list", called.pk), {"group": "comparison"})
        assert {one.group for one, _reason, _told in page.context["page"]} == {"affected"}

    def test_who_sees_the_round_and_not_its_customers_reads_it_without_them(self, client, called, cast, monkeypatch):
        monkeypatch.setattr("bihuan.loop.verify.callbacks.rights.shows", lambda *asked: False)
        client.force_login(cast.leader)
        page = client.get(at("round", called.pk))
        assert page.status_code == 200 and at("target_list", called.pk) not in page.content.decode()
        assert at("form5_file", called.pk) not in page.content.decode()
        assert client.get(at("target_list", called.pk)).status_code == 404

    def test_without_a_sampled_wave_it_says_what_to_do(self, client, opened, caller):
        client.force_login(caller)
        assert "先建一期调查并抽样" in client.get(at("round", opened.pk)).content.decode()
        assert client.post(at("round_sample", opened.pk), {"wave": 1}).status_code == 422


class TestTheCaller:
    def test_one_call_from_beginning_to_end(self, client, assigned, caller):
        client.force_login(caller)
        assert "下一位" in client.get(at("task_list")).content.decode()
        page = client.post(at("task_next"), follow=True).content.decode()
        one = Target.objects.filter(round=assigned, state="waiting").first()
        assert "逐字照读" not in page and "受影响客户" not in page and "对照客户" not in page
        client.post(at("task_begin", one.pk))
        page = client.get(at("task", one.pk)).content.decode()
        assert "逐字照读" in page and "caller" in page and "****" in page
        assert client.post(at("task_reveal", one.pk), {"reason": ""}).status_code == 422
        assert f"138001{int(one.customer[1:]):05d}" in client.post(
            at("task_reveal", one.pk), {"reason": "按名单回访"}).content.decode()
        assert client.post(at("task_feedback", one.pk), {"score": "9"}).status_code == 422
        client.post(at("task_feedback", one.pk), {
            "score": "4", "opinion": "快多了", "improve": "yes", "remark": "续约"})
        one.refresh_from_db()
        assert (one.state, one.score, one.improve, one.called_on) == ("done", 4, "yes", NOON.date())
        client.post(at("task_benefit", one.pk), {"kind": "safer", "note": ""})
        assert BusinessOutcome.objects.get().kind == "safer"
        page = client.get(at("task", one.pk)).content.decode()
        assert "快多了" in page and "客户流失风险降低" in page

    def test_a_call_without_feedback(self, client, assigned, caller):
        client.force_login(caller)
        one = Target.objects.filter(round=assigned, state="waiting").first()
        client.post(at("task_begin", one.pk))
        assert client.post(at("task_end", one.pk), {"outcome": "later"}).status_code == 422
        client.post(at("task_end", one.pk), {"outcome": "refused", "no_more": "on"})
        one.refresh_from_db()
        assert one.state == "refused" and Attempt.objects.get().outcome == "refused"

    def test_nobody_calls_customers_of_their_own_cases(self, client, assigned, cast):
        """R10: agent An1 served the odd customers; to them their tasks are not there."""
        served = person("served", "callback_officer", "north", agent_id="An1")
        one = Target.objects.filter(round=assigned, state="waiting", group="affected").first()
        Target.objects.filter(pk=one.pk).update(caller=served)
        client.force_login(served)
        assert client.get(at("task", one.pk)).status_code == 404
        assert client.post(at("task_begin", one.pk)).status_code == 404
        Target.objects.filter(pk=one.pk).update(caller=None)
        lines = client.get(at("target_list", assigned.pk)).context["page"]
        assert {line.group for line, _reason, _told in lines} == {"comparison"}


def test_outsiders_find_nothing(client, assigned, cast):
    one = Target.objects.filter(round=assigned, state="waiting").first()
    for who in (cast.outsider, cast.nobody):
        client.force_login(who)
        for name in ("round", "target_list", "form5_file", "form5_upload"):
            assert client.get(at(name, assigned.pk)).status_code == 404, name
        for name in ("round_assign", "round_check", "round_sample", "round_conclude", "form5_take"):
            assert client.post(at(name, assigned.pk)).status_code == 404, name
        assert client.get(at("task", one.pk)).status_code == 404
        for name in ("task_begin", "task_reveal", "task_end", "task_feedback", "task_benefit"):
            assert client.post(at(name, one.pk)).status_code == 404, name
        assert client.get(at("round_new"), {"measure": assigned.measure_id}).status_code == 404
        assert client.get(at("of_measure"), {"measure": assigned.measure_id}).status_code == 404
    for name in ("round_list", "task_list"):
        assert client.get(at(name)).status_code == 404


def test_pages_take_as_many_statements_as_agreed(client, assigned, caller):
    client.force_login(caller)
    counted = {}
    for name in COUNTS:
        args = [assigned.pk] if name in ("round", "target_list") else []
        with CaptureQueriesContext(connection) as statements:
            assert client.get(at(name, *args)).status_code == 200
        counted[name] = len(statements)
    assert counted == COUNTS
