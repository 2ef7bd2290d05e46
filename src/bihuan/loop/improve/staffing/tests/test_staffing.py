"""Plans from the form to the comparison, with rights; the numbers themselves are the engine's and tested there."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.rights import NotAllowed, scope_of
from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts.derive.upkeep import refresh
from bihuan.engine.facts.importing import import_file
from bihuan.engine.home import open_home
from bihuan.engine.staffing.errors import StaffingError
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.staffing import queries, services
from bihuan.loop.improve.staffing.errors import Refused
from bihuan.loop.improve.staffing.models import PLAN, Plan
from bihuan.loop.improve.staffing.rights import plan_for

HEADER = "通话编号,坐席,日期,时间,主题,是否接听,是否解决,应答秒数,通话时长,满意度,班组\n"
FORM = {"name": "晚间加二人", "unit_code": "", "channel": "phone", "start": "2026-03-02", "end": "2026-03-15",
        "target_s": 20, "people": 2, "first": 18, "last": 21, "weekdays": [1, 2, 3, 4, 5, 6, 7], "handling": 100,
        "taken": 0, "price": "50"}


@pytest.fixture(scope="session")
def phone_company(tmp_path_factory):
    """Four weeks of evenings in which two agents are too few, and later four are there."""
    folder = tmp_path_factory.mktemp("staffing")
    home = open_home(folder / "home")
    rows, number = [], 0
    for day in range(2, 31):
        for minute in range(0, 180, 4):
            number += 1
            waited = (30 + number % 40) if day < 16 else 5 + number % 9
            agent = f"A{number % (2 if day < 16 else 4)}"
            rows.append(f"C{number},{agent},2026-03-{day:02d},{18 + minute // 60}:{minute % 60:02d}:00,账单,是,是,"
                        f"{waited},00:03:30,,n1")
    path = folder / "calls.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    units = folder / "units.csv"
    units.write_text("单位编号,单位名称,上级编号,类型\nnorth,北方中心,,centre\nn1,北一组,north,team\ns1,南一组,,team\n",
                     encoding="utf-8")
    import_file(home, units, preset="units")
    import_file(home, path, preset="call_records")
    refresh(home)
    return home


@pytest.fixture
def cast(db, phone_company, settings):
    settings.BIHUAN_HOME = phone_company.path
    return build_cast()


@pytest.fixture
def planned(cast):
    values = {name: FORM[name] for name in ("name", "unit_code", "channel", "people", "first", "last", "weekdays")}
    plan = services.make_plan(actor=cast.director, start=date(2026, 3, 2), end=date(2026, 3, 15), price=50, **values)
    plan.made_at = datetime(2026, 3, 15, 9, tzinfo=UTC)
    plan.save()
    return services.work_out(plan=plan, tell=lambda *words: None)


def test_a_plan_is_made_replayed_and_shown(cast, client):
    client.force_login(cast.director)
    assert client.get(reverse("staffing:plan_new")).status_code == 200
    sent = client.post(reverse("staffing:plan_new"), FORM)
    plan = Plan.objects.get()
    assert sent.url == reverse("core:job", args=[plan.job]) and plan.change.people == 2 and plan.handling == 1.0
    assert "正在回放" in client.get(reverse("staffing:plan", args=[plan.pk])).content.decode()
    run_pending()
    page = client.get(reverse("staffing:plan", args=[plan.pk])).content.decode()
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY and plan.result["by"] == "answers"
    assert "回放误差" in page and "在岗时间由接起记录推得" in page and "n = 630 次联系" in page
    assert plan.result["cost"] == 14 * 2 * 3 * 50
    assert "每天 18–21 点增加 2 人" in client.get(reverse("staffing:plan_list")).content.decode()


def test_what_happened_is_set_beside_what_was_foretold(cast, planned, client):
    client.force_login(cast.director)
    address = reverse("staffing:compare", args=[planned.pk])
    early = client.post(address, {"in_force": "2026-03-25"})
    assert early.status_code == 422 and "至少要有 14 天" in early.content.decode()
    assert client.post(address, {"in_force": "2026-03-17"}).status_code == 422      # 13 whole days are on record
    hindsight = client.post(address, {"in_force": "2026-03-15"})    # one of the days that were replayed
    assert hindsight.status_code == 422 and "事后推演，不计分" in hindsight.content.decode()
    assert client.post(address, {"in_force": "2026-03-16"}).status_code == 302
    planned.refresh_from_db()
    assert planned.actual["contacts"] == 45 * 14 and planned.actual["figures"]["service_level"]["value"] > 0.9
    assert planned.actual["figures"]["service_level"]["place"] in ("inside", "better")
    assert "实施后实际" in client.get(reverse("staffing:plan", args=[planned.pk])).content.decode()


def test_a_verdict_scores_what_was_foretold(cast, planned, client):
    """From 16 March four agents are there: what came is better than 630 calls answered by two foretold."""
    told = {"title": "晚间加二人", "kind": "staffing", "accountable": cast.director, "change_on": date(2026, 3, 16)}
    measure = Measure.objects.create(number="M-1", unit_code="", **told)
    elsewhere = Measure.objects.create(number="M-2", unit_code="s1", **told)
    client.force_login(cast.director)
    address = reverse("staffing:link", args=[planned.pk])
    assert client.post(address, {"measure": 9999}).status_code == 422
    refused = client.post(address, {"measure": elsewhere.pk})
    assert refused.status_code == 422 and "不在该措施的单位之内" in refused.content.decode()
    assert client.post(address, {"measure": measure.pk}).status_code == 302
    assert services.score_plans(measure_id=measure.pk, in_force=date(2026, 3, 25), actor=cast.director) == 0
    assert services.score_plans(measure_id=measure.pk, in_force=date(2026, 3, 16), actor=cast.director) == 1
    (scored,) = queries.plans_of_measure(measure.pk, 0, cast.director)
    level = scored.lines[0]
    came, foretold = (scored.plan.actual["figures"], scored.plan.result["predicted"])
    missed = 100 * (came["service_level"]["value"] - foretold["service_level"]["value"])
    assert f"{missed:.1f}".lstrip("-") in level.missed and level.place and level.missed_interval
    assert "预测误差" in client.get(reverse("staffing:plan", args=[planned.pk])).content.decode()
    assert queries.plans_of_measure(measure.pk, 10_000, cast.director) == []
    Plan.objects.update(made_at=datetime(2026, 3, 16, 9, tzinfo=UTC))
    assert services.score_plans(measure_id=measure.pk, in_force=date(2026, 3, 16), actor=cast.director) == 0
    (late,) = queries.plans_of_measure(measure.pk, 0, cast.director)
    assert late.hindsight == date(2026, 3, 16), "made when the new way had begun"
    page = client.get(reverse("staffing:plan", args=[planned.pk])).content.decode()
    assert "事后推演，不计分" in page and "预测误差" not in page
    # Who reads the measure and plans for other units, or for none, sees nothing of it.
    assert [queries.plans_of_measure(measure.pk, 0, who) for who in (cast.manager, cast.agent)] == [[], []]


def test_a_plan_without_contacts_says_why_and_can_be_tried_again(cast, client):
    client.force_login(cast.director)
    client.post(reverse("staffing:plan_new"), {**FORM, "channel": "online"})
    run_pending()
    plan = Plan.objects.get()
    assert plan.state == Plan.State.FAILED and "没有进入排队的联系" in plan.problem
    assert "未能推演" in client.get(reverse("staffing:plan", args=[plan.pk])).content.decode()
    assert client.post(reverse("staffing:again", args=[plan.pk])).status_code == 302
    plan.refresh_from_db()
    assert plan.state == Plan.State.RUNNING


@pytest.mark.parametrize(("wrong", "words"), [
    ({"people": 0}, "这个方案与现状相同"), ({"first": 20, "last": 18}, "先早后晚"), ({"end": "2027-03-15"}, "92"),
    ({"start": "2026-03-20"}, "结束日期不早于开始日期"), ({"weekdays": []}, "星期")])
def test_what_cannot_be_tried_is_refused_and_what_was_typed_stays(cast, client, wrong, words):
    client.force_login(cast.director)
    refused = client.post(reverse("staffing:plan_new"), {**FORM, **wrong})
    assert refused.status_code == 422 and words in refused.content.decode()
    assert "晚间加二人" in refused.content.decode() and not Plan.objects.exists()


def test_few_contacts_are_withheld_and_hours_tell_how_many_they_had(cast, planned, client, monkeypatch):
    client.force_login(cast.director)
    address = reverse("staffing:plan", args=[planned.pk])
    assert sum(planned.result["replayed"]["counts"].values()) == 630
    assert "n = 210" in client.get(address).content.decode() and "n = 0" not in client.get(address).content.decode()
    scope = scope_of(cast.director, PLAN)
    monkeypatch.setattr("bihuan.loop.improve.staffing.views.scope_of", lambda *asked: replace(scope, minimum_n=250))
    hours_withheld = client.get(address).content.decode()
    assert "n = 210" not in hours_withheld and "n = 630" in hours_withheld
    monkeypatch.setattr("bihuan.loop.improve.staffing.views.scope_of", lambda *asked: replace(scope, minimum_n=631))
    page = client.get(address).content.decode()
    assert "样本过少，不予显示" in page and "服务水平" not in page


def test_erlang_gives_the_golden_numbers(cast, client):
    client.force_login(cast.director)
    page = client.get(reverse("staffing:erlang")).content.decode()
    assert ">14<" in page and ">20<" in page and "88.8%" in page
    assert client.get(reverse("staffing:erlang"), {"contacts": 1e6, "handle_s": 36000}).status_code == 422


def test_others_find_nothing(cast, planned, client):
    addresses = [reverse("staffing:plan_list"), reverse("staffing:plan_new"), reverse("staffing:erlang"),
                 reverse("staffing:plan", args=[planned.pk])]
    client.force_login(cast.outsider)
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    for name in ("again", "compare", "link"):
        assert client.post(reverse(f"staffing:{name}", args=[planned.pk])).status_code == 404


def test_a_planner_of_a_centre_sees_and_plans_that_centre_alone(cast, planned, client):
    with pytest.raises(NotAllowed):
        plan_for(cast.manager, planned.pk)
    values = {"name": "x", "channel": "phone", "start": date(2026, 3, 2), "end": date(2026, 3, 8), "people": 1,
              "weekdays": [1]}
    for unit in ("south", ""):
        with pytest.raises(Refused):
            services.make_plan(actor=cast.manager, unit_code=unit, **values)
    own = services.make_plan(actor=cast.manager, unit_code="north", **values)
    assert [plan.pk for plan in Plan.objects.for_user(cast.manager)] == [own.pk]
    # North has its own calls (team n1); with the reach of south's people there would be none.
    assert services.work_out(plan=own, tell=lambda *words: None).result["replayed"]["contacts"] == 315
    client.force_login(cast.manager)
    page = client.get(reverse("staffing:plan", args=[own.pk])).content.decode()
    assert "不到 14 天，不给区间" in page and "<small>95%" not in page
    own.unit_code = "s1"
    with pytest.raises(StaffingError):
        services.work_out(plan=own, tell=lambda *words: None)
