"""``bihuan demo``: load the demonstration company into a workspace."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from .load import load_company


def demo(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Load the company; the answer names its files and rows, the period, and what was planted."""

    def progress(done: int, total: int, text: str) -> None:
        print(f"[{done}/{total}] {text}", file=sys.stderr)

    manifest = load_company(args.home, seed=args.seed, scale=args.scale, actor="cli", progress=progress)
    return 0, {
        "folder": manifest.folder, "start": manifest.start, "days": manifest.days, "seed": manifest.seed,
        "files": {export.path.name: export.rows for export in manifest.files},
        "planted": [truth.id for truth in manifest.truths.all],
    }
