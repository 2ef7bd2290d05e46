"""What people wrote about a survey, and the forms (一) to (三) that carry it."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.charts.wording import value_text
from bihuan.engine.facts import store
from bihuan.engine.facts.few import few
from bihuan.engine.facts.privacy.masking import mask_field
from bihuan.engine.report.survey.contracts import SurveyReport
from bihuan.engine.report.survey.forms import FormLine, SurveyForms
from bihuan.engine.report.survey.texts import CHAPTERS, as_edited, as_read, numbers_of
from bihuan.engine.report.words import words_for
from bihuan.loop.collect.surveys.queries import form_basics, wave_info

from ..contracts import Wave
from ..models import SurveyText
from ..rights import seen_by
from .findings import may_read

TITLES = {"conclusion": _("结论"), "advice": _("建议")}
MOST_CUSTOMERS = 5_000
# Whom a wave asked; of a survey that names its people, who answered as well.
PEOPLE = """
    WITH people AS (
        SELECT DISTINCT customer FROM invitations WHERE survey = ? AND customer IS NOT NULL AND {invited}
        UNION SELECT DISTINCT customer FROM answers WHERE survey = ? AND customer IS NOT NULL AND {named} AND {where})
    SELECT p.customer, c.name, c.tier, c.phone, strftime(max(s.opened), '%Y-%m-%d') AS last,
           count(*) OVER () AS whole
    FROM people p LEFT JOIN customers c ON c.id = p.customer LEFT JOIN cases s ON s.customer = p.customer
    GROUP BY 1, 2, 3, 4 ORDER BY 1 LIMIT {most}"""


def text_of(user: User, wave: Wave, number: int = 0) -> SurveyText | None:
    """Return the newest text a person may read, or the version asked for; None where there is none."""
    rows = SurveyText.objects.filter(survey=wave.code).select_related("created_by")
    rows = rows.filter(number=number) if number else rows
    return next((row for row in rows if may_read(user, row)), None)


def versions_of(user: User, wave: Wave) -> list[SurveyText]:
    """Return every version a person may read, the newest first."""
    rows = SurveyText.objects.filter(survey=wave.code).select_related("created_by").defer("content")
    return [row for row in rows if may_read(user, row)]


def with_text(report: SurveyReport, text: SurveyText | None) -> SurveyReport:
    """Return the report with what people wrote, its numbers filled in."""
    if text is None:
        return report
    numbers, chapters = numbers_of(report), text.content.get("chapters", {})
    written = tuple((str(TITLES[key]), as_read(chapters[key], numbers)) for key in CHAPTERS if chapters.get(key))
    return replace(report, written=written)


def edited(report: SurveyReport, text: SurveyText | None) -> dict[str, str]:
    """Return the chapters for their edit fields."""
    numbers, chapters = numbers_of(report), text.content.get("chapters", {}) if text else {}
    return {key: as_edited(chapters.get(key, ""), numbers) for key in CHAPTERS}


def forms_of(user: User, wave: Wave, report: SurveyReport, text: SurveyText | None) -> SurveyForms:
    """Return forms (一) to (三) of a wave within what the person may see, personal data masked."""
    said = text.content.get("dimensions", {}) if text else {}
    labels = words_for(get_language() or "zh-hans").labels
    lines = tuple(FormLine(
        line.title, f"{value_text(line.result.value, line.result.unit, labels)}（n = {line.result.n:,}）",
        said.get(line.title, "")) for line in report.dimensions)
    basics = form_basics(wave.code) or (wave.title, "—", "—", "—")
    meta = {"survey": wave.code, "version": str(text.number if text else 0)}
    customers, whole = _people(user, wave)
    return SurveyForms(get_language() or "zh-hans", basics, customers, lines, meta, whole)


def _people(user: User, wave: Wave) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Return whom the wave asked, the first of them, and how many they are."""
    own, seen = wave_info(wave.code), seen_by(user)
    if wave.anonymous:
        return (), 0
    named = own is None or own.mode == "named"
    whole = (seen.units is None and seen.agents is None) or wave.code in seen.owned
    where, params = seen.condition()
    query = PEOPLE.format(invited=str(whole).lower(), named=str(named).lower(), where=where, most=MOST_CUSTOMERS)
    with store.connect(workspace.home()) as con:
        rows = few(con, query, [wave.code, wave.code, *params]).to_pylist()
    return tuple((row["customer"], row["tier"] or "—", mask_field(row["name"], "name") or "—",
                  mask_field(row["phone"], "mobile") or "—", row["last"] or "—") for row in rows
                 ), rows[0]["whole"] if rows else 0
