"""The look at a received file that every step of the wizard goes by; that of a big spreadsheet is taken once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from bihuan.core import workspace
from bihuan.engine.facts import importing
from bihuan.engine.facts.contracts import Sniffed
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.locks import locked
from bihuan.engine.home import Home, write_atomically

from .models import Upload

# Files of other kinds are looked at by their beginnings; a spreadsheet is read to its end, which takes seconds.
WHOLE = ".xlsx"
QUICK_BYTES = 1_000_000


def sniffed(upload: Upload) -> Sniffed:
    """Return what the file looks like, read as was chosen; FactsError where it cannot be read so."""
    if not _is_big(upload):
        return _sniffed(workspace.home(), upload.path, upload.name, tuple(sorted(_chosen(upload).items())))
    kept = _kept(upload) or _taken(upload)
    if "code" in kept:
        raise FactsError(kept["code"], **kept["params"])
    return Sniffed(**{name: _frozen(value) for name, value in kept["sniffed"].items()})


def takes_long(upload: Upload) -> bool:
    """Whether the file has still to be read for its look, and that takes longer than a page may."""
    return _is_big(upload) and upload.path.exists() and _kept(upload) is None


@contextmanager
def turn() -> Iterator[bool]:
    """Hold the only turn to read a big file in a request, so that the product goes on for everybody else.

    False while somebody else, or the same person's other page, has it.
    """
    with ExitStack() as held:
        try:
            held.enter_context(locked(workspace.home(), "look", patience=0))
        except FactsError:
            yield False
            return
        yield True


@lru_cache(maxsize=32)
def _sniffed(home: Home, path: Path, name: str, chosen: tuple[tuple[str, Any], ...]) -> Sniffed:
    """A received file does not change any more, so that one look at it is enough for all the wizard's pages."""
    return importing.sniff(home, path, name=name, **dict(chosen))


def _is_big(upload: Upload) -> bool:
    return upload.suffix == WHOLE and upload.size > QUICK_BYTES


def _chosen(upload: Upload) -> dict[str, Any]:
    return upload.mapping.get("reading", {})


def _kept(upload: Upload) -> dict[str, Any] | None:
    """The look that any process took before, or why the file could not be read; None under another choice."""
    try:
        told = json.loads(upload.look_path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told if told["chosen"] == _chosen(upload) else None


def _taken(upload: Upload) -> dict[str, Any]:
    """Read the file and keep what was seen of it, or why it could not be read."""
    told: dict[str, Any] = {"chosen": _chosen(upload)}
    try:
        told["sniffed"] = asdict(importing.sniff(workspace.home(), upload.path, name=upload.name, **told["chosen"]))
    except FactsError as error:
        told |= {"code": error.code, "params": {name: str(value) for name, value in error.params.items()}}
    write_atomically(upload.look_path, json.dumps(told, ensure_ascii=False))
    if not upload.path.exists():    # discarded meanwhile: nothing stays of it
        upload.look_path.unlink(missing_ok=True)
    return told


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
