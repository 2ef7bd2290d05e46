"""What people write about a survey is kept in versions; the numbers in it are references and cannot be edited."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import marked_excel, may_export_now, uses, watermark_now
from bihuan.core.rights import NotAllowed, require, scope_of
from bihuan.engine.facts.privacy import load_rules
from bihuan.engine.report.survey.contracts import SurveyReport
from bihuan.engine.report.survey.forms import LONGEST, SurveyForms, write_forms
from bihuan.engine.report.survey.texts import CHAPTERS, kept, numbers_of

from ..contracts import Wave
from ..models import SurveyText
from ..queries.findings import may_read
from ..rights import VIEW

WRITE = "evaluate.write_report"


class EditedMeanwhile(ValueError):
    """Somebody saved another version since this one was opened; nothing was overwritten."""


@transaction.atomic
def save_text(*, wave: Wave, report: SurveyReport, base: int, actor: User, chapters: Mapping[str, str] | None = None,
              dimensions: Mapping[str, str] | None = None, note: str = "") -> SurveyText | None:
    """Save chapters and texts of dimensions as a new version on top of ``base`` (0: none); unchanged: no new one.

    Raises EditedMeanwhile, and the engine's ReportError for a reference to a number that is not there.
    """
    require(actor, WRITE)
    newest = SurveyText.objects.select_for_update().filter(survey=wave.code).first()
    if newest is not None and not may_read(actor, newest):
        raise NotAllowed(f"text of {wave.code}")
    if (newest.number if newest else 0) != base:
        raise EditedMeanwhile(_("打开之后已有人保存了新版本。请复制您的修改，刷新页面后再提交。"))
    old = newest.content if newest else {}
    numbers, known = numbers_of(report), {line.title for line in report.dimensions}
    content = {"chapters": dict(old.get("chapters", {})), "dimensions": dict(old.get("dimensions", {}))}
    for key, text in (chapters or {}).items():
        if key in CHAPTERS:
            content["chapters"][key] = kept(text, numbers, title=key)
    content["dimensions"].update({name: text.strip()[:LONGEST] for name, text in (dimensions or {}).items()
                                  if name in known})
    content = {part: {key: text for key, text in texts.items() if text} for part, texts in content.items()}
    if content == {"chapters": old.get("chapters", {}), "dimensions": old.get("dimensions", {})}:
        return newest
    scope = scope_of(actor, VIEW)
    row = SurveyText.objects.create(
        survey=wave.code, number=base + 1, content=content, note=note, created_by=actor,
        units=None if scope.units is None else list(scope.units))
    audit.record("evaluate.survey_text_saved", row, actor=actor, survey=audit.plain(wave.code), version=row.number)
    return row


@uses("answers", "improvement")
@transaction.atomic
def write_forms_file(*, wave: Wave, forms: SurveyForms, actor: User) -> IO[bytes]:
    """Return forms (一) to (三) as Excel. Raises privacy's Refused where somebody else has to agree first."""
    require(actor, "evaluate.export")
    may_export_now(rows=len(forms.customers), is_personal=False, actor=actor, body="answers")
    audit.record("evaluate.survey_forms_exported", None, actor=actor, survey=audit.plain(wave.code),
                 customers=len(forms.customers))
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    with tempfile.TemporaryDirectory() as folder:
        made = write_forms(forms, Path(folder) / "forms.xlsx", load_rules(workspace.home())).read_bytes()
        file.write(marked_excel(made, watermark_now(actor, wave.title)))
    file.seek(0)
    return file
