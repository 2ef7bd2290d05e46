"""``bihuan verdict``: whether a change worked, by a yardstick that was agreed or is given on the line.

With an archive's bundle: whether it is whole, and whether its own data give the verdict that it states.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from ..indicators.errors import IndicatorError
from ..terminal import say
from . import yardstick as yardsticks
from .bundle import REVIEW, check_bundle
from .contracts import Verdict, Yardstick
from .errors import EffectError
from .reading import verdict as judge

FINE, NOTHING_USABLE, WRONG_USE = 0, 1, 2
TOLD = ("verdict", "effect", "low", "high", "unit", "worthwhile", "method", "n_before", "n_after", "yardstick_hash",
        "ramp")


def verdict(args: Namespace) -> tuple[int, Any]:
    """bihuan verdict --indicator A --change D [...] | --yardstick FILE | BUNDLE.zip [--fingerprint HASH]"""
    if args.bundle:
        return _bundle(Path(args.bundle), args.fingerprint or "")
    try:
        found = judge(args.home, _yardstick(args))
    except (EffectError, IndicatorError) as error:
        say(error.text("zh"), error.text("en"))
        return WRONG_USE, None
    if not found.n_before and not found.n_after:
        say("没有可以计算的记录。请先导入数据，或放宽条件。",
            "There is nothing to compute this from. Import records, or widen the filter.")
        return NOTHING_USABLE, found
    if found.reason == "moved_before":
        weeks = round(found.extra["other_weeks"] or 0)
        say(f"变化前约 {weeks} 周起指标就已经在变，同样解释得通后来的变动：分不清是不是这项改进带来的。",
            f"From about {weeks} weeks before the change on the indicator was already moving, which explains what "
            "followed as well.")
    _say_guards(found)
    return FINE, found


def _say_guards(found: Verdict) -> None:
    for guard in found.guards:
        if guard.state == "moved_before":
            weeks = round(guard.other_weeks or 0)
            say(f"防护指标 {guard.indicator}：变差了，但变化前约 {weeks} 周起就已经在变：分不清是不是这项改进带来的。",
                f"Guard {guard.indicator}: it got worse, but from about {weeks} weeks before the change on it was "
                "already moving, which explains that as well.")
        if guard.state == "cannot_tell":
            say(f"防护指标 {guard.indicator}：不能断定是否变差，不能排除有影响的损失。",
                f"Guard {guard.indicator}: whether it suffered cannot be told; a loss that matters is not ruled out.")


def _yardstick(args: Namespace) -> Yardstick:
    if args.yardstick:
        return yardsticks.read(Path(args.yardstick))
    if not args.indicator or not args.change:
        raise EffectError("what_to_judge")
    return Yardstick(
        indicator=args.indicator, change=args.change, worthwhile=args.worthwhile or 0.0, until=args.until,
        since=args.start, where=args.where, against=args.against, selected_from=args.selected_from,
        selected_until=args.selected_until, grain=args.grain or "",
        guards=tuple(name.strip() for name in (args.guard or "").split(",") if name.strip()),
        donors=args.donors or "", ramp=args.ramp)


def _bundle(path: Path, fingerprint: str) -> tuple[int, Any]:
    """Check a bundle and judge it again; one that is not whole, or says another verdict, is not usable."""
    if not path.is_file():
        say(f"找不到文件 {path}。请检查路径。", f"There is no file {path}. Check the path.")
        return WRONG_USE, None
    try:
        found = check_bundle(path, fingerprint)
    except EffectError as error:
        say(error.text("zh"), error.text("en"))
        return NOTHING_USABLE, None
    for one in found.faults:
        say(f"拒绝：{one.file}：{one.fault}", f"Refused: {one.file}: {one.fault}")
    if found.equal is False:
        if found.manifest.get("kind") == REVIEW:
            say("包内的数字与复盘归档时的不一致。",
                "The enclosed numbers are not those that were frozen with the review.")
        else:
            say("按包内数据重算，结论与包上写的不一致。",
                "The enclosed data give another verdict than the bundle states.")
    shown = found.found or {}
    # A review states numbers and no verdict.
    told = {"review": found.manifest.get("review")} if found.manifest.get("kind") == REVIEW else {
        **{name: shown.get(name) for name in TOLD}, "stated": {name: found.stated.get(name) for name in TOLD},
        "measure": found.manifest.get("measure")}
    return FINE if found.intact and found.equal else NOTHING_USABLE, {
        "bundle": path.name, "intact": found.intact, "equal": found.equal, **told,
        "product": found.manifest.get("product"), "fingerprint": found.fingerprint, "faults": found.faults}
