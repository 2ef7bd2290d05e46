"""What another tool would need for a log of this size, so that a bench ends with a line and not with the machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

# GB for a million events, by what each took of logs of 1 to 10 M of them; their memory grows with the log.
MEMORY = {"pandas": 0.32, "pm4py": 0.5, "r4pm": 0.95}
POSTGRES_DISK = 0.25        # the tables, and as much again while it sorts
OURS_DISK = 1.1             # GB for a million cases: their files, the bare copy, the workspace and what is spilled
SPARE = 2.0                 # GB of the disk that a bench never takes


def too_large(peer: str, events: float) -> str:
    """Why the tool is not started on so many events; "" when there is room."""
    needed, there = MEMORY[peer] * events / 1e6, free_memory()
    return "" if needed < there else f"not measured: would need about {needed:.0f} GB, this machine has {there:.0f}"


def no_room(events: float) -> str:
    """Why PostgreSQL's tables are not filled; "" when the disk has room."""
    needed, there = POSTGRES_DISK * events / 1e6 + SPARE, shutil.disk_usage(tempfile.gettempdir()).free / 2**30
    return "" if needed < there else f"not measured: would need about {needed:.0f} GB of disk, there are {there:.0f} free"


def no_room_for(cases: int, folder: Path) -> str:
    """Why a bench of so many cases is not begun."""
    needed, there = OURS_DISK * cases / 1e6 + SPARE, shutil.disk_usage(folder).free / 2**30
    return "" if needed < there else (f"A bench of {cases:,} cases writes about {needed:.0f} GB, of which {SPARE:.0f} stay "
                                      f"free; {folder} has {there:.0f}. Give another place with --folder.")


def free_memory() -> float:
    """GB that a new program can have without anything being pushed out; where nobody tells, all the machine has."""
    try:
        told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    except OSError:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return int(told["MemAvailable"].split()[0]) / 2**20
