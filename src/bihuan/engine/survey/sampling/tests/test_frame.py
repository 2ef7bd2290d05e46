"""The frame: whom the rule takes, what they are, and why somebody cannot be asked."""

import random
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bihuan.engine.facts import store
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.engine.survey.sampling.frame import counts_by, digest_of, read_file, relation, write_frame

from .world import DAY, PEOPLE, bring_company, case, put

ZONE = ZoneInfo("Asia/Shanghai")
RULE = FrameRule(date(2026, 3, 1), date(2026, 3, 31))
BARRED = pa.table({"customer": ["K09", "K01", "K02", "K02"], "channel": ["", "sms", "sms", "email"],
                   "reason": ["withdrawn", "refused", "refused", "refused"]})


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    from bihuan.engine.home import open_home

    home = open_home(tmp_path_factory.mktemp("sampling") / "home")
    bring_company(home)
    return home


def framed(home, tmp_path, rule=RULE, name="frame", **more):
    path = tmp_path / f"{name}.parquet"
    with store.connect(home) as con:
        found = write_frame(con, rule, path, zone=ZONE, people=PEOPLE, **more)
    return found, {row["customer"]: row for row in pq.read_table(path).to_pylist()}


def test_everybody_known_has_a_place_and_a_reason(company, tmp_path):
    """K01 may not be asked by SMS and has no mail; K02 neither way; K07's invitation of before had failed."""
    found, rows = framed(company, tmp_path, barred=BARRED, quiet_since=DAY - timedelta(days=1))
    assert {number: (row["state"], row["outside"]) for number, row in rows.items()} == {
        "K01": ("refused", ""), "K02": ("refused", ""), "K03": ("", ""), "K04": ("no_address", ""), "K05": ("", ""),
        "K06": ("outside", "no_service"), "K07": ("", ""), "K08": ("quiet", ""), "K09": ("withdrawn", ""),
        "K10": ("outside", "no_service")}
    assert (found.universe, found.inside, found.eligible) == (10, 8, 3)
    assert [rows[number]["reach"] for number in ("K03", "K05", "K08")] == ["sms", "email", "sms"]


def test_what_a_customer_is_comes_from_their_service_in_the_period(company, tmp_path):
    _, rows = framed(company, tmp_path, replace(RULE, spend_field="spend", spend_cuts=(100, 500)))
    first = rows["K01"]
    assert (first["product"], first["last_agent"], first["cases"], first["silent"]) == ("B", "a2", 2, "no")
    assert [rows[number]["silent"] for number in ("K02", "K03", "K06")] == ["no", "yes", "no"]
    assert (rows["K02"]["complained"], rows["K03"]["key"], rows["K07"]["key"]) == ("yes", "yes", "no")
    assert (rows["K05"]["spend_band"], rows["K07"]["spend_band"]) == (">=500", None)


@pytest.mark.parametrize("change, taken, outside", [
    ({"channels": ("online",)}, {"K03"}, {"K01": "channel"}),
    ({"regions": ("华北",)}, {"K02", "K03"}, {"K01": "region"}),
    ({"types": ("vip",)}, {"K03"}, {"K07": "type"}),
    ({"complained": True}, {"K02"}, {"K03": "complaint"}),
    ({"complained": False}, {"K01", "K03", "K04", "K05", "K07", "K08", "K09"}, {"K02": "complaint"}),
    ({"products": ("B",)}, {"K01"}, {"K02": "product", "K06": "no_service"}),
    ({"products": ("B",), "channels": ("online",)}, set(), {"K01": "channel", "K03": "product"}),
    ({"kinds": ("complaint",)}, {"K02"}, {"K01": "kind", "K06": "no_service"}),
    ({"topics": ("退款",)}, set(), {"K01": "topic"}),
    ({"spend_field": "spend", "spend_from": 700.0}, {"K05"}, {"K01": "spend"}),
    ({"start": date(2026, 1, 1), "end": date(2026, 1, 10)}, {"K06"}, {"K01": "no_service"}),
])
def test_the_rule_decides_who_is_inside(company, tmp_path, change, taken, outside):
    _, rows = framed(company, tmp_path, replace(RULE, **change))
    assert {number for number, row in rows.items() if row["inside"]} == taken
    assert {number: rows[number]["outside"] for number in outside} == outside


def test_days_are_those_of_the_workspace(company, tmp_path):
    """Service at 09:00 of the 2nd in Shanghai was on the 1st in Honolulu."""
    second = replace(RULE, start=date(2026, 3, 2), end=date(2026, 3, 2))
    assert framed(company, tmp_path, second)[1]["K03"]["inside"]
    with store.connect(company) as con:
        inside = [write_frame(con, replace(RULE, start=day, end=day), tmp_path / "h.parquet", people=PEOPLE,
                              zone=ZoneInfo("Pacific/Honolulu")).inside for day in (date(2026, 3, 1), date(2026, 3, 2))]
    assert inside == [8, 0]


def test_only_cases_within_reach_count(company, tmp_path):
    _, rows = framed(company, tmp_path, within="f.unit = 'elsewhere'")
    assert not any(row["inside"] for row in rows.values())


def test_the_digest_is_of_the_content_and_not_of_its_order(company, tmp_path):
    found, rows = framed(company, tmp_path)
    lines = list(rows.values())
    random.Random(4).shuffle(lines)
    pq.write_table(pa.Table.from_pylist(lines, schema=pq.read_schema(found.path)), tmp_path / "other.parquet")
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'America/New_York'")
        assert digest_of(con, relation(tmp_path / "other.parquet")) == found.digest
        lines[0]["region"] = "别处"
        pq.write_table(pa.Table.from_pylist(lines, schema=pq.read_schema(found.path)), tmp_path / "other.parquet")
        assert read_file(con, tmp_path / "other.parquet").digest != found.digest


def test_a_frame_that_fails_leaves_no_half_file(company, tmp_path):
    with store.connect(company) as con, pytest.raises(duckdb.Error):
        write_frame(con, RULE, tmp_path / "bad.parquet", zone=ZONE, people="SELECT 1 AS number")
    assert list(tmp_path.iterdir()) == []


def test_the_population_is_counted_by_attribute(company, tmp_path):
    framed(company, tmp_path)
    with store.connect(company) as con:
        counts = counts_by(con, tmp_path / "frame.parquet")
    assert counts["region"] == {"华东": 5, "华北": 2, "华南": 1}
    assert sum(counts["type"].values()) == 8


def test_a_rule_is_read_back_as_it_was_stored():
    from bihuan.engine.survey.sampling.contracts import rule_of

    rule = replace(RULE, channels=("phone",), spend_cuts=(1.0, 2.0), complained=True)
    assert rule_of(rule.stored() | {"of_a_later_version": 1}) == rule
    with pytest.raises(KeyError):
        rule_of({})


def test_merged_cases_are_not_service_of_their_own(home, tmp_path):
    bring_company(home)
    put(home, "links", [{"id": "m", "case": "t:9", "other": "t:8", "kind": "merged", "at": DAY}])
    put(home, "cases", [case(11, "K10")])
    from bihuan.engine.facts.derive import refresh

    refresh(home)
    _, rows = framed(home, tmp_path)
    assert rows["K09"]["outside"] == "no_service" and rows["K10"]["inside"]
