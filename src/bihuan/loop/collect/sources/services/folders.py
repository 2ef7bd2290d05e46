"""Watched folders: a file that grows no more is imported and moved out of the way, whatever its name or kind.

Everything is done relative to the open folder, and no link is followed: who may write into the folder cannot make us
read or move a thing that lies elsewhere. A file is copied before it is read, so that it cannot change meanwhile.
"""

from __future__ import annotations

import hashlib
import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.facts.privacy import load_rules, mask_file_name
from bihuan.ui.formats import size as in_words

from ..errors import Refused, Trouble
from ..models import Source

DONE, UNDECIDED = "done", "undecided"
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".download", "~")
MOST_BYTES = 4 * 1024**3
COPY_BLOCK = 4 * 1024 * 1024
LONGEST_NAME = 200
KEEP_DAYS = 30
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def prepare_folder(source: Source, wanted: str) -> Path:
    """Return the folder to watch: one of its own below the inbox, or the one named if it lies in an allowed place."""
    inbox = workspace.home().path / "inbox"
    if not wanted:
        folder = inbox / source.code
        folder.mkdir(parents=True, exist_ok=True, mode=0o770)
    else:
        folder = (inbox / wanted).resolve()
        roots = [inbox.resolve(), *(Path(root).resolve() for root in settings.BIHUAN_INBOX_ROOTS)]
        if not any(folder.is_relative_to(root) and folder != inbox.resolve() for root in roots):
            raise Refused("folder_outside", roots=_("、").join(map(str, roots)))
        if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise Refused("folder_missing", folder=str(folder))
    others = Source.objects.filter(kind=Source.Kind.FOLDER).exclude(pk=source.pk)
    for other in others:
        if Path(other.config.get("folder", "")) == folder:
            raise Refused("folder_taken", name=other.name)
    return folder


@contextmanager
def opened(source: Source) -> Iterator[int]:
    """The folder as a descriptor; Trouble "folder_missing" when it is not there, or is a link by now."""
    path = source.config["folder"]
    try:
        folder = os.open(path, FOLDER_FLAGS)
    except OSError as error:
        raise Trouble("folder_missing", folder=path) from error
    try:
        yield folder
    finally:
        os.close(folder)


def listed(folder: int) -> Iterator[tuple[str, os.stat_result]]:
    """Names and states of what may be a file for us, oldest first; folders and what is still being sent are not."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name.lower().endswith(UNFINISHED):
                continue
            state = entry.stat(follow_symlinks=False)
            if not stat.S_ISDIR(state.st_mode):
                found.append((entry.name, state))
    yield from sorted(found, key=lambda pair: (pair[1].st_mtime_ns, pair[0]))


def fault_of(name: str, state: os.stat_result) -> Trouble | None:
    """Return why a thing in the folder is not even read."""
    if not stat.S_ISREG(state.st_mode):
        return Trouble("file_link")
    if len(os.fsencode(name)) > LONGEST_NAME or shown(name) != name:
        return Trouble("file_name")
    if state.st_size > MOST_BYTES:
        return Trouble("file_big", size=in_words(state.st_size), limit=in_words(MOST_BYTES))
    return None


def shown(name: str) -> str:
    """Return a name fit for showing and keeping: what cannot be printed is left out.

    >>> shown("a\\nb.csv"), shown(os.fsdecode(b"\\xb9\\xa4.csv")), shown("工单.csv")
    ('ab.csv', '.csv', '工单.csv')
    """
    whole = name.encode("utf-8", "ignore").decode()
    return "".join(sign for sign in whole if sign.isprintable())[:LONGEST_NAME] or "-"


def copy_out(folder: int, name: str, state: os.stat_result, suffix: str) -> tuple[Path, str]:
    """Copy a file out of the folder and return the copy with its SHA-256; Trouble when it changed meanwhile."""
    target = workspace.home().path / "pulls" / f"{uuid.uuid4()}{suffix}"
    target.parent.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256()
    try:
        # O_NONBLOCK: what has become a pipe since it was listed must not hold us.
        source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        raise Trouble("file_changed", passing=True) from error
    with os.fdopen(source, "rb") as reading:
        _same(os.fstat(reading.fileno()), state)
        with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as writing:
            while block := reading.read(COPY_BLOCK):
                digest.update(block)
                writing.write(block)
        try:
            _same(os.fstat(reading.fileno()), state)
        except Trouble:
            target.unlink()
            raise
    return target, digest.hexdigest()


def _same(now: os.stat_result, before: os.stat_result) -> None:
    if not stat.S_ISREG(now.st_mode) or (now.st_size, now.st_mtime_ns, now.st_ino) != (
            before.st_size, before.st_mtime_ns, before.st_ino):
        raise Trouble("file_changed", passing=True)


def kept_name(name: str, state: os.stat_result) -> str:
    """Return a file's name as it is noted: without personal data, and then with a number that tells two files apart."""
    plain = shown(name)
    masked = mask_file_name(plain, load_rules(workspace.home()))
    if masked == plain:
        return plain
    path = PurePath(masked)
    return f"{path.stem[:LONGEST_NAME - 30]}-{state.st_ino % 100_000}{path.suffix}"


def move(folder: int, name: str, place: str, *, called: str = "") -> str:
    """Move a thing into a folder below, under a name that is free there; returns that name. Links stay links."""
    with _below(folder, place) as target:
        free = _free_name(target, called or shown(name))
        os.rename(name, free, src_dir_fd=folder, dst_dir_fd=target)
    return free


def put_beside(folder: int, place: str, name: str, file: Path) -> str:
    """Write a copy of ``file`` into a folder below; returns the name it got."""
    with _below(folder, place) as target:
        free = _free_name(target, name)
        handle = os.open(free, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o640, dir_fd=target)
        with os.fdopen(handle, "wb") as writing, open(file, "rb") as reading:
            while block := reading.read(COPY_BLOCK):
                writing.write(block)
    return free


def clear_old(folder: int, *, keep_days: int, now: datetime) -> int:
    """Remove what has lain in ``done`` for longer than ``keep_days``; returns how many files."""
    limit, gone = now.astimezone(UTC) - timedelta(days=keep_days), 0
    with _below(folder, DONE) as target:
        for name in os.listdir(target):
            state = os.stat(name, dir_fd=target, follow_symlinks=False)
            # Moving a thing changes its ctime: the day on which it came here.
            if not stat.S_ISDIR(state.st_mode) and state.st_ctime < limit.timestamp():
                os.unlink(name, dir_fd=target)
                gone += 1
    return gone


@contextmanager
def _below(folder: int, place: str) -> Iterator[int]:
    with suppress(FileExistsError):
        os.mkdir(place, 0o770, dir_fd=folder)
    try:
        found = os.open(place, FOLDER_FLAGS, dir_fd=folder)
    except OSError as error:
        raise Trouble("folder_missing", folder=place) from error
    try:
        yield found
    finally:
        os.close(found)


def _free_name(folder: int, name: str) -> str:
    stem, dot, suffix = name.partition(".")
    stamp, number = timezone.localtime().strftime("%Y%m%d-%H%M%S"), 0
    free = name
    while True:
        try:
            os.stat(free, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return free
        number += 1
        free = f"{stem}.{stamp}{f'-{number}' if number > 1 else ''}{dot}{suffix}"
