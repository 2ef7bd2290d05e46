"""The things that are measured, each run as a process of its own: ``python -m bench.steps STEP ARGUMENT ...``.

A step prints what it found (a count), so that a wrong answer cannot pass for a fast one. Those that are held beside other
tools print the CPU seconds of the work alone as well: what starts (interpreter, modules, PostgreSQL's server) is left out.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path

CASE_TYPES = ("{'external_id': 'VARCHAR', 'customer': 'VARCHAR', 'channel': 'VARCHAR', 'kind': 'VARCHAR', 'topic': 'VARCHAR', "
              "'product': 'VARCHAR', 'region': 'VARCHAR', 'priority': 'VARCHAR', 'agent': 'VARCHAR', 'opened': 'TIMESTAMP'}")
EVENT_TYPES = ("{'case': 'VARCHAR', 'at': 'TIMESTAMP', 'activity': 'VARCHAR', 'kind': 'VARCHAR', 'actor': 'VARCHAR', "
               "'actor_kind': 'VARCHAR', 'seq': 'INTEGER'}")
MEASURES = ("contact_volume", "first_response_ticket", "resolution_cycle", "resolution_cycle_median", "transfers", "reopen_rate",
            "closure_rate", "fcr")


def generate(folder: str, cases: str) -> int:
    """Write the files; a step of its own, so that its memory is not taken for that of the others."""
    from bench.data import generate

    return generate(Path(folder), int(cases))[2]


def bare_copy(cases: str, events: str, folder: str) -> int:
    """The raw limit of an import: read the text, write Parquet, check nothing."""
    import duckdb

    con = duckdb.connect()
    Path(folder).mkdir(parents=True, exist_ok=True)
    rows = 0
    for file, types in ((cases, CASE_TYPES), (events, EVENT_TYPES)):
        target = Path(folder) / f"{Path(file).stem}.parquet"
        found = con.execute(f"COPY (SELECT * FROM read_csv('{file}', header=true, columns={types}, auto_detect=false, "
                            f"delim=',', quote='\"', escape='\"')) TO '{target}' (FORMAT parquet)").fetchone()
        rows += found[0] if found else 0
    return rows


def validated_import(cases: str, events: str, folder: str) -> int:
    """Both files through the normal import, without the facts that hang on them."""
    from bihuan.engine.facts import freshness, importing
    from bihuan.engine.home import open_home

    # The facts are a step of their own, measured beside this one.
    freshness.refresh = lambda home, **_: 0
    home = open_home(folder)
    read = 0
    for file, preset in ((cases, "cases"), (events, "events")):
        result = importing.import_file(home, Path(file), preset=preset, table=preset, actor="bench")
        read += result.accepted
    return read


def scan(folder: str) -> int:
    """The raw limit of an evaluation: read once every column of the events that it needs."""
    from bihuan.engine.facts import store
    from bihuan.engine.home import open_home

    con = store.connect(open_home(folder))
    found = con.execute('SELECT count(DISTINCT "case"), max(epoch_us("at")), max(kind), max(actor), max(actor_kind) FROM events').fetchone()
    return found[0] if found else 0


def facts(folder: str) -> tuple[int, float]:
    """All derived facts from the raw rows."""
    from bihuan.engine.facts import derive, store
    from bihuan.engine.home import open_home

    home, started = open_home(folder), cpu()
    derive.refresh(home)
    taken = cpu() - started
    found = store.connect(home).execute("SELECT count(*) FROM fact_case").fetchone()
    return found[0] if found else 0, taken


def evaluate(folder: str) -> tuple[int, float]:
    """The measures by agent and month from the facts."""
    return _evaluate(folder, MEASURES)


def evaluate_all(folder: str) -> tuple[int, float]:
    """Every indicator of the grain case by agent and month from the facts."""
    from bihuan.engine.home import open_home
    from bihuan.engine.indicators import passports

    names = [passport.name for passport in passports.load(open_home(folder)).values() if passport.grain == "case" and not passport.denominator_grain]
    return _evaluate(folder, tuple(names))


def _evaluate(folder: str, names: tuple[str, ...]) -> tuple[int, float]:
    import scipy.special  # noqa: F401

    from bihuan.engine.facts import store  # noqa: F401
    from bihuan.engine.home import open_home
    from bihuan.engine.indicators import cells, numbers, results  # noqa: F401
    from bihuan.engine.indicators.contracts import EVERYTHING, Query
    from bihuan.engine.indicators.evaluate import evaluate_table

    started = cpu()
    found = evaluate_table(open_home(folder), Query(indicators=names, by=("agent",), period="month"), EVERYTHING)
    return found.num_rows, cpu() - started


def process(folder: str) -> tuple[float, float, int, float, int]:
    """Map, variants and waits, then the procedure: CPU seconds of reading and indexing and of the tables, and the pairs;
    CPU seconds of the replay, and the cases that keep to it to the end."""
    import numpy as np
    import scipy.special  # noqa: F401  (starting is left out of what is measured, of the peers too)

    from bench import sop
    from bihuan.engine.home import open_home
    from bihuan.engine.process.conformance import ModelStep, check_conformance
    from bihuan.engine.process.graph import describe, wall_seconds
    from bihuan.engine.process.log import build_index
    from bihuan.engine.process.selection import load_events

    started = cpu()
    index = build_index(load_events(open_home(folder), people=False))
    loaded = cpu()
    found = describe(index, top=20, seconds=wall_seconds)
    told = cpu()
    checked = check_conformance(index, [ModelStep(name, (name,), optional) for name, optional in sop.STEPS])
    taken = cpu() - told
    kept = checked.breaches == 0
    for one in checked.results:
        if one.kind == "unfinished":
            kept[one.cases] = False
    return loaded - started, told - loaded, len(found["edges"]), taken, int(np.count_nonzero(kept))


def scan_process(folder: str) -> int:
    """The raw limit of the process: read once the columns of the events that it needs."""
    from bihuan.engine.facts import store
    from bihuan.engine.home import open_home

    con = store.connect(open_home(folder))
    found = con.execute('SELECT count(DISTINCT "case"), max(epoch_us("at")), max(activity), max(kind), max(seq) FROM events').fetchone()
    return found[0] if found else 0


def cpu() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def touched(folder: str) -> tuple[int, float]:
    """Facts again for 20,000 cases."""
    from bihuan.engine.facts import derive, store
    from bihuan.engine.home import open_home

    home = open_home(folder)
    chosen = store.connect(home).sql("SELECT id FROM cases ORDER BY hash(id) LIMIT 20000").to_arrow_table()
    started = cpu()
    derive.refresh(home, touched=chosen["id"])
    return chosen.num_rows, cpu() - started


def pandas(cases: str, events: str) -> tuple[int, float]:
    import pandas  # noqa: F401

    from bench.peers import pandas_measures

    started = cpu()
    return pandas_measures(Path(cases), Path(events)), cpu() - started


def postgres(url: str) -> tuple[float, int]:
    from bench.peers import postgres_measures

    return postgres_measures(url)


STEPS: dict[str, Callable[..., object]] = {step.__name__: step for step in (
    generate, bare_copy, validated_import, scan, facts, evaluate, evaluate_all, process, scan_process, touched, pandas, postgres)}


class WithoutPandas:
    """An import hook that finds no pandas.

    pyarrow starts pandas (0.4 s) at its first array wherever it is installed: with what the tests need, not with the product.
    """

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


if __name__ == "__main__":
    if sys.argv[1] != "pandas":
        sys.meta_path.insert(0, WithoutPandas())
    told = STEPS[sys.argv[1]](*sys.argv[2:])
    print(*told if isinstance(told, tuple) else (told,))
