"""A chat that became a ticket: the ticket has its first response."""

import pytest

from bihuan.engine.facts.derive import case_ledger, refresh
from bihuan.engine.home import open_home

from .cases import append, at, case, events, facts

LINK = {"id": "l", "case": "chat", "other": "ticket", "kind": "merged", "at": at(30)}
CHAT = events("chat", "1 responded bot:b", "3 transferred system:s", "8 responded agent:a9")


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


def first(home) -> dict[str, tuple]:
    told = ("responded", "responder", "first_response_s", "merged")
    return {row["case"]: tuple(row[name] for name in told) for row in facts(home)}


@pytest.mark.parametrize("opened", [0, 20])
def test_the_ticket_has_responder_and_seconds_of_the_chat_whenever_it_was_opened(home, opened):
    append(home, cases=[case("chat", 0, channel="online", customer=None), case("ticket", opened),
                        case("mail", 0, channel="email")], events=CHAT, links=[LINK])
    refresh(home)
    assert first(home)["ticket"] == (*first(home)["chat"][:3], False) and first(home)["ticket"][1] == "a9"
    assert first(home)["mail"][0] is False and first(home)["chat"][3]
    ledger = case_ledger(home, "ticket")
    assert ledger is not None and ledger.first_response.running_s == next(
        row["first_response_business_s"] for row in facts(home) if row["case"] == "ticket")


def test_its_own_response_counts_where_it_came_first_and_parting_takes_the_loan_back(home):
    append(home, cases=[case("chat", 0, channel="online", customer=None), case("ticket", 0), case("later", 0)],
           events=CHAT + events("ticket", "5 responded agent:a1"), links=[LINK])
    refresh(home)
    assert first(home)["ticket"][1:3] == ("a1", 300)
    append(home, links=[{**LINK, "id": "m", "other": "later"}])
    refresh(home, touched=None)
    assert first(home)["later"][1] == "a9"
    append(home, links=[{**LINK, "id": "m", "other": "later", "undone_at": at(50)}])
    refresh(home)
    assert first(home)["later"][0] is False
