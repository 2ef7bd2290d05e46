"""Saved views: one's own, shared by link, first for a role; always with the viewer's own numbers."""

import pytest

from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed
from bihuan.loop.evaluate.realtime.models import Dashboard
from bihuan.loop.evaluate.realtime.services.dashboards import move_tile, save_view

from .test_board import live, totals


def make(client, person, **more):
    client.force_login(person)
    answer = client.post("/evaluate/live/views/new/", {
        "name": "早班", "within_minutes": 60, "stale_minutes": 30, **more})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return Dashboard.objects.latest("pk")


def test_tiles_are_ordered_by_buttons(client, cast, at_ten):
    view = make(client, cast.leader)
    move = f"/evaluate/live/views/{view.pk}/tiles/"
    client.post(f"{move}overdue/", {"to": "up"})
    client.post(f"{move}agents/", {"to": "out"})
    view.refresh_from_db()
    assert view.tiles == ["open", "queue", "overdue", "at_risk", "indicators", "units", "urgent"]
    client.post(f"{move}agents/", {"to": "in"})
    view.refresh_from_db()
    assert view.tiles[-1] == "agents"
    page = live(client, cast.leader, f"view={view.pk}").content.decode()
    assert page.index("已超时</h2>") < page.index("即将超时</h2>")


def test_a_private_view_is_nobody_elses(client, cast, at_ten):
    view = make(client, cast.leader)
    client.force_login(cast.outsider)
    for path in (f"/evaluate/live/?view={view.pk}", f"/evaluate/live/views/{view.pk}/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/evaluate/live/views/{view.pk}/drop/").status_code == 404
    assert client.get("/evaluate/live/?view=x").status_code == 404


def test_a_shared_view_shows_each_viewer_their_own_numbers(client, cast, at_ten):
    view = make(client, cast.director, is_shared="on")
    assert totals(live(client, cast.director, f"view={view.pk}"))[0] == 6
    assert totals(live(client, cast.outsider, f"view={view.pk}"))[0] == 1
    client.force_login(cast.outsider)
    assert client.get(f"/evaluate/live/views/{view.pk}/").status_code == 404, "seeing is not changing"


def test_a_role_begins_with_its_view(client, cast, at_ten):
    make(client, cast.director, role_key="team_leader", unit_code="n1", name="班组长首屏")
    assert live(client, cast.leader).context["view"].name == "班组长首屏"
    assert live(client, cast.manager).context["view"] is None


def test_only_who_manages_boards_sets_a_roles_view(cast):
    with pytest.raises(NotAllowed):
        save_view(view=None, name="x", tiles=["open"], role_key="agent", actor=cast.leader)


def test_a_view_is_written_down_and_dropped(client, cast):
    view = make(client, cast.leader)
    client.post(f"/evaluate/live/views/{view.pk}/drop/")
    assert not Dashboard.objects.exists()
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"evaluate.view_saved", "evaluate.view_dropped"}


def test_tiles_of_somebody_else_are_not_moved(cast):
    view = save_view(view=None, name="x", tiles=["open"], actor=cast.leader)
    with pytest.raises(NotAllowed):
        move_tile(view=view, tile="open", by=1, actor=cast.outsider)
