"""What a connector hands over is what its system's mapping reads: a pull gives the same rows as a file of answers."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import pytest

from bihuan.engine.facts import importing, sources, store
from bihuan.engine.home import open_home
from bihuan.loop.collect.sources.connectors import CONNECTORS
from bihuan.loop.collect.sources.services import save_source, try_source
from bihuan.loop.collect.sources.services.pull import pull_slice

from . import servers

TABLES = ("cases", "events", "messages", "answers", "customers", "agents", "units")


def sample(system, name):
    return json.loads((sources.HERE / system / "samples" / name).read_text(encoding="utf-8"))


def by(rows, key):
    ordered = sorted(rows, key=lambda row: row[key])
    return {value: list(some) for value, some in groupby(ordered, key=lambda row: row[key])}


def zendesk_server():
    tickets, events = sample("zendesk", "api_tickets.json"), sample("zendesk", "api_ticket_events.json")

    def answer(path, query, headers):
        if path.endswith("/tickets/cursor.json"):
            return 200, {"after_cursor": "c", "end_of_stream": True, **tickets}, {}
        return 200, {"end_time": 1, "end_of_stream": True, **events}, {}

    return servers.System(answer)


def chatwoot_server():
    listed = sample("chatwoot", "conversations.json")["data"]["payload"]
    messages = sample("chatwoot", "messages.json")
    messages = messages["payload"] if isinstance(messages, dict) else [
        one for answer in messages for one in answer["payload"]]
    return servers.chatwoot(listed, by(messages, "conversation_id"))


def zammad_server():
    history = sample("zammad", "history.json")["history"]
    for entry in history:
        entry["ticket"] = entry["o_id"] if entry["object"] == "Ticket" else entry["related_o_id"]
    return servers.zammad(sample("zammad", "tickets.json"), by(sample("zammad", "articles.json"), "ticket_id"),
                          by(history, "ticket"))


CASES = {
    "zendesk": (zendesk_server, {"tickets": ("zendesk_api_tickets", "api_tickets.json"),
                                 "ticket_events": ("zendesk_api_audits", "api_ticket_events.json")}),
    "chatwoot": (chatwoot_server, {"conversations": ("chatwoot_conversations", "conversations.json"),
                                   "messages": ("chatwoot_messages", "messages.json")}),
    "zammad": (zammad_server, {"tickets": ("zammad_tickets", "tickets.json"),
                               "articles": ("zammad_articles", "articles.json"),
                               "history": ("zammad_history", "history.json")}),
}


def content(home):
    """All rows but for what tells the import: batch and moment."""
    found = {}
    with store.connect(home) as con:
        for table in TABLES:
            rows = con.execute(f"SELECT to_json(t) FROM (SELECT * EXCLUDE (batch, recorded_at) FROM {table}) t")
            found[table] = sorted(row for (row,) in rows.fetchall())
    return found


@pytest.mark.parametrize("kind", CASES)
def test_a_pull_gives_the_rows_of_a_file(kind, cast, serve, unhurried, workspace_home, tmp_path):
    make, streams = CASES[kind]
    system = serve(make())
    source = save_source(
        source=None, kind=kind, name=kind, code=kind, config={"address": system.url, "account": "3", "user": ""},
        secret=servers.SECRET, streams={name: preset for name, (preset, _file) in streams.items()}, cron="0 * * * *",
        expected_minutes=60, actor=cast.admin)
    tried = try_source(source=source, actor=cast.admin)
    assert tried.ok and len(tried.lines) == len(streams), tried.lines
    pull = pull_slice(source=source, tell=lambda *args: None, cancelled=lambda: False)
    assert pull.state == "done", pull.trouble_text
    other = open_home(tmp_path / "by-hand")
    for preset, file in streams.values():
        importing.import_file(other, sources.HERE / kind / "samples" / file, preset=preset)
    by_hand = content(other)
    assert by_hand["cases"] and (by_hand["messages"] or by_hand["events"])
    assert content(workspace_home) == by_hand


def test_every_stream_names_mappings_that_are_shipped(workspace_home):
    shipped = {Path(file).stem for file in sources.mapping_files()}
    for kind, connector in CONNECTORS.items():
        for stream in connector.streams.values():
            assert set(stream.presets) <= shipped, (kind, stream)
