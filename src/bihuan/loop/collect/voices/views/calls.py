"""Interviews by telephone: the waves, the list of one, and the interviewer's screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core import workspace
from bihuan.core.privacy.services import may_reveal
from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on
from bihuan.loop.collect.answering.services import Incomplete
from bihuan.loop.collect.samples.contracts import REASONS
from bihuan.loop.collect.surveys.rights import wave_for

from .. import services
from ..errors import Refused
from ..forms.calls import ERRORS, EndForm, ReasonForm, ScriptForm, SourceForm, typed_answers
from ..models import CallTarget
from ..queries import calls as queries
from ..queries.questions import questions_of, sheet_of
from ..rights import ANY, INTERVIEW, MANAGE


@require_GET
@needs(*ANY)
def call_waves(request: HttpRequest) -> HttpResponse:
    """The waves that are called for."""
    return render(request, "voices/call_waves.html", {"page": page_of(request, queries.waves_to_call(request.user))})


@require_GET
@needs(*ANY)
def call_list(request: HttpRequest, wave: int) -> HttpResponse:
    """One wave's list, without the customers whom the reader served."""
    return _list(request, wave)


@require_POST
@needs(MANAGE)
def call_build(request: HttpRequest, wave: int) -> HttpResponse:
    """Put customers onto the list."""
    wave_for(request.user, wave, MANAGE)
    form = SourceForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            built = services.build_list(wave=wave, actor=request.user, **form.cleaned_data)
            messages.success(request, _told(built))
            return redirect("voices:call_list", wave)
    return _list(request, wave, form=form)


@needs(MANAGE)
def call_script(request: HttpRequest, wave: int) -> HttpResponse:
    """What interviewers of a wave read out."""
    wave_for(request.user, wave, MANAGE)
    form = ScriptForm(request.POST or None, instance=queries.script_of(wave))
    if form.is_bound and form.is_valid():
        services.save_script(wave=wave, actor=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("voices:call_list", wave)
    return answer(request, "voices/call_script.html", {"form": form, "wave": queries.wave_of(wave)}, form)


@require_POST
@needs(INTERVIEW)
def call_next(request: HttpRequest, wave: int) -> HttpResponse:
    """Go to whom to call next."""
    wave_for(request.user, wave, INTERVIEW)
    target = queries.next_due(request.user, wave, timezone.now())
    if target is None:
        messages.info(request, _("现在没有该拨打的客户。"))
        return redirect("voices:call_list", wave)
    return redirect("voices:call", target.pk)


@require_GET
@needs(*ANY)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """The interviewer's screen of one customer."""
    return _screen(request, queries.target_for(request.user, pk))


@require_POST
@needs(INTERVIEW)
def call_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a call."""
    target = queries.target_for(request.user, pk)
    try:
        services.begin_call(target=target, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("voices:call", pk)


@require_POST
@needs(INTERVIEW)
def call_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number of the customer one is calling."""
    target, form = queries.target_for(request.user, pk), ReasonForm(request.POST)
    found = queries.open_call(target)
    if found is None:
        return redirect("voices:call", pk)
    if form.is_valid():
        with refusals_on(form):
            told = services.reveal_number(call=found, actor=request.user, **form.cleaned_data)
            return _screen(request, target, told=told, reveal=form)
    return _screen(request, target, reveal=form, status=422)


@require_POST
@needs(INTERVIEW)
def call_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions that the answers typed so far lead to, as a fragment; nothing is kept."""
    target, language = queries.target_for(request.user, pk), translation.get_language() or "zh-hans"
    found = questions_of(queries.wave_of(target.wave_id).version_id)
    return render(request, "voices/_questions.html", {
        "sheet": sheet_of(found, typed_answers(found, request.POST), language=language), "words": {}})


@require_POST
@needs(INTERVIEW)
def call_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of a call without answers."""
    target, form = queries.target_for(request.user, pk), EndForm(request.POST)
    found = queries.open_call(target)
    if found is None:
        return redirect("voices:call", pk)
    if form.is_valid():
        with refusals_on(form):
            services.end_call(call=found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已登记。"))
            return redirect("voices:call_list", target.wave_id)
    return _screen(request, target, end=form, status=422)


@require_POST
@needs(INTERVIEW)
def call_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the customer answered."""
    target = queries.target_for(request.user, pk)
    found, language = queries.open_call(target), translation.get_language() or "zh-hans"
    questions = questions_of(queries.wave_of(target.wave_id).version_id)
    answers = typed_answers(questions, request.POST)
    if found is None:
        return redirect("voices:call", pk)
    try:
        services.keep_answers(call=found, answers=answers, consented=request.POST.get("consented") == "yes",
                              language=language, actor=request.user)
    except Incomplete as refused:
        sheet = sheet_of(questions, answers, language=language, errors=refused.checked.errors)
        return _screen(request, target, sheet=sheet, status=422)
    except Exception as error:
        if not getattr(error, "code", None):
            raise
        return _screen(request, target, sheet=sheet_of(questions, answers, language=language), problem=str(error),
                       status=422)
    messages.success(request, _("答案已保存，记为由您代录。"))
    return redirect("voices:call_list", target.wave_id)


def _list(request: HttpRequest, wave: int, *, form: SourceForm | None = None) -> HttpResponse:
    found = queries.targets_for(request.user, wave)
    state = request.GET.get("state", "")
    rows = found.filter(state=state) if state in CallTarget.State.values else found
    info = queries.wave_of(wave)
    return answer(request, "voices/call_list.html", {
        "wave": info, "page": page_of(request, rows), "states": queries.states(found), "state": state,
        "told": queries.counts([info])[0], "form": form or SourceForm(), "may_manage": can(request.user, MANAGE),
        "may_call": can(request.user, INTERVIEW) and info.open and not info.anonymous,
        "may_see": can(request.user, "serve.view_customers")}, *([form] if form else []))


def _screen(request: HttpRequest, target: CallTarget, *, status: int = 200, **shown: Any) -> HttpResponse:
    wave, current = queries.wave_of(target.wave_id), queries.open_call(target)
    mine = current if current is not None and current.interviewer_id == request.user.pk else None
    language = translation.get_language() or "zh-hans"
    context: dict[str, Any] = {
        "target": target, "wave": wave, "call": mine, "other": current if mine is None else None,
        "history": target.calls.exclude(outcome="").select_related("interviewer")[:20],
        "script": _spoken(request, target.wave_id) if mine else None,
        "phone": queries.masked_phone(target.customer), "may_reveal": may_reveal(request.user, "phone"),
        "may_call": can(request.user, INTERVIEW) and wave.open and target.is_open,
        "may_see": can(request.user, "serve.view_customers"), "reveal": ReasonForm(), "end": EndForm(),
        "consented": request.POST.get("consented") == "yes", "told": None, "problem": "", **shown}
    if mine is not None and "sheet" not in context:
        context["sheet"] = sheet_of(questions_of(wave.version_id), {}, language=language)
    context["words"] = {code: str(text) for code, text in ERRORS.items()}
    response = render(request, "voices/call.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _spoken(request: HttpRequest, wave: int) -> Any:
    """The script with the names of the company and the interviewer in it."""
    script = queries.script_of(wave)
    names = {"company": workspace.facts().name or _("本公司"), "interviewer": request.user.said_on_the_telephone}
    for field in ("opening", "consent", "closing"):
        text = getattr(script, field)
        # Scripts of before wrote 工号 before the name to log in with.
        text = text.replace("工号 {interviewer}", "{interviewer}")
        for name, value in names.items():
            text = text.replace("{" + name + "}", value)
        setattr(script, field, text)
    return script


def _told(built: services.Built) -> str:
    text = _("新列入 %(added)d 位，原已在名单 %(present)d 位。") % {"added": built.added, "present": built.present}
    if built.left_out:
        text += _("未列入：%(why)s。") % {"why": _("、").join(
            f"{REASONS.get(code, code)} {count}" for code, count in sorted(built.left_out.items()))}
    return text


