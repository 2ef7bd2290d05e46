"""Signs from surveys: differences of the cross-analysis that stand, and themes that many speak of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.findings.contracts import Tally
from bihuan.engine.survey.seen import EVERYBODY
from bihuan.loop.evaluate.opinions.contracts import Comparison, State, Wave
from bihuan.loop.evaluate.opinions.queries.address import write_state
from bihuan.loop.evaluate.opinions.queries.cross import whole_scan
from bihuan.loop.evaluate.opinions.queries.lake import waves_seen
from bihuan.loop.evaluate.opinions.queries.themes import ThemeLine, whole_themes

from ...contracts import Sign

SMALL_EFFECT = 0.2                       # Cohen 1988: below this a difference of means or shares is trivial
FREQUENT = 0.10                          # of the comments, by the lower end of the interval
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
    """Return the themes that surely make up a good part of the comments, or surely rose, or that people flagged."""
    minimum = max(workspace.facts().minimum_n, FEWEST)
    signs, tally = [], Tally()
    for wave in newest_waves():
        page = whole_themes(wave, minimum=minimum)
        tally += Tally(looked=len(page.lines), small=page.too_small)
        for line in page.lines:
            rose = line.sure and line.change is not None and (line.change.value or 0) > 0
            if line.flagged or rose or (line.share.low or 0) >= FREQUENT:
                signs.append(_theme(wave, line, len(page.lines)))
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
    low, high = one.difference.low, one.difference.high
    others = one.others.value or 0.0
    return Sign(
        key=f"survey_cell:{wave.family}:{one.segment}={one.group}:{one.measure}"[:400], kind="survey_cell",
        title=_title(one), period=wave.code[:40], start=_day(wave.first), end=_day(wave.last),
        value=one.value.value, n=one.value.n, low=None if low is None else others + low,
        high=None if high is None else others + high, unit=one.value.unit, group={
            "survey": wave.family, one.segment: one.group, "measure": one.measure},
        usual=one.others.value, q=one.q, selected_from=looked, size=abs(one.difference.value or 0) * one.value.n,
        size_measure="answers_short", method=one.method, as_of=_text(wave.last),
        evidence=f"{reverse('opinions:analysis', args=[wave.code])}?{address}")


def _title(one: Comparison) -> str:
    return _("{measure}（{segment} {group}）低于其余").format(
        measure=one.measure_words, segment=one.segment_words, group=one.group_words)[:300]


def _theme(wave: Wave, line: ThemeLine, looked: int) -> Sign:
    share = line.share
    mentions = round((share.value or 0) * share.n)
    return Sign(
        key=f"theme:{wave.family}:{line.name}"[:400], kind="theme", title=line.name[:300], period=wave.code[:40],
        start=_day(wave.first), end=_day(wave.last), value=share.value, n=share.n, low=share.low, high=share.high,
        unit="%", direction="down", group={"survey": wave.family, "theme": line.name},
        usual=None if line.change is None or line.change.value is None else (share.value or 0) - line.change.value,
        selected_from=looked, size=mentions, size_measure="mentions", method="mention_rate", as_of=_text(wave.last),
        evidence=reverse("opinions:themes", args=[wave.code]))


def _day(moment: datetime | None):
    return None if moment is None else moment.astimezone(workspace.zone()).date()


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
