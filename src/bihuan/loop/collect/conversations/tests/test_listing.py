"""The list: words inside sentences in both scripts, within one's own units, at a fixed number of statements."""

import shutil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.models import Job
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.engine.text import search
from bihuan.loop.collect.conversations.contracts import Wanted
from bihuan.loop.collect.conversations.queries.conversation import find_conversation
from bihuan.loop.collect.conversations.queries.listing import conversations
from bihuan.loop.collect.conversations.services import indexing

LIST = reverse("conversations:conversation_list")


@pytest.fixture(autouse=True)
def _talks(talks, cast):
    search.build(talks)


def found(text="", scope=EVERYTHING, **more):
    rows = conversations(Wanted(text, **more), scope, size=10, offset=0).rows
    return sorted(row.case for row in rows)


@pytest.mark.parametrize(("text", "cases"), [
    ("可能", ["t:1", "t:2"]), ("测试", ["t:2"]), ("測試", ["t:2"]), ("可能 检修", ["t:1"]), ("13800138000", []),
    ("", ["t:1", "t:2"])])
def test_two_characters_are_found_in_both_scripts(text, cases):
    assert found(text) == cases


def test_the_find_is_marked_in_a_masked_excerpt():
    row = conversations(Wanted("可能"), Scope(units=("n1",)), size=10, offset=0).rows[0]
    assert ("可能", True) in row.parts
    assert "〔手机号〕" in "".join(text for text, _hit in row.parts)


def test_only_conversations_of_the_own_units_are_found(client, cast):
    assert found("可能", Scope(units=("n1",))) == ["t:1"]
    assert found("", Scope(agents=("b1",))) == ["t:2"]
    assert found(channel="phone") == []
    client.force_login(cast.outsider)
    page = client.get(LIST, {"q": "可能"}).content.decode()
    assert "t:2" in page and "t:1" not in page
    assert client.get(reverse("conversations:conversation", args=["t:1"])).status_code == 404
    assert client.get(reverse("conversations:conversation", args=["t:2"])).status_code == 200
    client.force_login(cast.nobody)
    for name in ("conversation_list", "tag_list", "tag_new", "retention"):
        assert client.get(reverse(f"conversations:{name}")).status_code == 404


def test_the_customer_is_a_link_for_who_may_open_it(client, cast, talks):
    for who, opens in ((cast.manager, True), (cast.inspector, False)):
        client.force_login(who)
        page = client.get(reverse("conversations:conversation", args=["t:1"])).content.decode()
        assert "K1" in page and (reverse("customers:customer", args=["K1"]) in page) == opens


def test_a_list_takes_few_statements_however_long_it_is(client, cast):
    client.force_login(cast.manager)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(LIST, {"q": "可能"}).status_code == 200
    assert len(statements) <= 10


def test_the_api_finds_and_tells_masked_within_reach(client, cast, talks):
    client.force_login(cast.manager)
    listed = client.get("/api/v1/conversations").json()
    assert [one["case"] for one in listed["conversations"]] == ["t:1"] and listed["next_offset"] is None
    told = client.get("/api/v1/conversations/t:1").json()
    assert [one["role"] for one in told["messages"]] == ["customer", "bot", "agent", "note"]
    assert "13800138000" not in str(told) + str(listed) and "〔手机号〕" in told["messages"][0]["text"]
    assert client.get("/api/v1/conversations/t:2").status_code == 404
    for name in ("outsider", "nobody"):
        client.force_login(getattr(cast, name))
        assert client.get("/api/v1/conversations/t:1").status_code == 404


def test_before_the_index_is_made_nobody_is_told_that_nothing_was_said(client, cast, talks, monkeypatch):
    shutil.rmtree(talks.path / "cache" / "search")
    monkeypatch.setattr(indexing, "AT_ONCE", 0)
    client.force_login(cast.manager)
    client.get(LIST)
    assert Job.objects.get().kind == "conversations.index"
    page = client.get(LIST, {"q": "可能"}).content.decode()
    assert "检索还没有建完" in page and "没有哪条消息" not in page and Job.objects.count() == 1


def test_a_vendor_is_not_told_who_of_the_company_answered():
    """In docs/decisions/0025: a1 never belonged to the vendor whose case this is."""
    outside = Scope(units=("n1",), outside=True)
    (line,) = conversations(Wanted(""), outside, size=10, offset=0).rows
    page = find_conversation("t:1", outside)
    agents = {line.agent, page.agent, *(one.who for one in page.bubbles if one.role in ("agent", "note"))}
    assert agents == {"其他单位的坐席"}
