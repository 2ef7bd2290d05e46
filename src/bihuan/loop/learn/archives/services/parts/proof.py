"""The proof files in 执行记录: as they are, masked, or left out because nobody can say what is in them.

A bundle outlives a customer's request for deletion, so that nothing that names a customer may lie in it. Plain texts go
in masked; office files go in as they are when masking finds nothing in them; what only people can read goes in when who
brought it said that no customer's data are in it, and the bundle then needs a second person to be taken.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.engine.facts.privacy import mask_file_name
from bihuan.engine.facts.privacy.files import read_plain, text_of
from bihuan.loop.improve.measures.contracts import EVIDENCE_KINDS
from bihuan.loop.improve.measures.services.evidence import folder, is_unchanged

from ...contracts import ON_WORD, PROOF, RECORD
from .base import Parts


def write_proof(parts: Parts) -> None:
    """Write the files that may lie in a bundle, and of every one what became of it with both hashes."""
    rows = []
    for one in parts.measure.evidence.all():
        place, what = _put(parts, one)
        held = "" if place is None else place.relative_to(parts.folder / RECORD).as_posix()
        rows.append((EVIDENCE_KINDS[one.kind], mask_file_name(one.name, parts.rules), one.size, one.sha256,
                     parts.day(one.at), what, held, "" if place is None else _digest(place)))
    head = (_("种类"), _("文件名"), _("大小"), _("原件 SHA-256"), _("上传日期"), _("处理"), _("包内文件"),
            _("包内 SHA-256"))
    parts.write_table(RECORD, "证明材料.csv", head, rows, searched=True)


def _put(parts: Parts, one: Any) -> tuple[Path | None, str]:
    """Put one file into the bundle as far as it may be; returns its place and what was done."""
    state = is_unchanged(one) if one.stored else None
    if state is None:
        return None, _("未装入：原件已不在系统内")
    if not state:
        return None, _("未装入：原件与上传时的校验值不符")
    source = folder() / one.stored
    plain = read_plain(source)
    if plain is not None:
        masked = parts.masked(plain)
        if masked == plain:
            return _copied(parts, one, source, ""), _("原样装入：系统检查，没有个人信息")
        place = _place(parts, one, "")
        place.write_text(masked, encoding="utf-8")
        return place, _("遮蔽后装入：个人信息已遮蔽，原件留在系统内")
    words = text_of(source)
    if words is not None:
        if parts.masked(words) == words:
            return _copied(parts, one, source, ""), _("原样装入：系统检查，没有个人信息")
        return None, _("未装入：含个人信息，原件留在系统内")
    if one.is_free:
        return _copied(parts, one, source, ON_WORD), _("原样装入：上传人确认没有客户的个人信息")
    return None, _("未装入：机器读不了，也没有人确认其中没有个人信息")


def _copied(parts: Parts, one: Any, source: Path, kind: str) -> Path:
    place = _place(parts, one, kind)
    shutil.copyfile(source, place)
    return place


def _place(parts: Parts, one: Any, kind: str) -> Path:
    """Files have numbers for names: what people call a file may name somebody."""
    return parts.place(RECORD, f"{PROOF}/{kind}{one.pk:05d}{Path(one.stored).suffix}")


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
