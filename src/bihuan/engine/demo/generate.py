"""Write the demonstration company as ordinary export files, and load them through the normal import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from .draws import Draws
from .setting import SCALES, Scale
from .sheet import write_sheet
from .sheets_people import people_sheets
from .sheets_service import service_sheets
from .sheets_settling import settling_sheets
from .sheets_voice import voice_sheets
from .simulate import simulate
from .texts import Writer
from .truths import DEFAULT_END, Truths, shipped_truths

MAPPINGS = Path(__file__).with_name("mappings")


@dataclass(frozen=True)
class Export:
    """One written file: where it lies, the source table it fills, the mapping that reads it, its rows."""

    path: Path
    table: str
    mapping: Path
    rows: int


@dataclass(frozen=True)
class Manifest:
    """What was written: the files in the order to import them, the planted truths and the period."""

    folder: Path
    files: tuple[Export, ...]
    truths: Truths
    start: date
    days: int
    seed: int


def write_company(
    folder: Path | str, *, seed: int = 2026, scale: str | Scale = "demo", end: date = DEFAULT_END,
    planted: Truths | None | bool = True,
) -> Manifest:
    """Write all exports of one company into ``folder`` and return the manifest.

    The history ends on ``end`` (inclusive). ``planted``: True plants the shipped truths, None or False nothing.
    The same arguments give the same bytes (but for the time stamp inside the XLSX). Raises KeyError for an unknown
    name of a scale.
    """
    size = SCALES[scale] if isinstance(scale, str) else scale
    start = end - timedelta(days=size.days - 1)
    truths = shipped_truths(start, size.days) if planted is True else planted or Truths()
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    world, roster = simulate(seed=seed, scale=size, start=start, truths=truths)
    writer = Writer(world, Draws(np.random.default_rng([seed, 100])))
    # What hangs on cases comes before them: facts are then derived once for each system and not for each file.
    sheets = [*people_sheets(world, np.random.default_rng([seed, 101])),
              *voice_sheets(world, writer, roster, size.state_days),
              *settling_sheets(world, np.random.default_rng([seed, 103])), *service_sheets(world, writer)]
    files = tuple(Export(target / sheet.file, sheet.table, MAPPINGS / f"{sheet.mapping}.toml",
                         write_sheet(target, sheet)) for sheet in sheets)
    return Manifest(target, files, truths, start, size.days, seed)
