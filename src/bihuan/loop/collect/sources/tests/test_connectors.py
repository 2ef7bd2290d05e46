"""The pages of each system as its documentation states them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bihuan.loop.collect.sources.connectors import CONNECTORS, chatwoot, generic, zammad, zendesk
from bihuan.loop.collect.sources.contracts import Answer, Setup
from bihuan.loop.collect.sources.errors import Trouble
from bihuan.loop.collect.sources.web import addresses
from bihuan.loop.collect.sources.web import client as web

from . import servers

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def client_for():
    """Return ``client(system, kind)``: asks a system as a source of that kind does."""
    opened = []

    def client(system, kind):
        headers = CONNECTORS[kind].headers("", servers.SECRET, {})
        opened.append(web.Client(addresses.parse(system.url), headers, per_minute=10**9, tries=1))
        return opened[-1]

    yield client
    for one in opened:
        one.close()


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.BIHUAN_SOURCES_PRIVATE = ["127.0.0.1"]


def walk(page, get, setup, stream, position=None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Read until the end; returns rows and the position behind them."""
    rows, position = [], position or {}
    for _ in range(100):
        found = page(get, setup, stream, position)
        rows, position = rows + found.rows, found.position
        if not found.more:
            return rows, position
    raise AssertionError("no end")


def scripted(*answers, at=NOON):
    """A server that says one thing after the other and remembers what it was asked."""
    said, asked = list(answers), []

    def get(path, params=None):
        asked.append((path, params))
        told = said.pop(0)
        if isinstance(told, Exception):
            raise told
        return told if isinstance(told, Answer) else Answer(told, at)

    get.asked = asked
    return get


class TestZendesk:
    def test_an_api_token_goes_with_its_mail_address(self):
        """developer.zendesk.com, "Security and authentication": {email}/token:{api_token}, base64."""
        assert zendesk.headers("jdoe@example.com", "6wiIBWbGkBMo1mRDMuVwkw1EPsNkeUj95PIz2akv", {}) == {
            "Authorization": "Basic amRvZUBleGFtcGxlLmNvbS90b2tlbjo2d2lJQldiR2tCTW8xbVJETXVWd2t3MUVQc05rZVVqOTVQ"
                             "SXoyYWt2"}
        assert zendesk.headers("", "abc", {}) == {"Authorization": "Bearer abc"}

    def test_the_first_cursor_begins_two_minutes_ago_at_the_latest(self):
        get = scripted({"tickets": [], "after_cursor": None, "end_of_stream": True})
        page = zendesk.page(get, Setup(start=datetime.now(UTC) + timedelta(days=1)), "tickets", {})
        (_path, params), = get.asked
        assert params["start_time"] <= datetime.now(UTC).timestamp() - 119
        assert (page.position, page.more) == ({}, False)

    def test_ticket_events_go_by_time(self):
        get = scripted({"ticket_events": [{"id": 1}], "end_time": 1700000100, "end_of_stream": False},
                       {"ticket_events": [{"id": 2}], "end_time": 1700000100, "end_of_stream": False})
        rows, position = walk(zendesk.page, get, Setup(start=datetime.fromtimestamp(1700000000, UTC)), "ticket_events")
        assert [row["id"] for row in rows] == [1, 2] and position == {"time": 1700000100}
        assert [params["start_time"] for _path, params in get.asked] == [1700000000, 1700000100]
        assert all(params["include"] == "comment_events" for _path, params in get.asked)

    def test_groups_are_listed_anew_each_turn(self):
        get = scripted({"groups": [{"id": 1}], "meta": {"has_more": True, "after_cursor": "xx"}},
                       {"groups": [{"id": 2}], "meta": {"has_more": False, "after_cursor": "yy"}})
        rows, position = walk(zendesk.page, get, Setup(), "groups")
        assert len(rows) == 2 and position == {}
        assert get.asked[1][1] == {"page[size]": 100, "page[after]": "xx"}


def conversation(number, active):
    return {"id": number, "last_activity_at": active, "created_at": active - 100, "status": "open", "meta": {}}


def message(number, text="hi"):
    return {"id": number, "content": text, "message_type": 0, "created_at": 1700000000 + number}


class TestChatwoot:
    def test_all_pages_and_all_messages(self, serve, client_for):
        conversations = [conversation(number, 1700000000 + number) for number in range(1, 61)]
        messages = {5: [message(number) for number in range(1, 251)]}
        system = serve(servers.chatwoot(conversations, messages))
        get, setup = client_for(system, "chatwoot"), Setup(account="3")
        rows, position = walk(chatwoot.page, get, setup, "conversations")
        assert {row["id"] for row in rows} == set(range(1, 61)) and position == {"since": 1700000060}
        rows, position = walk(chatwoot.page, get, setup, "messages")
        assert [row["id"] for row in rows] == list(range(1, 251)) and position == {"since": 1700000060}

    def test_the_next_turn_stops_where_all_is_known(self, serve, client_for):
        conversations = [conversation(number, 1700000000 + number) for number in range(1, 201)]
        system = serve(servers.chatwoot(conversations, {}))
        get, setup = client_for(system, "chatwoot"), Setup(account="3")
        _rows, position = walk(chatwoot.page, get, setup, "conversations")
        conversations[9]["last_activity_at"] = 1700009999
        system.asked.clear()
        rows, position = walk(chatwoot.page, get, setup, "conversations", position)
        assert [row["id"] for row in rows] == [10, 200], "the last known one again: its second may not have been over"
        assert position == {"since": 1700009999}
        assert len([path for path, _query in system.asked if path.endswith("/conversations")]) == 1

    def test_what_moves_while_it_is_read_is_not_lost(self, serve, client_for):
        """An unread conversation becomes active and moves to a page that was read: the next turn finds it."""
        conversations = [conversation(number, 1700000000 + number) for number in range(1, 61)]
        system = serve(servers.chatwoot(conversations, {}))
        get, setup = client_for(system, "chatwoot"), Setup(account="3")
        first = chatwoot.page(get, setup, "conversations", {})
        conversations[0]["last_activity_at"] = 1700000500
        rest, position = walk(chatwoot.page, get, setup, "conversations", first.position)
        again, position = walk(chatwoot.page, get, setup, "conversations", position)
        seen = {row["id"] for row in [*first.rows, *rest, *again]}
        assert seen == set(range(1, 61)) and position == {"since": 1700000500}

    def test_only_what_is_young_enough_is_read(self, serve, client_for):
        conversations = [conversation(1, 1600000000), conversation(2, 1700000000)]
        system = serve(servers.chatwoot(conversations, {}))
        setup = Setup(account="3", start=datetime.fromtimestamp(1650000000, UTC))
        rows, _position = walk(chatwoot.page, client_for(system, "chatwoot"), setup, "conversations")
        assert [row["id"] for row in rows] == [2]


def zammad_ticket(number, changed=NOON):
    return {"id": number, "number": str(10000 + number), "title": "x", "updated_at": changed.isoformat(),
            "created_at": "2026-01-01T00:00:00Z", "state": "open"}


class TestZammad:
    def test_pages_until_one_is_empty(self, serve, client_for):
        system = serve(servers.zammad([zammad_ticket(number) for number in range(1, 151)], {}))
        rows, position = walk(zammad.page, client_for(system, "zammad"), Setup(), "tickets")
        assert len(rows) == 150
        lists = [query for path, query in system.asked if path == "/api/v1/tickets"]
        assert [query["page"] for query in lists] == ["1", "2", "3"]
        assert {query["per_page"] for query in lists} == {"100"} and {query["expand"] for query in lists} == {"true"}
        assert set(position) == {"since", "compared"}

    def test_only_changed_tickets_are_kept_and_asked_for_their_articles(self, serve, client_for):
        tickets = [zammad_ticket(number, NOON - timedelta(days=2)) for number in range(1, 4)]
        system = serve(servers.zammad(tickets, {number: [{"id": 10 * number}] for number in range(1, 4)}))
        get = client_for(system, "zammad")
        rows, position = walk(zammad.page, get, Setup(), "articles")
        assert [row["id"] for row in rows] == [10, 20, 30]
        tickets[1] = zammad_ticket(2, datetime.now(UTC))
        system.asked.clear()
        rows, _position = walk(zammad.page, get, Setup(), "articles", position)
        assert [row["id"] for row in rows] == [20]
        assert [path for path, _query in system.asked if "articles" in path] == ["/api/v1/ticket_articles/by_ticket/2"]

    def test_every_seventh_day_all_is_compared(self):
        old = zammad_ticket(1, NOON - timedelta(days=30))
        before = {"since": (NOON - timedelta(hours=1)).isoformat(), "compared": (NOON - timedelta(days=8)).isoformat()}
        rows, position = walk(zammad.page, scripted([old], [], []), Setup(), "tickets", before)
        assert ([row["id"] for row in rows], position["compared"]) == ([1], NOON.isoformat())
        rows, position = walk(zammad.page, scripted([old], []), Setup(), "tickets", position)
        assert (rows, position["compared"]) == ([], NOON.isoformat())


def setup(**options):
    return Setup(options={"path": "orders", "records": "data", **options})


class TestGeneric:
    def test_one_answer(self):
        rows, position = walk(generic.page, scripted({"data": [{"id": 1}]}), setup(), "records")
        assert (rows, position) == ([{"id": 1}], {})

    def test_page_numbers_until_one_is_empty(self):
        get = scripted({"data": [{"id": 1}]}, {"data": [{"id": 2}]}, {"data": []})
        rows, _position = walk(generic.page, get, setup(
            paging="page", page_param="p", size_param="n", size=50, first_page=0, params={"kind": "all"}), "records")
        assert len(rows) == 2
        assert [params for _path, params in get.asked] == [
            {"kind": "all", "n": 50, "p": number} for number in (0, 1, 2)]

    def test_offsets_count_what_came(self):
        get = scripted({"data": [{"id": 1}, {"id": 2}]}, {"data": [{"id": 3}]}, {"data": []})
        walk(generic.page, get, setup(paging="offset", page_param="skip"), "records")
        assert [params["skip"] for _path, params in get.asked] == [0, 2, 3]

    def test_a_cursor_is_carried_on(self):
        get = scripted({"data": [{"id": 1}], "meta": {"next": "b"}}, {"data": [{"id": 2}], "meta": {"next": None}})
        told = setup(paging="cursor", page_param="after", next="meta.next")
        rows, position = walk(generic.page, get, told, "records")
        assert len(rows) == 2 and position == {} and get.asked[1][1] == {"after": "b"}

    def test_a_cursor_that_repeats_is_the_end(self):
        get = scripted({"data": [{"id": 1}], "next": "b"}, {"data": [{"id": 2}], "next": "b"})
        page = generic.page(get, setup(paging="cursor", next="next"), "records", {})
        page = generic.page(get, setup(paging="cursor", next="next"), "records", page.position)
        assert (page.more, page.note) == (False, "same_cursor")

    @pytest.mark.parametrize("field", ["paging.next", ""])
    def test_a_link_is_followed(self, field):
        first = {"data": [{"id": 1}], "paging": {"next": "https://api.example/orders?c=2"}}
        get = scripted(Answer(first, NOON, "" if field else "https://api.example/orders?c=2"), {"data": []})
        walk(generic.page, get, setup(paging="link", next=field), "records")
        assert get.asked[1] == ("https://api.example/orders?c=2", None)

    def test_only_what_changed_is_asked_for_with_room_for_clocks(self):
        get = scripted({"data": []}, {"data": []})
        told = setup(since_param="updated_since")
        _rows, position = walk(generic.page, get, told, "records")
        walk(generic.page, get, told, "records", position)
        assert "updated_since" not in get.asked[0][1]
        assert get.asked[1][1] == {"updated_since": "2026-03-01T11:55:00Z"}

    @pytest.mark.parametrize("how,written", [("seconds", 1772366100), ("milliseconds", 1772366100000),
                                             ("date", "2026-03-01"), ("iso", "2026-03-01T11:55:00Z")])
    def test_the_moment_is_written_as_the_system_reads_it(self, how, written):
        get = scripted({"data": []})
        generic.page(get, setup(since_param="s", since_format=how), "records", {"since": NOON.isoformat()})
        assert get.asked[0][1] == {"s": written}

    def test_a_position_that_is_known_no_more_starts_the_turn_over(self):
        gone = Trouble("refused_request", host="h", path="p", status=410)
        told = setup(paging="cursor", next="next", since_param="s")
        page = generic.page(scripted(gone), told, "records", {"cursor": "old", "begun": "x", "since": NOON.isoformat()})
        assert (page.position, page.more, page.note) == ({"since": NOON.isoformat()}, True, "walk_restarted")
        with pytest.raises(Trouble):
            generic.page(scripted(gone), told, "records", page.position)

    @pytest.mark.parametrize("auth,headers", [
        ("bearer", {"Authorization": "Bearer s"}), ("header", {"X-Key": "s"}), ("none", {}),
        ("basic", {"Authorization": "Basic dTpz"})])
    def test_secrets_are_carried_in_headers(self, auth, headers):
        assert generic.headers("u", "s", {"auth": auth, "auth_header": "X-Key"}) == headers
