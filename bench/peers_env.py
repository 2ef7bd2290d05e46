"""An environment of their own for tools that are measured and never part of the product."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / ".tools" / "peers"
WANTED = ("pm4py", "r4pm", "polars", "pyarrow")


def python() -> Path | str:
    """The environment's interpreter, made at the first call; or, in words, why there is none."""
    found = PLACE / "bin" / "python"
    if not (PLACE / "ready").exists():
        print(f"Installing {', '.join(WANTED)} into .tools/peers ...", flush=True)
        for command in ([sys.executable, "-m", "venv", str(PLACE)], [str(found), "-m", "pip", "install", "-q", *WANTED]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                return f"{' '.join(command[-len(WANTED):])} could not be installed ({done.stderr.strip().splitlines()[-1]})"
        (PLACE / "ready").touch()
    return found
