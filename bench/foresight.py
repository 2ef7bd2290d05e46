"""What another tool would need for a log of this size, so that a bench ends with a line and not with the machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

# GB for a million events, by what each took of logs of 1 to 10 M of them; their memory grows with the log.
MEMORY = {"pandas": 0.32, "pm4py": 0.5, "r4pm": 0.95}
POSTGRES_DISK = 0.25        # the tables, and as much again while it sorts


def too_large(peer: str, events: float) -> str:
    """Why the tool is not started on so many events; "" when there is room."""
    needed, there = MEMORY[peer] * events / 1e6, free_memory()
    return "" if needed < there else f"not measured: would need about {needed:.0f} GB, this machine has {there:.0f}"


def no_room(events: float) -> str:
    """Why PostgreSQL's tables are not filled; "" when the disk has room."""
    needed, there = POSTGRES_DISK * events / 1e6, shutil.disk_usage(tempfile.gettempdir()).free / 2**30
    return "" if needed < there else f"not measured: would need about {needed:.0f} GB of disk, there are {there:.0f} free"


def free_memory() -> float:
    """GB that a new program can have without anything being pushed out; where nobody tells, all the machine has."""
    try:
        told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    except OSError:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return int(told["MemAvailable"].split()[0]) / 2**20
