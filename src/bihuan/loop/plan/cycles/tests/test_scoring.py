"""Each member scores apart; nobody sees another's before the end; the rule's score stays beside, never within."""

from decimal import Decimal

import numpy as np
import pytest
from django.urls import reverse

from bihuan.core.rights import NotAllowed

from .. import services
from ..queries.scoring import agreement_of, spreads_of

ITEM = "indicator:csat_mean"


@pytest.fixture
def team(opened, cast):
    """A review scored by its manager, the director and the inspector."""
    cycle = opened()
    for user, role in ((cast.director, "quality"), (cast.inspector, "data")):
        services.set_member(cycle=cycle, user=user, role=role, actor=cast.manager)
    return cycle


def give(cycle, user, score, *, done=True, note="晚间排队久"):
    return services.score_cycle(cycle=cycle, marks={ITEM: (Decimal(score), note)}, done=done, actor=user)


def test_scores_are_shown_when_the_last_member_has_handed_in(team, cast, client):
    give(team, cast.manager, "4")
    give(team, cast.director, "2.5", note="只有我这样看")
    client.force_login(cast.manager)
    assert spreads_of(team) == []
    assert "只有我这样看" not in client.get(reverse("cycles:cycle", args=[team.pk])).content.decode()
    give(team, cast.inspector, "4.5")
    team.refresh_from_db()
    one = next(one for one in spreads_of(team) if one.item.key == ITEM)
    assert (one.n, one.median, one.low, one.high) == (3, 4.0, 2.5, 4.5)
    assert one.item.rule_score == one.item.result.band      # the rule's own, whatever people say
    page = client.get(reverse("cycles:cycle", args=[team.pk])).content.decode()
    assert "只有我这样看" in page and "规则评分" in page


def test_the_lead_ends_the_scoring_and_what_was_not_handed_in_is_left_out(team, cast):
    give(team, cast.manager, "4")
    give(team, cast.director, "3", done=False)
    cycle = services.close_scoring(cycle=team, actor=cast.manager)
    one = next(one for one in spreads_of(cycle) if one.item.key == ITEM)
    assert (one.n, one.agreement) == (1, None)
    with pytest.raises(services.CycleError):
        give(team, cast.inspector, "3")
    with pytest.raises(services.CycleError):
        services.set_member(cycle=team, user=cast.director, role="data", actor=cast.manager)


def test_what_was_handed_in_stays(team, cast):
    give(team, cast.manager, "4")
    with pytest.raises(services.CycleError, match="不能再改"):
        give(team, cast.manager, "5")
    with pytest.raises(services.CycleError, match="已经交分"):
        services.drop_member(cycle=team, member=team.members.get(user=cast.manager), actor=cast.manager)


def test_scores_go_by_halves_and_low_ones_need_their_words(team, cast):
    for score, note in (("4.3", "x"), ("0.5", "x"), ("5.5", "x"), ("2", "")):
        with pytest.raises(services.CycleError):
            give(team, cast.manager, score, note=note)
    with pytest.raises(services.CycleError, match="没有这个评分项"):
        services.score_cycle(cycle=team, marks={"indicator:x": (Decimal(3), "")}, done=False, actor=cast.manager)
    with pytest.raises(services.CycleError, match="一项都没有"):
        services.score_cycle(cycle=team, marks={}, done=True, actor=cast.manager)


def test_only_members_score_and_only_for_themselves(team, cast):
    for user in (cast.admin, cast.outsider, cast.leader):
        with pytest.raises(NotAllowed):
            give(team, user, "4")


def test_agreement_is_that_of_the_paper():
    """James, Demaree & Wolf 1984, eq. 1: 1 - s^2 / ((A^2 - 1) / 12); here nine options half a point apart."""
    values = [4, 4.5, 3, 4]
    chance = np.var(np.arange(1, 5.01, 0.5))                # people who pick any of the nine at random
    assert agreement_of(values) == pytest.approx(1 - np.var(values, ddof=1) / chance)
    assert (agreement_of([1, 5, 1, 5]), agreement_of([3, 3, 3]), agreement_of([3, 4])) == (0.0, 1.0, None)


def test_the_sheet_keeps_what_was_typed_and_refused(team, cast, client):
    client.force_login(cast.director)
    address = reverse("cycles:cycle_score", args=[team.pk])
    told = {f"score-{ITEM}": "1.5", f"note-{ITEM}": "等了四十分钟"}
    refused = client.post(address, told | {f"note-{ITEM}": "", "done": "1"})
    assert refused.status_code == 422 and 'value="1.5" selected' in refused.content.decode()
    assert client.post(address, told | {"keep": "1"}).status_code == 302
    assert 'value="等了四十分钟"' in client.get(address).content.decode()
    assert client.post(address, told | {"done": "1"}).status_code == 302
    assert "不能再改" in client.get(address).content.decode()
