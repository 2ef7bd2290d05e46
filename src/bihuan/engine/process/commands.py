"""``bihuan process``: the process of a workspace as one JSON document."""

from __future__ import annotations

import argparse
from typing import Any

from ..home import open_home


def process(arguments: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Answer with the mapping of ``discover``; exit code 1 when the workspace has no event.

    Reads ``home``, ``top`` (default 20), ``clock`` (wall | business) and ``where`` of the arguments.
    """
    from .discover import discover

    found = discover(
        open_home(arguments.home), top=getattr(arguments, "top", None) or 20,
        clock=getattr(arguments, "clock", None) or "wall", where=getattr(arguments, "where", None),
    )
    return (0 if found["cases"] else 1), found
