"""The answers behind a number or a reason, one response a row, free text and people masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.paginator import Page, Paginator

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.systems import numbered, source_names
from bihuan.engine.facts import store
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.survey.contracts import Design, Responses
from bihuan.engine.survey.groups import select
from bihuan.engine.survey.seen import RESPONDENT
from bihuan.engine.survey.validity import is_valid, judge

from ..contracts import AnswerLine, State, Wave
from ..rights import ROWS, minimum_for, seen_by
from .lake import Loaded, load
from .words import CES, NPS, OVERALL, TOP2, measure_label, reason_label

SIZE = 30
CELLS = f"""
    SELECT {RESPONDENT} AS respondent, question, value, text, "at", customer, weight
    FROM answers WHERE survey = ? AND {RESPONDENT} IN (SELECT unnest(?::VARCHAR[])) AND {{where}}
    ORDER BY respondent, question"""


@dataclass(frozen=True)
class Rows:
    """A page of answers; ``items`` are those of the number asked for, empty for all."""

    page: Page[Any]
    lines: tuple[AnswerLine, ...]
    items: tuple[str, ...]
    withheld: bool = False


def items_of(design: Design, key: str) -> tuple[str, ...]:
    """Return the items a number is made of; empty for a number that is not there."""
    named = {OVERALL: design.overall, TOP2: design.overall, NPS: design.nps, CES: design.ces}
    if key in named:
        return (named[key],) if named[key] else ()
    if key.startswith("item:"):
        item = key.removeprefix("item:")
        return (item,) if item in design.items or item in design.expectations.values() else ()
    return tuple(design.dimensions.get(key, ()))


def rows_behind(user: User, wave: Wave, state: State, key: str, page: str | None) -> Rows:
    """Return the valid responses that answered an item of a number; nothing where too few may be told."""
    held = load(wave, seen_by(user, ROWS), state.within)
    items = items_of(held.design, key)
    chosen = select(held.responses, held.design, state.filters, minimum=minimum_for(user))
    if chosen.withheld:
        return Rows(Paginator([], SIZE).get_page(1), (), items, withheld=True)
    answered = np.logical_or.reduce([~np.isnan(chosen.responses.item(item)) for item in items]) if items else \
        np.zeros(len(chosen.responses), bool)
    return _rows(user, held, chosen.responses.ids[answered], items, page)


def rows_left_out(user: User, wave: Wave, reason: str, page: str | None) -> Rows:
    """Return the responses that a reason keeps from counting; "" all responses.

    Of an anonymous wave a handful that counts, or that does not, is not told among all: each row says which it is.
    """
    held = load(wave, seen_by(user, ROWS))
    found, least = judge(held.responses, held.design), max(held.design.minimum_n, minimum_for(user))
    mask = found.get(reason, np.zeros(len(held.responses), bool)) if reason else np.ones(len(held.responses), bool)
    if held.wave.anonymous and not reason:
        valid = is_valid(found)
        mask = np.logical_or.reduce([part for part in (valid, ~valid) if part.sum() >= least], axis=0, initial=False) \
            & mask
        if not mask.any() and len(mask):
            return Rows(Paginator([], SIZE).get_page(1), (), (), withheld=True)
    return _rows(user, held, held.responses.ids[mask], (), page)


def _rows(user: User, held: Loaded, ids: np.ndarray, items: tuple[str, ...], page: str | None) -> Rows:
    hidden, least = held.wave.anonymous, max(held.design.minimum_n, minimum_for(user))
    if hidden:
        # Neither the order in which they came nor a handful of them may lead to a person.
        if 0 < len(ids) < least:
            return Rows(Paginator([], SIZE).get_page(1), (), items, withheld=True)
        ids = np.sort(ids)
    shown = Paginator(ids, SIZE).get_page(page)
    wanted = [str(one) for one in shown.object_list]
    where, params = seen_by(user, ROWS).condition()
    home = workspace.home()
    with store.connect(home) as con:
        found = con.sql(CELLS.format(where=where), params=[held.wave.code, wanted, *params]).to_arrow_table()
    cells = found.to_pylist()
    rules = load_rules(home)
    reasons = _reasons(held.responses, held.design, wanted)
    lines, names = [], source_names()
    for number, respondent in enumerate(wanted, start=shown.start_index()):
        own = [row for row in cells if row["respondent"] == respondent]
        if not own:
            continue
        told = [row for row in own if not items or row["question"] in items or row["text"]]
        lines.append(AnswerLine(
            "" if hidden else known_as(respondent, names), str(number), None if hidden else own[0]["at"],
            own[0]["customer"] or "" if held.wave.identified else "", own[0]["weight"], reasons[respondent],
            tuple((measure_label(row["question"], held.design), _cell(row, rules)) for row in told
                  if not row["question"].startswith("_"))))
    return Rows(shown, tuple(lines), items)


def known_as(respondent: str, names: dict[str, str]) -> str:
    """Return what a response is called: a rating that came with a case by the case, any other by its own number.

    >>> known_as("服务后评价|crm:HJ1|1727662538000000", {"crm": "客户系统"}), known_as("R7", {})
    ('客户系统 HJ1', 'R7')
    """
    parts = respondent.split("|")
    return numbered(parts[1], names) if len(parts) == 3 else respondent


def _cell(row: dict[str, Any], rules: Any) -> str:
    text = mask_text(row["text"], rules) if row["text"] else ""
    number = f"{row['value']:g}" if row["value"] is not None else ""
    return " · ".join(part for part in (number, text) if part) or "—"


def _reasons(responses: Responses, design: Design, wanted: list[str]) -> dict[str, tuple[str, ...]]:
    found = judge(responses, design)
    place = {str(one): index for index, one in enumerate(responses.ids)}
    return {one: tuple(reason_label(code) for code, mask in found.items() if mask[place[one]]) for one in wanted}
