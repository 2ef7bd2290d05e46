"""The text of a survey's report and its forms: edited in versions, taken out, taken back with a cell diff."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core import workspace
from bihuan.core.errors import told
from bihuan.core.privacy.errors import Refused
from bihuan.core.rights import can
from bihuan.core.web import answer, needs
from bihuan.engine.facts.privacy import load_rules
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.survey.contracts import SurveyReport
from bihuan.engine.report.survey.forms import read_forms
from bihuan.engine.report.survey.texts import numbers_of

from ..contracts import State, Wave
from ..forms.texts import FormsFile, TextForm
from ..queries.lake import wave_for
from ..queries.reports import bare_report
from ..queries.texts import edited, forms_of, text_of, versions_of
from ..rights import VIEW
from ..services import FORMATS, EditedMeanwhile, save_text, write_forms_file
from ..services.texts import WRITE


def _report(request: HttpRequest, code: str) -> tuple[Wave, SurveyReport]:
    """The whole wave's report: a text is about all of it, not about a group somebody chose."""
    wave = wave_for(request.user, code)  # type: ignore[arg-type]
    report = bare_report(request.user, wave, State())  # type: ignore[arg-type]
    if report is None:
        raise Http404(code)
    return wave, report


@needs(VIEW)
def text(request: HttpRequest, code: str) -> HttpResponse:
    """Write conclusion and advice; older versions can be looked at."""
    wave, report = _report(request, code)
    asked = request.GET.get("version", "")
    kept = text_of(request.user, wave, int(asked) if asked.isascii() and asked.isdigit() else 0)
    newest = text_of(request.user, wave)
    initial = {**edited(report, kept), "base": newest.number if newest else 0}
    form = TextForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            save_text(wave=wave, report=report, base=form.cleaned_data["base"], chapters=form.chapters(),
                      note=form.cleaned_data["note"], actor=request.user)
        except EditedMeanwhile as error:
            form.add_error(None, str(error))
        except ReportError as error:
            form.add_error(None, error.text(get_language() or "zh-hans"))
        else:
            messages.success(request, _("已保存。"))
            return redirect("opinions:text", code)
    return _page(request, wave, report, kept, form, FormsFile())


@require_GET
@needs("evaluate.export")
def forms_file(request: HttpRequest, code: str) -> HttpResponse:
    """Send forms (一) to (三) as Excel."""
    wave, report = _report(request, code)
    try:
        file = write_forms_file(wave=wave, actor=request.user,
                                forms=forms_of(request.user, wave, report, text_of(request.user, wave)))
    except Refused as refusal:
        messages.error(request, told(refusal))
        return redirect("opinions:text", code)
    return FileResponse(file, as_attachment=True, filename=f"{wave.title} {_('表（一）至（三）')}.xlsx",
                        content_type=FORMATS["xlsx"])


@require_POST
@needs(WRITE)
def forms_back(request: HttpRequest, code: str) -> HttpResponse:
    """Compare a file that was filled in with what is kept, cell by cell; nothing is taken yet."""
    wave, report = _report(request, code)
    newest, form = text_of(request.user, wave), FormsFile(request.POST, request.FILES)
    context: dict[str, Any] = {}
    if form.is_valid():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "forms.xlsx"
            path.write_bytes(form.cleaned_data["file"].read())
            reading = read_forms(path, forms_of(request.user, wave, report, newest), load_rules(workspace.home()))
        language = get_language() or "zh-hans"
        context = {"problems": [one.text(language) for one in reading.problems], "changes": reading.changes,
                   "compared": True}
        if not reading.problems and reading.base != str(newest.number if newest else 0):
            older = _("文件是第 {base} 版，现已有第 {n} 版。请重新下载，把修改填入新文件再上传。")
            context = {"compared": True, "changes": (), "problems": [
                older.format(base=reading.base or 0, n=newest.number if newest else 0)]}
    initial = {**edited(report, newest), "base": newest.number if newest else 0}
    return _page(request, wave, report, newest, TextForm(initial=initial), form, **context)


@require_POST
@needs(WRITE)
def forms_take(request: HttpRequest, code: str) -> HttpResponse:
    """Take the differences that were shown as a new version."""
    wave, report = _report(request, code)
    said = dict(zip(request.POST.getlist("dimension"), request.POST.getlist("text"), strict=False))
    base = request.POST.get("base", "")
    try:
        save_text(wave=wave, report=report, base=int(base) if base.isdecimal() else -1, dimensions=said,
                  note=_("由 Excel 回传"), actor=request.user)
        messages.success(request, _("已保存。"))
    except EditedMeanwhile as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("opinions:text", args=[code]))


def _page(request: HttpRequest, wave: Wave, report: SurveyReport, kept: Any, form: TextForm, upload: FormsFile,
          **more: Any) -> HttpResponse:
    versions = versions_of(request.user, wave)  # type: ignore[arg-type]
    said = kept.content.get("dimensions", {}) if kept else {}
    return answer(request, "opinions/text.html", {
        "wave": wave, "form": form, "upload": upload, "versions": versions, "kept": kept,
        "current": versions[0].number if versions else 0,
        "numbers": [(f"[[{key}:{value}]]", title) for key, (title, value) in numbers_of(report).items()],
        "lines": [(line, said.get(line.title, "")) for line in report.dimensions],
        "may_write": can(request.user, WRITE), "may_export": can(request.user, "evaluate.export"), **more},
        form, upload)
