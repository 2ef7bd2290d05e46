"""The movement page: its numbers add up, within the reader's reach."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.queries.movement import movement_page

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
    assert (lines["退货"].part.n_before, lines["退货"].part.n_after) == (60, 60)
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
    client.force_login(cast.outsider)
    assert client.get(address).status_code == 404
    assert client.get(reverse("findings:movement") + "?against=luck").status_code == 404
    client.force_login(cast.agent)
    assert client.get(reverse("findings:movement")).status_code == 404
