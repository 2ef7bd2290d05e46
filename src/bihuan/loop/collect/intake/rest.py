"""The API by which programs push records and ask what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from ninja import Router, Schema
from ninja.responses import Status

from bihuan.core.tokens.auth import PushAuth

from . import services
from .bodies import content_of
from .errors import Refused
from .models import Receipt

router = Router(tags=["records"], auth=PushAuth())


class Problem(Schema):
    """Why a push was refused: a code for programs, a sentence for people."""

    code: str
    detail: str


class Taken(Schema):
    """The rows are kept and will be written within about a minute; ``url`` tells what becomes of them."""

    receipt: UUID
    state: str
    rows: int
    url: str


class BadCell(Schema):
    """A cell that could not be used; ``row`` counts from 1 in the request. Its value is masked."""

    row: int
    column: str | None
    value: str | None
    code: str
    field: str
    message: str
    refused: bool


class Told(Schema):
    """What became of a push. Counts are null until it is written, and where only the batch's are known."""

    receipt: UUID
    state: str
    table: str
    rows: int
    received_at: datetime
    stored_at: datetime | None
    batch: str | None
    accepted: int | None
    updated: int | None
    unchanged: int | None
    quarantined: int | None
    errors: list[BadCell]
    problem: str | None


ROWS: dict[str, Any] = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
DOCUMENT = {
    "requestBody": {"required": True, "content": {
        "application/json": {"schema": {"oneOf": [ROWS, ROWS["items"]]}},
        "application/x-ndjson": {"schema": {"type": "string", "description": "One JSON object a line."}}}},
    "parameters": [{
        "in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 128},
        "description": "The same key with the same content gets the first answer again, for 7 days."}],
}


@router.post("/records/{table}", summary="Push records into a table", openapi_extra=DOCUMENT,
             response={202: Taken, (404, 409, 411, 413, 415, 422): Problem})
def push(request: HttpRequest, response: HttpResponse, table: str, mapping: str = "", source: str = "") -> Any:
    """Keep rows in the table's field names, or as ``mapping`` reads them, and answer with a receipt."""
    body, lines = content_of(request, lines=True)
    found = services.receive_push(
        held=request.auth, table=table, mapping=mapping, source=source, body=body, lines=lines,  # type: ignore[attr-defined]
        key=request.headers.get("Idempotency-Key"))
    if found.repeated:
        response["Idempotent-Replayed"] = "true"
    receipt = found.receipt
    return Status(202, {"receipt": receipt.pk, "state": "waiting", "rows": receipt.rows,
                        "url": reverse("api:receipt", args=[receipt.pk])})


@router.get("/receipts/{receipt}", summary="What became of a push", url_name="receipt",
            response={200: Told, 404: Problem})
def receipt(request: HttpRequest, receipt: UUID) -> Any:
    """Tell the state of a push that was made with the same token."""
    found = Receipt.objects.defer("body").filter(pk=receipt, token_id=request.auth.pk).first()  # type: ignore[attr-defined]
    if found is None:
        raise Refused("unknown_receipt")
    english = not (get_language() or "zh").startswith("zh")
    return {
        "receipt": found.pk, "state": found.state, "table": found.table, "rows": found.rows,
        "received_at": found.received_at, "stored_at": found.stored_at, "batch": found.batch or None,
        "accepted": found.accepted, "updated": found.updated, "unchanged": found.unchanged,
        "quarantined": found.quarantined, "problem": found.problem or None,
        "errors": [{**cell, "message": cell["message_en"] if english else cell["message"]} for cell in found.errors],
    }
