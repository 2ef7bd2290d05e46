"""The index of what people wrote: beside each file of messages one of the same messages, masked and folded.

It lies in the workspace's cache: it may be deleted at any time and is made anew. Texts are masked before they are
folded, so that nobody finds a conversation by a telephone number they may not see, and a deleted text leaves with the
file it stood in. A find is a plain scan of a compact column, which needs no words to be cut out of sentences: two
characters inside a sentence are found as they stand.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.engine.facts import journal, lake
from bihuan.engine.facts.connection import open_engine
from bihuan.engine.facts.identity import key_sql
from bihuan.engine.facts.lake import LakeFile, literal, quoted
from bihuan.engine.facts.privacy import Rules, load_rules, mask_many
from bihuan.engine.facts.schema import TABLES, TEXT, TIME
from bihuan.engine.facts.views import superseded_file
from bihuan.engine.home import Home

from .folding import fold

VERSION = 1
CHUNK = 50_000
MESSAGES = TABLES["messages"]
SCHEMA = pa.schema([("id", TEXT), ("case", TEXT), ("at", TIME), ("batch", TEXT), ("recorded_at", TIME),
                    ("folded", TEXT)])
Progress = Callable[[int, int, str], None]


def build(home: Home, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> int:
    """Index the files that are not yet, drop what is of files that are gone; returns how many messages were read.

    May be stopped and run again at any point: a file is indexed whole or not at all.
    """
    rules, folder = load_rules(home), _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    waiting = [file for file in _files(home) if not _index(home, file).exists()]
    total = sum(pq.read_metadata(file.path).num_rows for file in waiting)
    done = 0
    for file in waiting:
        for count in _index_file(home, file, rules):
            done += count
            if progress is not None:
                progress(done, total, "建立检索")
            if cancelled is not None and cancelled():
                return done
    sweep(home)
    return done


def sweep(home: Home) -> None:
    """Delete index files whose messages are gone or were indexed by older rules."""
    kept = {_index(home, file) for file in _files(home)}
    for path in (home.path / "cache" / "search").rglob("*.parquet"):
        if path not in kept:
            path.unlink(missing_ok=True)


def pending(home: Home) -> int:
    """Return how many messages are not yet in the index."""
    return sum(pq.read_metadata(file.path).num_rows for file in _files(home) if not _index(home, file).exists())


def hits_sql(home: Home, wanted: tuple[str, ...]) -> str:
    """Return SQL of the messages (id, case, at) that hold all of some folded words, as far as they are indexed."""
    found = [str(path) for file in _files(home) if (path := _index(home, file)).exists()]
    if not found:
        return 'SELECT NULL::VARCHAR AS id, NULL::VARCHAR AS "case", NULL::TIMESTAMPTZ AS "at" WHERE false'
    batches = journal.batches(home)
    visible = [batch.id for batch in batches if batch.visible()]
    conditions = [f"contains(folded, {literal(word)})" for word in wanted] or ["true"]
    if len(visible) < len(batches):
        conditions.append(f"batch IN ({', '.join(map(literal, visible)) or 'NULL'})")
    rows = f"SELECT * FROM {lake.scan(found)} WHERE {' AND '.join(conditions)}"
    newer = [str(path) for one in visible if (path := superseded_file(home, one, "messages")).exists()]
    if not newer:
        return f'SELECT id, "case", "at" FROM ({rows})'
    latest = f"SELECT id, max(recorded_at) AS latest FROM {lake.scan(newer)} GROUP BY id"
    return (f'SELECT r.id, r."case", r."at" FROM ({rows}) r LEFT JOIN ({latest}) s ON s.id = r.id '
            "WHERE s.latest IS NULL OR r.recorded_at >= s.latest")


def _index_file(home: Home, file: LakeFile, rules: Rules) -> Iterator[int]:
    """Write the index of one file, a chunk at a time; yields the number of messages of each."""
    target = _index(home, file)
    query = (f'SELECT {key_sql(MESSAGES, "id")} AS id, "case", "at", batch, recorded_at, text '
             f"FROM {lake.scan([file.path])} ORDER BY {quoted('at')} DESC")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".making.")
    os.close(handle)
    whole = False
    try:
        with open_engine(home) as con, pq.ParquetWriter(name, SCHEMA, compression="lz4") as writer:
            for chunk in con.sql(query).to_arrow_reader(CHUNK):
                texts = mask_many(chunk["text"].to_pylist(), rules)
                folded = pa.array([fold(text) if text else None for text in texts], TEXT)
                table = pa.Table.from_batches([chunk]).drop_columns(["text"]).append_column("folded", folded)
                writer.write_table(table.cast(SCHEMA))
                yield chunk.num_rows
        whole = True
    finally:
        if whole:
            os.replace(name, target)
        else:
            Path(name).unlink(missing_ok=True)


def _files(home: Home) -> tuple[LakeFile, ...]:
    return lake.files(home.lake / "messages")


def _folder(home: Home) -> Path:
    """Where the index made by the present rules lies: other rules mask other words."""
    rules = load_rules(home)
    said = [VERSION, sorted(rules.kinds), [asdict(own) for own in rules.own], sorted(rules.never)]
    told = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:12]
    return home.path / "cache" / "search" / told


def _index(home: Home, file: LakeFile) -> Path:
    return _folder(home) / Path(file.path).name
