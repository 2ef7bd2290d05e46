"""The second score and what became of it, on the line of 表1 from which the measure was made."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.engine.effects.keeping import evidence_from_json
from bihuan.engine.indicators.bands import score_by_bands
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.reports.rights import table_for
from bihuan.loop.evaluate.reports.services import TableError, follow_line, standing_line
from bihuan.ui import formats

from ..models import Verdict
from ..queries.support import after_score, table_text
from ..queries.verdicts import levels_of
from ..queries.words import change_text
from .errors import VerdictError


@transaction.atomic
def follow_table(*, verdict: Verdict, actor: User) -> int:
    """Write the verdict onto the measure's line of 表1; returns the table's id. Raises VerdictError without one.

    The second score is the level of the indicator's value after the change; without levels the mean mark that
    affected customers gave when called back; without either only the text is written.
    """
    row = verdict.measure.table_row
    if not row:
        raise VerdictError(_("这项措施不是从评价表制定的。"))
    try:
        table, block = standing_line(table_for(actor, row["table"]), row["block"])
        follow_line(table=table, block=block, line=row["line"], second=second_score(verdict),
                    effect=effect_text(verdict), actor=actor, note=verdict.measure.number)
    except TableError as error:
        raise VerdictError(str(error)) from error
    return int(table.pk)


def second_score(verdict: Verdict) -> float | None:
    """Return the level of the value after the change; without levels the mean mark of the customers called back."""
    passport = engine.passports().get(verdict.judged["indicator"])
    change = date.fromisoformat(verdict.judged["change"])
    value = levels_of(evidence_from_json(verdict.evidence), change, passport)[1]
    if passport is None or not passport.bands or value is None:
        return after_score(verdict.measure_id)
    return score_by_bands(value, passport.bands)


def effect_text(verdict: Verdict) -> str:
    """Return what the data say in one sentence, and what the customers said who were called back."""
    told, unit = verdict.result, verdict.result["unit"]
    text = _("{number} {verdict}").format(number=verdict.measure.number, verdict=verdict.get_verdict_display())
    if told["effect"] is None:
        return text + table_text(verdict.measure_id)
    return text + _("：效果 {effect}（95% {low} 至 {high}，n = {n}）").format(
        effect=change_text(told["effect"], unit), low=change_text(told["low"], unit),
        high=change_text(told["high"], unit), n=formats.plain(told["n_after"])) + table_text(verdict.measure_id)
