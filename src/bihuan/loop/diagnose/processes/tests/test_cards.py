"""Cards of the invented company: hours added up by hand, and one click that makes one finding however often."""

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice
from bihuan.loop.diagnose.findings.models import Finding

from ..services import create_process, import_steps, publish, take_cards
from .test_register_pages import STEPS

NOW = timezone.now()


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
    assert client.get(reverse("processes:process_map") + "?cycle=²").status_code == 404, "a digit and no number"


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


def test_the_worst_cards_of_the_last_month_come_in_by_themselves_once(client, cast, monkeypatch):
    """January, as February ends before its last midnight.

    The median of 受理 → 回复 is 10 minutes: 30 cases lose 80, 20 lose 1,990 each, 703 hours of 130.
    """
    with monkeypatch.context() as strict:
        strict.setattr(workspace, "facts", lambda: workspace.Facts(name="", minimum_n=131))
        assert take_cards() == [], "130 cases are fewer than the workspace lets anybody see"
    (new,) = take_cards()
    row = Finding.objects.get(pk=new.id)
    assert (row.state, row.period, row.n, row.owner, row.suggested_unit) == (
        "new", "2026-01-01..2026-01-31", 130, None, "n1")
    assert row.is_stated and row.size == pytest.approx((30 * 80 + 20 * 1990) / 60, abs=0.1)
    assert take_cards() == [] and row.sightings.count() == 1
    (notice,) = Notice.objects.filter(event="process_cards")
    assert row.number in notice.text and "按工作时间计）：新收进 1 处" in notice.title and "工作时间" in row.method
    client.force_login(cast.director)
    cards = client.get(reverse("processes:cards")).context["cards"].shown
    assert [one.finding for one in cards] == [row.pk]
    client.post(reverse("processes:card_raise") + "?source=desk", {"key": row.key})
    row = Finding.objects.get()
    assert (row.state, row.owner, row.sightings.count()) == ("accepted", cast.director, 2)


def test_a_card_is_one_finding_whichever_log_the_page_is_narrowed_to(client, cast):
    """All cases come from the source desk: narrowed or not, and by itself, the card is the same problem."""
    client.force_login(cast.director)
    address = reverse("processes:cards")
    keys = {client.get(address + query).context["cards"].shown[0].key for query in ("", "?source=desk")}
    assert keys == {'process:wait:受理>回复:source in ("desk"):'}
    wide = Finding.objects.create(key="process:wait:受理>回复::", kind="process", title="各来源合计", first_seen=NOW,
                                  last_seen=NOW)
    assert client.get(address + "?source=desk").context["cards"].shown[0].finding == wide.pk
