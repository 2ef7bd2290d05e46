"""Event logs: XES and its CSV give the same rows, OCEL picks its case, incidents become cases and events."""

import json

import pytest

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.mapping import parse
from bihuan.engine.home import open_home

from .files import INCIDENTS, XES, XES_AS_CSV, incidents, rows, written
from .test_reimport import contents

pytestmark = pytest.mark.usefixtures("without_facts")

EVENTS = 'SELECT "case", activity, kind, actor, make_timestamp(epoch_us("at"))::VARCHAR FROM events ORDER BY "at"'
OCEL = {
    "objectTypes": [{"name": "ticket", "attributes": []}, {"name": "order", "attributes": []}],
    "eventTypes": [{"name": "open", "attributes": []}, {"name": "close", "attributes": []}],
    "objects": [
        {"id": "t1", "type": "ticket", "attributes": [
            {"name": "priority", "time": "2024-01-01T00:00:00Z", "value": "low"},
            {"name": "priority", "time": "2024-01-02T00:00:00Z", "value": "high"}]},
        {"id": "t2", "type": "ticket"}, {"id": "o1", "type": "order"}, {"id": "o2", "type": "order"}],
    "events": [
        {"id": "e2", "type": "close", "time": "2024-01-05T08:00:00Z",
         "relationships": [{"objectId": "t1", "qualifier": "of"}]},
        {"id": "e1", "type": "open", "time": "2024-01-01T08:00:00Z", "attributes": [{"name": "cost", "value": 2.5}],
         "relationships": [{"objectId": "t1", "qualifier": "of"}, {"objectId": "o1", "qualifier": "about"},
                           {"objectId": "o2", "qualifier": "about"}]},
        {"id": "e3", "type": "open", "time": "2024-01-02T08:00:00Z",
         "relationships": [{"objectId": "t2", "qualifier": "of"}]},
    ],
}


def test_an_xes_log_becomes_cases_and_events(home, tmp_path):
    result = import_file(home, written(tmp_path, "desk.xes.gz", XES))
    assert (result.mapping, result.source, result.read) == ("xes", "desk", 4)
    assert rows(home, EVENTS) == [
        ("desk:Case 1", "Assign seriousness", "opened", "V1", "2012-10-09 14:50:17"),
        ("desk:Case 1", "Resolve ticket", "resolved", "V2", "2012-10-09 14:50:17"),
        ("desk:Case & 2", "Wait", "pending", None, "2012-10-10 00:00:00"),
        ("desk:Case 1", "Closed", "closed", "V3", "2012-11-09 12:54:39.25")]
    assert rows(home, "SELECT external_id, status, product, agent FROM cases ORDER BY 1") == [
        ("Case & 2", "Wait", None, None), ("Case 1", "Closed", "P2", "V3")]


def test_the_log_flattened_to_csv_gives_the_same_rows(home, tmp_path):
    import_file(home, written(tmp_path, "desk.xes", XES))
    result = import_file(home, written(tmp_path, "desk.csv", XES_AS_CSV))
    assert (result.mapping, result.accepted, result.updated, result.unchanged) == ("xes_csv", 0, 0, 4)
    alone = open_home(tmp_path / "alone")
    import_file(alone, written(tmp_path, "desk.csv", XES_AS_CSV))
    assert contents(alone) == contents(home)


def test_a_log_that_breaks_off_is_refused_with_its_line(home, tmp_path):
    with pytest.raises(FactsError) as refused:
        import_file(home, written(tmp_path, "desk.xes", XES[:900]))
    assert refused.value.code == "broken_xml" and refused.value.params["line"] > 1
    assert rows(home, "SELECT count(*) FROM events") == [(0,)]


@pytest.mark.parametrize("encoding", ["u1J-8", "utf-7", "rot13"])
def test_a_log_in_an_encoding_that_nobody_knows_is_refused(home, tmp_path, encoding):
    with pytest.raises(FactsError) as refused:
        import_file(home, written(tmp_path, "desk.xes", XES.replace("utf-8", encoding).replace("UTF-8", encoding)))
    assert refused.value.code == "broken_xml"


def test_the_case_of_an_object_log_is_the_type_that_is_alone_in_most_events(home, tmp_path):
    result = import_file(home, written(tmp_path, "log.json", json.dumps(OCEL)))
    assert (result.mapping, result.read) == ("ocel", 3)
    assert [row[:2] for row in rows(home, EVENTS)] == [("log:t1", "open"), ("log:t2", "open"), ("log:t1", "close")]
    assert rows(home, "SELECT external_id, priority FROM cases ORDER BY 1") == [("t1", "high"), ("t2", None)]


def test_a_mapping_may_name_another_object_type(home, tmp_path):
    chosen = parse('table = "events"\nsource = "s"\nformat = "ocel"\ncase_type = "order"\n[fields]\n'
                   'case = "case:concept:name"\nat = "time:timestamp"\nactivity = "concept:name"\n[case]\n')
    assert import_file(home, written(tmp_path, "log.json", json.dumps(OCEL)), mapping=chosen).read == 2
    with pytest.raises(FactsError, match="ticket"):
        import_file(home, written(tmp_path, "log.json", json.dumps(OCEL)), mapping=parse(
            'table = "events"\ncase_type = "parcel"\n[fields]\ncase = "case:concept:name"\n'
            'at = "time:timestamp"\nactivity = "concept:name"\n'))


def test_incidents_take_their_final_values_from_the_last_row(home, tmp_path):
    import_file(home, written(tmp_path, "a.csv", incidents(INCIDENTS[::-1])))
    found = rows(home, "SELECT external_id, sla_met, reopen_count, reassign_count, agent, unit, topic, channel, status "
                       "FROM cases ORDER BY 1")
    assert found == [("INC1", False, 0, 1, "R2", "G2", "S1", "phone", "Closed"),
                     ("INC2", True, 1, 0, "R1", "G1", "S2", "email", "-100")]
    assert rows(home, "SELECT count(*) FROM units") == [(0,)]
    kinds = rows(home, 'SELECT seq, kind, cause FROM events WHERE "case" = \'servicenow:INC1\' ORDER BY seq')
    assert kinds == [(0, "opened", None), (1, "pending", "customer"), (2, "resolved", None), (3, "closed", None)]
    opened = rows(home, "SELECT make_timestamp(epoch_us(opened))::VARCHAR FROM cases ORDER BY id")
    assert opened == [("2016-02-28 17:16:00",), ("2016-03-13 00:00:00",)]


def test_the_copy_that_went_through_a_spreadsheet_gives_the_same_rows(home, tmp_path):
    def resaved(line):
        cells = [cell.upper() if cell in ("true", "false") else cell for cell in line.split(",")]
        for place, cell in enumerate(cells):
            if cell.count("/") == 2:
                day, month, rest = cell.split("/")
                cells[place] = f"{int(day):02d}-{int(month):02d}-{rest}"
        return ",".join(cells)

    import_file(home, written(tmp_path, "a.csv", incidents()))
    result = import_file(home, written(tmp_path, "b.csv", incidents([resaved(line) for line in INCIDENTS])))
    assert (result.accepted, result.updated, result.unchanged) == (0, 0, 6)
    assert result.tables["cases"] == {"accepted": 0, "updated": 0, "unchanged": 2}


def test_words_beside_codes_and_cases_beside_known_ones_are_found_in_a_log_of_codes(home, tmp_path):
    """The first records say the very codes of ``kind``; later ones say other words, a total, a second case."""
    import_file(home, written(tmp_path, "c.csv", "case_id,opened\nT1,2024-03-01 09:00:00\n"))
    lines = [f"T1,2024-03-01 09:00:{second:02d},Go,resolved,A1" for second in range(45)] * 120
    lines += ["T1,2024-03-01 10:00:00,Go,派单,A1", "T2,2024-03-02 10:00:00,Go,Closed,A2",
              "T2,2024-03-02 10:00:00,Ho,closed,A2", "Total,45,,,", "T2,未处理,Go,closed,A2"]
    result = import_file(home, written(tmp_path, "e.csv", "\n".join(["case,at,activity,kind,actor", *lines]) + "\n"))
    assert (result.read, result.accepted, result.quarantined) == (5405, 48 + 119 * 45, 2)
    assert [(cell.row, cell.code) for cell in result.cells] == [(5405, "total_row"), (5406, "missing_required")]
    assert rows(home, "SELECT kind, count(*) FROM events GROUP BY 1 ORDER BY 1") == [
        ("assigned", 1), ("closed", 2), ("resolved", 5400)]
    of_case = 'SELECT external_id, count(*) FROM cases c JOIN events e ON c.id = e."case" GROUP BY 1 ORDER BY 1'
    assert rows(home, of_case) == [("T1", 5401), ("T2", 2)]
