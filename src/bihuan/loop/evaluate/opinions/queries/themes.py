"""The themes of a wave: counted over the answers the reader may see, with people's corrections."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from typing import Any

from bihuan.core import workspace
from bihuan.core.models import Job, User
from bihuan.core.rights import NotAllowed
from bihuan.engine import stats
from bihuan.engine.facts.privacy import load_rules
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.survey import scores
from bihuan.engine.survey.groups import select
from bihuan.engine.survey.measures import rating
from bihuan.engine.survey.seen import EVERYBODY, Seen
from bihuan.engine.text.themes.corrections import Correction, apply_corrections
from bihuan.engine.text.themes.find import Theme, Themes

from ..contracts import State, Wave
from ..models import ThemeCorrection, ThemeRun
from ..rights import minimum_for, seen_by
from .comments import Comment, comments_of
from .lake import kept, load, waves, waves_seen
from .narrowed import narrowed
from .theme_lines import ThemeLine, people_of, told_line
from .trends import NEVER

ALPHA = 0.05
WHOLE = State()
NEWEST = 50          # corrections on record that are listed whether they hold or not


@dataclass(frozen=True)
class ThemePage:
    """Themes of a wave; ``run`` None when nobody asked yet. ``before`` is the wave that changes are against.

    ``texts`` comments of ``people``; ``without`` of them have no theme, ``dropped`` themes are not to be shown.
    """

    run: ThemeRun | None
    lines: tuple[ThemeLine, ...] = ()
    texts: int = 0
    people: int = 0
    without: int = 0
    too_small: int = 0
    dropped: int = 0
    before: Wave | None = None
    job: Job | None = None
    overall: float | None = None        # mean overall rating of everybody who answered
    withheld: bool = False

    @property
    def is_under_way(self) -> bool:
        return self.job is not None and not self.job.is_finished


def theme_page(user: User, wave: Wave, state: State = WHOLE) -> ThemePage:
    """Return the themes of a wave within what the person may see, counted over the groups that the state keeps to."""
    run = ThemeRun.objects.filter(survey=wave.code).select_related("created_by").first()
    ready = ready_run(wave.code)
    looking = run is not None and run.state == ThemeRun.State.RUNNING and run.job is not None
    job = Job.objects.filter(pk=run.job).first() if run is not None and looking else None
    if ready is None:
        return ThemePage(run, job=job)
    seen, minimum = seen_by(user), minimum_for(user)
    changes = corrections_of(wave.family)
    before = _before(user, wave)
    earlier = ready_run(before.code) if before else None
    key = ("themes", wave, seen, minimum, ready.pk, repr(changes), before, earlier and earlier.pk, state.filters,
           state.within)
    found = kept(key, lambda: _page(ready, wave, seen, minimum, changes, before, earlier, state))
    return replace(found, run=run, job=job)


def whole_themes(wave: Wave, *, minimum: int) -> ThemePage:
    """Return the themes over all comments of a wave, for work that serves no single reader; empty without any."""
    ready = ready_run(wave.code)
    if ready is None:
        return ThemePage(None)
    before, changes = _earlier(waves_seen(EVERYBODY), wave), corrections_of(wave.family)
    earlier = ready_run(before.code) if before else None
    key = ("themes", wave, EVERYBODY, minimum, ready.pk, repr(changes), before, earlier and earlier.pk)
    return kept(key, lambda: _page(ready, wave, EVERYBODY, minimum, changes, before, earlier))


def answers_of_theme(user: User, survey: str, name: str) -> list[str]:
    """Return the ids of the comments of one theme of a wave, of those a person may see; empty where it is too small."""
    run, wave = ready_run(survey), next((one for one in waves(user) if one.code == survey), None)
    if run is None or wave is None:
        return []
    comments, found = counted(run, seen_by(user), corrections_of(wave.family))
    members = members_of(found, name)
    return [comments[at].answer for at in members] if len(members) >= minimum_for(user) else []


def ready_run(survey: str) -> ThemeRun | None:
    """Return the newest run that found themes."""
    return ThemeRun.objects.filter(survey=survey, state=ThemeRun.State.READY).first()


def corrections_of(family: str) -> tuple[Correction, ...]:
    """Return what people corrected, in order."""
    rows = ThemeCorrection.objects.filter(family=family, undone_at=None).order_by("pk")
    return tuple(correction_of(row.change) for row in rows)


def correction_of(change: dict[str, Any]) -> Correction:
    return Correction(change["kind"], tuple(change["terms"]), change["name"],
                      tuple(tuple(terms) for terms in change["others"]), tuple(change["words"]), change["text"])


def correction_rows(wave: Wave) -> list[ThemeCorrection]:
    """Return the corrections on record, newest first: all that hold, so that each can be undone, and the newest others.
    """
    rows = ThemeCorrection.objects.filter(family=wave.family).select_related("created_by").order_by("-pk")
    return [row for at, row in enumerate(rows) if row.undone_at is None or at < NEWEST]


def correction_for(wave: Wave, pk: int) -> ThemeCorrection:
    row = ThemeCorrection.objects.filter(family=wave.family, pk=pk).first()
    if row is None:
        raise NotAllowed(f"correction {pk}")
    return row


def _before(user: User, wave: Wave) -> Wave | None:
    return _earlier(waves(user), wave)


def _earlier(known: list[Wave], wave: Wave) -> Wave | None:
    earlier = [one for one in known if one.family == wave.family and one.code != wave.code
               and (one.last or NEVER) < (wave.last or NEVER)]
    return max(earlier, key=lambda one: one.last or NEVER, default=None)


def earlier_of(survey: str) -> str:
    """Return the wave before one, of all there are; "" for none."""
    known = waves_seen(EVERYBODY)
    wave = next((one for one in known if one.code == survey), None)
    return before.code if wave is not None and (before := _earlier(known, wave)) is not None else ""


def counted(run: ThemeRun, seen: Seen, changes: tuple[Correction, ...],
            before: str = "") -> tuple[list[Comment], tuple[Any, ...]]:
    """Return the comments a reader may see and the corrected themes over them, dropped ones among them; of the wave
    ``before`` where named."""
    comments, key = comments_of(before or run.survey, seen), "earlier" if before else "answers"
    place = {one.answer: at for at, one in enumerate(comments)}
    themes = []
    for one in _content(run):
        members = tuple(place[answer] for answer in one[key] if answer in place)
        themes.append(Theme(one["name"], tuple(one["terms"]), len(members), 0.0, (), members))
    texts = [one.text for one in comments]
    found = apply_corrections(Themes(tuple(themes), len(texts), 0), texts, changes,
                              keys=[one.answer for one in comments])
    return comments, found


def members_of(found: tuple[Any, ...], name: str) -> tuple[int, ...]:
    """Return which comments belong to the theme of a name; none of one that is not to be shown."""
    return next((one.theme.members for one in found if one.theme.name == name and not one.dropped), ())


def _content(run: ThemeRun) -> list[dict[str, Any]]:
    return list(json.loads(zlib.decompress(bytes(run.content)).decode()))


def _page(run: ThemeRun, wave: Wave, seen: Seen, minimum: int, changes: tuple[Correction, ...], before: Wave | None,
          earlier: ThemeRun | None, state: State = WHOLE) -> ThemePage:
    held = load(wave, seen, state.within)
    chosen = select(held.responses, held.design, state.filters, minimum=minimum)
    fewest = max(chosen.design.minimum_n, 1)
    counts = _counts(run, wave, seen, changes, state, fewest)
    if chosen.withheld or counts is None or len(counts.comments) < fewest:
        return ThemePage(run, texts=0, too_small=len(counts.found) - counts.dropped if counts and not state.filters
                         else 0, withheld=bool(state.filters))
    overall = rating(chosen.responses, chosen.design, chosen.design.overall) if chosen.design.overall else None
    rated = {} if overall is None else dict(zip((str(one) for one in chosen.responses.ids), overall.tolist()))
    rest = _rest(run, earlier, before, seen, changes, state, fewest)
    rules, comments = load_rules(workspace.home()), counts.comments
    lines = _corrected([told_line(place, one, comments, rated, rest, rules, fewest)
                        for place, one in enumerate(counts.told)])
    inside = {at for one in counts.found for at in one.theme.members}
    return ThemePage(run, lines, len(comments), len(people_of(comments)), len(comments) - len(inside),
                     len(counts.found) - counts.dropped - len(counts.told), counts.dropped, before if rest else None,
                     overall=None if overall is None else scores.mean(overall).value)


@dataclass(frozen=True)
class _Counted:
    """Comments, the themes over them, and those to be shown of which enough people spoke to be told."""

    comments: list[Comment]
    found: tuple[Any, ...]
    told: tuple[Any, ...]

    @property
    def dropped(self) -> int:
        return sum(one.dropped for one in self.found)


def _counts(run: ThemeRun, wave: Wave, seen: Seen, changes: tuple[Correction, ...], state: State, fewest: int,
            joint: bool = False) -> _Counted | None:
    """Return the themes of the groups that a state keeps to; None where nothing of them may be told.

    ``joint``: over the comments of ``wave``, with which those of the run's own were looked through.
    """
    comments, found = counted(run, seen, changes, wave.code if joint else "")
    if not state.filters:
        return _Counted(comments, found, tuple(
            one for one in found if not one.dropped and len(people_of(comments, one.theme.members)) >= fewest))
    kept_to = narrowed(wave, seen, state, fewest)
    if kept_to is None or not kept_to.tells(people_of(comments)):
        return None
    told = [one for one in found if not one.dropped and kept_to.tells(people_of(comments, one.theme.members))]
    order = [at for at, one in enumerate(comments) if one.respondent in kept_to.chosen]
    place = {at: new for new, at in enumerate(order)}
    within = {id(one): replace(one, theme=replace(one.theme, members=tuple(
        place[at] for at in one.theme.members if at in place))) for one in found}
    largest = sorted((within[id(one)] for one in told), key=lambda one: -len(one.theme.members))
    return _Counted([comments[at] for at in order], tuple(within.values()), tuple(largest))


def _rest(run: ThemeRun, earlier: ThemeRun | None, before: Wave | None, seen: Seen, changes: tuple[Correction, ...],
          state: State, fewest: int) -> dict[str, tuple[int, int]]:
    """Return {theme: (people, all people)} of the wave before: of these very themes where they were looked for in both
    (nobody spoke of some), else of those it has by the same name."""
    if before is None:
        return {}
    if not (joint := any(one.get("before") == before.code for one in _content(run))) and earlier is None:
        return {}
    if (older := _counts(run if joint else earlier, before, seen, changes, state, fewest, joint)) is None:
        return {}
    everybody, told = len(people_of(older.comments)), {id(one) for one in older.told}
    people = {one.theme.name: (len(people_of(older.comments, one.theme.members)), id(one) in told)
              for one in older.found}
    rest = {name: (count, everybody) for name, (count, is_told) in people.items() if is_told or not count}
    if joint and everybody >= fewest:
        rest |= dict.fromkeys({one["name"] for one in _content(run)} - set(people), (0, everybody))
    return rest


def _corrected(lines: list[ThemeLine]) -> tuple[ThemeLine, ...]:
    """Say of which changes one may be sure: those that stand after Benjamini-Hochberg over all themes of the page."""
    adjusted = stats.benjamini_hochberg([line.p for line in lines])
    return tuple(replace(line, sure=bool(q < ALPHA) and leaves_out_no_change(line.change))
                 for line, q in zip(lines, adjusted))


def leaves_out_no_change(change: Result | None) -> bool:
    return change is not None and (change.low or 0.0) * (change.high or 0.0) > 0
