"""An analysis keeps to a review's scope in every number, table, trend and report, and to nobody else's scope."""

from datetime import date

import pytest
from django.urls import reverse

from bihuan.core import workspace
from bihuan.engine.facts import importing, store
from bihuan.engine.survey.seen import EVERYBODY
from bihuan.loop.plan.cycles.contracts import Opening
from bihuan.loop.plan.cycles.services import open_cycle
from bihuan.loop.plan.goals.services import create_scope

from ..queries.lake import load, waves_seen
from ..queries.within import Within
from .world import DAY

CODE = "care.2"


@pytest.fixture
def scope(cast):
    """Every fourth case of the north is urgent."""
    made = create_scope(name="紧急件", values={"priority": ["high"], "unit": ["north"]}, period_kind="quarter",
                        actor=cast.manager)
    return f"scope:{made.versions.get().pk}"


def page(client, view, *args, status=200, **given):
    answer = client.get(reverse(f"opinions:{view}", args=args), given)
    assert answer.status_code == status, (view, given)
    return answer


def test_every_page_obeys_the_scope_and_says_so(client, cast, scope):
    client.force_login(cast.manager)
    number = scope.partition(":")[2]
    with store.connect(workspace.home()) as con:
        mean = con.sql("""SELECT avg(a.value) FROM answers a JOIN cases c ON c.id = a."case" WHERE c.priority = 'high'
                       AND a.survey = 'care.2' AND a.question = 'overall'""").fetchall()[0][0]
    shown = page(client, "analysis", CODE, scope=number)
    told = shown.context["page"]
    assert (told.chosen, told.valid) == (60, 240) and told.numbers[0].result.value == pytest.approx(mean)
    assert "紧急件 v1" in shown.content.decode() and "f.%40within=scope%3A" in told.numbers[0].url
    speed = next(row for row in told.trend if row.title == "物流")
    assert [result.n for result, _words, _sure in speed.cells] == [60, 60]
    kept = {"f.@within": scope}
    assert page(client, "cross", CODE, **kept).context["scan"].n == 60
    assert page(client, "number", CODE, "overall", **kept).context["rows"].page.paginator.count == 60
    report = page(client, "report", CODE, **kept).context["report"]
    assert dict(report.facts)["范围"] == "紧急件 v1" and report.numbers[0].result.n == 60 and report.themes == ()
    lines = page(client, "survey_list", **kept).context["lines"]
    assert [(line.overall.n, line.chosen, line.valid) for line in lines] == [(60, 60, 240), (60, 60, 240)]
    assert [line.chosen for line in page(client, "survey_list").context["lines"]] == [None, None]


def test_a_review_keeps_to_its_days_too_and_nobody_to_a_foreign_one(client, cast, scope):
    def opened(start, end):
        return open_cycle(opening=Opening(kind="quarter", title="一季度复盘", start=start, end=end, indicators=("fcr",),
                                          filters=(("unit", ("n1",)),)), owner=cast.manager, actor=cast.manager)

    client.force_login(cast.manager)
    inside = opened(date(2026, 1, 1), date(2026, 3, 31))
    assert page(client, "analysis", CODE, cycle=inside.pk).context["page"].chosen == 240
    later = opened(date(2026, 4, 1), date(2026, 6, 30))
    assert page(client, "analysis", CODE, cycle=later.pk).context["page"].withheld
    client.force_login(cast.outsider)
    for given in ({"scope": scope.partition(":")[2]}, {"cycle": inside.pk}, {"f.@within": "scope:0"}):
        page(client, "survey_list", status=404, **given)


def test_an_answer_without_a_case_is_inside_by_its_customers_cases(cast, surveyed):
    importing.import_rows(surveyed, "answers", [
        {"id": f"care.9:{at}#overall", "survey": "care.9", "customer": f"K{at}", "question": "overall",
         "metric": "csat", "value": 4, "at": DAY} for at in range(40)], source="care", actor="test")
    wave = next(one for one in waves_seen(EVERYBODY) if one.code == "care.9")
    urgent = Within("scope:1", "紧急件", (("priority", ("high",)),))
    held = load(wave, EVERYBODY, urgent)
    assert (held.responses.segments["@within"] == "scope:1").sum() == 10
