"""A source that never speaks of a state does not deny it: its facts are None there, not False and not 0."""

import pyarrow as pa
import pytest

from bihuan.engine.facts import journal, store
from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.importing import import_file
from bihuan.engine.home import open_home

from .cases import Together, append, as_table, case, facts

given = Together()


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return given.derive(open_home(tmp_path_factory.mktemp("told") / "home"))


def by_case(home) -> dict:
    refresh(home)
    return {row["case"]: row for row in facts(home)}


ANSWERED = given(case("a", first_response_at=30, channel="online"))
UNANSWERED = given(case("b", channel="online"), beside=ANSWERED)


def test_source_that_only_stamps_replies_says_nothing_about_resolving_or_closing(told):
    """As a forum with answers: the answered and the unanswered alike are neither open nor closed."""
    found = [told(ANSWERED), told(UNANSWERED)]
    for row in found:
        unknown = ("resolved", "closed", "is_open", "solved", "resolved_flag", "reopens", "transfers", "escalated",
                   "resolution_s", "offered", "asked_human")
        assert {name: row[name] for name in unknown} == dict.fromkeys(unknown)
    assert [row["responded"] for row in found] == [True, False]


DONE = given(case("a", resolved_at=30))
UNDONE = given(case("b"), beside=DONE)


def test_source_without_replies_does_not_call_its_cases_unanswered(told):
    found = [told(DONE), told(UNDONE)]
    assert [(row["responded"], row["solved"], row["is_open"], row["resolved"]) for row in found] == [
        (None, True, False, True), (None, False, True, False)]
    assert [row["closed"] for row in found] == [None, None]


CLOSED = given(case("a", closed_at=30))
NOT_CLOSED = given(case("b"), beside=CLOSED)
OF_ANOTHER_SOURCE = given(case("c"))


def test_sources_are_judged_apart(told):
    assert [told(one)["closed"] for one in (CLOSED, NOT_CLOSED, OF_ANOTHER_SOURCE)] == [True, False, None]


def test_files_of_one_source_are_judged_by_their_mapping(home):
    """Messages exported without their replies are not unanswered because another export has replies."""
    for mapping, row in (("with_replies", case("a", first_response_at=5)), ("with_replies", case("b")),
                         ("bare", case("c"))):
        put_in(home, mapping, row)
    found = by_case(home)
    assert [found[n]["responded"] for n in "abc"] == [True, False, None]


def put_in(home, mapping, row) -> None:
    """Append a case as a batch that came in by a mapping."""
    batch = store.append(home, "cases", as_table("cases", [row]))
    known = journal.get(home, batch)
    journal.done(home, batch, actor="test", recorded_at=known.recorded_at, tables=known.tables, counts=known.counts,
                 mapping=mapping)


UNFLAGGED = given(case("a", resolved_at=30))
FLAGGED_NO = given(case("b", resolved=False, closed_at=40), beside=UNFLAGGED)
FLAGGED_YES = given(case("c", resolved=True), beside=UNFLAGGED)


def test_flag_of_the_source_is_kept_apart_from_what_its_times_say(told):
    found = [told(one) for one in (UNFLAGGED, FLAGGED_NO, FLAGGED_YES)]
    assert [(row["resolved_flag"], row["resolved"]) for row in found] == [(None, True), (False, False), (True, True)]


EXPLAINED = given(case("a", status="Closed with explanation"))
STATUSES = [EXPLAINED, *(given(case("b", status=status), beside=EXPLAINED)
                         for status in ("In progress", "Untimely response", "已解决", None))]


def test_status_tells_that_a_case_is_over_but_not_when(told):
    found = [told(one) for one in STATUSES]
    assert [(row["closed"], row["is_open"], row["resolved"]) for row in found] == [
        (True, False, None), (False, True, False), (None, None, None), (False, False, True), (None, None, None)]
    assert {row["solved"] for row in found} == {None}


UNKNOWN = given(case("c"), "0 other", "10 other")


def test_log_without_known_activities_claims_nothing(told):
    fact = told(UNKNOWN)
    assert [fact[name] for name in ("reopens", "transfers", "is_open", "resolved", "closed", "responded")] == [None] * 6


NO_TRANSFER = given(case("b"), "0 assigned agent:ann", beside=given(case("a"), "0 transferred agent:ann"))


def test_log_that_shows_transfers_somewhere_knows_that_there_were_none_here(told):
    assert told(NO_TRANSFER)["transfers"] == 0


RESOLVED = given(case("b"), "10 resolved", beside=given(case("a"), "10 resolved", "20 closed"))


def test_resolved_and_not_yet_closed_is_not_closed_where_the_source_closes(told):
    fact = told(RESOLVED)
    assert (fact["closed"], fact["resolved"], fact["is_open"]) == (False, True, False)


BARE_CALL = given(case("c", channel="phone"), "0 answered agent:ann stamp", "3 ended stamp")


def test_call_records_without_hold_and_wrap_up_have_talk_but_no_handle_time(told):
    fact = told(BARE_CALL)
    assert [fact[name] for name in ("talk_s", "hold_s", "wrap_s", "handle_s")] == [180, None, None, None]


@pytest.mark.usefixtures("without_facts")      # they are derived when both months are there
def test_hold_and_wrap_up_are_known_where_the_cell_of_the_call_says_so(home, tmp_path):
    """A month without the columns keeps no answer when the next has them; 0 is an answer, "" and N/A are none."""
    head = "通话编号,坐席,来电时间,主题,是否接听,是否解决,应答秒数,通话时长,满意度"
    line = "lin,2024-0{}-01 9:12:58,账单,是,是,20,120,4"
    january, february = tmp_path / "january.csv", tmp_path / "february.csv"
    january.write_text(f"{head}\nJ,{line.format(1)}\n", encoding="utf-8")
    cells = {"Z": "0,0", "E": ",", "N": "N/A,60", "T": "00:00,1:00"}
    february.write_text("\n".join([f"{head},保持时长,话后时长", *(
        f"{name},{line.format(2)},{told}" for name, told in cells.items()), ""]), encoding="utf-8")
    for file in (january, february):
        import_file(home, file, preset="call_records")
    found = {row["external_id"]: [row[name] for name in ("talk_s", "hold_s", "wrap_s", "handle_s")]
             for row in by_case(home).values()}
    assert found == {"J": [120, None, None, None], "Z": [120, 0, 0, 120], "E": [120, None, None, None],
                     "N": [120, None, 60, None], "T": [120, 0, 60, 180]}


WAITED = [given(case("a", channel="phone"), "0 queued stamp", "1 answered agent:ann stamp") for _ in range(2)]
GIVEN_UP = given(case("b", channel="phone"), "0 queued stamp", "0 abandoned stamp", beside=WAITED[1])


def test_wait_of_all_offered_is_unknown_where_abandoned_calls_have_none(told):
    found = [told(one) for one in (*WAITED, GIVEN_UP)]
    assert [(row["wait_s"], row["offered_wait_s"]) for row in found] == [(60, 60), (60, None), (None, None)]


BY_A_PERSON = given(case("a", channel="email"), "5 responded agent:ann")
MAIL, CHAT = (given(case("b", channel=channel), "0 responded bot:b", beside=BY_A_PERSON)
              for channel in ("email", "online"))


def test_bot_that_acknowledges_a_mail_is_no_excuse_for_not_answering_it(told):
    mail, chat = told(MAIL), told(CHAT)
    assert (mail["responded"], chat["responded"], chat["first_response_due"]) == (False, None, None)


def test_first_row_that_speaks_of_a_state_changes_the_facts_of_its_whole_source(home):
    append(home, cases=[case(f"x{n}", n, customer=f"o{n}") for n in range(9)])
    refresh(home)
    append(home, cases=[case("m", 50, closed_at=60)])
    assert refresh(home, touched=pa.array(["m"])).everything
    assert [row["closed"] for row in facts(home) if row["case"] == "x3"] == [False]


PART, SAME = (given(case("c"), "0 resolved agent:ann", "30 closed") for _ in range(2))
PART_STAMPED = given(case("d", resolved_at=0), "0 resolved agent:ann", beside=SAME)


def test_log_that_begins_with_the_end_does_not_know_how_long_it_took(told):
    """Part of a history: the only event is the resolution, and the opening was taken from it."""
    fact, stamped = told(PART), told(PART_STAMPED)
    assert (fact["resolution_s"], fact["solved"], fact["resolved"], fact["is_open"]) == (None, None, True, False)
    assert (stamped["resolution_s"], stamped["solved"]) == (0, True)


def test_complaints_alone_are_no_share_of_anything(home):
    append(home, cases=[case("a", kind="complaint")])
    assert by_case(home)["a"]["is_complaint"] is None
    append(home, cases=[case("b", kind="contact") | {"source": "calls"}])
    assert [by_case(home)[n]["is_complaint"] for n in "ab"] == [True, False]
