"""Background work of this room: the files of rows that a second person approved."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from bihuan.core.models import User
from bihuan.core.privacy.contracts import Watermark

from .contracts import Export
from .forms.board import read_state
from .queries.rows import read_group
from .services.exports import export_board, export_rows
from .services.files import ExportError


def approved_board(*, args: dict[str, Any], actor: User, watermark: Watermark) -> tuple[str, bytes]:
    """Make the file of an export ``indicators.board``, in the rights that the person who asked has now."""
    state, problems = read_state(QueryDict(args["address"]))
    if problems:
        raise ExportError(" ".join(problems))
    return _whole(export_board(state=state, actor=actor, form="xlsx", watermark=watermark))


def approved_rows(*, args: dict[str, Any], actor: User, watermark: Watermark) -> tuple[str, bytes]:
    """Make the file of an export ``indicators.rows``, in the rights that the person who asked has now."""
    state, problems = read_state(QueryDict(args["address"]))
    if problems:
        raise ExportError(" ".join(problems))
    export = export_rows(
        name=args["name"], state=state, group=read_group(args["group"]), columns=tuple(args["columns"]), actor=actor,
        form="xlsx", watermark=watermark)
    if export is None:
        raise ExportError(args["name"])
    return _whole(export)


def _whole(export: Export) -> tuple[str, bytes]:
    if export.file is None:
        raise ExportError(export.name)
    with export.file as file:
        return export.name, file.read()
