"""The pages of samples: a survey officer draws a sample; outsiders find nothing."""

from datetime import date

from django.urls import reverse

from bihuan.core.models import Role
from bihuan.core.privacy.models import DataSet
from bihuan.core.rights import SystemActor
from bihuan.loop.collect.samples.models import Draw, Frame
from bihuan.loop.collect.samples.tests.company import make_survey
from bihuan.loop.plan.goals.services import create_scope

SYSTEM = SystemActor("test")
MARCH = {"start": "2026-03-01", "end": "2026-03-31", "key_types": "vip", "ask_by": ["sms", "email"]}
PLAN = {"by": ["region"], "key_apart": "on", "silent_apart": "on", "method": "proportional", "total": 26, "rate": 50}


def at(name, *args):
    return reverse(f"samples:{name}", args=args)


def test_from_the_list_to_the_sample(client, officer, wave):
    client.force_login(officer)
    assert "还没有样本" in client.get(at("sample_list")).content.decode()
    assert at("frame_new", wave.pk) in client.get(at("sample", wave.pk)).content.decode()
    assert 'name="ask_by"' in client.get(at("frame_new", wave.pk)).content.decode()
    made = client.post(at("frame_new", wave.pk), MARCH)
    frame = Frame.objects.get()
    assert made["Location"] == at("frame", frame.pk)
    shown = client.get(made["Location"], PLAN).content.decode()
    assert "重点客户" in shown and "沉默客户" in shown and "总体满意率的误差约" in shown
    fragment = client.get(at("table", frame.pk), {**PLAN, "fixed:region=华东": "4"}).content.decode()
    assert "<html" not in fragment and 'value="4"' in fragment
    # A number that makes no table takes nothing away of what was typed into it.
    kept = '<input type="hidden" name="fixed:region=华东" value="4">'
    none = client.get(at("table", frame.pk), {**PLAN, "total": "", "fixed:region=华东": "4"}).content.decode()
    assert "<table" not in none and kept in none and kept not in fragment
    done = client.post(at("draw", frame.pk), {**PLAN, "fixed:region=华东": "4", "seed": "2026"})
    assert done["Location"] == at("sample", wave.pk)
    drawing = Draw.objects.get()
    assert (drawing.members.count(), drawing.seed, drawing.fixed) == (26, "2026", {"region=华东": 4})
    page = client.get(done["Location"]).content.decode()
    assert "还没有答卷" in page and "2026" in page and "尚无" in page
    assert "已抽样" in client.get(at("sample_list")).content.decode()


def test_a_frame_keeps_to_a_review_s_scope_and_is_no_longer_its_own_when_widened(client, cast, officer, wave):
    """Of the 51 customers served in March the three of K20 to K22 had a complaint; 21 is of the south."""
    scope = create_scope(name="北区投诉", values={"kind": ["complaint"], "unit": ["north"]}, period_kind="quarter",
                         actor=cast.director)
    key = f"scope:{scope.versions.get().pk}"
    client.force_login(officer)
    form = client.get(at("frame_new", wave.pk), {"scope": key.partition(":")[2]}).context["form"]
    assert (form["kinds"].value(), form["units"].value(), form["scope"].value()) == (["complaint"], ["north"], key)
    given = {**MARCH, "scope": key, "kinds": "complaint", "units": "north"}
    shown = client.get(client.post(at("frame_new", wave.pk), given)["Location"]).content.decode()
    kept = Frame.objects.get()
    assert (kept.inside, kept.rule["scope"]) == (2, "北区投诉 v1") and "北区投诉 v1" in shown and "投诉" in shown
    client.post(at("frame_new", wave.pk), {**given, "kinds": ["complaint", "contact"]})
    wider = Frame.objects.order_by("-pk").first()
    assert wider.inside > 2 and wider.rule["scope"] == ""
    assert client.get(at("frame_new", wave.pk), {"scope": "999"}).status_code == 404


def test_the_next_wave_begins_with_whom_the_one_before_asked(client, cast, officer):
    """The days move on to the newest whole month that is over; the plan is that of the draw in force."""
    first, second = make_survey("again", waves=2).waves.order_by("number")
    second.previous = first
    second.save()
    scope = create_scope(name="电话", values={"channel": ["phone"]}, period_kind="quarter", actor=cast.director)
    key = f"scope:{scope.versions.get().pk}"
    client.force_login(officer)
    assert client.get(at("frame_new", first.pk)).context["former"] is None
    client.post(at("frame_new", first.pk), {**MARCH, "scope": key, "channels": "phone", "complained": "no"})
    frame = Frame.objects.get()
    client.post(at("draw", frame.pk), {**PLAN, "fixed:region=华东": "4"})
    shown = client.get(at("frame_new", second.pk))
    form = shown.context["form"]
    assert (form["channels"].value(), form["complained"].value(), form["scope"].value()) == (["phone"], "no", key)
    assert (form["start"].value(), form["end"].value()) == (date(2026, 4, 1), date(2026, 4, 30))
    assert "已按上一期的抽样框填好" in shown.content.decode()
    client.post(at("frame_new", second.pk), {**MARCH, "scope": key, "channels": "phone"})
    plan = client.get(at("frame", Frame.objects.order_by("-pk").first().pk)).context["form"]
    assert (plan["by"].value(), plan["total"].value(), plan["rate"].value()) == (["region"], 26, "50")
    assert plan.is_valid() and plan.plan().silent_apart and plan.plan().fixed == {}


def test_what_is_wrong_with_a_frame_is_said(client, officer, wave):
    client.force_login(officer)
    for change, words in (({"end": "2026-02-01"}, "不能早于"),
                          ({"start": "2020-01-01", "end": "2020-01-02"}, "一位客户也没有"),
                          ({"spend_cuts": "100,abc"}, "请填写数字"), ({"spend_cuts": "100"}, "写明字段名")):
        answer_ = client.post(at("frame_new", wave.pk), {**MARCH, **change})
        assert answer_.status_code == 422 and words in answer_.content.decode(), change


def test_a_draw_that_cannot_be_is_refused_with_its_reason(client, cast, drawn):
    client.force_login(cast.director)
    again = client.post(at("draw", drawn.frame_id), PLAN)
    assert again.status_code == 422 and "请写明原因" in again.content.decode()
    assert client.post(at("draw", drawn.frame_id), {**PLAN, "total": "x"}).status_code == 422


def test_neyman_shows_measured_deviations_and_takes_typed_ones(client, cast, drawn):
    client.force_login(cast.director)
    plan = {"method": "neyman", "total": 20, "key_apart": "on"}
    told = client.get(at("table", drawn.frame_id), plan).content.decode()
    assert "按已有的满意度评价实测" in told and 'name="spread:' in told
    typed = client.get(at("table", drawn.frame_id), {
        **plan, "by": "complained", "spread:complained=yes": "9"}).content.decode()
    assert 'value="9.000"' in typed


def test_the_list_is_searched_and_paged(client, cast, drawn):
    client.force_login(cast.director)
    page = client.get(at("members", drawn.wave_id)).content.decode()
    assert "共 26 条" not in page and page.count("<th scope=\"row\">") == 26
    assert client.get(at("members", drawn.wave_id), {"stratum": "skey"}).content.decode().count("全覆盖") >= 5
    assert "没有符合的客户" in client.get(at("members", drawn.wave_id), {"q": "K99"}).content.decode()


def test_whose_numbers_are_closed_sees_counts_alone(client, cast, drawn):
    Role.objects.filter(key="director").update(closed_fields=["customer"])
    client.force_login(cast.director)
    for name in ("members", "members_export", "reasons", "reasons_export", "reach"):
        assert client.get(at(name, drawn.wave_id)).status_code == 404, name
    page = client.get(at("sample", drawn.wave_id)).content.decode()
    assert at("members", drawn.wave_id) not in page and at("reach", drawn.wave_id) not in page


def test_a_file_is_held_to_what_customers_data_are_for(client, cast, drawn):
    kept = DataSet.objects.create(code="c", name="客户", holds="电话", keeper="王", purposes=["service"],
                                  bodies=["customers"])
    client.force_login(cast.director)
    assert client.get(at("members_export", drawn.wave_id)).status_code == 302
    DataSet.objects.filter(pk=kept.pk).update(purposes=["survey"])
    assert client.get(at("members_export", drawn.wave_id)).status_code == 200


def test_adding_and_removing_by_page(client, cast, drawn):
    client.force_login(cast.director)
    refused = client.post(at("member_add", drawn.pk), {"add-customer": "K404", "add-reason": "领导指定"})
    assert refused.status_code == 422 and "没有编号为" in refused.content.decode()
    assert client.post(at("member_add", drawn.pk), {"add-customer": "K57", "add-reason": "试点客户"}).status_code == 302
    one = drawn.members.filter(how="drawn").first().customer
    assert client.post(at("member_remove", drawn.pk), {"remove-customer": one, "remove-reason": "内部员工"}
                       ).status_code == 302
    page = client.get(at("sample", drawn.wave_id)).content.decode()
    assert "试点客户" in page and "内部员工" in page
    assert client.post(at("member_remove", drawn.pk), {"remove-customer": "K404", "remove-reason": "没有此人"}
                       ).status_code == 422


def test_a_check_says_that_all_agrees(client, cast, drawn):
    client.force_login(cast.director)
    page = client.post(at("check", drawn.pk), follow=True).content.decode()
    assert "完全一致" in page
    drawn.members.filter(how="drawn").first().delete()
    assert "缺 1 人" in client.post(at("check", drawn.pk), follow=True).content.decode()
