"""Problem cards come into the inbox by themselves: every day, over the last whole month, log by log."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.notifications.services import notify
from bihuan.core.rights import SystemActor, reaches, scope_of
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.indicators.periods import bounds, latest_over
from bihuan.loop.diagnose.findings.contracts import FindingInfo, Sign
from bihuan.loop.diagnose.findings.queries.statement import Statement
from bihuan.loop.diagnose.findings.services import see_stated
from bihuan.loop.evaluate.indicators.queries import engine

from ..contracts import CLOCKS, State
from ..queries.cards import cards_within, is_ours, sign_of, statement_of
from ..queries.log import logs
from ..queries.register import current_processes

# Of each log the worst few, and only what is worth somebody's week: a month has some 170 working hours, and it is
# working hours that are counted.
TAKEN, LEAST_CASES, LEAST_HOURS, CLOCK = 3, 30, 40.0, "business"
WORK = "diagnose.work_findings"
SYSTEM = SystemActor("processes.cards")


@transaction.atomic
def take_cards() -> list[FindingInfo]:
    """Put the worst cards of the last whole month into the inbox and tell of those that are new; returns the new ones.

    May be run again at any point: a card that is there already, raised by hand or by a run before, is the same finding.
    """
    if engine.as_of() is None:
        return []
    (start, end), known = last_month(), logs()
    whole = State(start, end, clock=CLOCK)
    states = [whole.with_(filters=(("source", (name,)),)) for name in known] if len(known) > 1 else [whole]
    # What is kept is data that everybody reads, in the language of the workspace; pages say it in the reader's.
    with translation.override("zh-hans"):
        seen = [pair for state in states for pair in _worst(state)]
    # A finding over several logs speaks of each of them: it is in the inbox, and keeps its own numbers.
    seen = [(sign, words) for sign, words in seen if len(known) < 2 or "source in (" in sign.key]
    new = see_stated(seen=seen, today=timezone.now(), actor=SYSTEM)
    if new:
        _tell(new)
    return new


def last_month() -> tuple[date, date]:
    """Return the first and last day of the newest month whose last midnight the data reach past."""
    return bounds("month", latest_over("month", engine.today()))


def _worst(state: State) -> list[tuple[Sign, Statement]]:
    # Everybody reads what comes in: nothing of fewer cases than the workspace lets anybody see.
    minimum = workspace.facts().minimum_n
    cards = cards_within(Scope(minimum_n=minimum), state, unit="", processes=current_processes(None))
    least = max(LEAST_CASES, minimum)
    worth = [one for one in cards.shown if one.card.cases.count >= least and one.card.lost_hours >= LEAST_HOURS
             and is_ours(one.card)]
    return [(sign_of(state, one, cards.of, ""), statement_of(one)) for one in worth[:TAKEN]]


def _tell(new: list[FindingInfo]) -> None:
    people = [one for one in people_with(WORK) if reaches(scope_of(one, WORK), unit="")]
    notify("process_cards", title=lambda: _("上月流程里损失时间多的环节（按{clock}计）：新收进 {count} 处").format(
        clock=CLOCKS[CLOCK], count=len(new)),
           text="\n".join(f"{one.number} {one.title}" for one in new),
           about=About("findings.finding", str(new[0].id), f"{reverse('findings:finding_list')}?kind=process"),
           to=people, key=f"process_cards:{','.join(str(one.id) for one in new)}"[:200])
