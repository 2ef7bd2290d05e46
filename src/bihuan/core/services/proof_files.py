"""Files that people bring as proof: kept in the workspace under a name of our own, with the hash of their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.utils.translation import gettext as _

LARGEST = 50 * 1024 * 1024
# What a browser would run is not taken; everything else is handed out as a download only.
REFUSED = {".html", ".htm", ".svg", ".js", ".exe", ".bat", ".cmd", ".msi", ".ps1", ".vbs", ".scr"}


class Unfit(ValueError):
    """A file that is not taken; its text says why."""


@dataclass(frozen=True)
class KeptFile:
    path: Path
    size: int
    sha256: str


def keep_file(folder: Path, name: str, parts: Iterable[bytes]) -> KeptFile:
    """Write a file into ``folder``. Raises Unfit for one that is empty, too large or could be run."""
    suffix = Path(name).suffix.lower()
    if suffix in REFUSED:
        raise Unfit(_("不接受 {suffix} 文件：请上传文档、表格、图片或压缩包。").format(suffix=suffix))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{uuid4()}{suffix[:10]}"
    try:
        size, digest = _write(target, parts)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return KeptFile(target, size, digest)


def has_hash(path: Path, sha256: str) -> bool | None:
    """Return whether a file still has the hash it came with; None when it is gone."""
    if not path.is_file():
        return None
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest() == sha256


def _write(target: Path, parts: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with open(target, "wb") as file:
        for part in parts:
            size += len(part)
            if size > LARGEST:
                raise Unfit(_("文件超过 {limit}：请压缩后再传。").format(limit=f"{LARGEST >> 20} MB"))
            digest.update(part)
            file.write(part)
    if not size:
        raise Unfit(_("文件是空的。"))
    return size, digest.hexdigest()
