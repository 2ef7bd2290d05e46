"""``bihuan demo``: load the demonstration company into a workspace."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..home import write_atomically
from .generate import Manifest
from .load import load_company

# What was planted where and since when, for the product's own demonstration measures.
PLANTED = "demo-planted.json"


def demo(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Load the company; the answer names its files and rows, the period, and what was planted."""

    def progress(done: int, total: int, text: str) -> None:
        print(f"[{done}/{total}] {text}", file=sys.stderr)

    manifest = load_company(args.home, seed=args.seed, scale=args.scale, actor="cli", progress=progress)
    write_planted(args.home.path / PLANTED, manifest)
    return 0, {
        "folder": manifest.folder, "start": manifest.start, "days": manifest.days, "seed": manifest.seed,
        "files": {export.path.name: export.rows for export in manifest.files},
        "planted": [truth.id for truth in manifest.truths.all],
    }


def write_planted(path: Path, manifest: Manifest) -> None:
    """Write which truths were planted, where and since when, and the first day of the records."""
    told = {truth.id: {"where": dict(truth.where), "since": truth.since.isoformat() if truth.since else None}
            for truth in manifest.truths.all}
    write_atomically(path, json.dumps({"start": manifest.start.isoformat(), "truths": told}, ensure_ascii=False))
