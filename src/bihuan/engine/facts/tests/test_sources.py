"""Every folder of ``sources``: its samples, imported in the normal way, give the rows and figures it promises."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from bihuan.engine.facts import freshness, presets, sources, store
from bihuan.engine.facts.importing import import_file, sniff
from bihuan.engine.facts.schema import TABLES

SECTIONS = ("## Reads", "## Gives", "## Lost", "## Traps")


def promises(folder: Path) -> list[dict]:
    """The parts of ``expected.json``: each is a workspace of its own with its files, in their order."""
    told = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return told if isinstance(told, list) else [told]


PARTS = [(folder, number) for folder in sources.folders() for number, _ in enumerate(promises(folder))]


def rows_of(con, table: str) -> list[dict]:
    """All rows of a table or fact; times as ISO text in UTC."""
    return [{name: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime | date) else value
             for name, value in row.items()} for row in con.sql(f"SELECT * FROM {table}").to_arrow_table().to_pylist()]


def missing(wanted: list[dict], found: list[dict]) -> list[tuple[dict, list[dict]]]:
    """The promised rows that are not there exactly once, each beside those that agree in its first field."""
    lacking = []
    for row in wanted:
        agreeing = [one for one in found if all(one.get(name) == value for name, value in row.items())]
        first = next(iter(row))
        if len(agreeing) != 1:
            near = [{name: one.get(name) for name in row} for one in found if one.get(first) == row[first]]
            lacking.append((row, near))
    return lacking


@pytest.mark.parametrize(("folder", "number"), PARTS, ids=[f"{folder.name}-{number}" for folder, number in PARTS])
def test_a_source_gives_what_its_folder_promises(home, monkeypatch, folder, number):
    told, refresh = promises(folder)[number], freshness.refresh
    monkeypatch.setattr(freshness, "refresh", lambda *_, **__: 0)  # once for all files: it is what takes the time
    for file in told["files"]:
        path = folder / "samples" / file["file"]
        if file.get("found", True):
            assert sniff(home, path).preset == file["preset"]
        result = import_file(home, path, preset=file["preset"])
        counts = {name: getattr(result, name) for name in ("read", "accepted", "quarantined")}
        assert counts == {"quarantined": 0, **{name: file[name] for name in counts if name in file}}, result.cells
    if any(table.startswith("fact_") for table in told.get("rows", ())):
        refresh(home)
    with store.connect(home) as con:
        filled = {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in TABLES}
        assert {table: count for table, count in filled.items() if count} == told["tables"]
        for table, wanted in told.get("rows", {}).items():
            assert missing(wanted, rows_of(con, table)) == []
    for file in told["files"]:
        again = import_file(home, folder / "samples" / file["file"], preset=file["preset"])
        assert not any(counts["accepted"] or counts["updated"] for counts in again.tables.values()), again.tables


def test_every_source_says_what_it_reads_and_every_mapping_has_a_sample():
    sampled = {file["preset"] for folder in sources.folders() for told in promises(folder) for file in told["files"]}
    assert sampled == set(presets.shipped())
    for file in sources.mapping_files():
        assert f"`{file.stem}`" in (file.parent / "README.md").read_text(encoding="utf-8")
    for folder in sources.folders():
        said = (folder / "README.md").read_text(encoding="utf-8")
        assert [section for section in SECTIONS if section not in said] == [], folder.name
    listed = (sources.HERE.parents[4] / "docs" / "reference" / "sources.md").read_text(encoding="utf-8")
    assert [name for name in presets.shipped() if f"`{name}`" not in listed] == []
    assert len(presets.shipped()) == len(sources.mapping_files())
