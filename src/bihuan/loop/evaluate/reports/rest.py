"""The HTTP API of 表1: the tables a person may read, personal data in what people wrote veiled as in the file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from bihuan.core import workspace
from bihuan.core.privacy.errors import Refused
from bihuan.core.rights import require
from bihuan.engine.facts.privacy import Rules, load_rules
from bihuan.engine.report.table1_contracts import LINES, Block, Table1
from bihuan.engine.report.veiling import veiled

from .models import EvaluationTable
from .rights import readable_tables, table_for
from .services import EXPORT, take_table

router = Router(tags=["tables"])
VIEW = "evaluate.view_board"
WRITTEN = ("scene", "owner", "measure", "effect")


@router.get("/tables", summary="Every 表1 the asker may read", response={200: list[dict]})
def tables(request: HttpRequest) -> Any:
    """List the tables, the newest first."""
    require(request.user, VIEW)
    return [_about(row) for row in readable_tables(request.user)]


@router.get("/tables/{pk}", summary="One 表1, its newest version", response={200: dict, 403: dict})
def table(request: HttpRequest, pk: int) -> Any:
    """Return the computed cells and what people wrote beside them, six lines a block: an export, noted as one."""
    require(request.user, EXPORT)
    row = table_for(request.user, pk)
    try:
        version = take_table(table=row, actor=request.user)
    except Refused as refusal:
        return Status(403, {"code": refusal.code, "detail": str(refusal)})
    content, rules = Table1.from_json(version.content), load_rules(workspace.home())
    return {**_about(row), "version": version.number, "fingerprint": content.fingerprint, "dated": content.dated,
            "standards": list(content.standards), "blocks": [_block(one, rules) for one in content.blocks]}


def _about(row: EvaluationTable) -> dict[str, Any]:
    return {"id": row.pk, "title": row.title, "subject": row.subject, "start": row.start, "end": row.end,
            "created_at": row.created_at}


def _block(block: Block, rules: Rules) -> dict[str, Any]:
    lines = []
    for place, (title, indicator, _printed) in enumerate(LINES):
        mark = asdict(block.marks[place])
        mark |= {name: veiled(name, mark[name], rules) for name in WRITTEN}
        lines.append({"title": title, "indicator": indicator, "computed": asdict(block.cells[place]), "written": mark})
    return {"key": block.key, "name": block.customer, "kind": block.kind, "channels": block.channels, "lines": lines}
