"""Records that name who served instead of giving the agent's number: one bearer is that agent, several are nobody."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bihuan.engine.facts import freshness, importing, people, store, unknown
from bihuan.engine.facts.derive.tests.cases import append
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def bring(home, table, *rows):
    return importing.import_rows(home, table, list(rows), source="t", actor="test").batch


def register(home):
    """王敏 alone; 张三 twice, of whom one left the tree at the end of March; nobody of the name 赵六."""
    bring(home, "units", *({"id": unit, "name": unit, "kind": "team"} for unit in ("T1", "T2")))
    bring(home, "agents", {"id": "A1", "name": "王敏"}, {"id": "A2", "name": "张三"}, {"id": "A3", "name": "张三"})
    return bring(home, "memberships", {"agent": "A1", "unit": "T1", "valid_from": datetime(2026, 1, 1, tzinfo=UTC)},
                 {"agent": "A2", "unit": "T1", "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
                  "valid_to": datetime(2026, 4, 1, tzinfo=UTC)},
                 {"agent": "A3", "unit": "T2", "valid_from": datetime(2026, 1, 1, tzinfo=UTC)})


def records(home):
    """Calls of March and of May, one of each called by every name."""
    cases = [{"id": f"t:{name}{month}", "agent": name, "channel": "phone", "resolved": True,
              "opened": DAY.replace(month=month)} for name in ("王　敏", "张三", "赵六", "A1") for month in (3, 5)]
    bring(home, "cases", *cases)
    bring(home, "events", *({"case": case["id"], "at": case["opened"].replace(hour=10), "activity": "接起",
                             "kind": "answered", "actor": case["agent"]} for case in cases[:2]))


def served(home):
    with store.connect(home) as con:
        return dict(con.sql('SELECT "case", agent FROM fact_case').fetchall())


def teams(home):
    told = evaluate(home, Query(indicators=("contact_volume",), by=("team",)))
    return {row.group["team"]: row.n for row in told}


def say(home, name, agent, undone=None):
    moment = pa.array([undone], pa.timestamp("us", tz="UTC"))
    store.append(home, "links", pa.table({"id": ["s1"], "kind": [people.CALLED], "case": [name], "other": [agent],
                                          "at": [DAY], "undone_at": moment}), actor="test")
    freshness.refresh(home)


def test_a_name_is_whom_it_means_alone_at_that_time_in_any_order_of_imports(home):
    records(home)
    assert teams(home) == {None: 8}
    batch = register(home)
    found = served(home)
    assert (found["t:王　敏3"], found["t:王　敏5"], found["t:A13"]) == ("A1", "A1", "A1")
    assert (found["t:张三3"], found["t:张三5"], found["t:赵六5"]) == ("张三", "A3", "赵六")
    assert teams(home) == {"T1": 4, "T2": 1, None: 3}
    importing.undo(home, batch, actor="test")       # without the tree both of the name serve at any time
    assert served(home)["t:张三5"] == "张三" and teams(home) == {None: 8}


def test_a_person_says_whose_a_name_is_and_takes_it_back(home):
    register(home)
    records(home)
    (first, other) = unknown.unknown_names(home)
    assert (first.name, first.cases, first.reason, first.bearers) == ("赵六", 2, "nobody", ())
    assert (other.name, other.cases, other.reason, other.bearers) == ("张三", 1, "several", ("A2", "A3"))
    before = teams(home)
    say(home, "赵六", "A3")
    assert teams(home) == {"T1": 4, "T2": 3, None: 1} and [one.name for one in unknown.unknown_names(home)] == ["张三"]
    assert [one.name for one in unknown.names_of(home, "A3")] == ["张三", "赵六"]
    say(home, "赵六", "A3", undone=DAY)
    assert teams(home) == before and served(home)["t:赵六3"] == "赵六"


def test_who_agreed_and_who_judged_are_people_of_the_register_too(home):
    """张　三 is a spelling of 张三, of whom a person said who it is."""
    one = {"case": "t:1", "agent": "王敏", "at": DAY}
    append(home, agents=[{"id": "A1", "name": "王敏"}, {"id": "A2", "name": "张三"}, {"id": "A3", "name": "张三"}],
           links=[{"id": "s1", "kind": people.CALLED, "case": "张三", "other": "A2", "at": DAY}],
           concessions=[one | {"id": "c", "amount": 9, "approved_by": "王　敏"}],
           inspection_scores=[one | {"id": "i", "item": "x", "reviewer": "张　三"}],
           attributions=[{"id": "a", "case": "t:1", "kind": "service", "reviewer": "张三"}],
           skills=[{"agent": "A2", "skill": "退款", "valid_from": DAY, "assessed_by": "经理"}])
    with store.connect(home) as con:
        told = con.sql("SELECT agent, approved_by FROM concessions UNION ALL SELECT agent, reviewer FROM "
                       "inspection_scores UNION ALL SELECT kind, reviewer FROM attributions UNION ALL "
                       "SELECT agent, assessed_by FROM skills").fetchall()
    assert told == [("A1", "A1"), ("A1", "A2"), ("service", "A2"), ("A2", "经理")]


@pytest.mark.usefixtures("without_facts")
def test_a_dry_run_tells_whom_names_mean(home):
    register(home)
    file = home.path / "单.csv"
    file.write_text("工单号,受理时间,坐席\n1,2026-03-05 10:00,王敏\n2,2026-03-05 10:00,张三\n3,2026-03-06 10:00,李四\n"
                    "4,2026-03-07 10:00,李四\n5,2026-05-07 10:00,张三\n", encoding="utf-8")
    mapping = home.path / "m.toml"
    mapping.write_text('name = "m"\ntable = "cases"\nsource = "t"\n[fields]\nexternal_id = "工单号"\n'
                       'opened = "受理时间"\nagent = "坐席"\n', encoding="utf-8")
    found = importing.import_file(home, file, mapping=mapping, dry_run=True).people
    assert found.known == 2 and [(one.name, one.cases, one.reason) for one in found.unknown] == [
        ("李四", 2, "nobody"), ("张三", 1, "several")]


def test_a_name_of_no_kind_is_no_agents_where_its_source_tells_kinds(home):
    append(home, agents=[{"id": "A1", "name": "王敏"}], messages=[
        {"id": f"{source}{name}", "case": "t:1", "at": DAY, "source": source, "sender": name, "sender_kind": kind}
        for source, name, kind in (("u", "客户甲", None), ("u", "李四", "agent"), ("v", "赵六", None))])
    assert [one.name for one in unknown.unknown_names(home)] == ["李四", "赵六"]


@pytest.mark.usefixtures("without_facts")
def test_a_source_that_tells_no_kinds_does_not_list_its_customers(home):
    register(home)
    bring(home, "cases", {"id": "t:9", "customer": "K9", "opened": DAY})
    bring(home, "messages", *({"id": f"m{sender}", "case": "t:9", "at": DAY, "seq": 1, "sender": sender, "text": "好"}
                              for sender in ("K9", "赵六", "A1")))
    assert [one.name for one in unknown.unknown_names(home)] == ["赵六"]


@pytest.mark.usefixtures("without_facts")
def test_a_file_is_looked_through_for_names_once_and_forgotten_with_its_rows(home):
    """A name that no row has stands for those that were found before: it stays as long as no file is gone."""
    register(home)
    records(home)
    people.load_meanings(home)
    for gone, stays in ((), True), (("cases/gone.parquet",), False):
        kept = json.loads((file := home.path / "cache" / "names.json").read_text(encoding="utf-8"))
        written = {"files": [*kept["written"]["files"], *gone], "names": ["王敏 "]}
        file.write_text(json.dumps(kept | {"state": "", "written": written}), encoding="utf-8")
        then = people.load_meanings(home, known_at=datetime.now(UTC))     # the names are those kept, not found anew
        assert ("王敏 " in {one.name for one in then}) is stays
        assert ("王敏 " in {one.name for one in people.load_meanings(home)}) is stays
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"form": "older", "meanings": []}))
    assert people.load_meanings(home), "another release may understand names otherwise"
