"""Taking files in: by what they are, not by what they are called; kept with their hash, sent as what was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.facts.privacy import load_rules, mask_file_name
from bihuan.ui import formats

from ..errors import Refused
from ..models import Attachment

MB = 1024 * 1024
# Kind of file -> (endings, how its bytes begin, at which place).
SIGNS: dict[str, tuple[tuple[str, ...], tuple[tuple[int, bytes], ...]]] = {
    "image/jpeg": ((".jpg", ".jpeg"), ((0, b"\xff\xd8\xff"),)),
    "image/png": ((".png",), ((0, b"\x89PNG\r\n\x1a\n"),)),
    "image/webp": ((".webp",), ((8, b"WEBP"),)),
    "application/pdf": ((".pdf",), ((0, b"%PDF-"),)),
    "audio/wav": ((".wav",), ((8, b"WAVE"),)),
    "audio/mpeg": ((".mp3",), ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"))),
    "audio/mp4": ((".m4a",), ((4, b"ftyp"),)),
    "audio/ogg": ((".ogg",), ((0, b"OggS"),)),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ((".xlsx",), ((0, b"PK\x03\x04"),)),
    "text/csv": ((".csv",), ()),
    "audio/webm": ((".webm",), ((0, b"\x1a\x45\xdf\xa3"),)),
}
PICTURES = ("image/jpeg", "image/png", "image/webp", "application/pdf")
TABLES = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv")
SOUND = tuple(media for media in SIGNS if media.startswith("audio/"))


@dataclass(frozen=True)
class Sent:
    """A file as it was sent."""

    name: str
    parts: Iterable[bytes]


def folder() -> Path:
    return workspace.home().path / "voices"


def file_of(attachment: Attachment) -> Path:
    """Return where an attachment's bytes lie."""
    return folder() / attachment.pk.hex


def keep_files(sent: Sequence[Sent], *, allowed: Sequence[str] = PICTURES, most: int = 3, largest: int = 5 * MB,
               added_by: User | None = None, **owner: Any) -> list[Attachment]:
    """Keep files beside what they came with (``owner`` is the field that says which); all of them, or none.

    Call within the transaction that keeps the owner. Refuses too many, too large, and what is not what it is called.
    """
    if len(sent) > most:
        raise Refused("files_many", most=most)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    made: list[Attachment] = []
    try:
        for one in sent:
            made.append(_keep(one, allowed, largest, added_by, owner))
    except BaseException:
        for each in made:
            file_of(each).unlink(missing_ok=True)
        raise
    return made


def remove_files(attachments: Iterable[Attachment]) -> int:
    """Delete the bytes of attachments; that they were there stays on record."""
    count = 0
    for one in attachments:
        file_of(one).unlink(missing_ok=True)
        Attachment.objects.filter(pk=one.pk).update(deleted_at=timezone.now())
        count += 1
    return count


def _keep(one: Sent, allowed: Sequence[str], largest: int, added_by: User | None, owner: dict[str, Any]) -> Attachment:
    attachment = Attachment(name=mask_file_name(one.name, load_rules(workspace.home()))[-120:], added_by=added_by,
                            size=0, **owner)
    target, digest, head = file_of(attachment), hashlib.sha256(), b""
    try:
        with open(target, "xb") as file:
            for part in one.parts:
                attachment.size += len(part)
                if attachment.size > largest:
                    raise Refused("file_large", name=attachment.name, limit=formats.size(largest))
                head = head or bytes(part[:16])
                digest.update(part)
                file.write(part)
        attachment.media, attachment.digest = _media(one.name, head, allowed, attachment.name), digest.hexdigest()
        attachment.save(force_insert=True)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return attachment


def _media(name: str, head: bytes, allowed: Sequence[str], shown: str) -> str:
    """The kind that both the ending and the first bytes name."""
    suffix = Path(name).suffix.lower()
    for media in allowed:
        endings, signs = SIGNS[media]
        # A text has no sign of its own: what holds a zero byte is none.
        fits = any(head[at:at + len(sign)] == sign for at, sign in signs) if signs else b"\0" not in head and head
        if suffix in endings and fits:
            return media
    raise Refused("file_kind", name=shown, kinds=_("、").join(ending for kind in allowed for ending in SIGNS[kind][0]))
