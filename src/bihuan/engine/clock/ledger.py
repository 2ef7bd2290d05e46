"""The clock ledger: one case's time laid out second by second, each stretch with its state, cause and rule.

A case has two clocks, first response and resolution, and a ledger for each: what stops the one need not stop the
other. The segments follow each other without gap from opening to the final close (or to the data's as-of moment).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bihuan.engine.clock.calendars import Calendar
from bihuan.engine.clock.elapsed import add_business, working_pieces
from bihuan.engine.clock.words import CAUSE_WORDS, CLOCK_WORDS

RUNNING, PAUSED, CLOSED_HOURS, DONE = "running", "paused", "closed_hours", "done"
BOT = "bot"  # the cause while a bot serves the customer: the people's first-response clock has not begun


@dataclass(frozen=True)
class Pause:
    """A wait in whole UTC seconds; ``end`` None while it lasts. ``activity`` began it, ``ended_by`` ended it."""

    start: int
    end: int | None
    cause: str
    activity: str = ""
    ended_by: str = ""


@dataclass(frozen=True)
class Span:
    """One clock's moments in whole UTC seconds: opened, begun (later only after a bot), ended or None, shown until."""

    opened: int
    begun: int
    ended: int | None
    until: int
    opened_by: str = ""
    ended_by: str = ""


@dataclass(frozen=True)
class Stops:
    """The causes that stop this clock by the policy, and the title of the rule that says so in both languages."""

    causes: tuple[str, ...]
    rule_zh: str = ""
    rule_en: str = ""


@dataclass(frozen=True)
class LedgerSegment:
    """One stretch; ``seconds`` = end - start. A wait the policy does not take off is running, with its cause named."""

    start: datetime
    end: datetime
    seconds: int
    state: str
    cause: str | None
    rule: str
    rule_en: str
    activity: str


@dataclass(frozen=True)
class Ledger:
    """All segments of one clock, its promise, and whether it was kept (None: no promise, or still open and in time)."""

    clock: str  # first_response | resolution
    segments: tuple[LedgerSegment, ...]
    calendar: str
    ended: bool
    target_s: int | None = None
    due: datetime | None = None
    met: bool | None = None

    @property
    def totals(self) -> dict[str, int]:
        """Seconds per state; they sum to ``elapsed_s``."""
        return self._sum(lambda segment: segment.state)

    @property
    def waits(self) -> dict[str, int]:
        """Seconds per cause, whether the policy takes them off or not, until the clock ended."""
        return self._sum(lambda segment: segment.cause)

    @property
    def running_s(self) -> int:
        """The business duration that the indicators use."""
        return self.totals.get(RUNNING, 0)

    @property
    def elapsed_s(self) -> int:
        return sum(segment.seconds for segment in self.segments)

    def _sum(self, key) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for segment in self.segments:
            if key(segment) is not None:
                sums[key(segment)] += segment.seconds
        return dict(sums)


def build_ledger(
    clock: str, span: Span, *, pauses: Sequence[Pause], calendar: Calendar, stops: Stops, target_s: int | None = None,
) -> Ledger:
    """Return the ledger of one clock; a promise is kept when the running seconds do not exceed ``target_s``."""
    end = span.until if span.ended is None else span.ended
    pieces = working_pieces(calendar, span.begun, end)
    waits = [pause for pause in pauses if pause.start < end and (pause.end is None or pause.end > span.begun)]
    edges = {span.opened, span.begun, end, span.until}
    edges |= {moment for piece in pieces for moment in piece}
    edges |= {moment for wait in waits for moment in (wait.start, end if wait.end is None else wait.end)}
    moments = sorted(moment for moment in edges if span.opened <= moment <= span.until)
    builder = _Builder(clock, span, end, pieces, waits, calendar, stops)
    segments: list[LedgerSegment] = []
    for start, stop in zip(moments, moments[1:]):
        segment = builder.segment(start, stop)
        if segments and _alike(segments[-1], segment):
            segment = _joined(segments.pop(), segment)
        segments.append(segment)
    return _with_promise(Ledger(clock, tuple(segments), calendar.name, span.ended is not None, target_s), calendar)


@dataclass(frozen=True)
class _Builder:
    clock: str
    span: Span
    end: int
    pieces: list[tuple[int, int]]
    waits: list[Pause]
    calendar: Calendar
    stops: Stops

    def segment(self, start: int, stop: int) -> LedgerSegment:
        state, cause, zh, en = self._state(start)
        return LedgerSegment(_moment(start), _moment(stop), stop - start, state, cause, zh, en, self._activity(start))

    def _state(self, start: int) -> tuple[str, str | None, str, str]:
        zh, en = CLOCK_WORDS[self.clock]
        if start >= self.end:
            return DONE, None, f"{zh}已完成，不再计时", f"{en} is done; the clock has stopped"
        if start < self.span.begun:
            return PAUSED, BOT, "机器人接待期间不计入人工首次响应", "time with a bot does not count for people"
        wait = next((w for w in self.waits if w.start <= start and (w.end is None or start < w.end)), None)
        cause = wait.cause if wait else None
        if cause in self.stops.causes:
            words = CAUSE_WORDS[cause]
            return (PAUSED, cause, f"规则“{self.stops.rule_zh}”：{words[0]}期间不计入{zh}",
                    f'Rule "{self.stops.rule_en}": {words[1]} does not count towards {en}')
        note_zh = f"；{CAUSE_WORDS[cause][0]}照常计时" if cause else ""
        note_en = f"; {CAUSE_WORDS[cause][1]} counts" if cause else ""
        if any(begin <= start < finish for begin, finish in self.pieces):
            return (RUNNING, cause, f"日历“{self.calendar.title_zh}”的工作时段{note_zh}",
                    f'Working time of the calendar "{self.calendar.title_en}"{note_en}')
        return (CLOSED_HOURS, cause, f"日历“{self.calendar.title_zh}”的非工作时段{note_zh}",
                f'Outside the working time of the calendar "{self.calendar.title_en}"{note_en}')

    def _activity(self, start: int) -> str:
        """Return the activity at which this stretch begins, empty when only the calendar turned."""
        if start == self.span.ended:
            return self.span.ended_by
        for wait in self.waits:
            if wait.start == start:
                return wait.activity
        for wait in self.waits:
            if wait.end == start:
                return wait.ended_by
        return self.span.opened_by if start == self.span.opened else ""


def _alike(left: LedgerSegment, right: LedgerSegment) -> bool:
    return (left.state, left.cause, left.rule) == (right.state, right.cause, right.rule) and not right.activity


def _joined(left: LedgerSegment, right: LedgerSegment) -> LedgerSegment:
    return LedgerSegment(left.start, right.end, left.seconds + right.seconds, left.state, left.cause, left.rule,
                         left.rule_en, left.activity)


def _with_promise(ledger: Ledger, calendar: Calendar) -> Ledger:
    """Return the ledger with ``met`` (False as soon as the running time has passed the promise) and ``due``."""
    if ledger.target_s is None:
        return ledger
    late = ledger.running_s > ledger.target_s
    met = False if late else (True if ledger.ended else None)
    return replace(ledger, met=met, due=_due(ledger, calendar, ledger.target_s))


def _due(ledger: Ledger, calendar: Calendar, left: int) -> datetime | None:
    """Return when the promise runs out; beyond the ledger's end as if nothing paused any more, None while paused."""
    for segment in ledger.segments:
        if segment.state == RUNNING:
            if segment.seconds >= left:
                return segment.start + timedelta(seconds=left)
            left -= segment.seconds
    last = next((segment for segment in reversed(ledger.segments) if segment.state != DONE), None)
    if last is None or last.state == PAUSED:
        return None
    return add_business(calendar, last.end, left)


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
