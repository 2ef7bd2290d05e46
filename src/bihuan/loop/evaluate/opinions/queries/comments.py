"""The open answers of a wave."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core import workspace
from bihuan.engine.facts import store
from bihuan.engine.survey.seen import RESPONDENT, Seen

# Items that people answer in words: the texts are sentences, not codes, and most answers have no number. Words beside a
# rating explain it where they are many and not what the rating is called.
MANY = 20
OPEN = f"""
    SELECT question FROM answers WHERE survey = ? AND text IS NOT NULL AND NOT starts_with(question, '_')
    GROUP BY question HAVING avg(length(text)) >= 6 AND (avg((value IS NULL)::INT) > 0.5
            OR count(DISTINCT text) >= {MANY} AND count(DISTINCT text) > 4 * count(DISTINCT value))
        AND avg(regexp_matches(text, '[\u4e00-\u9fff]|\\s')::INT) > 0.5"""
COMMENTS = f"""
    SELECT id, {RESPONDENT} AS respondent, text FROM answers
    WHERE survey = ? AND question IN ({{open}}) AND text IS NOT NULL AND trim(text) != ''
        AND coalesce(status, 'valid') = 'valid' AND {{where}} ORDER BY id"""


@dataclass(frozen=True)
class Comment:
    """One open answer; ``answer`` is its id."""

    answer: str
    respondent: str
    text: str


def comments_of(survey: str, seen: Seen) -> list[Comment]:
    """Return the open answers that a reader may see, in the order of their ids."""
    where, params = seen.condition()
    with store.connect(workspace.home()) as con:
        table = con.sql(COMMENTS.format(open=OPEN, where=where), params=[survey, survey, *params]).to_arrow_table()
    return [Comment(*row) for row in zip(*(table[name].to_pylist() for name in ("id", "respondent", "text")))]
