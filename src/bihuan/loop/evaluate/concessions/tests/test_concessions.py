"""Concessions beyond the rules are visible and need somebody else; who kept to the rules is protected (228)."""

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import AuditEntry, User
from bihuan.core.rights import NotAllowed
from bihuan.engine.facts import store
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.loop.evaluate.concessions import services
from bihuan.loop.evaluate.concessions.errors import Refused
from bihuan.loop.evaluate.concessions.models import Policy
from bihuan.loop.evaluate.concessions.queries import concessions, find, is_protected, waiting

LIST = reverse("concessions:concession_list")
RULES = "7.2: 200\n7.3: *"


def states(scope=EVERYTHING, **more):
    return {row.id: row.state for row in concessions(scope, **more).rows}


@pytest.fixture(autouse=True)
def _given(given):
    return given


def test_nothing_is_judged_without_a_policy():
    assert set(states().values()) == {"unjudged"} and concessions(EVERYTHING).share.value is None
    assert waiting(EVERYTHING, 3) == (0, ())
    assert not is_protected("t:1", EVERYTHING)


def test_what_lies_beyond_the_clauses_waits_for_somebody_else(cast):
    services.save_policy(text=RULES, note="", actor=cast.director)
    # c4 was "approved" by the agent who made it: that is nobody else's word. c5's clause is not in the policy.
    assert states() == {"t:c1": "within", "t:c2": "within", "t:c3": "waiting", "t:c4": "waiting", "t:c5": "approved"}
    found = concessions(EVERYTHING)
    # Wilson interval of 3/5 at 95 %: 0.2307 to 0.8824 (Brown, Cai and DasGupta 2001, Statistical Science 16:101-133).
    assert (found.share.value, round(found.share.low, 4), round(found.share.high, 4)) == (0.6, 0.2307, 0.8824)
    assert {one.name: (one.count, one.outside, one.amounts) for one in found.clauses} == {
        "7.2": (3, 1, (("CNY", 540.0),)), "": (1, 1, (("CNY", 20.0),)), "9": (1, 1, (("CNY", 500.0),))}
    assert (found.protected, [is_protected(f"t:{case}", EVERYTHING) for case in "1234"]) == (
        1, [True, False, False, False])
    assert not is_protected("t:1", Scope(units=("s1",)))
    assert set(states(Scope(units=("s1",)))) == {"t:c5"} and list(states(state="waiting")) == ["t:c3", "t:c4"]
    count, oldest = waiting(EVERYTHING, 1)
    assert (count, [one.id for one in oldest]) == (2, ["t:c3"]) and waiting(Scope(units=("s1",)), 1) == (0, ())


def test_a_decision_needs_a_reason_another_person_and_the_unit(client, cast):
    services.save_policy(text=RULES, note="", actor=cast.director)
    client.force_login(cast.manager)
    decide = reverse("concessions:decide", args=["t:c3"])
    assert client.post(decide, {"reason": "短", "decision": "approve"}).status_code == 422
    assert client.post(decide, {"reason": "停机两天，值班经理口头同意", "decision": "approve"}).status_code == 302
    assert states()["t:c3"] == "approved" and AuditEntry.objects.filter(action="evaluate.concession_decided").exists()
    client.post(reverse("concessions:decide", args=["t:c4"]), {"reason": "没有依据", "decision": "refuse"})
    assert states()["t:c4"] == "refused"
    with pytest.raises(NotAllowed):
        services.decide(concession="t:c5", is_approved=True, reason="别的中心的", actor=cast.manager)
    with pytest.raises(Refused) as refused:
        services.decide(concession="t:c1", is_approved=True, reason="不需要的", actor=cast.manager)
    assert refused.value.code == "no_need"
    User.objects.filter(pk=cast.manager.pk).update(agent_id="a1")
    own = User.objects.get(pk=cast.manager.pk)
    with pytest.raises(Refused) as refused:
        services.decide(concession="t:c3", is_approved=True, reason="自己批自己", actor=own)
    assert refused.value.code == "own_concession"


def test_an_agent_who_agreed_by_name_agreed_alone_and_another_company_reads_no_name(workspace_home, cast):
    services.save_policy(text=RULES, note="", actor=cast.director)
    services.decide(concession="t:c3", is_approved=True, reason="停机两天", actor=cast.manager)
    vendor = Scope(units=("n1",), outside=True)
    assert {row.approved_by for row in concessions(Scope(units=("n1",))).rows} == {"", "a1", "manager"}
    assert {(row.agent, row.approved_by) for row in concessions(vendor).rows} == {
        ("其他单位的坐席", ""), ("其他单位的坐席", "审批人不显示")}
    assert [row.approved_by for row in waiting(vendor, 1)[1]] == ["审批人不显示"]
    # Two are called so: the word names nobody for certain, and may be the agent's own.
    store.append(workspace_home, "agents", pa.table({"id": ["b1", "b2"], "name": ["经理", "经理"]}))
    assert states()["t:c5"] == "waiting"


def test_the_page_shows_each_reader_their_units_and_takes_few_statements(client, cast):
    services.save_policy(text=RULES, note="首版", actor=cast.director)
    client.force_login(cast.manager)
    with CaptureQueriesContext(connection) as statements:
        page = client.get(LIST).content.decode()
    assert "t:2" in page and "t:3" not in page and "超出政策，待审批" in page and "首版" in page
    assert len(statements) <= 14
    refused = client.post(reverse("concessions:policy_save"), {"text": RULES})
    assert refused.status_code == 404, "rules for every unit are set by who sees them all"
    client.force_login(cast.director)
    assert client.post(reverse("concessions:policy_save"), {"text": "7.2 200"}).status_code == 422
    assert client.post(reverse("concessions:policy_save"), {"text": "7.2: 400", "note": "放宽"}).status_code == 302
    assert Policy.objects.first().number == 2 and states()["t:c3"] == "within"
    for outsider in (cast.nobody, cast.outsider):
        client.force_login(outsider)
        assert client.post(reverse("concessions:decide", args=["t:c4"]), {"reason": "没有依据"}).status_code == 404
    client.force_login(cast.nobody)
    assert client.get(LIST).status_code == 404


def test_a_vendor_is_not_told_who_of_the_company_gave_in(cast):
    services.save_policy(text=RULES, note="", actor=cast.director)
    outside = Scope(units=("n1",), outside=True)
    told = {row.agent for row in (*concessions(outside).rows, *waiting(outside, 9)[1], find("t:c1", outside))}
    assert told == {"其他单位的坐席"}
