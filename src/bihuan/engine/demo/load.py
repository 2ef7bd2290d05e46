"""Load the demonstration company into a workspace: through the same import as every other company's files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

from bihuan.engine.facts.importing import import_file
from bihuan.engine.home import Home

from .generate import Manifest, write_company
from .setting import Scale
from .truths import DEFAULT_END, Truths

Progress = Callable[[int, int, str], None]


def load_company(
    home: Home, *, folder: Path | str | None = None, seed: int = 2026, scale: str | Scale = "demo",
    end: date = DEFAULT_END, planted: Truths | None | bool = True, actor: str = "demo",
    progress: Progress | None = None,
) -> Manifest:
    """Write the company's exports and import each; returns the manifest.

    The exports stay in ``folder`` (default ``HOME/uploads/demo``) for trying the import by hand. Running it again
    with the same arguments changes nothing: every row is already known. ``progress`` is told (files done, files,
    name of the file). Raises RuntimeError when a file of ours has a bad cell, which is a fault of this package.
    """
    ends = datetime.combine(end, time.max, UTC)     # the company is invented: it may live beyond this machine's clock
    manifest = write_company(folder or home.uploads / "demo", seed=seed, scale=scale, end=end, planted=planted)
    for done, export in enumerate(manifest.files):
        if progress is not None:
            progress(done, len(manifest.files), export.path.name)
        result = import_file(home, export.path, mapping=export.mapping, actor=actor, ends=ends)
        if result.quarantined or result.cells:
            raise RuntimeError(f"{export.path.name}: {result.cells[:3]}")
    if progress is not None:
        progress(len(manifest.files), len(manifest.files), "")
    return manifest
