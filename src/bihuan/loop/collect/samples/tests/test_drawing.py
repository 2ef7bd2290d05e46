"""A frame is made, a sample drawn from it, repeated, changed by hand, and everybody has a reason."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bihuan.core.jobs.run import run_pending
from bihuan.core.models import AuditEntry
from bihuan.core.privacy.services import refuse_contact
from bihuan.core.rights import NotAllowed, SystemActor
from bihuan.core.tests.kept import kept
from bihuan.engine.facts.privacy.blocking import publish_blocked
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.collect.samples import services
from bihuan.loop.collect.samples.errors import Refused
from bihuan.loop.collect.samples.models import Draw, Frame, Member
from bihuan.loop.collect.samples.queries import drawn_of, not_asked, population_of
from bihuan.loop.collect.samples.queries.answers import answered
from bihuan.loop.collect.samples.queries.comparison import comparison
from bihuan.loop.collect.samples.queries.coverage import case_summary, people, summary
from bihuan.loop.collect.samples.queries.files import folder, path_of
from bihuan.loop.collect.samples.queries.members import chase_members, draw_in_force, gauges, key_coverage
from bihuan.loop.collect.samples.queries.plans import Plan
from bihuan.loop.collect.samples.queries.told import sample_of
from bihuan.loop.collect.samples.tests.company import answer, make_survey
from bihuan.loop.collect.surveys.queries import wave_info

from .conftest import MARCH, PLAN

SYSTEM = SystemActor("test")


@pytest.fixture
def frame(wave, cast):
    kept("frame", (Frame,), lambda: services.start_frame(
        wave=wave.pk, rule=MARCH, actor=cast.director), folder=folder())
    return Frame.objects.get()


@pytest.fixture
def drawing(frame, cast):
    kept("drawing", (Draw, Member), lambda: services.start_draw(
        frame=frame, plan=PLAN, seed="2026", actor=cast.director))
    return Draw.objects.get()


def test_a_frame_says_who_is_in_it_and_who_may_be_asked(wave, cast):
    """K51-K59 were not served in March; K50 has no address."""
    frame = services.start_frame(wave=wave.pk, rule=MARCH, actor=cast.director)
    assert (frame.state, frame.universe, frame.inside, frame.eligible) == ("ready", 60, 51, 50)
    assert frame.counts["type"]["vip"] == 6 and frame.counts["complained"] == {"no": 48, "yes": 3}
    assert AuditEntry.objects.filter(action="collect.frame_made").count() == 1


def test_a_sample_has_every_key_account_and_the_number_asked_for(drawing):
    """Six VIPs of whom one has no address: a census of five; the other 21 by size."""
    hows = Counter(drawing.members.values_list("how", flat=True))
    assert hows == {"census": 5, "drawn": 21}
    assert {line["name"] for line in drawing.table} == {"key", "silent", "region=华东", "region=华北", "region=华南"}
    for line in drawing.table:
        assert drawing.members.filter(stratum=line["name"]).count() == line["drawn"]
    weighted = sum(drawing.members.filter(how="drawn").values_list("weight", flat=True))
    assert weighted == pytest.approx(sum(line["eligible"] for line in drawing.table if line["name"] != "key"))


def test_the_same_seed_and_frame_give_the_same_people_again(drawing, cast):
    before = set(drawing.members.values_list("customer", flat=True))
    again = services.start_draw(frame=drawing.frame, plan=PLAN, seed="2026", reason="复抽核对", actor=cast.director)
    assert set(again.members.values_list("customer", flat=True)) == before
    assert again.digest == Draw.objects.get(pk=drawing.pk).digest
    assert Draw.objects.get(pk=drawing.pk).state == "replaced" and again.state == "drawn"


def test_a_draw_is_repeated_and_found_to_agree_until_somebody_meddles(drawing, cast):
    assert services.check_draw(drawing=drawing, actor=cast.director) == ""
    victim = drawing.members.filter(how="drawn").first()
    Member.objects.filter(pk=victim.pk).update(customer="K59")
    assert "缺 1 人，多 1 人" in services.check_draw(drawing=drawing, actor=cast.director)
    Member.objects.filter(pk=victim.pk).update(customer=victim.customer, probability=0.9)
    assert "概率" in services.check_draw(drawing=drawing, actor=cast.director)
    Member.objects.filter(pk=victim.pk).update(probability=victim.probability)
    path = path_of(drawing.frame)
    rows = pq.read_table(path).to_pylist()
    rows[33]["region"] = "别处"
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(path)), path)
    assert "抽样框与当时的校验值不符" in services.check_draw(drawing=drawing, actor=cast.director)
    assert AuditEntry.objects.filter(action="collect.sample_checked").count() == 4


def test_changes_by_hand_keep_their_reason_and_are_no_fault_of_the_draw(drawing, cast):
    out = drawing.members.filter(how="drawn").first().customer
    outside = "K57"
    services.remove_member(drawing=drawing, customer=out, reason="离职员工本人", actor=cast.director)
    added = services.add_member(drawing=drawing, customer=outside, reason="负责人指定的试点客户 13800138000",
                                actor=cast.director)
    assert (added.how, added.probability, added.weight, added.stratum) == ("manual", None, None, "")
    assert services.check_draw(drawing=drawing, actor=cast.director) == ""
    listed = {one.customer: one for one in drawn_of(drawing.wave_id)}
    assert out not in listed and listed[outside].reason == "负责人指定的试点客户 〔手机号〕"
    assert listed[outside].reach == ("sms",)
    assert dict(not_asked(drawing.wave_id))[out] == "removed"
    back = services.add_member(drawing=drawing, customer=out, reason="确认不是员工", actor=cast.director)
    assert (back.how, back.is_removed) == ("drawn", False)
    assert drawing.changes.count() == 3


@pytest.mark.parametrize("customer, reason, code", [
    ("K57", "好", "reason_needed"), ("K404", "领导指定", "customer_unknown"), ("K50", "领导指定", "may_not_be_asked")])
def test_what_cannot_be_added_is_refused(drawing, cast, customer, reason, code):
    with pytest.raises(Refused) as refused:
        services.add_member(drawing=drawing, customer=customer, reason=reason, actor=cast.director)
    assert refused.value.code == code


def test_somebody_who_was_asked_is_not_removed_and_their_wave_is_not_drawn_anew(drawing, cast):
    one = drawing.members.first().customer
    assert services.note_asks(wave=drawing.wave_id, people=[(one, "sms", "")], actor=SYSTEM) == {}
    with pytest.raises(Refused, match="已经询问过"):
        services.remove_member(drawing=drawing, customer=one, reason="不要再问", actor=cast.director)
    with pytest.raises(Refused, match="不能重新抽样"):
        services.start_draw(frame=drawing.frame, plan=PLAN, reason="换一批人", actor=cast.director)


def test_a_second_draw_needs_a_reason_and_a_closed_wave_none_helps(drawing, cast, wave):
    with pytest.raises(Refused, match="原因"):
        services.start_draw(frame=drawing.frame, plan=PLAN, actor=cast.director)
    wave.state = "closed"
    wave.save()
    with pytest.raises(Refused, match="已截止"):
        services.start_draw(frame=drawing.frame, plan=PLAN, reason="换一批人", actor=cast.director)


def test_everybody_known_stands_under_exactly_one_reason(wave, cast, company):
    refuse_contact(customer="K33", actor=SYSTEM)
    publish_blocked(company, ["K34"])
    services.note_asks(wave=make_survey("other").waves.get().pk, people=[("K35", "sms", "")], actor=SYSTEM)
    frame = services.start_frame(wave=wave.pk, rule=MARCH, actor=cast.director)
    drawing = services.start_draw(frame=frame, plan=PLAN, seed="1", actor=cast.director)
    found = summary(drawing)
    counts = {reason.code: reason.count for reason in found.reasons}
    assert sum(counts.values()) == found.total == 60
    assert counts == {"waiting": 26, "not_drawn": 21, "refused": 1, "quiet": 1, "no_address": 1,
                      "outside_no_service": 9, "blocked": 1}
    assert sum(reason.share for reason in found.reasons) == pytest.approx(1)
    rows, total = people(drawing, reason="outside_no_service", size=5)
    assert (len(rows), total, rows[0]["customer"]) == (5, 9, "K51")
    assert people(drawing, size=100)[1] == 60 - 26 - 1
    assert "K34" not in dict(not_asked(wave.pk))


def test_every_closed_case_stands_under_exactly_one_reason(drawing):
    """Fifty-one cases of customers and one of nobody were closed in March."""
    found = case_summary(drawing)
    counts = {reason.code: reason.count for reason in found.reasons}
    assert found.total == sum(counts.values()) == 52
    assert counts["no_customer"] == 1 and counts["waiting"] == 26


def test_why_a_sender_held_somebody_back_is_told(drawing, cast):
    one, two = drawing.members.values_list("customer", flat=True)[:2]
    refuse_contact(customer=one, actor=SYSTEM)
    later = datetime.now(UTC) + timedelta(minutes=5)
    services.note_asks(wave=drawing.wave_id, people=[(one, "sms", ""), (two, "sms", "")], at=later, actor=SYSTEM)
    counts = {reason.code: reason.count for reason in summary(drawing).reasons}
    assert (counts["sent"], counts["refused"], counts["waiting"]) == (1, 1, 24)
    services.note_held(wave=drawing.wave_id, why={one: "no_address"}, actor=SYSTEM)
    assert {reason.code for reason in summary(drawing).reasons} >= {"no_address"}
    with pytest.raises(ValueError, match="no such reason"):
        services.note_held(wave=drawing.wave_id, why={one: "whim"}, actor=SYSTEM)


def test_the_gauge_says_none_yet_until_there_are_answers(drawing, company):
    info = wave_info(drawing.wave_id)
    none = answered(info)
    assert none.none_yet
    assert {(one.valid, one.margin) for one in gauges(drawing, none)} == {(0, None)}
    keys = list(drawing.members.filter(stratum="key").values_list("customer", flat=True))
    answer(company, info.code, keys[:2])
    found = answered(info)
    key = next(one for one in gauges(drawing, found) if one.name == "key")
    assert (key.valid, key.enough, found.valid) == (2, False, 2)
    assert key.margin == pytest.approx(1.959964 * (0.25 / 2 * (6 - 2) / 5) ** 0.5, rel=1e-5)   # Cochran 1977, 4.4
    assert key_coverage(drawing, found) == (6, 5, 2)
    assert list(chase_members(drawing, found).values_list("customer", flat=True)) == sorted(keys[2:])


def test_a_report_tells_how_it_was_drawn_and_what_was_changed_by_hand_and_of_no_few(drawing, cast, company):
    """Of a stratum of which fewer than ``minimum`` were asked nobody is told how many answered."""
    services.add_member(drawing=drawing, customer="K57", reason="续约前必问", actor=cast.director)
    listed = list(drawing.members.filter(is_removed=False).exclude(stratum="key").values_list("customer", flat=True))
    services.note_asks(wave=drawing.wave_id, people=[(one, "sms", "") for one in listed], actor=SYSTEM)
    answer(company, "csat.1", listed[-8:])
    told = sample_of(drawing.wave_id, minimum=5)
    assert dict(told.facts)["随机种子"] == "2026" and "重点客户全覆盖" in dict(told.facts)["分层"]
    assert [(one.kind, one.reason) for one in told.changes] == [("人工加入", "续约前必问")]
    by_name = {one.name: one for one in told.strata}
    assert by_name["重点客户"].valid is None and by_name["重点客户"].drawn == 5
    assert sum(one.added for one in told.strata) == 1
    assert all((one.valid is not None) <= (one.asked >= 5) for one in told.strata)
    assert any(one.valid for one in told.strata) and sample_of(0, minimum=5) is None
    # Of one key account alone: beside the answers by type and region, that one would be what the others leave over.
    key = drawing.members.filter(stratum="key", is_removed=False).values_list("customer", flat=True)[0]
    services.note_asks(wave=drawing.wave_id, people=[(key, "sms", "")], actor=SYSTEM)
    assert any(one.valid for one in sample_of(drawing.wave_id, minimum=5).strata)
    assert {one.valid for one in sample_of(drawing.wave_id, minimum=5, beside=True).strata} == {None}


def test_of_an_anonymous_survey_nobody_can_tell_by_stratum(cast, company):
    survey = make_survey("anon", mode="anonymous")
    wave = survey.waves.get()
    frame = services.start_frame(wave=wave.pk, rule=MARCH, actor=cast.director)
    drawing = services.start_draw(frame=frame, plan=PLAN, actor=cast.director)
    assert {one.valid for one in gauges(drawing, answered(wave_info(wave.pk)))} == {None}


def test_the_sample_is_compared_with_whom_it_stands_for(drawing, company):
    answer(company, wave_info(drawing.wave_id).code, drawing.members.values_list("customer", flat=True)[:10])
    found = {one.name: one for one in comparison(drawing, answered(wave_info(drawing.wave_id)))}
    region = found["region"]
    assert sum(part.population for part in region.parts) == 51
    assert sum(part.drawn for part in region.parts) == 26 and sum(part.answered for part in region.parts) == 10
    assert sum(part.weighted_share for part in region.parts) == pytest.approx(1)
    vip = next(part for part in found["type"].parts if part.label == "VIP")
    # The census lies over the VIPs' share; the weights bring it back to that of those who may be asked: 5 of 50.
    assert vip.drawn_share > vip.population_share and vip.weighted_share == pytest.approx(5 / 50)


def test_population_of_a_wave(drawing):
    found = population_of(drawing.wave_id)
    assert sum(found.strata.values()) == 51 and found.segments["complained"] == {"no": 48, "yes": 3}
    assert population_of(0) is None and drawn_of(0) == [] and list(not_asked(0)) == []


def test_neyman_by_pages_wants_every_deviation(frame, cast):
    with pytest.raises(Refused, match="还缺"):
        services.start_draw(frame=frame, plan=Plan(by=("region",), method="neyman"), actor=cast.director)


def test_a_survey_of_a_unit_asks_customers_of_the_unit_alone(north_wave, cast):
    frame = services.start_frame(wave=north_wave.pk, rule=MARCH, actor=cast.manager)
    assert (frame.units, frame.inside) == (["n1", "n2", "north"], 26)             # the even ones
    with pytest.raises(NotAllowed):
        services.start_frame(wave=north_wave.pk, rule=MARCH, actor=cast.outsider)


def test_a_manager_cannot_draw_for_the_whole_organisation(wave, cast):
    with pytest.raises(NotAllowed):
        services.start_frame(wave=wave.pk, rule=MARCH, actor=cast.manager)


def test_a_large_frame_and_draw_are_made_by_jobs(wave, cast, monkeypatch):
    monkeypatch.setattr(services.frames, "AT_ONCE", 10)
    monkeypatch.setattr(services.draws, "AT_ONCE", 10)
    frame = services.start_frame(wave=wave.pk, rule=MARCH, actor=cast.director)
    assert frame.state == "building"
    with pytest.raises(Refused, match="还没有建好"):
        services.start_draw(frame=frame, plan=PLAN, actor=cast.director)
    assert run_pending() == 1
    frame.refresh_from_db()
    assert frame.is_ready
    drawing = services.start_draw(frame=frame, plan=PLAN, actor=cast.director)
    assert (drawing.state, draw_in_force(wave.pk)) == ("waiting", None)
    assert run_pending() == 1
    assert draw_in_force(wave.pk).members.count() == 26


def test_a_deleted_number_leaves_frame_and_lists_and_the_draw_still_repeats(
        drawing, cast, django_capture_on_commit_callbacks):
    old, drawn = path_of(drawing.frame), drawing.members.filter(how="drawn").first()
    listed = set(drawing.members.values_list("customer", flat=True))
    passed = next(row["customer"] for row in pq.read_table(old).to_pylist()
                  if row["inside"] and row["state"] == "" and row["customer"] not in listed)
    services.assign_tasks(drawing=drawing, kind="chase", customers=[drawn.customer], owner=cast.director,
                          due=date(2026, 5, 1), actor=cast.director)
    with django_capture_on_commit_callbacks(execute=True):
        for number in (drawn.customer, passed):
            assert services.erase_customer(number)["frames"] == 1
    drawing = Draw.objects.get(pk=drawing.pk)
    rows = {row["customer"]: row for row in pq.read_table(path_of(drawing.frame)).to_pylist()}
    assert not {drawn.customer, passed} & {*rows, *drawing.members.values_list("customer", flat=True)}
    assert not old.exists() and drawing.frame.erased == 2 and len(rows) == 60
    alias = drawing.members.get(pk=drawn.pk).customer
    assert drawing.pinned[alias] is True and sorted(drawing.pinned.values()) == [False, True]
    assert (rows[alias]["last_case"], rows[alias]["region"]) != (None, None) and rows[alias]["last_case"] is None
    assert services.check_draw(drawing=drawing, actor=cast.director) == ""
    again = services.start_draw(frame=drawing.frame, plan=PLAN, seed="9", reason="删除之后重抽", actor=cast.director)
    assert not again.members.filter(customer__startswith="erased-").exists()


def test_a_frame_of_nobody_says_so(wave, cast):
    frame = services.start_frame(wave=wave.pk, rule=FrameRule(date(2020, 1, 1), date(2020, 1, 2)), actor=cast.director)
    assert (frame.state, frame.error_text) == ("failed", str(Refused("nobody_inside")))
