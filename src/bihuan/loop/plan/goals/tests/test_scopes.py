"""A scope is named once, keeps its versions, and is seen by those who see every unit it names."""

import pytest
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed

from ..contracts import filters_of
from ..models import ReviewScope
from ..queries.scopes import scope_lines, usable
from ..services import PlanError, change_scope, create_scope, retire_scope

FORM = {"name": "北一组工单", "period_kind": "quarter", "unit": ["n1"], "channel": ["ticket"], "tier": []}


def named(actor, name="北方", **values):
    return create_scope(name=name, values=values or {"unit": ["north"]}, period_kind="month", actor=actor)


def test_a_scope_is_named_on_its_page_and_leads_to_its_board(client, cast):
    client.force_login(cast.manager)
    assert client.post(reverse("goals:scope_new"), FORM).status_code == 302
    scope = ReviewScope.objects.get()
    assert scope.units == ["n1"]
    assert scope.versions.get().kept == (("unit", ("n1",)), ("channel", ("ticket",)))
    page = client.get(reverse("goals:scope_list")).content.decode()
    assert "/evaluate/board/?period=last_quarter&amp;unit=n1&amp;channel=ticket" in page
    assert AuditEntry.objects.filter(action="plan.scope_created").count() == 1


def test_a_change_is_a_version_and_the_old_one_stays(cast):
    scope = named(cast.director, channel=["phone"])
    kept = scope.versions.get()
    new = change_scope(scope=scope, base=1, name="电话与在线", values={"channel": ["phone", "online"]},
                       period_kind="month", actor=cast.director)
    kept.refresh_from_db()
    assert (new.number, kept.kept) == (2, (("channel", ("phone",)),))
    with pytest.raises(PlanError):
        change_scope(scope=scope, base=1, name="x", values={}, period_kind="month", actor=cast.director)


def test_nothing_changed_is_no_version(cast):
    scope = named(cast.director)
    change_scope(scope=scope, base=1, name="北方", values={"unit": ["north"]}, period_kind="month", actor=cast.director)
    assert scope.versions.count() == 1


def test_a_name_is_taken_once(cast):
    named(cast.director)
    with pytest.raises(PlanError, match="已有名为"):
        named(cast.director)


def test_nobody_names_units_beyond_their_reach(cast):
    with pytest.raises(NotAllowed):
        named(cast.manager, unit=["s1"])
    scope = named(cast.director, unit=["s1"])
    with pytest.raises(NotAllowed):
        retire_scope(scope=scope, actor=cast.manager)


def test_a_scope_without_units_is_everybodys_and_one_with_units_is_not(cast):
    named(cast.director, name="北方")
    named(cast.director, name="电话", channel=["phone"])
    seen = {name: [line.scope.name for line in scope_lines(getattr(cast, name))]
            for name in ("director", "manager", "leader", "outsider", "agent", "nobody")}
    assert seen == {"director": ["北方", "电话"], "manager": ["北方", "电话"], "leader": ["电话"], "outsider": ["电话"],
                    "agent": ["电话"], "nobody": []}


def test_a_retired_scope_is_offered_no_longer(cast):
    scope = named(cast.director)
    assert [one.scope for one in usable(cast.director)] == [scope]
    retire_scope(scope=scope, actor=cast.director)
    assert usable(cast.director) == []


def test_the_outsider_gets_404(client, cast):
    scope = named(cast.director)
    for name in ("outsider", "nobody", "vendor", "agent", "inspector"):
        client.force_login(getattr(cast, name))
        for view, args in (("scope_new", []), ("scope_edit", [scope.pk])):
            assert client.get(reverse(f"goals:{view}", args=args)).status_code == 404, (name, view)
        assert client.post(reverse("goals:scope_retire", args=[scope.pk])).status_code == 404
    client.force_login(cast.manager)
    other = named(cast.director, name="南", unit=["s1"])
    assert client.get(reverse("goals:scope_edit", args=[other.pk])).status_code == 404
    client.force_login(cast.nobody)
    assert client.get(reverse("goals:scope_list")).status_code == 404


def test_equal_filters_are_equal_values():
    assert filters_of({"tier": ["VIP"], "unit": ["b", "a", "a"]}) == (("unit", ("a", "b")), ("tier", ("VIP",)))
