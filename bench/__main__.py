"""``make bench``: generate, import, evaluate, and print ratios beside the raw limit and the peers, with the goals.

CPU seconds (user and system, children included; of PostgreSQL those of the process that answers) of steps that run in
turn, the smallest of the rounds. A missed goal is said and fails nothing; a part that fails loses no other one's figures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench import foresight, pages, peers_env
from bench.data import files_of
from bench.peers import postgres_drop, postgres_load
from bench.running import Failed, Run, Taken, in_turn, run
from bench.table import Table


def measure(cases: int, folder: Path, *, rounds: int, with_pages: bool) -> int:
    table = Table()
    print(f"Generating {cases:,} cases ...", flush=True)
    (events,) = run("generate", folder, cases).printed
    files, home, raw = files_of(folder, cases), folder / "home", folder / "raw"
    print(f"{cases:,} cases, {events:,.0f} events; CPU seconds, the smallest of {rounds} rounds; {_machine()}", flush=True)
    table.head("Beside the raw limit")
    taken = _limits(table, files, home, raw, rounds)
    table.head("Beside other tools, on the same data (how many times their cost)")
    _tables(table, files, raw, taken, events)
    with table.part("PM4Py and r4pm"):
        _processes(table, files[1], taken["process"], events)
    table.head("Memory and pages")
    with table.part("memory"):
        most = max(taken, key=lambda name: taken[name].memory)
        table.below(f"largest memory of any step ({most})", taken[most].memory / 1024, 4, "GB")
        for name in ("validated_import", "facts", "evaluate", "process", "touched"):
            table.plain(f"  of {name}", f"{taken[name].memory / 1024:>7.2f} GB")
    if with_pages:
        with table.part("pages"):
            _pages(table, home)
    return table.end()


def _pages(table: Table, home: Path) -> None:
    for page, told in pages.measure(home).items():
        table.below(f"95 of 100 requests of {page} are answered within", told.slow, 1, "s")
        table.plain("  the first one after a start", f"{told.first:>7.2f} s"
                    + (f", in which the page said after {told.said:.1f} s that it computes" if told.said else ""))


def _limits(table: Table, files: tuple[Path, Path], home: Path, raw: Path, rounds: int) -> Taken:
    taken = Taken()
    for _ in range(rounds):  # an import wants an empty workspace each time
        shutil.rmtree(home, ignore_errors=True)
        for name, run_of in in_turn(1, bare_copy=(*files, raw), validated_import=(*files, home)).items():
            taken.keep(name, run_of)
    with table.part("import"):
        table.at_most("validated import incl. commit / bare COPY", taken["validated_import"].cpu, taken["bare_copy"].cpu, 1.5)
    taken |= in_turn(1, facts=(home,))
    taken |= in_turn(rounds + 1, scan=(home,), evaluate=(home,), evaluate_all=(home,), process=(home,), scan_process=(home,))
    with table.part("indicators"):
        scan, found = taken["scan"].cpu, taken["evaluate"].cpu
        table.at_most("8 indicators by agent and month from raw events / one scan of them", taken["facts"].cpu + found, scan, 6)
        table.at_most("8 indicators by agent and month from facts / scan", found, scan, 3)
        table.at_most("every case indicator by agent and month from facts / scan", taken["evaluate_all"].cpu, scan, None)
    with table.part("processes"):
        _beside_scan(table, taken["process"], taken["scan_process"])
    taken |= in_turn(1, touched=(home,))
    with table.part("touched cases"):
        table.at_most("facts of 20,000 touched cases / all facts (both without starting)", _work(taken["touched"]),
                      _work(taken["facts"]), 0.1)
    return taken


def _tables(table: Table, files: tuple[Path, Path], raw: Path, taken: Taken, events: float) -> None:
    """pandas and PostgreSQL, both from the raw events; Bihuan from its facts, which are kept, and from the events.

    Starting is left out of all three: PostgreSQL's server runs already, and so does Bihuan's when somebody asks it.
    """
    with table.part("pandas"):
        if why := foresight.too_large("pandas", events):
            table.plain("pandas", why)
        else:
            other = _work(run("pandas", *(raw / f"{file.stem}.parquet" for file in files)))
            _at_least(table, "8 measures with pandas", taken, other, 5)
    url = os.environ.get("BIHUAN_TEST_DATABASE_URL")
    with table.part("PostgreSQL"):
        if url is None or (why := foresight.no_room(events)):
            table.plain("PostgreSQL", why if url else "not measured: no server; run it by make bench")
            return
        try:
            postgres_load(url, *files)
            taken_there = run("postgres", url).printed[0]
        finally:
            postgres_drop(url)
        _at_least(table, "8 measures in PostgreSQL", taken, taken_there, 20)


def _at_least(table: Table, name: str, taken: Taken, other: float, goal: float) -> None:
    found = _work(taken["evaluate"])
    table.at_least(f"{name} / Bihuan from facts", found, other, goal)
    table.at_least(f"{name} / Bihuan from raw events", found + _work(taken["facts"]), other, None)


def _work(run_of: Run) -> float:
    """CPU seconds of a step's work alone, which it prints behind its count."""
    return run_of.printed[1]


def _processes(table: Table, log: Path, ours: Run, events: float) -> None:
    """The process tools load the CSV file; Bihuan reads its lake. Starting the interpreter is left out of both."""
    python = peers_env.python()
    if isinstance(python, str):
        table.plain("PM4Py and r4pm", f"not measured: {python}")
        return
    command = [str(python), str(Path(__file__).parent / "process_peers.py")]
    load, work, pairs, replay, kept = ours.printed
    for name, whole, memory in (("pm4py", 15, 100), ("r4pm", 5, None)):
        if why := foresight.too_large(name, events):
            table.plain(name, why)
            continue
        other = run(name, log, command=command)
        if other.printed[2] != pairs:
            raise Failed(f"{name} found {other.printed[2]:.0f} pairs of activities and Bihuan {pairs:.0f}: not the same map")
        table.at_least(f"map, variants and waits with {name} / Bihuan, loading included", load + work,
                       sum(other.printed[:2]), whole)
        if memory:
            table.at_least(f"the same in memory, {name} / Bihuan", work, other.printed[1], memory)
            _replay(table, name, (load, replay, kept), (other.printed[0], *other.printed[3:]))
        else:
            table.at_least(f"memory of {name} / Bihuan (GB, not s)", ours.memory / 1024, other.memory / 1024, 10)


def _replay(table: Table, name: str, ours: tuple[float, float, float], other: tuple[float, ...]) -> None:
    """The log against a procedure; r4pm replays too, and tells sums over all cases only."""
    if other[2] != ours[2]:
        raise Failed(f"{name} found that {other[2]:.0f} cases keep to the procedure and Bihuan {ours[2]:.0f}")
    table.at_least(f"log against a procedure with {name} / Bihuan, loading included", sum(ours[:2]), sum(other[:2]), None)
    table.at_least(f"the same in memory, {name} / Bihuan", ours[1], other[1], None)


def _beside_scan(table: Table, ours: Run, scan: Run) -> None:
    load, work, _, replay, _ = ours.printed
    table.at_most("map, variants and waits / scan of the events they need", load + work, scan.cpu, None)
    table.at_most("log against a procedure / the same scan", load + replay, scan.cpu, None)


def measure_process(cases: int, folder: Path, *, rounds: int, with_peers: bool) -> int:
    """Only the process part, on a log of its own."""
    table = Table()
    (events,) = run("generate", folder, cases).printed
    files, home = files_of(folder, cases), folder / "home"
    print(f"{cases:,} cases, {events:,.0f} events; CPU seconds, the smallest of {rounds} rounds; {_machine()}", flush=True)
    run("validated_import", *files, home)
    taken = in_turn(rounds, scan_process=(home,), process=(home,))
    table.head("Processes")
    with table.part("processes"):
        _beside_scan(table, taken["process"], taken["scan_process"])
        table.below("memory of the process part", taken["process"].memory / 1024, 4, "GB")
    if with_peers:
        with table.part("PM4Py and r4pm"):
            _processes(table, files[1], taken["process"], events)
    return table.end()


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep the generated files here")
    parser.add_argument("--no-pages", action="store_true", help="leave the product's pages out")
    parser.add_argument("--process", action="store_true", help="only the process part")
    parser.add_argument("--no-peers", action="store_true", help="the process part without the other tools")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as made:
        folder = args.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        if why := foresight.no_room_for(args.cases, folder):
            sys.exit(why)
        try:
            if args.process:
                sys.exit(measure_process(args.cases, folder, rounds=args.rounds, with_peers=not args.no_peers))
            sys.exit(measure(args.cases, folder, rounds=args.rounds, with_pages=not args.no_pages))
        except Failed as failed:
            sys.exit(f"The bench ended: {failed}.")


if __name__ == "__main__":
    main()
