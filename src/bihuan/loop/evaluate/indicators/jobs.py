"""Background work of this room: the files of rows that a second person approved."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from bihuan.core.models import User
from bihuan.core.privacy.contracts import Watermark

from .forms.board import read_state
from .queries.rows import read_group
from .services.exports import export_rows
from .services.files import ExportError


def approved_rows(*, args: dict[str, Any], actor: User, watermark: Watermark) -> tuple[str, bytes]:
    """Make the file of an export ``indicators.rows``, in the rights that the person who asked has now."""
    state, problems = read_state(QueryDict(args["address"]))
    if problems:
        raise ExportError(" ".join(problems))
    export = export_rows(
        name=args["name"], state=state, group=read_group(args["group"]), columns=tuple(args["columns"]), actor=actor,
        form="xlsx", watermark=watermark)
    if export is None or export.file is None:
        raise ExportError(args["name"])
    with export.file as file:
        return export.name, file.read()
