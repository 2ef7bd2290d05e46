"""The movement page: its numbers add up, within the reader's reach."""

from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from bihuan.core.rights import scope_of
from bihuan.engine.home import open_home
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.queries import put_down
from bihuan.loop.diagnose.findings.queries.movement import movement_page
from bihuan.loop.plan.goals.tests.conftest import put

from .test_priorities import built, cast  # noqa: F401


def page_of(user, **more):
    given = {"indicator": "complaint_rate", "by": "topic", "month": "2026-01", "against": "previous", "finding": None}
    return movement_page(user, **{**given, **more})


def test_the_parts_add_up_to_the_change(cast):  # noqa: F811
    """December: no complaint in 120 cases; January: 100 in 191."""
    page = page_of(cast.director)
    moved = page.movement
    assert (page.other, page.month, moved.n_before, moved.n_after) == ("2025-12", "2026-01", 120, 191)
    assert abs(moved.change - 100 / 191) < 1e-12 and abs(moved.mix + moved.rate - moved.change) < 1e-12
    lines = {line.part.group: line for line in page.lines}
    assert page.alone == sum(lines[name].part.n_after for name in ("物流", "安装")) / 311 and not page.too_thin
    assert (lines["退货"].part.n_before, lines["退货"].part.n_after) == (60, 60)
    after = lines["退货"].after
    # Wilson's interval of 60 of 60 (Brown, Cai & DasGupta 2001): from 60 / (60 + 1.96 ** 2) to 1.
    assert abs(after.low - 60 / (60 + 1.959964 ** 2)) < 1e-6 and after.high == 1.0
    assert lines["物流"].before.value is None
    assert "topic=%E9%80%80%E8%B4%A7" in lines["退货"].after_url and lines["物流"].part.value_before is None
    assert page_of(cast.outsider).movement is None


def test_there_is_nothing_to_compare_without_a_month_before(cast):  # noqa: F811
    assert page_of(cast.director, against="last_year").movement is None


def test_medians_and_counts_are_not_taken_apart(cast):  # noqa: F811
    assert page_of(cast.director, indicator="complaint_volume") is None
    assert page_of(cast.director, indicator="unknown") is None


def test_a_problem_is_taken_apart_in_its_own_place(client, cast):  # noqa: F811
    now = timezone.now()
    row = Finding.objects.create(key="k", kind="below_target", title="x", indicator="complaint_rate", unit_code="n1",
                                 where="topic = '退货'", group={"topic": "退货"}, first_seen=now, last_seen=now)
    assert "topic" not in dict(page_of(cast.director, finding=row).dimensions)
    address = reverse("findings:movement") + "?" + urlencode({"finding": row.pk})
    client.force_login(cast.director)
    assert client.get(address).status_code == 200
    assert client.get(reverse("findings:movement") + "?finding=²").status_code == 200, "a digit and no number"
    assert client.get(reverse("findings:finding_list") + "?cycle=²").status_code == 200
    assert client.post(reverse("findings:redesign"), {"by": "process", "value": "²"}).status_code == 404
    client.force_login(cast.outsider)
    assert client.get(address).status_code == 404
    assert client.get(reverse("findings:movement") + "?against=luck").status_code == 404
    client.force_login(cast.agent)
    assert client.get(reverse("findings:movement")).status_code == 404


def test_two_dimensions_at_once_and_what_failures_are_put_down_to(client, cast, monkeypatch):  # noqa: F811
    """All rows of December are 发票 and 退货 by telephone; January's 100 complaints are tickets, two put down below.

    December is given the same failures, so that there is something to compare.
    """
    read = put_down._side
    monkeypatch.setattr(put_down, "_side", lambda *asked: read(*asked[:2], "2026-01", asked[3]))
    put(open_home(settings.BIHUAN_HOME), "attributions", [
        {"id": str(at), "case": case, "kind": kind, "share": share, "clause": clause, "round": turn}
        for at, (case, kind, share, clause, turn) in enumerate([
            ("c退货0", "policy", 0.6, "七天无理由", 1), ("c退货0", "service", 1.4, None, 1),
            ("c退货1", "service", 1.0, None, 1), ("c退货1", "policy", 1.0, "七天无理由", 2)])])
    thin = page_of(cast.director, by="topic", also=("channel",))
    assert thin.too_thin and thin.movement is None, "December has no case by ticket, and no 物流: all would be mix"
    client.force_login(cast.director)
    address = reverse("findings:movement") + "?indicator=complaint_rate&by=topic&also=channel"
    assert "分得太细" in client.get(address).content.decode()
    monkeypatch.setattr("bihuan.loop.diagnose.findings.queries.movement.MOST_ALONE", 1.0)
    page = page_of(cast.director, by="topic", also=("channel", "topic", "moon"))
    assert page.also == ("channel",) and [name for name, _mix in page.mixes] == ["问题类型", "渠道"]
    moved = page.movement
    assert abs(sum(line.part.total for line in page.lines) - moved.change) < 1e-12
    assert any("channel=ticket" in line.after_url and "topic=" in line.after_url for line in page.lines)
    causes = {line.share.name: line.share.after for line in page.causes.lines}
    assert {name: round(2 * after, 9) for name, after in causes.items()} == {"制度：七天无理由": 1.3, "服务": 0.7}
    assert (page.causes.after.attributed, page.causes.after.failed, page.causes.alike) == (2, 100, True)
    other = replace(scope_of(cast.director, put_down.ROWS), units=("n1",))
    asked = (page.passport, "2025-12", "2026-01", None)
    assert put_down.put_down(cast.director, other, *asked) is None, "of other rows than the movement"
    told = client.get(address).content.decode()
    assert "Das Gupta" in told and "七天无理由" in told and "2026-01 为 2 / 100" in told
    monkeypatch.setattr(put_down, "_side", _withheld)
    assert "七天无理由" not in client.get(address).content.decode()
    assert client.get(f"{address}&scope=999").status_code == 404


def _withheld(*_asked):
    raise IndicatorError("withheld", n=1, minimum=5)


def side(failed, **causes):
    cases = {name: frozenset(f"{name}{at}" for at in range(count)) for name, count in causes.items()}
    return put_down.Side(failed, sum(causes.values()), {name: float(n) for name, n in causes.items()}, cases)


def test_a_backlog_of_reviews_is_no_better_policy_and_small_causes_are_not_told():
    """The same causes, 90 of 100 reviewed then and 40 now: the shares among the reviewed do not differ, nothing stands.

    By hand: 45 of 90 is 20 of 40.
    """
    found = put_down.compare_causes(side(100, policy=45, service=45), side(100, policy=20, service=20), minimum=0)
    assert [line.share.change for line in found.lines] == [0, 0] and not found.alike
    moved = put_down.compare_causes(side(100, policy=80, service=10), side(100, policy=10, service=30), minimum=0)
    assert not any(line.sure for line in moved.lines), "other failures were picked for review"
    moved = put_down.compare_causes(side(100, policy=80, service=10), side(100, policy=10, service=80), minimum=0)
    assert moved.alike and all(line.sure for line in moved.lines)
    few = side(100, policy=40, service=30, product=2, customer=9)
    assert {line.share.name for line in put_down.compare_causes(few, few, minimum=10).lines} == {
        "policy", "service", "其他（合并）"}
    lone = side(100, policy=40, service=30, product=2)
    assert {line.share.name for line in put_down.compare_causes(lone, lone, minimum=10).lines} == {
        "policy", "其他（合并）"}, "2 alone could be read off the name of what was folded"
    assert put_down.compare_causes(side(9, policy=4, service=2), few, minimum=10) is None
