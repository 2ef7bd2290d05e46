"""What the quick first reading of a plain text file gives is what the other reading gives, bad cells and all."""

from dataclasses import asdict
from pathlib import Path

import pytest

from bihuan.engine.facts import freshness
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.readers import text
from bihuan.engine.facts.readers.plain import Plain
from bihuan.engine.home import open_home

from .files import CASES, rows, written

HEADER = "case,at,activity,kind,actor,actor_kind,seq\n"
CLEAN = HEADER + "T-001,2024-03-01 09:00:00,New,opened,A1,agent,0\n" \
    "T-009,2024-03-01 10:00,Closed,closed,system,system,1\n"
# A twin, a case nobody knows, words that mean nothing, and every kind of cell that is none; times whose kind changes.
ODD = CLEAN + """T-001,2024-03-01 09:00:00,New,opened,A1,agent,0
T-777,2024-03-02,Closed,转派,-,robot,x
T-001,2024-03-02 11,NULL,closed,="007",Agent,1e3
1.23457E+18,1991-06-01 12:00:00,Closed,closed,A1,agent,0x1F
T-002,1890-01-01,合计,closed,A1,bot,"""
TORN = CLEAN + "T-002,2024-03-01 09:00:00,New,opened,A1,agent,0,more\nT-003,2024-03-01 09:00:00,New\n"
LATE = CLEAN + "T-002,处理中,New,opened,A1,agent,0\nT-003,2016-2-9 1:16+00:00,New,opened,A1,agent,0\n"


@pytest.mark.parametrize("content", [ODD.replace("\n", "\r\n"), TORN, LATE])
def test_both_readings_give_the_same(tmp_path, monkeypatch, content):
    monkeypatch.setattr(freshness, "refresh", lambda home, **_: 0)
    told = [_told(tmp_path / "quick", content)]
    monkeypatch.setattr(text, "Plain", lambda *_: None)
    told.append(_told(tmp_path / "other", content))
    assert told[0] == told[1]


def test_times_are_split_off_where_the_file_allows_it(home, tmp_path, monkeypatch):
    split, seen = Plain.split, []

    def noted(plain, times=()):
        seen.append(list(times))
        return split(plain, times)

    monkeypatch.setattr(Plain, "split", noted)
    monkeypatch.setattr(freshness, "refresh", lambda home, **_: 0)
    import_file(home, written(tmp_path, "a.csv", CLEAN), preset="events")
    import_file(home, written(tmp_path, "b.csv", CLEAN.replace("New", '"New"')), preset="events")
    assert seen == [[], ["at"]]     # the head as text, then all records; the second file has quotation marks


def _told(folder: Path, content: str) -> dict[str, object]:
    home = open_home(folder)
    import_file(home, written(folder, "c.csv", CASES), preset="cases")
    result = import_file(home, written(folder, "events.csv", content), preset="events")
    told = asdict(result)
    for name in ("rejected_file", "cells_file"):
        told[name] = Path(told[name]).read_text("utf-8") if told[name] else None
    del told["batch"]
    columns = "COLUMNS(* EXCLUDE (batch, recorded_at))::VARCHAR"
    return told | {table: rows(home, f"SELECT {columns} FROM {table} ORDER BY ALL") for table in ("cases", "events")}
