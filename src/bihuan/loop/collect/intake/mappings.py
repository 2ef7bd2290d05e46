"""The kept mappings, read again only when the workspace's folder of them has changed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bihuan.core import languages, workspace
from bihuan.engine.facts import presets
from bihuan.engine.facts.mapping import Mapping
from bihuan.engine.home import open_home


def known_mappings() -> dict[str, Mapping]:
    """Return {name: mapping} of all presets, shipped ones and the workspace's own."""
    home = workspace.home()
    folder = presets.folder(home)
    stamps = tuple(sorted((file.name, file.stat().st_mtime_ns) for file in folder.glob("*.toml")))
    return _read(home.path, stamps)


def title_of(mapping: Mapping) -> str:
    """Return a mapping's title in the reader's language."""
    return languages.chosen(mapping.title) or mapping.name


@lru_cache(maxsize=4)
def _read(path: Path, stamps: tuple[tuple[str, int], ...]) -> dict[str, Mapping]:
    return {one.name: one for one in presets.all(open_home(path))}
