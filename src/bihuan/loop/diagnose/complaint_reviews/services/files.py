"""Reviews as files: one as Word or PDF, the list as Excel."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

import xlsxwriter
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.privacy.services import marked_excel, may_export_now, uses, watermark_now
from bihuan.core.queries import unit_names
from bihuan.core.rights import require, scope_of
from bihuan.engine.report.excel import SAFE
from bihuan.engine.report.pdf import write_pdf
from bihuan.engine.report.word import write_word
from bihuan.loop.evaluate.concessions.queries import is_protected

from ..models import VIEW, ComplaintReview
from ..queries.lists import document_of, reviews_for

WRITERS = {"docx": write_word, "pdf": write_pdf}
EXPORT = "evaluate.export"


@transaction.atomic
def export_review(*, review: ComplaintReview, form: str, actor: User) -> tuple[str, bytes]:
    """Return one review as a Word or PDF file: (name, content)."""
    require(actor, VIEW, review)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"review.{form}"
        kept = is_protected(review.case, scope_of(actor, VIEW))
        WRITERS[form](document_of(review, is_protected=kept), path)
        content = path.read_bytes()
    audit.record("diagnose.review_exported", review, actor=actor, form=audit.plain(form))
    return f"{review.number}.{form}", content


@uses("cases", "improvement")
@transaction.atomic
def export_list(*, state: str, late: bool, actor: User) -> bytes:
    """Return the reviews of a list as Excel, within what the person sees.

    Raises privacy's Refused where so many rows need somebody else.
    """
    require(actor, EXPORT)
    rows, names = list(reviews_for(actor, state=state, late=late)), unit_names()
    may_export_now(rows=len(rows), is_personal=False, actor=actor)
    head = (_("编号"), _("投诉"), _("主题"), _("单位"), _("关闭时间"), _("开立原因"), _("完成期限"), _("状态"),
            _("经过"), _("原因分类"), _("原因"), _("处置"), _("责任"), _("预防措施"), _("填写人"))
    file = BytesIO()
    with xlsxwriter.Workbook(file, {**SAFE, "in_memory": True}) as book:
        sheet = book.add_worksheet(str(_("投诉复盘表")))
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(head) - 1, 20)
        sheet.write_row(0, 0, [str(one) for one in head], book.add_format({"bold": True}))
        for place, row in enumerate(rows, 1):
            sheet.write_row(place, 0, [
                row.number, row.case_number, row.topic, names.get(row.unit_code, row.unit_code),
                timezone.localtime(row.closed).strftime("%Y-%m-%d %H:%M"), _("、").join(map(str, row.reason_labels)),
                str(row.due_on), str(row.get_state_display()), row.course, row.cause.label if row.cause else "",
                row.cause_text, row.handling, row.responsibility, row.prevention, str(row.written_by or "")])
    audit.record_bulk("diagnose.reviews_exported", [one.case for one in rows], actor=actor)
    return marked_excel(file.getvalue(), watermark_now(actor, _("投诉复盘表")))
