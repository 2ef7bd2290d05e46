"""A bundle: all that a verdict rests on in one zip with checksums, judged again anywhere without the workspace.

The five parts are folders. ``manifest.json`` lists every other file with its SHA-256; the manifest's own hash is the
bundle's fingerprint, which the product keeps in its audit chain: whoever rewrites a file and the manifest with it
changes the fingerprint.
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..indicators.errors import IndicatorError
from ..indicators.passports import from_dict
from .contracts import Yardstick
from .errors import EffectError
from .keeping import evidence_from_json, verdict_to_json, yardstick_from_json
from .reading import judge_evidence
from .yardstick import hash_of, yardstick_words

FORMAT, VERSION = "bihuan.bundle", 1
MANIFEST = "manifest.json"
PARTS = ("原始问卷", "数据统计表", "改进措施清单", "执行记录", "效果评估报告")
JUDGED, PASSPORTS = "数据统计表/判定依据.json", "数据统计表/口径.json"
# A review's bundle holds no verdict: what it proves is that its numbers are those that were frozen.
FIGURES, REVIEW = "数据统计表/期末数值.json", "review"
READ = (JUDGED, PASSPORTS, FIGURES)
MOST_MEMBERS, LARGEST_MANIFEST, MOST_BYTES = 5_000, 8 << 20, 2 << 30
BLOCK = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)       # the same content gives the same bytes
# What is moved to the day on which the new way really began; all else must stand as it was approved.
MOVED = ("change", "since", "until", "direction")
EQUAL = 1e-9                        # machines differ in the last digits of a float


@dataclass(frozen=True)
class Fault:
    """What is wrong with one file of a bundle: missing, changed, unlisted, twice, or what it holds does not fit."""

    file: str
    fault: str


@dataclass(frozen=True)
class Check:
    """What a bundle says, and what came of judging it again; ``equal`` None when it was not judged."""

    intact: bool
    equal: bool | None
    faults: tuple[Fault, ...]
    fingerprint: str
    stated: Mapping[str, Any]
    found: Mapping[str, Any] | None
    manifest: Mapping[str, Any]


def pack(folder: Path, target: Path, told: Mapping[str, Any]) -> str:
    """Write everything below ``folder`` into a bundle and return its fingerprint; ValueError for a part without files.

    ``told`` goes into the manifest: what the bundle is about.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    if lacking := [part for part in PARTS if not any(name.startswith(f"{part}/") for name in names)]:
        raise ValueError(f"parts without files: {', '.join(lacking)}")
    listed = [{"path": name, "sha256": _digest(path), "size": path.stat().st_size}
              for name, path in zip(names, files, strict=True)]
    manifest = json.dumps({"format": FORMAT, "format_version": VERSION, **told, "parts": list(PARTS), "files": listed},
                          ensure_ascii=False, indent=1, sort_keys=True).encode()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(_member(MANIFEST), manifest)
        for name, path in zip(names, files, strict=True):
            with open(path, "rb") as source, archive.open(_member(name), "w", force_zip64=True) as sink:
                while block := source.read(BLOCK):
                    sink.write(block)
    return hashlib.sha256(manifest).hexdigest()


def check_bundle(path: Path, fingerprint: str = "") -> Check:
    """Return whether a bundle is whole and gives the verdict that it states; EffectError for what is no bundle.

    A bundle that is not whole is not judged. ``fingerprint`` is what was noted when it was made.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            raw = _manifest(archive)
            manifest = json.loads(raw)
            if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
                raise EffectError("no_bundle", file=path.name)
            faults, read = _contents(archive, manifest)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, KeyError, TypeError, NotImplementedError) as error:
        raise EffectError("bundle_unreadable", file=path.name, reason=error) from error
    found = hashlib.sha256(raw).hexdigest()
    if fingerprint and fingerprint.strip().lower() != found:
        faults.insert(0, Fault(MANIFEST, "other_fingerprint"))
    if faults:
        return Check(False, None, tuple(faults), found, _stated(read.get(JUDGED)), None, manifest)
    return _compared(manifest, read, found) if manifest.get("kind") == REVIEW else _judged(manifest, read, found)


def figures_hash(figures: Any) -> str:
    """Return the SHA-256 of a review's frozen numbers, as it is kept with the review."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _compared(manifest: dict[str, Any], read: dict[str, bytes], fingerprint: str) -> Check:
    """Whether a review's numbers are those whose hash was noted when they were frozen."""
    try:
        figures = json.loads(read[FIGURES])
    except (KeyError, ValueError) as error:
        return Check(False, None, (Fault(FIGURES, f"unreadable: {error}"),), fingerprint, {}, None, manifest)
    stated, found = str(manifest.get("figures_hash", "")), figures_hash(figures)
    return Check(True, found == stated, (), fingerprint, {"figures_hash": stated}, {"figures_hash": found}, manifest)


def _judged(manifest: dict[str, Any], read: dict[str, bytes], fingerprint: str) -> Check:
    try:
        told = json.loads(read[JUDGED])
        yardstick = yardstick_from_json({key: value for key, value in told["yardstick"].items() if key != "hash"})
        faults = _yardstick_faults(told, yardstick, manifest) + _definition_faults(read, yardstick)
        again = verdict_to_json(judge_evidence(yardstick, evidence_from_json(told["evidence"])))
        stated = dict(told["result"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        fault = Fault(JUDGED, f"unreadable: {error}")
        return Check(False, None, (fault,), fingerprint, {}, None, manifest)
    if faults:
        return Check(False, None, tuple(faults), fingerprint, stated, None, manifest)
    equal = same(_said(stated), _said(again)) and manifest.get("verdict") == again["verdict"]
    return Check(True, equal, (), fingerprint, stated, again, manifest)


def _said(result: dict[str, Any]) -> dict[str, Any]:
    """A result without how long to wait: advice by the rules of its day, no part of what the data say."""
    return {name: value for name, value in result.items() if name != "need"}


def same(one: Any, other: Any) -> bool:
    """Return whether two results say the same, numbers to nine digits.

    >>> same({"effect": 0.1, "verdict": "worse"}, {"effect": 0.1 + 1e-15, "verdict": "worse"})
    True
    >>> same({"effect": 0.1}, {"effect": 0.1001})
    False
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return numbers and math.isclose(one, other, rel_tol=EQUAL, abs_tol=EQUAL)
    return bool(one == other)


def _yardstick_faults(told: dict[str, Any], judged: Yardstick, manifest: dict[str, Any]) -> list[Fault]:
    approved = yardstick_from_json(told["approved"]["terms"])
    stated = told["approved"]["hash"]
    if hash_of(approved) != stated or stated != manifest["yardstick_hash"]:
        return [Fault(JUDGED, "yardstick_changed")]
    if hash_of(judged) != told["yardstick"].get("hash"):
        return [Fault(JUDGED, "yardstick_changed")]
    before, now = yardstick_words(approved), yardstick_words(judged)
    bent = [name for name in sorted({*before, *now}) if name not in MOVED and now.get(name) != before.get(name)]
    return [Fault(JUDGED, f"yardstick_bent: {', '.join(bent)}")] if bent else []


def _definition_faults(read: dict[str, bytes], yardstick: Yardstick) -> list[Fault]:
    try:
        found = from_dict(json.loads(read[PASSPORTS])[yardstick.indicator]).definition_hash
    except (KeyError, ValueError, TypeError, IndicatorError):
        return [Fault(PASSPORTS, "unreadable")]
    return [] if found == yardstick.definition_hash else [Fault(PASSPORTS, "definition_changed")]


def _contents(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> tuple[list[Fault], dict[str, bytes]]:
    """Compare every file with the manifest; what the verdict is judged from is returned."""
    listed = {str(one["path"]): one for one in manifest["files"]}
    if sum(int(one["size"]) for one in listed.values()) > MOST_BYTES:
        raise ValueError("too large")
    present = Counter(archive.namelist())
    faults = [Fault(name, "twice") for name, count in present.items() if count > 1]
    faults += [Fault(name, "unlisted") for name in present if name not in listed and name != MANIFEST]
    read: dict[str, bytes] = {}
    for name, one in listed.items():
        if name not in present:
            faults.append(Fault(name, "missing"))
        elif not _is_as_stated(archive, name, one, read):
            faults.append(Fault(name, "changed"))
    faults += [Fault(f"{part}/", "missing") for part in PARTS
               if not any(name.startswith(f"{part}/") for name in listed)]
    return faults, read


def _is_as_stated(archive: zipfile.ZipFile, name: str, one: dict[str, Any], read: dict[str, bytes]) -> bool:
    digest, left, kept = hashlib.sha256(), int(one["size"]), bytearray()
    try:
        with archive.open(name) as file:
            while block := file.read(BLOCK):
                left -= len(block)
                if left < 0:
                    return False
                digest.update(block)
                if name in READ:
                    kept += block
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return False
    if name in READ:
        read[name] = bytes(kept)
    return left == 0 and digest.hexdigest() == one["sha256"]


def _manifest(archive: zipfile.ZipFile) -> bytes:
    if len(archive.infolist()) > MOST_MEMBERS:
        raise ValueError("too many files")
    with archive.open(MANIFEST) as file:
        raw = file.read(LARGEST_MANIFEST + 1)
    if len(raw) > LARGEST_MANIFEST:
        raise ValueError("too large")
    return raw


def _stated(raw: bytes | None) -> dict[str, Any]:
    """What a damaged bundle says of its verdict, as far as it can be read."""
    try:
        return dict(json.loads(raw or b"{}").get("result") or {})
    except (ValueError, AttributeError, TypeError):
        return {}


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _member(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, EPOCH)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    return made
