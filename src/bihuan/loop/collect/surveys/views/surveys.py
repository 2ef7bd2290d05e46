"""Pages of surveys, their waves and the bank of dimensions."""

from __future__ import annotations

import re
from datetime import datetime, time

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core import workspace
from bihuan.core.queries import unit_names
from bihuan.core.rights import can, reaches, scope_of
from bihuan.core.web import answer, needs, page_of

from ..contracts import Mode, State
from ..errors import SurveyRefused
from ..forms import DimensionForm, SurveyForm, WaveForm
from ..forms.surveys import gaps_of
from ..models import READERS, Dimension, Survey
from ..queries.pages import survey_lines, wave_lines
from ..rights import WRITE, survey_for, wave_for
from ..services import (
    archive_survey,
    change_survey,
    change_wave,
    close_wave,
    copy_survey,
    create_survey,
    move_dimension,
    open_wave,
    plan_wave,
    save_dimension,
)
from ..templating import SHIPPED, shipped

OPENS = time(9, 0)      # what the form proposes for the day on which a drafted wave is due
PARTS = {"open": gettext_lazy("进行中的调查")}
# What a survey may be begun from: a thing of another room, by its kind and number.
SUBJECT = re.compile(r"(finding|launch|complaint):\d{1,12}")


@require_GET
@needs(*READERS)
def survey_list(request: HttpRequest) -> HttpResponse:
    """List the surveys this person may open."""
    archived = bool(request.GET.get("archived"))
    part, lines = request.GET.get("part", ""), survey_lines(request.user, archived=archived)
    if part == "open":
        lines = [line for line in lines if line.is_open]
    context = {"page": page_of(request, lines), "archived": archived, "parts": PARTS,
               "part": part if part in PARTS else "",
               "may_write": can(request.user, WRITE)}
    return render(request, "surveys/survey_list.html", context)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def survey_new(request: HttpRequest) -> HttpResponse:
    """Begin a survey, from nothing or from a shipped questionnaire."""
    known = ("kind", "about", "purpose", "unit_code", "title")
    asked = {name: request.GET[name] for name in known if name in request.GET}
    form = SurveyForm(request.POST or None, user=request.user, initial={"responsible": request.user.pk, **asked})
    subject = request.POST.get("subject") or request.GET.get("subject", "")
    subject = subject if SUBJECT.fullmatch(subject) else ""
    begin = request.POST.get("begin") or request.GET.get("begin", "satisfaction")
    if request.method == "POST" and form.is_valid():
        document = shipped(begin) if begin in SHIPPED else None
        with refused_on(form):
            survey = create_survey(actor=request.user, document=document, rules=form.rules, subject=subject,
                                   **form.values)
            return redirect("surveys:survey", survey.pk)
    return answer(request, "surveys/survey_edit.html", {
        "form": form, "survey": None, "shipped": SHIPPED.items(), "begin": begin, "subject": subject}, form)


@require_GET
@needs(*READERS)
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a survey is for, its wordings and its waves."""
    found = survey_for(request.user, pk)
    context = {
        "survey": found, "unit": unit_names().get(found.unit_code, found.unit_code) or _("全组织"),
        "gaps": gaps_of(found.purpose), "waves": wave_lines(found), "anonymous": found.mode == Mode.ANONYMOUS,
        "versions": found.versions.select_related("published_by", "changed_by").defer("document"),
        "may_write": may_write(request, found)}
    return render(request, "surveys/survey.html", context)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def survey_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a survey says of itself."""
    found = survey_for(request.user, pk, WRITE)
    form = SurveyForm(request.POST or None, user=request.user, instance=Survey.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        with refused_on(form):
            change_survey(survey=found, actor=request.user, rules=form.rules, **form.values)
            return redirect("surveys:survey", pk)
    return answer(request, "surveys/survey_edit.html", {"form": form, "survey": found, "shipped": [],
                                                        "begin": ""}, form)


@require_POST
@needs(WRITE)
def survey_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin another survey like this one."""
    found = survey_for(request.user, pk, WRITE)
    copy = copy_survey(survey=found, actor=request.user, title=_("{title}（副本）").format(title=found.title)[:120])
    messages.success(request, _("已复制。期次和答卷没有复制。"))
    return redirect("surveys:survey", copy.pk)


@require_POST
@needs(WRITE)
def survey_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a survey away, or take it back."""
    archive_survey(survey=survey_for(request.user, pk, WRITE), actor=request.user)
    return redirect("surveys:survey", pk)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def wave_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next wave."""
    found = survey_for(request.user, pk, WRITE)
    form = WaveForm(request.POST or None, survey=found, initial={"version": newest_published(found)})
    if request.method == "POST" and form.is_valid():
        with refused_on(form):
            made = plan_wave(survey=found, actor=request.user, **form.cleaned_data)
            return redirect("surveys:wave", made.pk)
    return answer(request, "surveys/wave_edit.html", {"form": form, "survey": found, "wave": None}, form)


@require_GET
@needs(*READERS)
def wave(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a wave stands: dates, wording, and the way from the sample to the report."""
    found = wave_for(request.user, pk)
    return render(request, "surveys/wave.html", {
        "wave": found, "survey": found.survey, "state": found.state_at(timezone.now()),
        "state_label": State(found.state_at(timezone.now())).label, "may_write": may_write(request, found.survey)})


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def wave_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a wave's name, dates and wording."""
    wave = wave_for(request.user, pk, WRITE)
    kept = {name: getattr(wave, name) for name in ("name", "version", "opens_at", "closes_at")}
    kept["opens_at"] = kept["opens_at"] or (timezone.make_aware(datetime.combine(
        wave.due_on, OPENS), workspace.zone()) if wave.due_on else None)
    form = WaveForm(request.POST or None, survey=wave.survey, initial=kept)
    if request.method == "POST" and form.is_valid():
        with refused_on(form):
            change_wave(wave=wave, actor=request.user, **form.cleaned_data)
            return redirect("surveys:wave", wave.pk)
    return answer(request, "surveys/wave_edit.html", {"form": form, "survey": wave.survey, "wave": wave}, form)


@require_POST
@needs(WRITE)
def wave_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a wave now, or close it for good."""
    wave = wave_for(request.user, pk, WRITE)
    act = close_wave if request.POST.get("to") == "closed" else open_wave
    try:
        act(wave=wave, actor=request.user)
    except SurveyRefused as error:
        messages.error(request, str(error))
    return redirect("surveys:wave", wave.pk)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def dimension_list(request: HttpRequest) -> HttpResponse:
    """The bank of dimensions: add, rename, retire, reorder."""
    kept = Dimension.objects.filter(code=request.GET.get("edit", "")).first()
    initial = {name: getattr(kept, name) for name in ("code", "name", "name_en",
                                                      "active")} if kept else {"active": True}
    form = DimensionForm(request.POST if "name" in request.POST else None, initial=initial)
    if "move" in request.POST:
        moved = get_object_or_404(Dimension, code=request.POST["move"])
        move_dimension(dimension=moved, up=request.POST.get("step") == "up", actor=request.user)
        return redirect("surveys:dimension_list")
    if form.is_bound and form.is_valid():
        with refused_on(form):
            save_dimension(actor=request.user, **form.cleaned_data)
            return redirect("surveys:dimension_list")
    return answer(request, "surveys/dimension_list.html", {
        "form": form, "dimensions": Dimension.objects.all(), "kept": kept}, form)


class refused_on:
    """Put what a service refused onto a form; what comes after it is skipped."""

    def __init__(self, form: BaseForm) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, SurveyRefused):
            return False
        self.form.add_error(error.field if error.field in self.form.fields else None, str(error))
        return True


def may_write(request: HttpRequest, found: Survey) -> bool:
    return can(request.user, WRITE) and reaches(scope_of(request.user, WRITE), unit=found.unit_code)


def newest_published(found: Survey) -> int | None:
    versions = list(found.versions.order_by("state", "-number").values_list("pk", "state"))
    published = [pk for pk, state in versions if state == "published"]
    return (published or [pk for pk, _state in versions] or [None])[0]
