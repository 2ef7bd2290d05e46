"""Background jobs of the reports."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.report.errors import ReportError

from .models import Report
from .services import draft_report, fail_report


def run_draft(job: JobHandle, report: int) -> None:
    """Draft one report; may be stopped and run again at any point, the draft is kept in one step at the end."""
    row = Report.objects.select_related("created_by").get(pk=report)
    job.progress(0, None, _("正在从数据生成报告"))
    try:
        draft_report(report=row)
    except (ReportError, IndicatorError) as error:
        fail_report(report=row, problem=error.text(get_language() or "zh"))
        job.finish({"message": error.text(get_language() or "zh"), "tone": "bad"})
        return
    job.finish({"message": _("报告已生成。"), "url": reverse("reports:report", args=[row.pk])})
