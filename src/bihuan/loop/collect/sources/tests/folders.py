"""Files for a watched folder, and looks into it."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from bihuan.engine.facts import store
from bihuan.loop.collect.sources.services.arrivals import look_into

HEADER = ["工单号", "受理时间", "渠道", "坐席工号", "客户编号"]


def csv_file(path: Path, rows=3, *, start=0, bad=0):
    """A table of cases; the first ``bad`` rows have a time that is none."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(start, start + rows):
            moment = "三月初" if number < start + bad else f"2026-03-{1 + number % 28:02d} 09:00"
            writer.writerow([f"F{number:04d}", moment, "电话", "a1", f"c{number}"])
    return path


def look(source, **more):
    return look_into(source=source, say=lambda *args: None, cancelled=lambda: False, seconds=60, **more)


def settled(source):
    """Look twice, as far apart as a file needs to be taken for whole."""
    now = timezone.now()
    look(source, now=now - timedelta(minutes=1))
    return look(source, now=now)


def cases(home):
    with store.connect(home) as con:
        return con.execute("SELECT count(*) FROM cases").fetchone()[0]


def names(folder: Path, place: str) -> list[str]:
    return sorted(path.name for path in (folder / place).iterdir()) if (folder / place).exists() else []
