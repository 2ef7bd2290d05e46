"""Cards of the invented company: hours added up by hand, and one click that makes one finding however often."""

import pytest
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.loop.diagnose.findings.models import Finding

from ..services import create_process, import_steps, publish
from .test_register_pages import STEPS


def test_a_card_says_what_is_lost_and_who_answers_for_it(client, cast):
    """Median of 受理 → 回复 is 10 minutes (160 of 260 take no more): the others lose 80 and 1,990 minutes each."""
    row = create_process(name="退换货", unit_code="", where="", note="", actor=cast.director)
    publish(version=import_steps(process=row, steps=STEPS, source="t", actor=cast.director), note="",
            actor=cast.director)
    client.force_login(cast.director)
    response = client.get(reverse("processes:cards"))
    card = response.context["cards"].shown[0]
    assert (card.step, card.owner, card.card.cases.count) == ("答复", "班组长", 260)
    assert card.card.lost_hours == pytest.approx((60 * 80 + 40 * 1990) / 60)
    assert "c1" in card.examples[0]
    assert client.get(card.url).context["found"].total == card.card.count


def test_one_click_makes_one_finding(client, cast):
    client.force_login(cast.manager)
    key = client.get(reverse("processes:cards")).context["cards"].shown[0].key
    for _ in range(2):
        assert client.post(reverse("processes:card_raise"), {"key": key}).status_code == 302
    row = Finding.objects.get()
    assert (row.kind, row.unit_code, row.state, row.size_measure) == ("process", "north", "accepted", "hours")
    assert row.is_stated and row.owner == cast.manager and row.size == pytest.approx(60 * 80 / 60, abs=0.1)
    assert AuditEntry.objects.filter(action="diagnose.finding_raised").count() == 1
    # 受理 → 回复 → 解决 → 关闭: three arrows of the log, whatever becomes a card.
    assert row.selected_from == 3
    assert client.get(row.evidence).context["found"].total == row.n
    assert client.get(reverse("processes:cards")).context["cards"].shown[0].finding == row.pk


def test_nobody_raises_what_their_data_do_not_show(client, cast):
    client.force_login(cast.manager)
    key = client.get(reverse("processes:cards")).context["cards"].shown[0].key
    for person in (cast.outsider, cast.nobody, cast.inspector, cast.agent):
        client.force_login(person)
        assert client.post(reverse("processes:card_raise"), {"key": key}).status_code == 404, person
    assert not Finding.objects.exists()
