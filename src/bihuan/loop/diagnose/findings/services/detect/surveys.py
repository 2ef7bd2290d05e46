"""Signs from surveys: differences of the cross-analysis that stand, and themes that many speak of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine import stats
from bihuan.engine.findings.contracts import ALPHA, Tally
from bihuan.engine.survey.seen import EVERYBODY
from bihuan.loop.evaluate.opinions.contracts import Comparison, State, Wave
from bihuan.loop.evaluate.opinions.queries.address import write_state
from bihuan.loop.evaluate.opinions.queries.cross import whole_scan
from bihuan.loop.evaluate.opinions.queries.lake import load, waves_seen
from bihuan.loop.evaluate.opinions.queries.theme_lines import ThemeLine
from bihuan.loop.evaluate.opinions.queries.themes import whole_themes

from ...contracts import FIVE, Sign, impact, in_five, per_month

SMALL_EFFECT = 0.2                       # Cohen 1988: below this a difference of means or shares is trivial
FREQUENT = 0.10                          # of those who comment, by the lower end of the interval
FEWEST = 5                               # without a workspace rule: fewer answers than this are never told of
RECENT = timedelta(days=400)


def survey_signs() -> tuple[list[Sign], Tally]:
    """Return the groups that are worse than the rest in the newest wave of each survey, and what was compared."""
    minimum = max(workspace.facts().minimum_n, FEWEST)
    signs, tally = [], Tally()
    for wave in newest_waves():
        scan = whole_scan(wave, minimum=minimum)
        tally += Tally(looked=len(scan.comparisons))
        for one in scan.comparisons:
            worse = one.difference.value is not None and one.difference.value < 0
            if one.stands and worse and abs(one.effect) >= SMALL_EFFECT:
                signs.append(_cell(wave, one, len(scan.comparisons)))
    return signs, tally + Tally(found=len(signs))


def theme_signs() -> tuple[list[Sign], Tally]:
    """Return the themes that surely make up a good part of those who comment, or surely rose, or that people flagged.

    Whether one rose is corrected over the themes of all surveys that are looked at.
    """
    minimum = max(workspace.facts().minimum_n, FEWEST)
    pages = [(wave, whole_themes(wave, minimum=minimum)) for wave in newest_waves()]
    told = [(wave, line, page.overall) for wave, page in pages for line in page.lines]
    tally = Tally(looked=len(told), small=sum(page.too_small for _wave, page in pages))
    signs = []
    for (wave, line, overall), q in zip(told, stats.benjamini_hochberg([one.p for _wave, one, _overall in told])):
        rose = line.sure and q < ALPHA and line.change is not None and (line.change.value or 0) > 0
        if line.flagged or rose or (line.share.low or 0) >= FREQUENT:
            signs.append(_theme(wave, line, overall, len(told), float(q) if rose else None))
    return signs, tally + Tally(found=len(signs))


def newest_waves() -> list[Wave]:
    """Return the newest wave of each survey that still says something of the present."""
    found: dict[str, Wave] = {}
    oldest = datetime.now(UTC) - RECENT
    for wave in waves_seen(EVERYBODY):
        if wave.last is not None and wave.last >= oldest and wave.family not in found:
            found[wave.family] = wave
    return list(found.values())


def _cell(wave: Wave, one: Comparison, looked: int) -> Sign:
    address = write_state(State(filters=((one.segment, (one.group,)),)))
    return Sign(
        key=f"survey_cell:{wave.family}:{one.segment}={one.group}:{one.measure}"[:400], kind="survey_cell",
        title=_title(one), period=wave.code[:40], start=_day(wave.first), end=_day(wave.last),
        value=one.value.value, n=one.value.n, low=one.value.low, high=one.value.high, unit=one.value.unit,
        difference=one.difference.value, difference_low=one.difference.low, difference_high=one.difference.high,
        group={"survey": wave.family, one.segment: one.group, "measure": one.measure},
        usual=one.others.value, q=one.q, selected_from=looked, method=one.method,
        **size_of(wave, one.difference.value, one.value.n, one.value.unit), as_of=_text(wave.last),
        frequency=per_month(one.value.n, _day(wave.first), _day(wave.last)),
        impacts=loss_of(wave, one.value.value, one.others.value, one.value.n, one.value.unit,
                        (one.value.low, one.value.high)),
        evidence=f"{reverse('opinions:analysis', args=[wave.code])}?{address}")


def loss_of(wave: Wave, value: float | None, others: float | None, n: int, unit: str,
            ends: tuple[float | None, float | None] = (None, None)) -> dict[str, dict[str, Any]]:
    """Return what a group's rating loses against the others, in points of five; nothing for what is no rating.

    ``ends`` are those of the rating's own interval.
    """
    if unit != "score" or value is None or others is None:
        return {}
    scale = load(wave, EVERYBODY).design.scale
    low, high = (None if end is None else in_five(end, scale) for end in ends)
    return {"csat_mean": impact(in_five(value, scale), in_five(others, scale), n, low=low, high=high)}


def size_of(wave: Wave | None, difference: float | None, n: int, unit: str) -> dict[str, Any]:
    """Return the size of a difference with what it counts: only ratings, in points of five, may be added up."""
    size = abs(difference or 0) * n
    if unit != "score":
        return {"size": size, "size_measure": "short_of_usual" if unit == "%" else "points_short"}
    if wave is None:
        return {}
    low, high = load(wave, EVERYBODY).design.scale
    return {"size": size * (FIVE[1] - FIVE[0]) / (high - low), "size_measure": "answers_short"}


def _title(one: Comparison) -> str:
    return _("{measure}（{segment} {group}）低于其余").format(
        measure=one.measure_words, segment=one.segment_words, group=one.group_words)[:300]


def _theme(wave: Wave, line: ThemeLine, overall: float | None, looked: int, q: float | None) -> Sign:
    share = line.share
    mentions = round((share.value or 0) * share.n)
    return Sign(
        key=f"theme:{wave.family}:{line.name}"[:400], kind="theme", title=line.name[:300], period=wave.code[:40],
        start=_day(wave.first), end=_day(wave.last), value=share.value, n=share.n, low=share.low, high=share.high,
        unit="%", direction="down", group={"survey": wave.family, "theme": line.name},
        usual=None if line.change is None or line.change.value is None else (share.value or 0) - line.change.value,
        q=q, selected_from=looked, size=mentions, size_measure="mentions", method="mention_rate",
        as_of=_text(wave.last), evidence=reverse("opinions:themes", args=[wave.code]),
        frequency=per_month(mentions, _day(wave.first), _day(wave.last)),
        impacts=loss_of(wave, line.score.value, overall, line.score.n, "score",
                        (line.score.low, line.score.high)) if line.score else {})


def _day(moment: datetime | None):
    return None if moment is None else moment.astimezone(workspace.zone()).date()


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
