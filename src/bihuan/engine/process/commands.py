"""``bihuan process``: the process of a workspace as one JSON document."""

from __future__ import annotations

import argparse
from typing import Any

from ..terminal import say


def process(arguments: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Answer with the mapping of ``discover``; exit code 1 when the workspace has no event, 2 for a wrong condition.

    Reads ``home`` (a Home), ``top``, ``clock`` (wall | business) and ``where`` of the arguments.
    """
    from ..indicators.errors import IndicatorError
    from .discover import discover

    if arguments.top < 1:
        say(f"--top 是 {arguments.top}。请写要列出的变体数，至少 1。",
            f"--top is {arguments.top}. Give the number of variants to list, 1 or more.")
        return 2, None
    try:
        found = discover(arguments.home, top=arguments.top, clock=arguments.clock, where=arguments.where)
    except IndicatorError as error:
        say(error.text("zh"), error.text("en"))
        return 2, None
    if not found["cases"]:
        say("这个工作区里没有符合条件的事件。请导入事件日志或带时间列的工单，或放宽条件。",
            "The workspace has no such events. Import an event log or cases with time stamps, or widen the filter.")
    return (0 if found["cases"] else 1), found
