"""The HTTP API of the indicators: the same questions and answers as the command line's JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query as Params
from ninja import Router, Schema
from ninja.responses import Status

from bihuan.core.privacy.errors import Refused
from bihuan.core.privacy.services import preferences
from bihuan.core.rights import require
from bihuan.engine.indicators.contracts import Query, Result
from bihuan.engine.indicators.errors import IndicatorError

from .contracts import PAGE_SIZE
from .queries import engine
from .queries.nameless import nameless
from .queries.rows import read_group
from .queries.words import in_language, said
from .rights import reach
from .services.exports import take_rows

MOST_ROWS = 10_000
EXPORT = "evaluate.export"

router = Router(tags=["indicators"])


class Problem(Schema):
    """Why a question was refused: a code for programs, a sentence for people."""

    code: str
    detail: str


class Question(Schema):
    """The parameters that ``bihuan evaluate`` takes; ``from`` and ``to`` are days, both inclusive."""

    by: str = ""
    period: str = "all"
    start: date | None = None
    end: date | None = None
    indicators: str = ""
    where: str = ""


class RowsQuestion(Question):
    """The parameters of ``bihuan rows``; pages of at most 10,000 rows, ``next_offset`` leads on."""

    indicator: str
    group: list[str] = []
    limit: int = 1000
    offset: int = 0


@router.get("/indicators", summary="Every indicator with its definition")
def indicators(request: HttpRequest) -> list[dict[str, Any]]:
    """List the definitions in force."""
    require(request.user, "evaluate.view_board")
    return [
        {
            "name": passport.name, "version": passport.version, "title": in_language(passport.title),
            "sentence": in_language(passport.sentence), "unit": passport.unit, "direction": passport.direction,
            "family": passport.family, "grain": passport.grain, "definition_hash": passport.definition_hash,
        }
        for passport in engine.passports().values()
    ]


@router.get("/evaluate", summary="Indicators with n, interval and band", response={200: list[dict], 422: Problem})
def evaluate(request: HttpRequest, asked: Params[Question]) -> Any:
    """Evaluate within the person's scope."""
    require(request.user, "evaluate.view_board")
    try:
        found = engine.ask_strictly(_query(request, asked), reach(request.user, "evaluate.view_board"))
    except IndicatorError as error:
        return Status(422, {"code": error.code, "detail": said(error)})
    return [as_json(result) for result in found]


@router.get("/rows", summary="The rows behind a value", response={200: dict, (403, 422): Problem})
def rows(request: HttpRequest, asked: Params[RowsQuestion]) -> Any:
    """List the rows of one value within the person's scope; nothing is cut without ``next_offset`` saying so.

    More than the pages show at a time are an export: with its right, its limit and its line in the audit log.
    """
    require(request.user, "evaluate.view_rows")
    limit, offset = max(1, min(asked.limit, MOST_ROWS)), max(0, asked.offset)
    purpose = "evaluate.view_rows"
    if limit > PAGE_SIZE or offset + limit > preferences().export_rows:
        require(request.user, EXPORT)
        purpose = EXPORT
    try:
        query = replace(_query(request, asked), indicators=(asked.indicator,))
        table = engine.ask_rows(
            query, reach(request.user, purpose), group=read_group(asked.group), limit=limit + 1,
            offset=offset)
    except IndicatorError as error:
        return Status(422, {"code": error.code, "detail": said(error)})
    if purpose == EXPORT:
        try:
            take_rows(name=asked.indicator, before=offset, rows=min(table.num_rows, limit), actor=request.user)
        except Refused as refusal:
            return Status(403, {"code": refusal.code, "detail": str(refusal)})
    return {"rows": nameless(table.slice(0, limit).to_pylist()),
            "next_offset": offset + limit if table.num_rows > limit else None}


def as_json(result: Result) -> dict[str, Any]:
    """Return one result as ``bihuan evaluate --json`` prints it."""
    return {
        "indicator": result.indicator, "version": result.version, "period": result.period, "group": result.group,
        "value": result.value, "n": result.n, "low": result.low, "high": result.high, "band": result.band,
        "band_certain": result.band_certain, "immature": result.immature, "provisional": result.provisional,
        "suppressed": result.suppressed, "small": result.small, "numerator": result.numerator, "unit": result.unit,
        "target": result.target, "target_met": result.target_met, "method": result.method, "as_of": result.as_of,
    }


def _query(request: HttpRequest, asked: Question) -> Query:
    def listed(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())

    # "from" and "to", as the command line calls them, are no names of Python parameters.
    return Query(
        indicators=listed(asked.indicators), by=listed(asked.by), period=asked.period or "all",
        start=asked.start or _day(request, "from"), end=asked.end or _day(request, "to"), where=asked.where or None)


def _day(request: HttpRequest, key: str) -> date | None:
    text = request.GET.get(key, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise IndicatorError("bad_date", text=text) from error
