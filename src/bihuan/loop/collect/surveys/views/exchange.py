"""What goes in and out of a questionnaire, its rules, its versions, and form (一)."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.web import needs
from bihuan.engine.report.basics import FORMATS, write_basics
from bihuan.engine.survey.questionnaire import (
    Questionnaire,
    Quota,
    Skip,
    Variable,
    differences,
    from_text,
    read,
    write,
)
from bihuan.engine.survey.questionnaire.editing import appended
from bihuan.engine.survey.questionnaire.parts import NAME

from ..errors import SurveyRefused
from ..forms import ConditionForm, ImportForm, PasteForm, QuotaForm, SkipForm, VariableForm
from ..models import READERS
from ..queries.basics import basics_of
from ..rights import WRITE, survey_for
from ..services import draft_of, drop_draft, edit_draft, publish_version
from ..templating import SHIPPED, shipped
from .builder import show, version_for
from .editing import editing, save

CONTENT = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf",
           "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def paste(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Read pasted questions: first shown as they were understood, then added."""
    survey, version = version_for(request, pk, number, WRITE)
    form = PasteForm(request.POST or None, initial={"base": version.edits})
    read_as, error = None, None
    if request.method == "POST" and form.is_valid():
        read_as = from_text(form.cleaned_data["text"])
        if not any(read_as.items()):
            form.add_error("text", _("没有读出题目。题目请以编号开头，如“1. 您对服务的评价是？”。"))
        elif request.POST.get("take"):
            error = save(request, version, form, _("粘贴题目"), lambda now: appended(now, read_as))
            if error is None:
                return redirect("surveys:builder", pk, number)
    return editing(request, "paste", survey, version, form, None, error, read_as=read_as)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def take_in(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Put a SurveyJS file or a shipped questionnaire in the place of the draft."""
    survey, version = version_for(request, pk, number, WRITE)
    form = ImportForm(request.POST or None, request.FILES or None, initial={"base": version.edits})
    error: SurveyRefused | None = None
    begin = request.POST.get("begin", "")
    if begin in SHIPPED and request.POST.get("base", "").isdecimal():
        form = ImportForm(initial={"base": version.edits})
        error = _replaced(request, version, int(request.POST["base"]), shipped(begin))
    elif request.method == "POST" and form.is_valid():
        error = _replaced(request, version, form.cleaned_data["base"], form.cleaned_data["file"])
    if request.method == "POST" and error is None and not form.errors:
        messages.success(request, _("已导入。原来的内容可用“撤销”取回。"))
        return redirect("surveys:builder", pk, number)
    return editing(request, "import", survey, version, form, None, error, shipped=SHIPPED.items())


def _replaced(request: HttpRequest, version: Any, base: int, document: Any) -> SurveyRefused | None:
    try:
        edit_draft(version=version, base=base, what=_("导入问卷"), change=lambda _now: read(document),
                   actor=request.user)
    except SurveyRefused as error:
        return error
    return None


@require_GET
@needs(*READERS)
def give_out(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Hand out the questionnaire as SurveyJS JSON."""
    survey, version = version_for(request, pk, number)
    text = json.dumps(write(read(version.document)), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{survey.code}-v{version.number}.json"'
    return response


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def rules(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Skips, quotas and variables: one is added or taken away at a time."""
    survey, version = version_for(request, pk, number, WRITE)
    found = read(version.document)
    do = request.POST.get("do", "")
    data = request.POST or None
    names = "\n".join(f"{one.name} = {one.sample}" for one in found.variables)
    forms = {
        "skip": SkipForm(data if do == "skip" else None, found=found),
        "quota": QuotaForm(data if do == "quota" else None),
        "variables": VariableForm(data if do == "variables" else None, initial={"variables": names})}
    when = {kind: ConditionForm(data if do == kind else None, found=found, prefix=kind) for kind in ("skip", "quota")}
    error = None
    if request.method == "POST":
        error = _ruled(request, version, do, forms, when)
        if error is None and not any(form.errors for form in forms.values()):
            return redirect("surveys:rules", pk, number)
    return editing(request, "rules", survey, version, forms["skip"], None, error, found=found, forms=forms, whens=when)


def _ruled(request: HttpRequest, version: Any, do: str, forms: Any, when: Any) -> SurveyRefused | None:
    base = int(request.POST["base"]) if request.POST.get("base", "").isdecimal() else -1
    place = int(request.POST["place"]) if request.POST.get("place", "").isdecimal() else -1

    def change(now: Questionnaire) -> Questionnaire:
        if do == "skip":
            return replace(now, skips=(*now.skips, Skip(when[do].expression, forms[do].cleaned_data["goto"])))
        if do == "quota":
            told = forms[do].cleaned_data
            return replace(now, quotas=(*now.quotas, Quota(told["name"], when[do].expression, told["limit"])))
        if do == "variables":
            return replace(now, variables=_variables(forms[do].cleaned_data["variables"]))
        if do == "drop_skip":
            return replace(now, skips=tuple(one for at, one in enumerate(now.skips) if at != place))
        return replace(now, quotas=tuple(one for at, one in enumerate(now.quotas) if at != place))

    if do in forms and not forms[do].is_valid():
        return SurveyRefused(_("请检查填写的内容。"))
    if do in when and (not when[do].is_valid() or not when[do].expression):
        return SurveyRefused(_("请至少选择一个条件。"))
    try:
        edit_draft(version=version, base=base, what=_("修改规则"), change=change, actor=request.user)
    except SurveyRefused as error:
        return error
    return None


def _variables(text: str) -> tuple[Variable, ...]:
    lines = [line.partition("=") for line in text.splitlines() if line.strip()]
    return tuple(Variable(name.strip(), sample.strip()) for name, _sign,
                 sample in lines if NAME.fullmatch(name.strip()))


@require_POST
@needs(WRITE)
def publish(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Freeze a draft."""
    survey, version = version_for(request, pk, number, WRITE)
    try:
        publish_version(version=version, actor=request.user)
    except SurveyRefused as error:
        return show(request, survey, version, error=error, status=422)
    messages.success(request,
                     _("已发布 v{number}。此后修改会成为新版本，已有答卷保留各自的版本。").format(number=number))
    return redirect("surveys:survey", pk)


@require_POST
@needs(WRITE)
def begin_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on to the draft, begin one where there is none."""
    draft = draft_of(survey=survey_for(request.user, pk, WRITE), actor=request.user)
    return redirect("surveys:builder", pk, draft.number)


@require_POST
@needs(WRITE)
def drop(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Throw a draft away."""
    survey, version = version_for(request, pk, number, WRITE)
    try:
        drop_draft(version=version, actor=request.user)
    except SurveyRefused as error:
        messages.error(request, str(error))
    return redirect("surveys:survey", pk)


@require_GET
@needs(*READERS)
def diff(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show what differs between a version and an older one."""
    survey, version = version_for(request, pk, number)
    others = list(survey.versions.exclude(pk=version.pk).order_by("-number"))
    wanted = request.GET.get("with", "")
    older = next((one for one in others if str(one.number) == wanted), None) or next(
        (one for one in others if one.number < version.number), None)
    found = differences(read(older.document), read(version.document)) if older else []
    return render(request, "surveys/diff.html", {
        "survey": survey, "version": version, "older": older, "others": others, "found": found,
        "breaking": [one for one in found if one.breaks]})


@require_GET
@needs(*READERS)
def basics(request: HttpRequest, pk: int, format_: str) -> HttpResponse:
    """Hand out form (一) of the survey."""
    survey = survey_for(request.user, pk)
    if format_ not in FORMATS:
        raise Http404(format_)
    content = write_basics(basics_of(survey), format_, lang=request.LANGUAGE_CODE)
    return FileResponse(BytesIO(content), as_attachment=True, filename=f"{survey.title} {_('调查基本信息')}.{format_}",
                        content_type=CONTENT[format_])
