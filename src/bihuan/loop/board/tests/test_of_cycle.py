"""The loop of one review: what lies on its units and days, each figure the number of the rows it opens."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.loop.board.queries import cycle_stages
from bihuan.loop.diagnose.findings import services as findings
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.plan.cycles import services as cycles
from bihuan.loop.plan.cycles.contracts import Opening
from bihuan.loop.plan.cycles.queries.cycles import Cycle

STATEMENT = Statement(step="电话接起", action="晚间排队", metric="电话接起时长", threshold="超过 30 秒")


@pytest.fixture
def problem(cast):
    return findings.raise_finding(title="晚间接起慢", statement=STATEMENT, unit_code="n1", actor=cast.manager)


@pytest.fixture
def opened(cast):
    def make(unit, **changes):
        told = {"kind": "project", "title": f"复盘 {unit}", "start": date(2025, 4, 1), "end": timezone.now().date(),
                "filters": (("unit", (unit,)),), "indicators": ("contact_volume",)} | changes
        told["start"] = max(told["start"], date(told["end"].year - 1, 1, 1))
        return cycles.open_cycle(opening=Opening(**told), owner=cast.director, actor=cast.director)

    return make


def figures(cycle, user):
    return {str(figure.label): figure.value for stage in cycle_stages(cycle, user) for figure in stage.counts}


def test_a_review_shows_the_work_of_its_own_units(cast, problem, done, opened):
    north, south = opened("north"), opened("s1")
    found, other = figures(north, cast.director), figures(south, cast.director)
    assert (found["查原因中"], found["待评分的成员"], found["未关闭的措施"]) == (1, 1, 1)
    assert (other["查原因中"], other["未关闭的措施"], other["待评分的成员"]) == (0, 0, 1)


def test_every_figure_opens_as_many_rows(cast, problem, done, opened, client):
    cycle = opened("north")
    client.force_login(cast.director)
    page = client.get(reverse("loop:overview"), {"cycle": cycle.pk}).content.decode()
    shown = re.findall(r'<a href="(/loop/cycles/[^"]+)"><span class="loop-value[^"]*">(\d+)</span>', page)
    assert len(shown) == len(figures(cycle, cast.director)) > 12
    for address, number in shown:
        rows = client.get(address).content.decode()
        assert rows.count('<th scope="row">') == int(number), address


def test_a_problem_that_was_solved_before_is_left_out_and_so_is_one_of_later(cast, problem, opened):
    cycle = opened("north")
    findings.settle(finding_id=problem.pk, verdict="effective", by=cast.director)
    assert figures(cycle, cast.director)["已解决的问题"] == 1
    Cycle.objects.filter(pk=cycle.pk).update(start=date(2020, 1, 1), end=date(2020, 3, 31), state="closed",
                                             closed_at="2020-04-10T00:00:00Z")
    assert figures(Cycle.objects.get(), cast.director)["已解决的问题"] == 0


def test_a_problem_of_another_channel_is_left_out(cast, problem, opened):
    type(problem).objects.filter(pk=problem.pk).update(group={"channel": "phone"})
    assert figures(opened("n1", filters=(("channel", ("phone",)), ("unit", ("n1",)))), cast.director)["查原因中"] == 1
    assert figures(opened("n1", filters=(("channel", ("ticket",)), ("unit", ("n1",)))), cast.director)["查原因中"] == 0


def test_a_review_is_opened_from_a_problem_with_its_cases(cast, problem, client):
    type(problem).objects.filter(pk=problem.pk).update(
        indicator="fcr_flag", where="unit = n1", start=date(2025, 4, 1), end=date(2025, 4, 30))
    client.force_login(cast.manager)
    address = f"{reverse('loop:review_new')}?finding={problem.pk}"
    page = client.get(address).content.decode()
    count = int(re.search(r"背后的工单 (\d+) 个", page)[1])
    assert count > 0
    told = {"title": "晚间接起慢 复盘", "start": "2025-04-01", "end": "2025-04-30"}
    assert client.post(address, told).status_code == 302
    cycle = Cycle.objects.get()
    assert (cycle.cases.count(), cycle.kind, cycle.owner, cycle.units) == (count, "theme", cast.manager, ["n1"])
    assert problem.number in cycle.subject


def test_the_outsider_gets_404(cast, problem, opened, client):
    cycle = opened("n1")
    for name in ("outsider", "nobody", "agent", "vendor"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("loop:overview"), {"cycle": cycle.pk}).status_code == 404, name
        assert client.get(reverse("loop:behind", args=[cycle.pk, "new"])).status_code == 404, name
        assert client.get(reverse("loop:review_new"), {"finding": problem.pk}).status_code == 404, name
    client.force_login(cast.director)
    assert client.get(reverse("loop:behind", args=[cycle.pk, "nothing"])).status_code == 404
    assert client.get(reverse("loop:review_new")).status_code == 404
