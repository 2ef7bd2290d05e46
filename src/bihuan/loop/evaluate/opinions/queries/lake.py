"""Answers of a wave as the lake has them, kept in memory while the facts and the reader's reach are the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.utils.translation import get_language

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.engine.facts import presets, store
from bihuan.engine.facts.few import few
from bihuan.engine.home import Home
from bihuan.engine.report.words import words_for
from bihuan.engine.survey.contracts import Design, Responses
from bihuan.engine.survey.design import design_of_mapping
from bihuan.engine.survey.errors import SurveyError
from bihuan.engine.survey.reading import read_answers
from bihuan.engine.survey.seen import ATTRIBUTES, RESPONDENT, Seen
from bihuan.engine.survey.telling import sizes_of, told_groups
from bihuan.engine.survey.within import about_service_within
from bihuan.loop.collect.samples.queries.doors import service_days
from bihuan.loop.collect.surveys.contracts import Mode, WaveInfo
from bihuan.loop.collect.surveys.queries import bank_mark, design_of_wave, wave_info, waves_by_code
from bihuan.loop.evaluate.indicators.queries.cache import BoundedCache, data_version, results

from ..contracts import Wave, Within
from ..rights import seen_by

# A wave of 200,000 respondents and 20 items takes 40 MB; what is made of it is small and lies in ``results``.
loaded = BoundedCache(6)
WAVES = f"""
    SELECT survey, count(DISTINCT {RESPONDENT}) AS responses, min("at") AS first, max("at") AS last,
           any_value(b.mapping) AS mapping
    FROM answers LEFT JOIN (SELECT batch AS known, mapping FROM batches) b ON b.known = answers.batch
    WHERE survey IS NOT NULL AND survey != '' AND {{where}} GROUP BY survey ORDER BY last DESC NULLS LAST, survey"""


@dataclass(frozen=True)
class Loaded:
    """A wave with every response a reader may see, and what its items mean."""

    wave: Wave
    responses: Responses
    design: Design


def kept(key: tuple[Any, ...], compute):
    """Return a small result, computed once for the same facts."""
    return results.get(("opinions", data_version(workspace.home()), get_language(), *key), compute)


def waves(user: User) -> list[Wave]:
    """Return the surveys and waves of which a person may see an answer, the newest first."""
    return waves_seen(seen_by(user))


def waves_seen(seen: Seen) -> list[Wave]:
    home = workspace.home()

    def compute() -> list[dict[str, Any]]:
        where, params = seen.condition()
        with store.connect(home) as con:
            return few(con, WAVES.format(where=where), params).to_pylist()

    rows = kept(("waves", seen), compute)
    own = waves_by_code(row["survey"] for row in rows)
    bank = bank_mark() if own else ""
    marks = {name: _mark(design_of_mapping(home, name)) for name in {row["mapping"] or "" for row in rows} if name}
    return [_wave(home, row, own.get(row["survey"]), bank if row["survey"] in own else marks.get(row["mapping"], ""))
            for row in rows]


def wave_for(user: User, code: str) -> Wave:
    """Return one wave a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = next((wave for wave in waves(user) if wave.code == code), None)
    if found is None:
        raise NotAllowed(f"survey {code}")
    return found


def load(wave: Wave, seen: Seen, within: Within | None = None) -> Loaded:
    """Return the answers of a wave with its design; segments are the design's and those that the records give.

    ``within``: with the segment ``@within`` besides, which holds its key where an answer is about service inside it.
    """
    return _load(wave, seen) if within is None else loaded.get(
        (data_version(workspace.home()), get_language(), wave, seen, within), lambda: _marked(wave, seen, within))


def _marked(wave: Wave, seen: Seen, within: Within) -> Loaded:
    held = _load(wave, seen)
    days = (within.start, within.end)
    if days == (None, None) and wave.number:
        days = service_days(wave.number) or days
    with store.connect(workspace.home()) as con:
        inside = about_service_within(con, held.responses.ids, within.filters, survey=wave.code, seen=seen, days=days,
                                      zone=workspace.zone())
    segments = {**held.responses.segments, "@within": np.where(inside, within.key, None)}
    return replace(held, responses=replace(held.responses, segments=segments))


def _load(wave: Wave, seen: Seen) -> Loaded:
    home = workspace.home()

    def compute() -> Loaded:
        design = design_for(home, wave)
        with store.connect(home) as con:
            try:
                wide = None if design is None else replace(design, segments=(*design.segments, *ATTRIBUTES))
                responses, found = read_answers(con, wide, survey=wave.code, seen=seen, answered=bool(wave.number))
            except SurveyError as error:
                # A mapping that names items this wave did not ask: what the answers say of themselves is used.
                if error.code != "unknown_item":
                    raise
                responses, found = read_answers(con, None, survey=wave.code, seen=seen)
            if not found.segments:
                plain = replace(found, segments=tuple(ATTRIBUTES))
                responses, found = read_answers(con, plain, survey=wave.code, seen=seen)
        usable = tuple(name for name in found.segments
                       if len(told_groups(sizes_of(responses.segments[name]), found.minimum_n)) > 1)
        return Loaded(wave, responses, replace(found, segments=usable))

    return loaded.get((data_version(home), get_language(), wave, seen), compute)


def design_for(home: Home, wave: Wave) -> Design | None:
    """Return what the items of a wave mean, as its questionnaire or its mapping says; None when neither does."""
    if wave.number and (own := wave_info(wave.number)) is not None:
        return design_of_wave(own, get_language() or "zh-hans")
    return design_of_mapping(home, wave.mapping, get_language() or "zh") if wave.mapping else None


def _mark(design: Design | None) -> str:
    """Another design is another mark: what was made by the former one is not shown for the new one."""
    if design is None:
        return ""
    # A set has another order in each process.
    told = repr(replace(design, reversed=frozenset())) + repr(sorted(design.reversed))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _wave(home: Home, row: dict[str, Any], own: WaveInfo | None, mark: str) -> Wave:
    code, mapping = row["survey"], row["mapping"] or ""
    if own is not None:
        title = f"{own.title} · {own.name}" if own.name else f"{own.title} · {own.number}"
        wording = f"{own.version_id}:{own.minimum_n}:{sorted(own.rules.items())}:{mark}"
        return Wave(code, title, own.survey_code, row["responses"], row["first"], row["last"], "", own.anonymous,
                    own.id, own.mode == Mode.NAMED, wording)
    return Wave(
        code, _title(home, mapping, code), family_of(code), row["responses"], row["first"], row["last"], mapping,
        wording=mark)


def family_of(code: str) -> str:
    """Return what the waves of one survey share: the code without the number or year at its end.

    >>> family_of("sfo_2017"), family_of("after-call.3"), family_of("after")
    ('sfo', 'after-call', 'after')
    """
    return re.sub(r"[\W_]*\d+$", "", code) or code


def _title(home: Home, mapping: str, code: str) -> str:
    """Return the title of the mapping that brings in exactly this survey; the code else."""
    known = {**presets.shipped(), **presets.own(home)}.get(mapping)
    if known is None or known.generic or known.source != code:
        return code
    return words_for(get_language() or "zh-hans").of(known.title) or code
