"""``bihuan process``: the process of a workspace as one JSON document."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def process(arguments: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Answer with the mapping of ``discover``; exit code 1 when the workspace has no event, 2 for a wrong condition.

    Reads ``home`` (a Home), ``top``, ``clock`` (wall | business) and ``where`` of the arguments.
    """
    from ..indicators.errors import IndicatorError
    from .discover import discover

    if arguments.top < 1:
        print(f"--top is {arguments.top}; give the number of variants to list, 1 or more.", file=sys.stderr)
        return 2, None
    try:
        found = discover(arguments.home, top=arguments.top, clock=arguments.clock, where=arguments.where)
    except IndicatorError as error:
        print(error, file=sys.stderr)
        return 2, None
    if not found["cases"]:
        print("The workspace has no events here. Import an event log, or cases with time stamps.", file=sys.stderr)
    return (0 if found["cases"] else 1), found
