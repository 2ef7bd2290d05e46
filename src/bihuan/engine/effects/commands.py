"""``bihuan verdict``: whether a change worked, by a yardstick that was agreed or is given on the line."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from ..indicators.errors import IndicatorError
from . import yardstick as yardsticks
from .contracts import Yardstick
from .errors import EffectError
from .reading import verdict as judge

FINE, NOTHING_USABLE, WRONG_USE = 0, 1, 2


def verdict(args: Namespace) -> tuple[int, Any]:
    """bihuan verdict --indicator A --change D [...] | --yardstick FILE"""
    try:
        found = judge(args.home, _yardstick(args))
    except EffectError as error:
        print(error.text("en"), file=sys.stderr)
        return WRONG_USE, None
    except IndicatorError as error:
        print(error.text("en"), file=sys.stderr)
        return WRONG_USE, None
    if not found.n_before and not found.n_after:
        print("There is nothing to compute this from. Import records, or widen the filter.", file=sys.stderr)
        return NOTHING_USABLE, found
    return FINE, found


def _yardstick(args: Namespace) -> Yardstick:
    if args.yardstick:
        return yardsticks.read(Path(args.yardstick))
    if not args.indicator or not args.change:
        raise EffectError("what_to_judge")
    return Yardstick(
        indicator=args.indicator, change=args.change, worthwhile=args.worthwhile or 0.0, until=args.until,
        since=args.start, where=args.where, against=args.against, selected_from=args.selected_from,
        selected_until=args.selected_until, grain=args.grain or "",
        guards=tuple(name.strip() for name in (args.guard or "").split(",") if name.strip()))
