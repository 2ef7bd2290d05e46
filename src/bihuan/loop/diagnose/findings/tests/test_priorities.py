"""What to solve first: matrix, Pareto with its cut, redesign list."""

import shutil
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts.derive import refresh
from bihuan.engine.home import open_home
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.queries import money
from bihuan.loop.diagnose.findings.queries.money import money_of
from bihuan.loop.diagnose.findings.queries.priorities import backlog, matrix_of, pareto_of, pareto_of_findings
from bihuan.loop.diagnose.findings.services.detect import surveys
from bihuan.loop.diagnose.findings.services.impact import impacts_of, measure_impacts
from bihuan.loop.diagnose.findings.services.redesign import set_redesign
from bihuan.loop.plan.cycles.contracts import Opening
from bihuan.loop.plan.cycles.services import open_cycle
from bihuan.loop.plan.goals.services import create_scope
from bihuan.loop.plan.goals.tests.conftest import put, put_units

# 100 complaints: 退货 60, 物流 25, 发票 10, 安装 5. The first two make up 85 %: the cut of 80 % lies in the second.
TOPICS = {"退货": 60, "物流": 25, "发票": 10, "安装": 5}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    home = open_home(tmp_path_factory.mktemp("findings") / "home")
    put_units(home)
    day = datetime(2026, 1, 5, 2, tzinfo=UTC)
    rows = [{"id": f"c{topic}{at}", "external_id": f"{topic}{at}", "customer": f"K{topic}{at}", "channel": "ticket",
             "kind": "complaint", "topic": topic, "unit": "n1", "opened": day + timedelta(hours=at)}
            for topic, count in TOPICS.items() for at in range(count)]
    rows += [{"id": f"q{at}", "external_id": f"q{at}", "customer": f"Q{at}", "channel": "phone", "kind": "contact",
              "topic": "发票", "unit": "n1", "opened": day + timedelta(hours=at)} for at in range(90)]
    before = datetime(2025, 12, 5, 2, tzinfo=UTC)
    rows += [{**rows[-1], "id": f"d{at}", "external_id": f"d{at}", "customer": f"D{at}",
              "topic": ("退货", "发票")[at % 2], "opened": before + timedelta(hours=at)} for at in range(120)]
    rows.append({**rows[-1], "id": "last", "external_id": "last", "topic": "发票",
                 "opened": datetime(2026, 1, 31, 15, tzinfo=UTC)})
    # Of the day after: January is over.
    rows.append({**rows[-1], "id": "after", "external_id": "after", "opened": datetime(2026, 2, 1, 2, tzinfo=UTC)})
    put(home, "cases", rows)
    put(home, "concessions", [{"id": f"p{at}", "case": f"c安装{at}", "amount": 20.0, "at": day} for at in range(5)])
    put(home, "customer_history", [{"customer": f"K退货{at}", "attribute": "状态", "value": "已销户",
                                    "valid_from": day + timedelta(days=9)} for at in range(15)])
    refresh(home)
    return home


@pytest.fixture
def cast(db, built, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built.path, settings.BIHUAN_HOME)
    return build_cast()


def test_the_pareto_counts_what_lies_in_the_lake_and_cuts_at_eighty(cast):
    found = pareto_of(cast.director, "topic")
    assert {line.value: line.count for line in found.lines} == TOPICS and found.total == 100
    assert [(line.value, line.vital) for line in found.lines] == [
        ("退货", True), ("物流", True), ("发票", False), ("安装", False)]
    assert [round(line.cumulative, 2) for line in found.lines] == [0.6, 0.85, 0.95, 1.0]


def test_nobody_counts_beyond_their_reach(cast):
    assert pareto_of(cast.outsider, "topic").total == 0


def test_the_number_opens_to_as_many_rows(client, cast):
    client.force_login(cast.director)
    line = pareto_of(cast.director, "topic").lines[1]
    page = client.get(line.evidence).content.decode()
    assert "25" in page and "物流24" in page


def test_one_click_makes_a_redesign_item_and_two_make_one(client, cast):
    client.force_login(cast.director)
    sent = {"by": "topic", "value": "退货"}
    for _time in range(2):
        assert client.post(reverse("findings:redesign"), sent).status_code == 302
    row = Finding.objects.get()
    assert (row.kind, row.redesign, row.share, row.n, row.state) == ("process", True, 0.6, 60, "accepted")
    assert client.post(reverse("findings:redesign"), {"by": "topic", "value": "没有"}).status_code == 404
    assert row.number in client.get(reverse("findings:pareto")).content.decode()


def test_the_list_ranks_by_share_for_each_step_of_effort(client, cast):
    client.force_login(cast.director)
    for value in TOPICS:
        client.post(reverse("findings:redesign"), {"by": "topic", "value": value})
    efforts = {"退货": 5, "物流": 1, "发票": 1}
    for row in Finding.objects.all():
        if row.group["topic"] in efforts:
            set_redesign(finding=row, effort=efforts[row.group["topic"]], actor=cast.director)
    assert [row.group["topic"] for row, _title, _worth in backlog(cast.director)] == ["物流", "退货", "发票", "安装"]
    assert client.post(reverse("findings:finding_redesign", args=[row.pk]), {"effort": "9"}).status_code == 302
    assert Finding.objects.get(pk=row.pk).effort != 9


def test_impact_is_measured_in_the_place_against_the_whole(cast):
    told = impacts_of("topic = '发票'", datetime(2026, 1, 1).date(), datetime(2026, 1, 31).date())
    assert told["complaint_rate"]["value"] == pytest.approx(10 / 101)
    assert told["complaint_rate"]["usual"] == pytest.approx(100 / 191) and told["complaint_rate"]["n"] == 101
    assert 0.05 < told["complaint_rate"]["low"] < 10 / 101 < told["complaint_rate"]["high"] < 0.18


def test_a_teams_share_of_complaints_has_no_place_and_the_missed_ones_are_counted(client, cast):
    """Wilson's interval of 15 of 60 (Brown, Cai & DasGupta 2001): 15.8 % to 37.2 %."""
    day = datetime(2026, 1, 31, tzinfo=UTC)
    told = {"complaint_rate": {"value": 0.25, "usual": 0.2, "n": 60, "small": False, "low": 0.158, "high": 0.372}}
    for key, group in (("a", {"team": "投诉组"}), ("b", {"topic": "退货"})):
        Finding.objects.create(key=key, kind="below_target", title=key, first_seen=day, last_seen=day, group=group,
                               frequency=1234, impacts=told, indicator="fcr_flag", unit_code="n1")
    found = matrix_of(cast.director, "complaint_rate")
    assert [one.interval.replace("\u00a0", "") for one in found.others] == ["15.8% – 37.2%"]
    assert [why for _row, _title, why in found.left_out] == ["不适用"]
    client.force_login(cast.director)
    page = client.get(reverse("findings:matrix") + "?impact=complaint_rate").content.decode()
    assert "1,234" in page and "不适用" in page
    row = Finding.objects.get(key="b")
    Finding.objects.filter(pk=row.pk).update(start=date(2026, 1, 1), end=date(2026, 1, 30), n=200, value=0.9, unit="%",
                                             direction="up")
    measure_impacts()
    row.refresh_from_db()
    assert row.frequency == 20


def test_churn_and_cost_are_told_where_data_and_settings_say_so(client, cast, monkeypatch):
    """15 of the 60 customers of 退货 closed their account; 5 × 20 yuan were paid on the 5 cases of 安装."""
    span, whole = (datetime(2026, 1, 1).date(), datetime(2026, 1, 31).date()), {}
    paid = money_of("topic = '安装'", *span, whole)
    assert set(paid) == {"cost"}
    assert (paid["cost"]["value"], paid["cost"]["usual"], paid["cost"]["small"]) == (
        20.0, pytest.approx(100 / 191), True)
    client.force_login(cast.admin)
    sent = {"name": "", "zone": "Asia/Shanghai", "minimum_n": "0", "hour_cost": "60", "churn_attribute": "状态"}
    assert client.post(reverse("core:workspace"), sent).status_code == 422
    assert client.post(reverse("core:workspace"), sent | {"churn_values": "已销户，流失"}).status_code == 302
    whole.clear()
    young = money_of("topic = '退货'", *span, whole)["churn"]
    assert (young["value"], young["immature"]) == (None, 60), "the data reach to the end of January"
    monkeypatch.setattr(money, "as_of", lambda _home: datetime(2026, 6, 1, tzinfo=UTC))
    whole.clear()
    told = money_of("topic = '退货'", *span, whole)
    assert (told["churn"]["value"], told["churn"]["n"], told["churn"]["small"]) == (0.25, 60, False)
    assert "cost" not in money_of("topic = '安装'", *span, whole), "no case there records its work"
    client.force_login(cast.director)
    assert "60 元" in client.get(reverse("findings:matrix") + "?impact=cost").content.decode()


def test_findings_of_surveys_and_themes_have_their_pareto_and_their_place(client, cast, monkeypatch):
    """On 1 to 10 a group gives 5.5 where the others give 7.75: of five points 3 against 4, one point lost."""
    monkeypatch.setattr(surveys, "load", lambda wave, seen: SimpleNamespace(design=SimpleNamespace(scale=(1, 10))))
    day = datetime(2026, 1, 31, tzinfo=UTC)
    lost = surveys.loss_of(None, 5.5, 7.75, 80, "score")
    assert lost["csat_mean"]["value"] == 3.0 and surveys.loss_of(None, 0.2, 0.4, 80, "%") == {}
    for key, kind, size, measure in (("a", "theme", 80, "mentions"), ("b", "theme", 15, "mentions"),
                                     ("c", "theme", 5, "mentions"), ("d", "process", 70, "hours")):
        row = Finding.objects.create(key=key, kind=kind, title=key, first_seen=day, last_seen=day, size=size,
                                     size_measure=measure, frequency=size, impacts=lost)
    found = pareto_of_findings(cast.director, "theme")
    assert [(line.share, line.vital) for line in found.lines] == [(0.8, True), (0.15, False), (0.05, False)]
    matrix = matrix_of(cast.director, "csat_mean")
    assert len(matrix.first + matrix.others) == 4 and [str(one.counted) for one in matrix.kinds] == ["件", "人"]
    # 2.25 points of the nine of the scale are one of the four of 1 to 5; NPS and shares are no such points.
    assert surveys.size_of(None, -20.0, 80, "points")["size_measure"] == "points_short"
    assert surveys.size_of(SimpleNamespace(), -2.25, 80, "score") == {"size": 80.0, "size_measure": "answers_short"}
    client.force_login(cast.director)
    address = reverse("findings:pareto") + "?by=process"
    assert "小时" in client.get(address).content.decode()
    for _time in range(2):
        client.post(reverse("findings:redesign"), {"by": "process", "value": str(row.pk)})
    row.refresh_from_db()
    assert row.redesign and row.effort is None and row.acts.filter(act="redesign").count() == 1
    client.force_login(cast.outsider)
    assert client.post(reverse("findings:redesign"), {"by": "process", "value": str(row.pk)}).status_code == 404


def test_lists_keep_to_a_scope_and_to_a_review(client, cast):
    """All 100 complaints are in the ticket channel, none by telephone; the phone's finding lies outside."""
    day = datetime(2026, 1, 31, tzinfo=UTC)
    for key, group, unit in (("a", {"channel": "ticket"}, "n1"), ("b", {"channel": "phone"}, "n1"),
                             ("c", {}, "n1"), ("d", {}, "s1")):
        Finding.objects.create(key=key, kind="theme", title=f"问题{key}", unit_code=unit, group=group, first_seen=day,
                               last_seen=day, size=9, size_measure="mentions")
    scope = create_scope(name="北方工单", values={"unit": ["north"], "channel": ["ticket"]}, period_kind="month",
                         actor=cast.director).versions.get()
    client.force_login(cast.director)

    def titles(address):
        return {one for one in ("问题a", "问题b", "问题c", "问题d") if one in client.get(address).content.decode()}

    named = f"scope={scope.pk}"
    assert titles(f"{reverse('findings:finding_list')}?{named}") == {"问题a", "问题c"}
    assert titles(f"{reverse('findings:matrix')}?{named}") == {"问题a", "问题c"}
    assert titles(f"{reverse('findings:pareto')}?by=theme&{named}") == {"问题a", "问题c"}
    review = open_cycle(opening=Opening("month", "一月", date(2026, 1, 1), date(2026, 1, 31), scope.kept,
                                        indicators=("contact_volume",)), owner=cast.director, actor=cast.director)
    assert titles(f"{reverse('findings:finding_list')}?cycle={review.pk}") == {"问题a", "问题c"}
    sent = {"by": "topic", "value": "退货"}
    for more in ({}, {"scope": scope.pk}, {"scope": scope.pk}):
        client.post(reverse("findings:redesign"), sent | more)
    made = Finding.objects.filter(redesign=True)
    assert made.count() == 2 and {one.n for one in made} == {60}
    narrow = made.get(unit_code="north")
    assert client.get(narrow.evidence).status_code == 200 and "channel=ticket" in narrow.evidence
    client.force_login(cast.outsider)
    for name in ("finding_list", "matrix", "pareto"):
        assert client.get(f"{reverse(f'findings:{name}')}?{named}").status_code == 404, name


def test_the_matrix_places_what_is_measured_and_names_what_is_not(client, cast):
    day = datetime(2026, 1, 31, tzinfo=UTC)
    for at, (frequency, impact) in enumerate([(100, 0.5), (10, 0.4), (90, 0.1), (5, 0.05)]):
        Finding.objects.create(
            key=str(at), kind="manual", title=f"问题{at}", first_seen=day, last_seen=day, frequency=frequency,
            impacts={"complaint_rate": {"value": impact, "usual": 0.2, "n": 60, "small": False}})
    Finding.objects.create(key="small", kind="manual", title="小", first_seen=day, last_seen=day, frequency=1, impacts={
        "complaint_rate": {"value": 1.0, "usual": 0.2, "n": 3, "small": True}})
    found = matrix_of(cast.director, "complaint_rate")
    assert [one.title for one in found.first] == ["问题0"] and len(found.others) == 3
    assert [(title, why) for _row, title, why in found.left_out] == [("小", "没有数字或样本不足")]
    client.force_login(cast.director)
    assert "先解决" in client.get(reverse("findings:matrix")).content.decode()
    assert client.get(reverse("findings:matrix") + "?impact=luck").status_code == 404
    assert client.get(reverse("findings:pareto") + "?by=agent").status_code == 404


def test_outsiders_get_404(client, cast):
    day = datetime(2026, 1, 31, tzinfo=UTC)
    row = Finding.objects.create(key="k", kind="manual", title="x", unit_code="n1", first_seen=day, last_seen=day)
    for person in (cast.agent, cast.nobody):
        client.force_login(person)
        assert client.get(reverse("findings:matrix")).status_code == 404
        assert client.get(reverse("findings:pareto")).status_code == 404
        assert client.post(reverse("findings:redesign"), {"by": "topic", "value": "退货"}).status_code == 404
    client.force_login(cast.outsider)
    assert client.post(reverse("findings:finding_redesign", args=[row.pk]), {"effort": "1"}).status_code == 404
    assert client.post(reverse("findings:redesign"), {"by": "topic", "value": "退货"}).status_code == 404
