"""原始问卷: what was asked of the unit's customers in the verdict's window, and every response without who gave it.

Respondents get numbers that mean nothing outside the bundle. Words of customers never leave the system: they are kept
only as long as their own term says, a bundle for longer; their length stands in their place.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import Unit
from bihuan.core.rights import descendants
from bihuan.engine.facts import store
from bihuan.engine.survey.questionnaire import Questionnaire, write
from bihuan.engine.survey.seen import Seen
from bihuan.loop.collect.surveys.contracts import MINIMUM_N
from bihuan.loop.collect.surveys.queries import questionnaire_of, wave_info
from bihuan.loop.evaluate.opinions.contracts import Wave
from bihuan.loop.evaluate.opinions.queries.lake import waves_seen

from .base import Bundle, Parts

PART = "原始问卷"
ANSWERS = """
    SELECT split_part(answers.id, '#', 1) AS respondent, question, value, length(text) AS letters,
           strftime(answers."at" AT TIME ZONE ?, '%Y-%m-%d') AS day, channel, status
    FROM answers WHERE survey = ? AND {where} AND (answers."at" AT TIME ZONE ?)::DATE BETWEEN ? AND ?
    ORDER BY answers."at", answers.id"""


def write_questionnaires(parts: Parts) -> None:
    """Write every wave that asked the measure's unit in the window; say so where there was none."""
    units = descendants([parts.measure.unit_code], Unit.objects.only("code", "parent_code"))
    first, last = window(parts)
    write_waves(parts, units or (parts.measure.unit_code,), first, last, _(
        "判定窗口 {first} 至 {last}，措施所在单位及其下级收到的答卷。").format(first=first, last=last))


def write_waves(parts: Bundle, units: tuple[str, ...] | None, first: date, last: date, told: str) -> None:
    """Write every wave that asked customers of some units (None: of all) between two days, with what is told of it."""
    seen = Seen(units=units)
    waves = [one for one in waves_seen(seen) if one.first and one.last
             and one.first.date() <= last and one.last.date() >= first]
    lines = [told, _("答卷不含身份与原话：编号只在本包内有效，开放题只留字数。")]
    for wave in waves:
        lines.append(_wave(parts, wave, seen, first, last))
    if not waves:
        lines.append(_("这段时间内没有这个单位的问卷。"))
    parts.write_text(PART, "说明.txt", "\n".join(lines))


def window(parts: Parts) -> tuple[date, date]:
    """Return the first and last day of the data that the verdict looked at."""
    starts = parts.verdict.evidence["series"]["starts"]
    first = date.fromisoformat(starts[0]) if starts else date.fromisoformat(parts.verdict.judged["change"])
    return first, parts.verdict.review.until


def _wave(parts: Bundle, wave: Wave, seen: Seen, first: date, last: date) -> str:
    """Write one wave; returns a line about it."""
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in wave.code)
    if wave.number and (own := wave_info(wave.number)) is not None:
        found = questionnaire_of(own.version_id)
        parts.write_json(PART, f"{name}/问卷.json", write(found))
        parts.write_text(PART, f"{name}/问卷.txt", _wording(found))
    least = max(MINIMUM_N, workspace.facts().minimum_n)
    answers = _answers(wave, seen, first, last)
    if wave.anonymous:
        answers = _nameless(answers, least)
    respondents = {row["respondent"] for row in answers}
    if len(respondents) < least:
        return _("{title}：不足 {n} 份，逐份答卷不收入。").format(title=wave.title, n=least)
    numbers = _numbers(respondents)
    head = (_("答卷"), _("题目"), _("得分或选项"), _("开放题字数"), _("日期"), _("渠道"), _("状态"))
    told = [(numbers[row["respondent"]], row["question"], row["value"], row["letters"], row["day"], row["channel"],
             row["status"]) for row in answers]
    rows = parts.write_table(PART, f"{name}/答卷.csv", head, sorted(told, key=lambda row: (row[0], str(row[1]))))
    return _("{title}：{n} 份答卷，{rows} 行。").format(title=wave.title, n=len(respondents), rows=rows)


def _answers(wave: Wave, seen: Seen, first: date, last: date) -> list[dict[str, Any]]:
    where, params = seen.condition()
    zone = str(workspace.zone())
    with store.connect(workspace.home()) as con:
        return con.sql(ANSWERS.format(where=where),
                       params=[zone, wave.code, *params, zone, first, last]).to_arrow_table().to_pylist()


def _nameless(answers: list[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    """What an anonymous wave may tell of each response: its answers alone, of those whose status enough have too."""
    sizes = Counter(status for _respondent, status in {(row["respondent"], row["status"]) for row in answers})
    return [row | {"day": None, "channel": None} for row in answers
            if sizes[row["status"]] >= least and not row["question"].startswith("_")]


def _numbers(respondents: set[str]) -> dict[str, str]:
    """Numbers in an order that nobody can trace back: neither of time nor of the original ones."""
    shuffled = sorted(respondents)
    random.SystemRandom().shuffle(shuffled)
    return {one: f"R{place:06d}" for place, one in enumerate(shuffled, start=1)}


def _wording(found: Questionnaire) -> str:
    return "\n".join(_lines(found))


def _lines(found: Questionnaire) -> Iterator[str]:
    yield found.title.default
    for number, item in enumerate(found.items(), start=1):
        yield f"{number}. {item.title.default or item.name}"
        for choice in item.choices:
            yield f"   - {choice.text.default or choice.value}"
