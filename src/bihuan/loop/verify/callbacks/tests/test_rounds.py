"""Lists follow from a rule, calls are made from outside, and a round says three things once."""

import csv
from collections import Counter
from datetime import date, timedelta

import pytest

from bihuan.core.models import AuditEntry
from bihuan.core.privacy.models import Reveal
from bihuan.core.rights import NotAllowed
from bihuan.engine.effects.callbacks import Pair, judge_callbacks
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.loop.collect.samples.models import Ask
from bihuan.loop.collect.samples.services import note_asks
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.evaluate.indicators.queries.filters import place_words
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.tests.world import CHANGE
from bihuan.loop.verify.callbacks import services
from bihuan.loop.verify.callbacks.errors import Refused
from bihuan.loop.verify.callbacks.models import BusinessOutcome, Round, Target
from bihuan.loop.verify.callbacks.queries.affected import _place, derive, found_by, scope_for
from bihuan.loop.verify.callbacks.queries.results import comparisons_of, spoken, support_of
from bihuan.loop.verify.callbacks.queries.rounds import benefits_of, funnels, next_task
from bihuan.loop.verify.callbacks.queries.timeline import lines_of

from .conftest import NOON, person, say


def target(round_, number):
    return Target.objects.get(round=round_, customer=number)


class TestTheList:
    def test_it_holds_exactly_the_customers_of_the_rows_that_missed(self, done, built_world):
        """Counted from the imported file: whose tickets of the twelve weeks before the change are not solved."""
        told = {"n1": Counter(), "n2": Counter()}
        with (built_world.path.parent / "cases.csv").open(encoding="utf-8") as lines:
            for line in csv.DictReader(lines):
                day = date.fromisoformat(line["创建时间"][:10])
                if CHANGE - timedelta(weeks=12) <= day < CHANGE and line["是否解决"] == "否":
                    told[line["班组"]][line["客户编号"]] += 1
        found = found_by(derive(done), scope_for(done, None))
        assert {one.customer: one.rows for one in found if one.group == "affected"} == told["n1"]
        assert {one.customer: one.rows for one in found if one.group == "comparison"} == told["n2"]
        assert len(told["n1"]) > 25 and all(one.score in (1, 2, 3) for one in found)

    def test_a_finding_says_where_and_when(self, done):
        now = "2025-05-01T00:00:00Z"
        finding = Finding.objects.create(
            key="k", kind="manual", title="晚间解决率低", unit_code="n1", first_seen=now, last_seen=now,
            indicator="fcr_flag", where="channel = phone", group={"unit": "n1"}, start=CHANGE - timedelta(weeks=6),
            end=CHANGE - timedelta(weeks=4))
        Measure.objects.filter(pk=done.pk).update(finding=finding)
        derived = derive(Measure.objects.get(pk=done.pk))
        assert derived.terms["from"] == "finding" and derived.terms["where"] == '(channel = phone) and (unit = "n1")'
        assert derived.terms["end"] == (CHANGE - timedelta(weeks=4)).isoformat()
        assert derived.terms["against"] == "((channel = phone)) and (unit = n2)"

    def test_who_cannot_be_called_is_counted_with_the_reason(self, opened):
        counts = opened.found["affected"]
        assert counts["found"] == Target.objects.filter(round=opened, group="affected").count()
        assert (counts["no_address"], counts["refused"]) == (1, 1)
        assert (target(opened, "C1").why, target(opened, "C3").why) == ("no_address", "refused")
        reasons = sum(count for name, count in counts.items() if name not in ("found", "called"))
        assert reasons == counts["found"] - counts["called"]

    def test_the_others_are_drawn_with_the_same_marks(self, opened):
        chosen = Target.objects.filter(round=opened, state="waiting")
        marks = {group: Counter(chosen.filter(group=group).values_list("score_before", flat=True))
                 for group in ("affected", "comparison")}
        assert sum(marks["affected"].values()) == 20
        assert all(marks["comparison"][mark] <= count for mark, count in marks["affected"].items())
        assert set(marks["comparison"]) <= set(marks["affected"])

    def test_the_same_seed_gives_the_same_list_and_the_rule_gives_it_again(self, opened, done, caller):
        again = services.preview_round(measure=done, plan=services.Plan(most=20, seed="7"), actor=caller)
        assert {one.customer for one in again.listed if not one.why} == set(
            Target.objects.filter(round=opened, state="waiting").values_list("customer", flat=True))
        assert services.same_list(round_=opened, actor=caller)
        Round.objects.filter(pk=opened.pk).update(list_hash="0" * 64)
        assert not services.same_list(round_=Round.objects.get(pk=opened.pk), actor=caller)

    def test_one_round_at_a_time_and_only_after_the_change(self, opened, done, caller):
        with pytest.raises(Refused, match="进行中的回访"):
            services.open_round(measure=done, plan=services.Plan(), actor=caller)
        Measure.objects.filter(pk=done.pk).update(change_on=None)
        with pytest.raises(Refused, match="还没有完成"):
            derive(Measure.objects.get(pk=done.pk))

    def test_key_customers_are_due_first(self, opened):
        vip = Target.objects.filter(round=opened, tier="VIP").exclude(state="listed").first()
        other = Target.objects.filter(round=opened, tier="普通").exclude(state="listed").first()
        assert other.due_at > NOON and (vip is None or (vip.priority < other.priority and vip.due_at < other.due_at))


class TestCalling:
    def test_nobody_of_the_department_may_call(self, opened, caller, insider, cast):
        with pytest.raises(Refused, match="属于责任部门"):
            services.assign_targets(round_=opened, caller=insider, count=5, actor=caller)
        helper = person("helper", "callback_officer", "north")
        opened.measure.helpers.add(helper)
        with pytest.raises(Refused, match="参与了这项措施"):
            services.assign_targets(round_=opened, caller=helper, count=5, actor=caller)
        with pytest.raises(Refused, match="没有“回访受影响客户”的权限"):
            services.assign_targets(round_=opened, caller=cast.inspector, count=5, actor=caller)
        with pytest.raises(NotAllowed):
            services.assign_targets(round_=opened, caller=caller, count=5, actor=cast.outsider)

    def test_a_call_is_an_ask_that_every_quiet_period_counts(self, opened, caller):
        services.assign_targets(round_=opened, caller=caller, count=500, actor=caller)
        one = next_task(caller, NOON)
        say(one, 4, caller)
        ask = Ask.objects.get()
        assert (ask.customer, ask.wave_id, ask.case) == (one.customer, None, f"callbacks:{opened.pk}")
        two = next_task(caller, NOON)
        Ask.objects.create(customer=two.customer, channel="phone", at=NOON - timedelta(days=3), case="callbacks:999")
        with pytest.raises(Refused, match="静默期"):
            services.begin_call(target=two, actor=caller)

    def test_a_customer_not_reached_is_called_again_but_not_for_ever(self, opened, caller):
        services.assign_targets(round_=opened, caller=caller, count=1, actor=caller)
        one = next_task(caller, NOON)
        for turn in range(3):
            moment = NOON + timedelta(days=turn)
            call = services.begin_call(target=Target.objects.get(pk=one.pk), actor=caller, now=moment)
            services.end_call(call=call, outcome="no_answer", actor=caller, now=moment)
        assert Target.objects.get(pk=one.pk).state == "unreached" and next_task(caller, NOON) is None
        with pytest.raises(Refused, match="已经结束"):
            services.begin_call(target=Target.objects.get(pk=one.pk), actor=caller, now=NOON + timedelta(days=4))

    def test_hours_and_appointments_are_kept(self, opened, caller):
        services.assign_targets(round_=opened, caller=caller, count=1, actor=caller)
        one = next_task(caller, NOON)
        with pytest.raises(Refused, match="联系时段"):
            services.begin_call(target=one, actor=caller, now=NOON.replace(hour=22))
        call = services.begin_call(target=one, actor=caller)
        with pytest.raises(Refused, match="约定再拨"):
            services.end_call(call=call, outcome="later", later_at=NOON.replace(hour=23), actor=caller)
        services.end_call(call=call, outcome="later", later_at=NOON + timedelta(days=1), actor=caller)
        with pytest.raises(Refused, match="之后再拨"):
            services.begin_call(target=Target.objects.get(pk=one.pk), actor=caller)

    def test_the_number_is_shown_for_a_reason_and_leaves_a_line(self, opened, caller):
        services.assign_targets(round_=opened, caller=caller, count=1, actor=caller)
        call = services.begin_call(target=next_task(caller, NOON), actor=caller)
        assert services.reveal_number(call=call, reason="按名单回访", actor=caller)["phone"].startswith("138001")
        assert Reveal.objects.count() == 1

    def test_personal_data_in_what_was_said_are_masked(self, opened, caller):
        services.assign_targets(round_=opened, caller=caller, count=1, actor=caller)
        one = say(next_task(caller, NOON), 4, caller, opinion="打我 13912345678", remark="找 13912345678")
        assert "13912345678" not in one.opinion + one.remark and one.way == "call"


class TestWhatItShows:
    def test_the_marks_are_judged_by_the_engine_and_beside_others(self, called, caller):
        services.conclude_round(round_=called, actor=caller)
        called.refresh_from_db()
        score = called.result["score"]
        done = Target.objects.filter(round=called, state="done")
        pairs = {group: [Pair(one.score_before, float(one.score)) for one in done.filter(group=group)]
                 for group in ("affected", "comparison")}
        told = judge_callbacks(pairs["affected"], pairs["comparison"], worthwhile=0.5, same_way=True,
                               outside_caller=True)
        assert (score["verdict"], score["effect"]) == (told.verdict, told.effect) == ("effective", told.effect)
        assert score["n_touched"] == len(pairs["affected"]) and score["low"] > 0
        assert support_of(called.measure_id)[0].verdict == "effective"

    def test_recurrence_falls_for_those_touched_and_not_for_the_others(self, called, caller):
        """n1 solves 90 % instead of 60 % after the change, n2 still 60 %; each customer comes once a week."""
        told = services.conclude_round(round_=called, actor=caller).result["recurrence"]
        assert told["touched"]["n"] > 20 and told["others"]["n"] > 20 and not told["small"]
        after = told["touched"]["after"] / told["touched"]["n"]
        assert after == pytest.approx(1 - 0.9**4, abs=0.25)
        assert told["others"]["after"] / told["others"]["n"] == pytest.approx(1 - 0.6**4, abs=0.2)
        assert told["high"] < 0 and told["version"] == "1" and told["days"] == 28

    def test_nobody_left_where_everybody_comes_each_week(self, called, caller):
        told = services.conclude_round(round_=called, actor=caller).result["churn"]
        assert (told["touched"]["before"], told["touched"]["after"], told["difference"]) == (0, 0, 0)

    def test_a_caller_who_joined_the_measure_makes_it_no_evidence(self, called, caller):
        called.measure.helpers.add(caller)
        told = services.conclude_round(round_=called, actor=caller).result["score"]
        assert (told["verdict"], told["reason"]) == ("cannot_tell", "caller_from_department")

    def test_those_called_alone_are_never_called_effective(self, called, caller):
        Target.objects.filter(round=called, group="comparison").update(state="unreached")
        told = services.conclude_round(round_=called, actor=caller).result["score"]
        assert told["gain"] > 1 and (told["verdict"], told["reason"]) == ("cannot_tell", "no_comparators")

    def test_what_was_asked_in_two_ways_is_not_compared_though_both_sides_know_both(self, called, caller):
        for group in ("affected", "comparison"):
            one = Target.objects.filter(round=called, group=group, state="done").first()
            Target.objects.filter(pk=one.pk).update(way="file")
        told = services.conclude_round(round_=called, actor=caller).result["score"]
        assert (told["verdict"], told["reason"]) == ("cannot_tell", "asked_otherwise")

    def test_it_is_computed_once_and_early_only_with_a_reason(self, opened, caller):
        with pytest.raises(Refused, match="没有回访完"):
            services.conclude_round(round_=opened, actor=caller)
        services.conclude_round(round_=opened, note="项目提前结束", actor=caller)
        with pytest.raises(Refused, match="已经结束"):
            services.conclude_round(round_=opened, note="再来", actor=caller)
        opened.refresh_from_db()
        views = comparisons_of(opened)
        assert views[0].sides[0].before == "—" and views[0].small       # nobody was called: no mark, not 0
        assert AuditEntry.objects.filter(action="verify.callbacks_concluded").count() == 1

    def test_business_outcomes_are_counted_by_the_newest(self, called, caller):
        one = Target.objects.filter(round=called, group="affected", state="done").first()
        services.record_benefit(target=one, kind="at_risk", actor=caller)
        services.record_benefit(target=one, kind="ordered", note="续签一年", actor=caller)
        lines, affected, others = benefits_of(called)
        assert [(line.kind, line.affected) for line in lines] == [("ordered", 1)] and (affected, others) == (1, 0)
        assert BusinessOutcome.objects.filter(by=caller).count() == 2

    def test_the_funnel_counts_every_step(self, called):
        for one in funnels(called):
            assert one.found >= one.called == one.tried == one.reached == one.done and one.left == 0


def test_a_deleted_customer_leaves_no_words(called):
    one = Target.objects.filter(round=called, state="done").first()
    services.erase_customer(one.customer)
    one.refresh_from_db()
    assert (one.opinion, one.score is None) == ("", False)


def test_asks_without_a_wave_keep_two_rounds_apart(caller):
    """The room of samples answers: asked for the same thing before, or inside the quiet period of another."""
    asked = {"wave": None, "at": NOON, "actor": caller}
    assert note_asks(people=[("C9", "phone", "callbacks:1")], **asked) == {}
    assert note_asks(people=[("C9", "phone", "callbacks:1")], **asked)["C9"].code == "asked"
    assert note_asks(people=[("C9", "phone", "callbacks:2")], **asked)["C9"].code == "quiet"


def test_a_place_is_told_by_names_and_never_by_codes(opened):
    assert place_words('(channel = phone) and (unit = "n1") and (region is null)') == (
        "(渠道 为 电话) 且 (单位 为 北一组) 且 (地区 为 空)")
    assert place_words('team in ("n2")') == "班组 为 北二组" and "属于 (" in place_words("unit in (n1, n2)")
    assert place_words("not (unit = n2)") == "不包括 (单位 为 北二组)" and place_words("") == ""
    assert "{" not in spoken(opened)["opening"] and "工号 A7。" in spoken(opened, "工号 A7")["opening"]


def test_a_place_is_written_with_the_quotes_that_its_name_leaves_free(db):
    assert _place("channel = phone", {"topic": '退款 "急"', "region": None}) == (
        "(channel = phone) and (topic = '退款 \"急\"') and (region is null)")
    with pytest.raises(Refused, match="单引号"):
        _place("", {"topic": "\"'"})


def test_a_finished_call_stands_in_the_history_of_the_customer(opened, caller):
    target = opened.targets.filter(state="waiting").first()
    say(target, 4, caller, opinion="请打13800138000")
    line, = lines_of((target.customer,), EVERYTHING)
    assert (line["what"], line["detail"], line["who"]) == ("callback", "4 · 请打〔手机号〕", str(caller))
    assert list(lines_of((target.customer,), Scope(units=("elsewhere",)))) == []
    assert list(lines_of((target.customer,), Scope(agents=("a1",), label="own"))) == []
