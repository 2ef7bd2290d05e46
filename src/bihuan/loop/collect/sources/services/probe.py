"""Trying a source before it is relied upon: does it answer, and does the mapping fit what it says."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.rights import require
from bihuan.engine.facts import importing
from bihuan.engine.facts.contracts import ImportResult
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.mapping import Mapping, MappingError

from ..connectors import CONNECTORS
from ..contracts import Page
from ..errors import Refused, caused
from ..models import Source, Stream
from ..rights import MANAGE, Actor
from . import chunks, folders
from .pull import client_of, setup_of

SECONDS = 10
SAMPLE = 3
# A person waits: the pace that the system asks for is kept by the turns, not by these few questions.
PER_MINUTE = 600


@dataclass(frozen=True)
class Tried:
    """What came of a trial: ``lines`` say it, one a stream; ``ok`` only if every one of them can be used."""

    ok: bool
    lines: tuple[str, ...]


def try_source(*, source: Source, actor: Actor) -> Tried:
    """Ask every stream for its first rows and read them with its mapping; nothing is imported."""
    require(actor, MANAGE)
    try:
        if source.is_folder:
            return _try_folder(source)
        lines = [_try_stream(source, stream) for stream in source.streams.all()]
    except Refused as error:
        return Tried(False, (str(error),))
    return Tried(all(ok for ok, _line in lines), tuple(line for _ok, line in lines))


def _try_folder(source: Source) -> Tried:
    with folders.opened(source) as folder:
        count = sum(1 for _ in folders.listed(folder))
    return Tried(True, (_("文件夹可以读写，里面有 %(count)d 个文件。") % {"count": count},))


def _try_stream(source: Source, stream: Stream) -> tuple[bool, str]:
    connector = CONNECTORS[source.kind]
    label = str(connector.streams[stream.name].label)
    mapping = chunks.mapping_of(stream.preset)
    client = client_of(source, seconds=SECONDS)
    client.per_minute = PER_MINUTE
    try:
        page = connector.page(client, replace(setup_of(source), sample=SAMPLE), stream.name, {})
    finally:
        client.close()
    if not page.rows:
        return True, _("%(stream)s：已连通，目前没有记录。") % {"stream": label}
    try:
        result = _read(page, stream, mapping)
    except (FactsError, MappingError) as error:
        if getattr(error, "code", "") == "no_records":
            return True, _("%(stream)s：已连通，目前没有记录。") % {"stream": label}
        raise caused("mapping", error, preset=stream.preset) from error
    if result.read == result.quarantined:
        first = result.cells[0].message if result.cells else ""
        return False, _("%(stream)s：已连通，但读到的 %(count)d 行都不能导入：%(why)s") % {
            "stream": label, "count": result.read, "why": first}
    return True, _("%(stream)s：已连通，试读 %(count)d 行，%(good)d 行可以导入。") % {
        "stream": label, "count": result.read, "good": result.read - result.quarantined}


def _read(page: Page, stream: Stream, mapping: Mapping) -> ImportResult:
    path = workspace.home().path / "pulls" / f"{uuid.uuid4()}.json"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        path.touch(mode=0o600)
        path.write_text(json.dumps(chunks.as_read([page], mapping), ensure_ascii=False), encoding="utf-8")
        return importing.import_file(workspace.home(), path, mapping=mapping, source=stream.source.code, dry_run=True)
    finally:
        path.unlink(missing_ok=True)
