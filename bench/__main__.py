"""``make bench``: generate, import, evaluate, and print ratios beside the raw limit, pandas and PostgreSQL.

CPU seconds (user and system, children included; PostgreSQL's own processes cannot be seen, so its wall seconds stand)
of steps that run in turn, the smallest of the repetitions. Nothing is judged here: the goals stand beside the ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.data import generate
from bench.peers import postgres_load


@dataclass
class Run:
    """What one step took: CPU and wall seconds, the largest memory in MB, and the count it printed."""

    cpu: float
    wall: float
    memory: float
    found: int


def run(step: str, *arguments: object) -> Run:
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "bench.steps", step, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"The step {step} failed; its message stands above.")
    return Run(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024, int(printed.split()[-1]))


def best(step: str, *arguments: object, times: int = 2) -> Run:
    return min((run(step, *arguments) for _ in range(times)), key=lambda one: one.cpu)


def show(name: str, ours: float, theirs: float, goal: str) -> None:
    print(f"  {name:<58} {ours:8.2f} s / {theirs:8.2f} s = {ours / theirs:7.2f}   goal {goal}", flush=True)


def measure(cases: int, folder: Path) -> None:
    print(f"Generating {cases:,} cases ...", flush=True)
    case_file, event_file, events = generate(folder, cases)
    print(f"{cases:,} cases, {events:,} events; CPU seconds, smallest of the runs; memory is the largest process", flush=True)
    home, raw = folder / "home", folder / "raw"
    shutil.rmtree(home, ignore_errors=True)
    imported, copied = run("validated_import", case_file, event_file, home), best("bare_copy", case_file, event_file, raw)
    show("validated import incl. commit / bare COPY", imported.cpu, copied.cpu, "<= 1.5")
    scanned, derived = best("scan", home), run("facts", home)
    found, everything = best("evaluate", home), best("evaluate_all", home)
    show("8 indicators by agent and month from raw events / scan", derived.cpu + found.cpu, scanned.cpu, "<= 6")
    show("8 indicators by agent and month from facts / scan", found.cpu, scanned.cpu, "<= 3")
    show("every case indicator by agent and month from facts / scan", everything.cpu, scanned.cpu, "")
    again = run("touched", home)
    show("facts of 20,000 touched cases / all facts", again.cpu, derived.cpu, "<= 0.1")
    mapped = best("process", home)
    print(f"  {'process map, variants and waits':<58} {mapped.cpu:8.2f} s, {mapped.memory:,.0f} MB", flush=True)
    against_peers(case_file, event_file, raw, derived, found)
    most = max((imported, derived, found, everything, mapped), key=lambda one: one.memory)
    print(f"  {'largest memory of any step':<58} {most.memory:8.0f} MB          goal < 4096 at 10 M cases")


def against_peers(case_file: Path, event_file: Path, raw: Path, derived: Run, found: Run) -> None:
    parquet = [raw / f"{file.stem}.parquet" for file in (case_file, event_file)]
    other = run("pandas", *parquet)
    show("pandas from raw events / Bihuan from facts (higher is better)", other.cpu, found.cpu, ">= 5")
    show("pandas from raw events / Bihuan from raw events", other.cpu, derived.cpu + found.cpu, "")
    url = os.environ.get("BIHUAN_TEST_DATABASE_URL")
    if url:
        postgres_load(url, case_file, event_file)
        other = run("postgres", url)
        show("PostgreSQL from raw events / Bihuan from facts (wall)", other.wall, found.wall, ">= 20")
        show("PostgreSQL from raw events / Bihuan from raw events (wall)", other.wall, derived.wall + found.wall, "")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the generated files here")
    args = parser.parse_args()
    if args.folder:
        measure(args.cases, args.folder)
        return
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        measure(args.cases, Path(folder))


if __name__ == "__main__":
    main()
