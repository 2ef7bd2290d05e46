"""The yardstick as a file: canonical, hashed, refused when it was changed after it was agreed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from .contracts import FIRST_RULES, RULES, Yardstick
from .errors import EffectError
from .onset import SHAPES

_DAYS = ("change", "until", "since", "selected_until")


def hash_of(yardstick: Yardstick) -> str:
    """Return the SHA-256 of what was agreed, the same for equal yardsticks whatever made them."""
    return hashlib.sha256(_canonical(yardstick).encode()).hexdigest()


def write(yardstick: Yardstick, path: Path) -> str:
    """Write the yardstick with its hash; returns the hash."""
    told = yardstick_words(yardstick) | {"hash": hash_of(yardstick)}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return str(told["hash"])


def read(path: Path) -> Yardstick:
    """Read a yardstick; raises EffectError when it cannot be read or does not have the hash that it states."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stated = told.pop("hash", None)
        yardstick = yardstick_from(told)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EffectError("yardstick_unreadable", file=path.name, reason=reason) from error
    if stated is not None and stated != hash_of(yardstick):
        raise EffectError("yardstick_changed", told=str(stated)[:12], found=hash_of(yardstick)[:12])
    return yardstick


def yardstick_words(yardstick: Yardstick) -> dict[str, Any]:
    """Return the yardstick in plain values, as its file and its hash hold it."""
    return dict(json.loads(_canonical(yardstick)))


def yardstick_from(told: dict[str, Any]) -> Yardstick:
    """Return the yardstick of plain values; ValueError for a word that is none of it."""
    known = {one.name for one in fields(Yardstick)}
    if unknown := set(told) - known:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    if told.get("shape", "") not in SHAPES:
        raise ValueError(f"unknown shape: {told['shape']}")
    if told.get("rules", FIRST_RULES) not in range(FIRST_RULES, RULES + 1):
        raise ValueError(f"unknown rules: {told['rules']}")
    days = {name: date.fromisoformat(told[name]) if told.get(name) else None for name in _DAYS}
    return Yardstick(**told | days | {"guards": tuple(told.get("guards", ()))})


def _canonical(yardstick: Yardstick) -> str:
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(yardstick).items()}
    # Yardsticks that were hashed before these were words of theirs keep their hash.
    if not yardstick.donors:
        del told["donors"]
    if not yardstick.ramp:
        del told["ramp"], told["shape"]
    if yardstick.rules == FIRST_RULES:
        del told["rules"]
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
