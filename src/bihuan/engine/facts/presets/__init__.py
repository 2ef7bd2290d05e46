"""Mappings that are kept: those shipped in the folders of ``sources``, the workspace's own under HOME/mappings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from bihuan.engine.home import Home, write_atomically

from ..errors import FactsError
from ..mapping import Mapping, parse, parse_file
from ..sniffing import folded
from ..sources import mapping_files


def all(home: Home) -> list[Mapping]:
    """Every kept mapping, shipped ones first."""
    return [*shipped().values(), *own(home).values()]


def shipped() -> dict[str, Mapping]:
    """{name: mapping} of the release."""
    return {file.stem: _of_release(file) for file in mapping_files()}


@cache
def _of_release(file: Path) -> Mapping:
    return parse_file(file, shipped=True)


def own(home: Home) -> dict[str, Mapping]:
    """{name: mapping} of the workspace."""
    return {file.stem: _of_workspace(file) for file in _own_files(home)}


def _own_files(home: Home) -> list[Path]:
    return sorted(folder(home).glob("*.toml"))


def _of_workspace(file: Path) -> Mapping:
    return replace(parse_file(file), name=file.stem)


def get(home: Home, name: str) -> Mapping:
    """One preset, the others unread; raises "unknown_preset" with the names there are."""
    kept = {file.stem: file for file in mapping_files()}
    mine = {file.stem: file for file in _own_files(home)}
    if name in mine:
        return _of_workspace(mine[name])
    if name not in kept:
        raise FactsError("unknown_preset", preset=name, presets=", ".join({**kept, **mine}))
    return _of_release(kept[name])


def save(home: Home, name: str, toml: str) -> Mapping:
    """Keep a mapping under a name of the workspace; an older one of that name is replaced. Raises MappingError."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", name) or name in shipped():
        raise FactsError("preset_name", preset=name)
    mapping = parse(toml, name=name)
    folder(home).mkdir(parents=True, exist_ok=True)
    write_atomically(folder(home) / f"{name}.toml", toml)
    return mapping


def delete(home: Home, name: str) -> None:
    """Forget a mapping of the workspace; batches imported with it stay."""
    if name not in own(home):
        raise FactsError("unknown_preset", preset=name, presets=", ".join(own(home)) or "-")
    (folder(home) / f"{name}.toml").unlink()


def folder(home: Home) -> Path:
    return home.path / "mappings"


def likely(home: Home, kind: str, columns: Sequence[str]) -> list[tuple[str, float]]:
    """Presets by how well they fit a file of that format and header, best first: (name, 0..1).

    A signature entry may name alternatives ("工单编号|case_id"). Where two fit fully, the workspace's own goes before
    one made for a system, that before a general one, and the longer signature before the shorter.
    """
    known = {folded(column) for column in columns}
    scores = []
    for mapping in all(home):
        if (mapping.format or kind) != kind:
            continue
        told = [set(map(folded, entry.split("|"))) for entry in mapping.signature]
        wanted = [*told, set(map(folded, mapping.besides))] if mapping.besides else told
        share = sum(bool(names & known) for names in wanted) / len(wanted) if told else float(mapping.format == kind)
        if share:
            scores.append((mapping.name, round(share, 3), (not mapping.shipped, not mapping.generic, len(told))))
    scores.sort(key=lambda score: (score[1], score[2]), reverse=True)
    return [(name, share) for name, share, _ in scores]


def recognise(home: Home, file: str, kind: str, columns: Sequence[str], *, table: str | None = None) -> Mapping:
    """The preset whose signature the header has in full; with ``table`` only presets that fill it.

    Raises "not_recognised" or "unlike_any" with the nearest ones.
    """
    fitting = [(name, share) for name, share in likely(home, kind, columns)
               if table is None or table in get(home, name).tables]
    if not fitting or fitting[0][1] < 1:
        nearest = ", ".join(f"{name} ({share:.0%})" for name, share in fitting[:3])
        raise FactsError("not_recognised" if nearest else "unlike_any", file=file, nearest=nearest)
    return get(home, fitting[0][0])
