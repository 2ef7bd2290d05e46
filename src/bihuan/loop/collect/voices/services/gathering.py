"""Comments of surveys in the one inbox: taken in as they arrive in the records, their words left there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from bihuan.core import audit
from bihuan.core.rights import SystemActor
from bihuan.engine.text.duplicates import sketch

from ..contracts import CHANNELS
from ..models import Feedback, GatheredUpTo
from ..queries.feedback import SAID, SHEET, offered_words
from ..queries.session import ask

MOST = 1_000
# All that was written on one sheet is one matter, under the first of its answers; answers of staff, tests and those
# who withdrew are no customer's voice. A sheet of which a part came earlier is in the inbox already.
WAVES = """SELECT DISTINCT coalesce(survey, '') AS survey FROM answers
    WHERE recorded_at > TIMESTAMPTZ '{since}' AND text IS NOT NULL"""
NEW = f"""
    SELECT min(a.id) AS id, string_agg(a.text, chr(10) ORDER BY a.id) AS text, min(a."at") AS "at",
        any_value(a.channel) AS channel, any_value(a.customer) AS customer, any_value(f.unit) AS unit,
        arg_min(a.recorded_at, a.id) AS recorded_at
    FROM answers a LEFT JOIN fact_answer f ON f.answer = a.id
    WHERE {SAID} AND coalesce(a.status, 'valid') = 'valid' AND {SHEET} IN (
        SELECT {SHEET} FROM answers a WHERE a.recorded_at > TIMESTAMPTZ '{{since}}' AND {SAID})
    GROUP BY {SHEET} HAVING arg_min(a.recorded_at, a.id) > TIMESTAMPTZ '{{since}}'
    ORDER BY recorded_at, id LIMIT {MOST}"""


def gather_comments(*, since: datetime | None = None, cancelled: Callable[[], bool] = lambda: False) -> int:
    """Take the comments that arrived since the last time into the inbox; returns how many.

    The first time nothing is taken that is older than ``since``, or than now: an inbox begins with what is new.
    """
    mark = GatheredUpTo.objects.first()
    if mark is None:
        mark = GatheredUpTo.objects.create(recorded_at=since or timezone.now())
    done = 0
    while not cancelled():
        since = mark.recorded_at.isoformat()
        waves = [row["survey"] for row in ask(WAVES.format(since=since))]
        rows = ask(NEW.format(since=since), [offered_words(waves)]) if waves else []
        made = Feedback.objects.bulk_create([Feedback(
            source=Feedback.Source.ANSWER, answer=row["id"], unit_code=row["unit"] or "",
            channel=row["channel"] if row["channel"] in CHANNELS else "other", customer=row["customer"] or "",
            sketch=sketch(row["text"]), received_at=row["at"]) for row in rows], ignore_conflicts=True)
        done += len(made)
        if rows:
            mark.recorded_at = rows[-1]["recorded_at"]
            mark.save(update_fields=["recorded_at"])
        if len(rows) < MOST:
            break
    if done:
        audit.record("collect.comments_gathered", actor=SystemActor("voices.gather"), count=done)
    return done
